/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "nas/base/file.h"

/* Room for n more bytes and the NUL. */
static bool reserve(struct nas_text *t, size_t n)
{
	size_t size = t->size ? t->size : 256, need;
	char *grown;

	if (t->failed)
		return false;
	if (__builtin_add_overflow(t->length, n, &need) ||
	    need > SIZE_MAX / 2 - 1) {
		t->failed = true;
		return false;
	}
	while (size < need + 1)
		size *= 2;
	if (size == t->size)
		return true;
	grown = realloc(t->data, size);
	if (!grown) {
		t->failed = true;
		return false;
	}
	t->data = grown;
	t->size = size;
	return true;
}

void text_addn(struct nas_text *t, const char *s, size_t n)
{
	if (!reserve(t, n))
		return;
	memcpy(t->data + t->length, s, n);
	t->length += n;
	t->data[t->length] = '\0';
}

void text_add(struct nas_text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_add_cell(struct nas_text *t, const char *s)
{
	size_t before = t->length;

	text_add(t, s);
	if (t->failed)
		return;
	nas_clean(t->data + before, "");
	t->length = before + strlen(t->data + before);
}

void text_add_word(struct nas_text *t, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:=,+-@%";

	if (*s && !s[strspn(s, plain)]) {
		text_add(t, s);
		return;
	}
	text_add(t, "'");
	for (; *s; s++)
		text_addn(t, *s == '\'' ? "'\\''" : s, *s == '\'' ? 4 : 1);
	text_add(t, "'");
}

void text_addf(struct nas_text *t, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		t->failed = true;
	else if (reserve(t, (size_t)n)) {
		vsnprintf(t->data + t->length, (size_t)n + 1, fmt, again);
		t->length += (size_t)n;
	}
	va_end(again);
}

void text_take(struct nas_text *t, struct nas_text *part)
{
	if (part->failed)
		t->failed = true;
	else if (part->length)
		text_addn(t, part->data, part->length);
	text_free(part);
}

enum nas_status text_check(const struct nas_text *t, const char *what,
			   struct nas_err *err)
{
	return t->failed ? nas_fail(err, NAS_ENOMEM, "out of memory for %s",
				    what)
			 : NAS_OK;
}

void text_free(struct nas_text *t)
{
	free(t->data);
	memset(t, 0, sizeof(*t));
}

static enum nas_status no_text(const char *path, struct nas_err *err)
{
	return nas_fail(err, NAS_ENOMEM, "out of memory for the text of '%s'", path);
}

enum nas_status text_write(const struct nas_text *t, const char *path,
			   struct nas_err *err)
{
	if (t->failed)
		return no_text(path, err);
	return file_write(path, t->data ? t->data : "", t->length, err);
}

enum nas_status text_write_in(const struct nas_text *t, const char *dir,
			      const char *name, struct nas_err *err)
{
	char path[4096];

	if (file_join(path, sizeof(path), dir, name, err) != NAS_OK)
		return err->code;
	return text_write(t, path, err);
}

enum nas_status text_write_derived(const struct nas_text *t, const char *path,
				   struct nas_err *err)
{
	if (t->failed)
		return no_text(path, err);
	return file_write_derived(path, t->data ? t->data : "", t->length,
				  err);
}

const char *with_commas(char *out, size_t size, double x)
{
	char digits[64];
	size_t n, length = 0;

	n = (size_t)snprintf(digits, sizeof(digits), "%.0f", fabs(round(x)));
	if (n >= sizeof(digits) || n + n / 3 + 2 > size) { /* no room */
		snprintf(out, size, "%.10g", x);
		return out;
	}
	if (x <= -0.5)
		out[length++] = '-';
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[length++] = ',';
		out[length++] = digits[i];
	}
	out[length] = '\0';
	return out;
}
