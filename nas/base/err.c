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

enum {
	SOURCE_SIZE = 256,
	POINTER_SIZE = 160,
	NOTHING = NAS_DIAG_TEXT - 1, /* this byte stays 0 */
};

_Static_assert(NOTHING > SOURCE_SIZE + POINTER_SIZE + 2 * NAS_MSG_SIZE,
	       "the first failure fits, and a text in front of it");

static const struct nas_diag *diag_of(const struct nas_err *err, int i)
{
	static const struct nas_diag none = {0, 0, NOTHING, NOTHING, NOTHING};

	return i >= 0 && i < err->kept ? &err->diag[i] : &none;
}

const char *nas_err_source(const struct nas_err *err, int i)
{
	return err->text + diag_of(err, i)->source;
}

const char *nas_err_path(const struct nas_err *err, int i)
{
	return err->text + diag_of(err, i)->path;
}

const char *nas_err_msg(const struct nas_err *err, int i)
{
	return err->text + diag_of(err, i)->msg;
}

/* Append a text cut to `size` with its end; false when there is no room. */
static bool keep_text(struct nas_err *err, unsigned short *begin,
		      const char *s, size_t size)
{
	char copy[NAS_MSG_SIZE];
	size_t n;

	snprintf(copy, size, "%s", s ? s : "");
	trim_utf8(copy);
	n = strlen(copy) + 1;
	if ((size_t)err->used + n > NOTHING)
		return false;
	*begin = (unsigned short)err->used;
	memcpy(err->text + err->used, copy, n);
	err->used += (int)n;
	return true;
}

/* Most failures of a file name it: one copy is enough. */
static bool keep_source(struct nas_err *err, unsigned short *begin,
			const char *source)
{
	const struct nas_diag *last = diag_of(err, err->kept - 1);

	*begin = last->source;
	return (err->kept > 0 &&
		strcmp(err->text + last->source, source ? source : "") == 0) ||
	       keep_text(err, begin, source, SOURCE_SIZE);
}

/* Count a failure; the place of one that is kept, else NULL. */
NAS_FORMAT(5, 0)
static struct nas_diag *keep(struct nas_err *err, enum nas_status code,
			     const char *source, const char *path,
			     const char *fmt, va_list ap)
{
	struct nas_diag *d = &err->diag[err->kept];
	bool full = nas_err_is_full(err);
	char msg[NAS_MSG_SIZE];

	NAS_BUG_IF(code == NAS_OK);
	if (err->code == NAS_OK)
		err->code = code;
	if (err->count < INT_MAX)
		err->count++;
	vsnprintf(msg, sizeof(msg), fmt, ap);
	if (full || !keep_source(err, &d->source, source) ||
	    !keep_text(err, &d->path, path, POINTER_SIZE) ||
	    !keep_text(err, &d->msg, msg, NAS_MSG_SIZE))
		return NULL;
	d->line = d->column = 0;
	err->kept++;
	return d;
}

enum nas_status nas_fail(struct nas_err *err, enum nas_status code,
			 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(err, code, NULL, NULL, fmt, ap);
	va_end(ap);
	return code;
}

enum nas_status nas_fail_at(struct nas_err *err, enum nas_status code,
			    const char *source, int line, int column,
			    const char *path, const char *fmt, ...)
{
	struct nas_diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = keep(err, code, source, path, fmt, ap);
	va_end(ap);
	if (d) {
		d->line = line;
		d->column = column;
	}
	return code;
}

void nas_err_prefix(struct nas_err *err, const char *prefix)
{
	char msg[NAS_MSG_SIZE];

	snprintf(msg, sizeof(msg), "%.40s%.279s", prefix, nas_err_msg(err, 0));
	if (err->kept > 0)
		keep_text(err, &err->diag[0].msg, msg, NAS_MSG_SIZE);
}

void nas_err_clear(struct nas_err *err)
{
	err->code = NAS_OK;
	err->count = err->kept = err->used = 0;
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
	char copy[NAS_MSG_SIZE];

	snprintf(copy, sizeof(copy), "%s", s);
	nas_clean(copy, "");
	fputs(copy, out);
}

static void print_diag(const struct nas_err *err, int i, FILE *out)
{
	const char *source = nas_err_source(err, i);
	const char *path = nas_err_path(err, i);

	fputs("nas: ", out);
	if (source[0]) {
		put_clean(source, out);
		if (err->diag[i].line > 0)
			fprintf(out, ":%d:%d", err->diag[i].line,
				err->diag[i].column);
		fputs(": ", out);
	}
	if (path[0]) {
		put_clean(path, out);
		fputs(": ", out);
	}
	put_clean(nas_err_msg(err, i), out);
	fputc('\n', out);
}

void nas_err_print(const struct nas_err *err, FILE *out)
{
	for (int i = 0; i < err->kept; i++)
		print_diag(err, i, out);
	if (err->count > err->kept)
		fprintf(out, "nas: and %d more\n", err->count - err->kept);
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

struct nas_hint nas_hint(const char *word, const char *const *candidates, int n,
			 const char *mark, const char *otherwise)
{
	const char *near = nas_nearest(word, candidates, n);
	struct nas_hint hint;

	if (near)
		snprintf(hint.s, sizeof(hint.s), " (did you mean '%s%.80s'?)",
			 mark, near);
	else
		snprintf(hint.s, sizeof(hint.s), "%s", otherwise);
	return hint;
}

_Noreturn void nas_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "nas: bug: %s:%d: %s\n", file, line, what);
	abort();
}
