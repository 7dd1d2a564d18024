/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/csv.h - tables in comma-separated text (RFC 4180).
 *
 * The first row names the columns; every row has as many cells. Quoted cells,
 * CRLF, a byte order mark and empty lines are understood. Spaces and tabs
 * around a cell that is not quoted do not belong to it.
 *
 * A cell that a spreadsheet would compute (it begins with = + - @, a tab or a
 * CR and is no number) is written with a ' before it, as is one that begins
 * with such marks already; reading takes one ' away again. Numbers stay as
 * they are.
 *
 * Usage:
 *	status = csv_read(&csv, "accuracies.csv", arena, err);
 *	c = csv_column(&csv, "bits_a");                  -1: not there
 *	for (r = 0; r < csv.nrows; r++)
 *		status = csv_number(&x, &csv, r, c, err);
 */
#ifndef NAS_BASE_CSV_H
#define NAS_BASE_CSV_H

#include <stdbool.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"

#define CSV_BYTES_MAX	((size_t)16 << 20)
#define CSV_COLUMNS_MAX 1000

struct csv_cell {
	const char *text;
	int line, column; /* where it begins, from 1 */
};

struct csv {
	char source[256];
	int ncolumns, nrows;
	struct csv_cell *head; /* (ncolumns) */
	struct csv_cell *cell; /* (nrows, ncolumns) */
};

/* "-" = standard input; the memory is the arena's. NAS_EIO; NAS_EINPUT with
 * the place: no rows, a row of another length, an open quote, two columns of
 * one name. */
enum nas_status csv_read(struct csv *csv, const char *path,
			 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The same of n bytes of text, which are changed and must stay. */
enum nas_status csv_parse(struct csv *csv, char *text, size_t n,
			  const char *source, struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

int csv_column(const struct csv *csv, const char *name); /* -1: not there */

/* The column; NAS_EINPUT with the nearest name when it is not there. */
enum nas_status csv_need(int *column, const struct csv *csv, const char *name,
			 struct nas_err *err) NAS_MUST_CHECK;

static inline const struct csv_cell *csv_at(const struct csv *csv, int row,
					    int column)
{
	return &csv->cell[(size_t)row * (size_t)csv->ncolumns +
			  (size_t)column];
}

/* A finite decimal number, the whole cell; NAS_EINPUT with the place. */
enum nas_status csv_number(double *x, const struct csv *csv, int row,
			   int column, struct nas_err *err) NAS_MUST_CHECK;

/* A whole number in low .. high, else NAS_EINPUT. */
enum nas_status csv_int(int *x, const struct csv *csv, int row, int column,
			int low, int high, struct nas_err *err) NAS_MUST_CHECK;

/* A failure at a cell. */
enum nas_status csv_fail(const struct csv *csv, const struct csv_cell *cell,
			 struct nas_err *err, const char *fmt, ...)
	NAS_FORMAT(4, 5);

/* What a CSV file has for a text: quoted where it must be, and never a
 * formula. */
struct nas_text;
void csv_add(struct nas_text *t, const char *cell);

#define CSV_FORMULA "=+-@\t\r" /* a spreadsheet may compute what follows */

/* Text that csv_add has put a ' before, which the reader takes away. */
bool csv_is_guarded(const char *cell);

#endif
