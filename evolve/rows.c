/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/rows.h"

#include <string.h>

#define ROWS_MOST 8192
#define ROWS_LEAST 64
#define CELLS_MOST (1 << 22) /* rows times islands */

int rows_most(int islands)
{
	int n = CELLS_MOST / islands;

	return n > ROWS_MOST ? ROWS_MOST : n < ROWS_LEAST ? ROWS_LEAST : n;
}

enum nas_status rows_reserve(struct rows *rows, int n, struct arena *arena,
			     struct nas_err *err)
{
	size_t size = (size_t)n + 1, islands = (size_t)rows->islands;
	struct evolve_row *row;
	double *best;

	if (n < rows->size)
		return NAS_OK;
	row = NAS_NEW(arena, struct evolve_row, size);
	best = NAS_NEW2(arena, double, size, islands);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the history");
	if (rows->n) {
		memcpy(row, rows->row, (size_t)rows->n * sizeof(*row));
		memcpy(best, rows->island_best,
		       (size_t)rows->n * islands * sizeof(*best));
	}
	rows->row = row;
	rows->island_best = best;
	rows->size = n + 1;
	return NAS_OK;
}

enum nas_status rows_init(struct rows *rows, int islands, struct arena *arena,
			  struct nas_err *err)
{
	*rows = (struct rows){ .islands = islands, .every = 1 };
	return rows_reserve(rows, ROWS_LEAST, arena, err);
}

/* Keep rows 1, 3, 5, ...: those of the epochs that twice as wide steps meet. */
static void thin_out(struct rows *rows)
{
	size_t islands = (size_t)rows->islands;

	for (int i = 0; i < rows->n / 2; i++) {
		rows->row[i] = rows->row[2 * i + 1];
		memmove(rows->island_best + (size_t)i * islands,
			rows->island_best + (size_t)(2 * i + 1) * islands,
			islands * sizeof(*rows->island_best));
	}
	rows->n /= 2;
	rows->every *= 2;
}

enum nas_status rows_add(struct rows *rows, const struct evolve_row *row,
			 const double *island_best, struct arena *arena,
			 struct nas_err *err)
{
	int most = rows_most(rows->islands), wanted = 2 * rows->n;

	if (rows->n == most)
		thin_out(rows);
	if (rows->n + 1 >= rows->size &&
	    rows_reserve(rows, wanted < most ? wanted : most, arena, err))
		return err->code;
	rows->row[rows->n] = *row;
	memcpy(rows->island_best + (size_t)rows->n * (size_t)rows->islands,
	       island_best, (size_t)rows->islands * sizeof(*island_best));
	rows->latest = ++rows->epochs % rows->every != 0;
	rows->n += !rows->latest;
	return NAS_OK;
}

void rows_give(const struct rows *rows, struct evolve_result *result)
{
	result->nrows = rows->n + rows->latest;
	result->row = rows->row;
	result->island_best = rows->island_best;
	result->islands = rows->islands;
}
