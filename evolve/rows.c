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

/* Room for n rows, the latest one, and one that was cut. */
enum nas_status rows_reserve(struct rows *rows, int n, struct nas_arena *arena,
			     struct nas_err *err)
{
	size_t size = (size_t)n + 2, islands = (size_t)rows->islands;
	size_t held = (size_t)(rows->n + rows->latest);
	struct nas_evolve_row *row;
	double *best;

	if (n + 2 <= rows->size)
		return NAS_OK;
	row = NAS_NEW(arena, struct nas_evolve_row, size);
	best = NAS_NEW2(arena, double, size, islands);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the history");
	if (held) {
		memcpy(row, rows->row, held * sizeof(*row));
		memcpy(best, rows->island_best,
		       held * islands * sizeof(*best));
	}
	rows->row = row;
	rows->island_best = best;
	rows->size = n + 2;
	return NAS_OK;
}

enum nas_status rows_init(struct rows *rows, int islands,
			  struct nas_arena *arena, struct nas_err *err)
{
	*rows = (struct rows){ .islands = islands, .every = 1 };
	return rows_reserve(rows, ROWS_LEAST, arena, err);
}

static void put(struct rows *rows, int at, const struct nas_evolve_row *row,
		const double *island_best)
{
	size_t islands = (size_t)rows->islands;

	rows->row[at] = *row;
	memmove(rows->island_best + (size_t)at * islands, island_best,
		islands * sizeof(*island_best));
}

/* Keep the doublings, and the epochs that twice as wide steps meet. */
static void thin_out(struct rows *rows)
{
	int n = 0;

	rows->every *= 2;
	for (int i = 0; i < rows->n; i++)
		if (rows->row[i].doubling ||
		    rows->row[i].epoch % rows->every == 0)
			put(rows, n++, &rows->row[i],
			    rows->island_best +
				    (size_t)i * (size_t)rows->islands);
	rows->n = n;
}

enum nas_status rows_add(struct rows *rows, const struct nas_evolve_row *row,
			 const double *island_best, struct nas_arena *arena,
			 struct nas_err *err)
{
	int most = rows_most(rows->islands), wanted = 2 * rows->n;
	struct nas_evolve_row *now;

	rows->latest = false;
	if (rows->n == most)
		thin_out(rows);
	if (rows->n + 2 >= rows->size &&
	    rows_reserve(rows, wanted < most ? wanted : most, arena, err))
		return err->code;
	put(rows, rows->n, row, island_best);
	now = &rows->row[rows->n];
	now->doubling = row->evaluations >= 2 * rows->doubled;
	if (now->doubling)
		rows->doubled = row->evaluations;
	rows->latest = ++rows->epochs % rows->every != 0 && !now->doubling;
	rows->n += !rows->latest;
	return NAS_OK;
}

enum nas_status rows_add_cut(struct rows *rows,
			     const struct nas_evolve_row *row,
			     const double *island_best, struct nas_arena *arena,
			     struct nas_err *err)
{
	int n = rows->n + rows->latest;

	if (n > 0 && rows->row[n - 1].evaluations == row->evaluations &&
	    rows->row[n - 1].duplicates == row->duplicates)
		return NAS_OK; /* it had not begun */
	if (rows_reserve(rows, rows->n, arena, err) != NAS_OK)
		return err->code;
	put(rows, n, row, island_best);
	rows->cut = true;
	return NAS_OK;
}

void rows_resume(struct rows *rows, int64_t epochs, int64_t every, int n,
		 bool latest)
{
	rows->n = n;
	rows->latest = latest;
	rows->epochs = epochs;
	rows->every = every;
	rows->doubled = 0;
	for (int i = 0; i < n; i++)
		if (rows->row[i].doubling)
			rows->doubled = rows->row[i].evaluations;
}

void rows_give(const struct rows *rows, struct nas_evolve_result *result)
{
	result->nrows = rows->n + rows->latest + rows->cut;
	result->row = rows->row;
	result->island_best = rows->island_best;
	result->islands = rows->islands;
}
