/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of bits and accuracies. */
#include <string.h>

#include "nas/base/csv.h"
#include "nas/run/calibration.h"

#define BITS_MAX 32

/* The column of accuracies: the one that is asked for, "accuracy", or the
 * only one besides the bits. */
static enum nas_status find_accuracy(int *column, const struct csv *csv,
				     const char *name, struct nas_err *err)
{
	int others = 0;

	if (name)
		return csv_need(column, csv, name, err);
	*column = csv_column(csv, "accuracy");
	if (*column >= 0)
		return NAS_OK;
	for (int c = 0; c < csv->ncolumns; c++) {
		if (strcmp(csv->head[c].text, "bits_a") == 0 ||
		    strcmp(csv->head[c].text, "bits_w") == 0)
			continue;
		*column = c;
		others++;
	}
	if (others == 1)
		return NAS_OK;
	return csv_fail(csv, csv->head, err, "no column 'accuracy'%s", others ?
			", and several it could be: --accuracy NAME says "
			"which" : "");
}

struct columns {
	int bits_a, bits_w, accuracy;
};

static enum nas_status read_rows(const struct csv *csv,
				 const struct columns *at, int *bits_a,
				 int *bits_w, double *accuracy,
				 struct nas_err *err)
{
	for (int r = 0; r < csv->nrows; r++) {
		(void)!csv_int(&bits_a[r], csv, r, at->bits_a, 1, BITS_MAX,
			       err);
		(void)!csv_int(&bits_w[r], csv, r, at->bits_w, 1, BITS_MAX,
			       err);
		(void)!csv_number(&accuracy[r], csv, r, at->accuracy, err);
	}
	return err->code;
}

/* Equal accuracies have no rank that a score could have. */
static enum nas_status check_rows(const struct csv *csv, int column,
				  const double *accuracy, struct nas_err *err)
{
	for (int r = 1; r < csv->nrows; r++)
		if (accuracy[r] != accuracy[0])
			return NAS_OK;
	return csv_fail(csv, &csv->head[column], err, "%s: nothing to rank",
			csv->nrows < 2 ? "one row only"
				       : "all accuracies are equal");
}

enum nas_status calibration_read(struct calibrate_table *table,
				 struct calibration_record *record,
				 const char *path, const char *column,
				 struct arena *arena, struct nas_err *err)
{
	int *bits_a, *bits_w;
	struct columns at;
	double *accuracy;
	struct csv csv;
	size_t n;

	if (csv_read(&csv, path, arena, err) != NAS_OK ||
	    csv_need(&at.bits_a, &csv, "bits_a", err) != NAS_OK ||
	    csv_need(&at.bits_w, &csv, "bits_w", err) != NAS_OK ||
	    find_accuracy(&at.accuracy, &csv, column, err) != NAS_OK)
		return err->code;
	n = (size_t)csv.nrows;
	bits_a = NAS_NEW(arena, int, n);
	bits_w = NAS_NEW(arena, int, n);
	accuracy = NAS_NEW(arena, double, n);
	record->accuracy = arena_strdup(arena, csv.head[at.accuracy].text);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the table");
	if (read_rows(&csv, &at, bits_a, bits_w, accuracy, err) != NAS_OK ||
	    check_rows(&csv, at.accuracy, accuracy, err) != NAS_OK)
		return err->code;
	record->rows = csv.nrows;
	*table = (struct calibrate_table){ csv.nrows, bits_a, bits_w,
					   accuracy };
	return NAS_OK;
}
