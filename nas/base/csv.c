/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/csv.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "nas/base/file.h"

enum nas_status csv_fail(const struct csv *csv, const struct csv_cell *cell,
			 struct nas_err *err, const char *fmt, ...)
{
	char msg[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return nas_fail_at(err, NAS_EINPUT, csv->source, cell->line,
			   cell->column, NULL, "%s", msg);
}

struct scan {
	const struct csv *csv;
	char *p, *line_start;
	int line;
	bool row_ends; /* behind the cell just read */
};

static struct csv_cell here(const struct scan *s)
{
	return (struct csv_cell){ s->p, s->line,
				  (int)(s->p - s->line_start) + 1 };
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static void next_line(struct scan *s)
{
	s->p += *s->p == '\r';
	s->p += *s->p == '\n';
	s->line_start = s->p;
	s->line++;
}

/* Cells move left over the marks of their quotes. */
static bool scan_quoted(struct scan *s, struct csv_cell *cell)
{
	char *out = ++s->p;

	cell->text = out;
	while (*s->p && (*s->p != '"' || s->p[1] == '"')) {
		if (*s->p == '\n') {
			s->line++;
			s->line_start = s->p + 1;
		}
		s->p += *s->p == '"';
		*out++ = *s->p++;
	}
	if (*s->p != '"')
		return false;
	s->p++;
	*out = '\0';
	while (blank(*s->p))
		s->p++;
	return true;
}

static void scan_plain(struct scan *s, const char *begin, char **end)
{
	s->p += strcspn(s->p, ",\r\n");
	*end = s->p;
	while (*end > begin && blank((*end)[-1]))
		(*end)--;
}

static enum nas_status scan_cell(struct scan *s, struct csv_cell *cell,
				 struct nas_err *err)
{
	char *end = NULL, mark;

	while (blank(*s->p))
		s->p++;
	*cell = here(s);
	if (*s->p == '"') {
		if (!scan_quoted(s, cell))
			return csv_fail(s->csv, cell, err, "unterminated "
					"quoted cell");
	} else {
		scan_plain(s, cell->text, &end);
	}
	mark = *s->p;
	if (mark && !strchr(",\r\n", mark))
		return csv_fail(s->csv, cell, err, "text after a quoted cell");
	s->row_ends = mark != ',';
	if (mark == ',')
		s->p++;
	else
		next_line(s);
	if (end)
		*end = '\0';
	if (csv_is_guarded(cell->text))
		cell->text++;
	return NAS_OK;
}

/* Up to most cells of one row. */
static enum nas_status scan_row(struct scan *s, struct csv_cell *cell, int most,
				int *n, struct nas_err *err)
{
	for (*n = 0, s->row_ends = false; !s->row_ends;) {
		struct csv_cell extra;

		if (scan_cell(s, *n < most ? &cell[*n] : &extra, err))
			return err->code;
		if (*n == most)
			return csv_fail(s->csv, &extra, err, "more than %d "
					"cells in a row", most);
		(*n)++;
	}
	return NAS_OK;
}

static void skip_empty(struct scan *s)
{
	while (*s->p == '\n' || (*s->p == '\r' && s->p[1] == '\n'))
		next_line(s);
}

static enum nas_status scan_head(struct csv *csv, struct scan *s,
				 struct nas_arena *arena, struct nas_err *err)
{
	csv->head = NAS_NEW(arena, struct csv_cell, CSV_COLUMNS_MAX);
	if (!csv->head)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%s'",
				csv->source);
	if (scan_row(s, csv->head, CSV_COLUMNS_MAX, &csv->ncolumns, err))
		return err->code;
	for (int i = 0; i < csv->ncolumns; i++)
		if (csv_column(csv, csv->head[i].text) != i)
			return csv_fail(csv, &csv->head[i], err, "duplicate "
					"column '%.80s'", csv->head[i].text);
	return NAS_OK;
}

static enum nas_status scan_rows(struct csv *csv, struct scan *s,
				 struct nas_err *err)
{
	for (skip_empty(s); *s->p; skip_empty(s)) {
		struct csv_cell *row = &csv->cell[(size_t)csv->nrows *
						  (size_t)csv->ncolumns];
		int n;

		if (scan_row(s, row, csv->ncolumns, &n, err) != NAS_OK)
			return err->code;
		if (n < csv->ncolumns)
			return csv_fail(csv, row, err, "the row has %d cells, "
					"the table %d columns", n,
					csv->ncolumns);
		csv->nrows++;
	}
	if (csv->nrows == 0)
		return nas_fail_at(err, NAS_EINPUT, csv->source, 0, 0, NULL,
				   "no rows after the header");
	return NAS_OK;
}

enum nas_status csv_parse(struct csv *csv, char *text, size_t n,
			  const char *source, struct nas_arena *arena,
			  struct nas_err *err)
{
	struct scan s = { .csv = csv, .p = text, .line = 1 };
	size_t most = 2;

	*csv = (struct csv){ 0 };
	snprintf(csv->source, sizeof(csv->source), "%s", source);
	if (strlen(text) != n)
		return nas_fail_at(err, NAS_EINPUT, source, 0, 0, NULL,
				   "contains a NUL byte; not a text file");
	s.p += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	s.line_start = s.p;
	skip_empty(&s);
	if (scan_head(csv, &s, arena, err) != NAS_OK)
		return err->code;
	for (const char *p = s.p; *p; p++)
		most += *p == '\n' || *p == '\r';
	csv->cell = NAS_NEW2(arena, struct csv_cell, most,
			     (size_t)csv->ncolumns);
	if (!csv->cell)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%s'", source);
	return scan_rows(csv, &s, err);
}

enum nas_status csv_read(struct csv *csv, const char *path,
			 struct nas_arena *arena, struct nas_err *err)
{
	const char *source = strcmp(path, "-") ? path : "standard input";
	char *text, *copy;
	size_t n;

	if (file_read(path, CSV_BYTES_MAX, &text, &n, err) != NAS_OK)
		return err->code;
	copy = NAS_NEW(arena, char, n + 1);
	if (copy)
		memcpy(copy, text, n);
	free(text);
	if (!copy)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%s'", source);
	return csv_parse(csv, copy, n, source, arena, err);
}
