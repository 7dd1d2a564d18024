/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cells of a table say. */
#include <math.h>
#include <string.h>

#include "nas/base/csv.h"
#include "nas/base/file.h"

int csv_column(const struct csv *csv, const char *name)
{
	for (int i = 0; i < csv->ncolumns; i++)
		if (strcmp(csv->head[i].text, name) == 0)
			return i;
	return -1;
}

enum nas_status csv_need(int *column, const struct csv *csv, const char *name,
			 struct nas_err *err)
{
	const char *names[CSV_COLUMNS_MAX];

	*column = csv_column(csv, name);
	if (*column >= 0)
		return NAS_OK;
	for (int i = 0; i < csv->ncolumns; i++)
		names[i] = csv->head[i].text;
	return csv_fail(csv, csv->head, err, "no column '%.80s'%s", name,
			nas_hint(name, names, csv->ncolumns, "", "").s);
}

static bool is_number(const char *s)
{
	char *end;

	/* strtod also takes hexadecimal numbers, nan and inf */
	(void)strtod(s, &end);
	return end != s && !*end && strspn(s, "0123456789+-.eE") == strlen(s);
}

enum nas_status csv_number(double *x, const struct csv *csv, int row,
			   int column, struct nas_err *err)
{
	const struct csv_cell *cell = csv_at(csv, row, column);

	*x = strtod(cell->text, NULL);
	if (!is_number(cell->text))
		return csv_fail(csv, cell, err, "'%.80s' is not a number "
				"(column '%.80s')", cell->text,
				csv->head[column].text);
	if (!isfinite(*x))
		return csv_fail(csv, cell, err, "%.80s is too large",
				cell->text);
	return NAS_OK;
}

enum nas_status csv_int(int *x, const struct csv *csv, int row, int column,
			int low, int high, struct nas_err *err)
{
	double value;

	if (csv_number(&value, csv, row, column, err) != NAS_OK)
		return err->code;
	if (!(value >= low && value <= high) || value != floor(value))
		return csv_fail(csv, csv_at(csv, row, column), err, "%s must "
				"be a whole number from %d to %d, not '%.80s'",
				csv->head[column].text, low, high,
				csv_at(csv, row, column)->text);
	*x = (int)value;
	return NAS_OK;
}

bool csv_is_guarded(const char *cell)
{
	size_t marks = strspn(cell, "'");

	return marks > 0 && cell[marks] && strchr(CSV_FORMULA, cell[marks]);
}

void csv_add(struct nas_text *t, const char *cell)
{
	size_t n = strlen(cell);
	bool formula = n > 0 && strchr(CSV_FORMULA, *cell) && !is_number(cell);
	bool quoted = strpbrk(cell, ",\"\r\n") ||
		      (n > 0 && (strchr(" \t", *cell) ||
				 strchr(" \t", cell[n - 1])));

	text_add(t, quoted ? "\"" : "");
	text_add(t, formula || csv_is_guarded(cell) ? "'" : "");
	for (const char *s = cell; *s; s++)
		text_addn(t, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
	text_add(t, quoted ? "\"" : "");
}
