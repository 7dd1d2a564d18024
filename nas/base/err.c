/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/err.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static const struct {
	int exit_status;
	const char *text;
} statuses[] = {
#define X(name, exit_status, text) {exit_status, text},
	NAS_STATUS_MAP(X)
#undef X
};

#define NSTATUSES ((int)(sizeof(statuses) / sizeof(statuses[0])))

/* A cut may fall inside a UTF-8 sequence; take the broken tail away. */
static void trim_utf8(char *s)
{
	size_t n = strlen(s), tail = 0;
	unsigned char lead;
	size_t want;

	while (tail < n && tail < 3 &&
	       ((unsigned char)s[n - 1 - tail] & 0xC0) == 0x80)
		tail++;
	if (tail == n)
		return;
	lead = (unsigned char)s[n - 1 - tail];
	want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
	if (want > tail)
		s[n - 1 - tail] = '\0';
}

static void copy_text(char *out, size_t size, const char *s)
{
	snprintf(out, size, "%s", s ? s : "");
	trim_utf8(out);
}

/* Count a failure; its place in the list, or NULL when the list is full. */
static struct nas_diag *next_diag(struct nas_err *err, enum nas_status code)
{
	NAS_BUG_IF(code == NAS_OK);
	if (err->code == NAS_OK)
		err->code = code;
	if (err->count < INT_MAX)
		err->count++;
	if (err->count > NAS_DIAG_MAX)
		return NULL;
	return memset(&err->diag[err->count - 1], 0, sizeof(struct nas_diag));
}

enum nas_status nas_fail(struct nas_err *err, enum nas_status code,
			 const char *fmt, ...)
{
	struct nas_diag *d = next_diag(err, code);
	va_list ap;

	if (!d)
		return code;
	va_start(ap, fmt);
	vsnprintf(d->msg, sizeof(d->msg), fmt, ap);
	va_end(ap);
	trim_utf8(d->msg);
	return code;
}

enum nas_status nas_fail_at(struct nas_err *err, enum nas_status code,
			    const char *source, int line, int column,
			    const char *path, const char *fmt, ...)
{
	struct nas_diag *d = next_diag(err, code);
	va_list ap;

	if (!d)
		return code;
	d->line = line;
	d->column = column;
	copy_text(d->source, sizeof(d->source), source);
	copy_text(d->path, sizeof(d->path), path);
	va_start(ap, fmt);
	vsnprintf(d->msg, sizeof(d->msg), fmt, ap);
	va_end(ap);
	trim_utf8(d->msg);
	return code;
}

void nas_clean(char *s, const char *keep)
{
	const unsigned char *from = (const unsigned char *)s;

	for (; *from; from++) {
		bool c1 = from[0] == 0xC2 && from[1] >= 0x80 && from[1] < 0xA0;
		bool c0 = (*from < 0x20 || *from == 0x7F) &&
			  !strchr(keep, *from);

		*s++ = c0 || c1 ? '?' : (char)*from;
		from += c1;
	}
	*s = '\0';
}

static void put_clean(const char *s, FILE *out)
{
	char copy[sizeof(((struct nas_diag *)NULL)->msg)];

	snprintf(copy, sizeof(copy), "%s", s);
	nas_clean(copy, "");
	fputs(copy, out);
}

static void print_diag(const struct nas_diag *d, FILE *out)
{
	fputs("nas: ", out);
	if (d->source[0]) {
		put_clean(d->source, out);
		if (d->line > 0)
			fprintf(out, ":%d:%d", d->line, d->column);
		fputs(": ", out);
	}
	if (d->path[0]) {
		put_clean(d->path, out);
		fputs(": ", out);
	}
	put_clean(d->msg, out);
	fputc('\n', out);
}

void nas_err_print(const struct nas_err *err, FILE *out)
{
	int i, kept = err->count < NAS_DIAG_MAX ? err->count : NAS_DIAG_MAX;

	for (i = 0; i < kept; i++)
		print_diag(&err->diag[i], out);
	if (err->count > kept)
		fprintf(out, "nas: and %d more\n", err->count - kept);
}

int nas_exit_status(enum nas_status code)
{
	NAS_BUG_IF((int)code < 0 || (int)code >= NSTATUSES);
	return statuses[code].exit_status;
}

const char *nas_status_text(enum nas_status code)
{
	NAS_BUG_IF((int)code < 0 || (int)code >= NSTATUSES);
	return statuses[code].text;
}

#define WORD_MAX   64 /* longer words have no near one */
#define PREFIX_MIN 3  /* letters that tell one word from another */

static int min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: insert, delete, replace, swap two neighbours. */
static int edit_distance(const char *a, int na, const char *b, int nb)
{
	int rows[3][WORD_MAX + 1];
	int *before = rows[0], *last = rows[1], *row = rows[2], *spare;
	int i, j;

	for (j = 0; j <= nb; j++)
		last[j] = before[j] = j;
	for (i = 1; i <= na; i++) {
		row[0] = i;
		for (j = 1; j <= nb; j++) {
			row[j] = min3(last[j] + 1, row[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[nb];
}

/* The shortest candidate that the word begins: sram for sram_bytes. */
static const char *begins_with(const char *word, size_t length,
			       const char *const *candidates, int n)
{
	const char *shortest = NULL;

	for (int i = 0; length >= PREFIX_MIN && i < n; i++)
		if (strncmp(word, candidates[i], length) == 0 &&
		    (!shortest || strlen(candidates[i]) < strlen(shortest)))
			shortest = candidates[i];
	return shortest;
}

const char *nas_nearest(const char *word, const char *const *candidates, int n)
{
	size_t length = strlen(word), m;
	const char *nearest = NULL;
	int i, distance, least;

	if (length > WORD_MAX)
		return NULL;
	least = length / 3 > 1 ? (int)(length / 3) : 1;
	for (i = 0; i < n; i++) {
		m = strlen(candidates[i]);
		if (m > WORD_MAX)
			continue;
		distance = edit_distance(word, (int)length, candidates[i],
					 (int)m);
		if (distance < least || (distance == least && !nearest)) {
			least = distance;
			nearest = candidates[i];
		}
	}
	return nearest ? nearest : begins_with(word, length, candidates, n);
}

_Noreturn void nas_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "nas: bug: %s:%d: %s\n", file, line, what);
	abort();
}
