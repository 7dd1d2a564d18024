/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/rows.h - the history of a search, one row an epoch at first.
 *
 * When there are too many rows, every other one is dropped and from then on
 * only every other epoch is kept, so that a search of a week has no longer a
 * history than one of an hour. The latest epoch is always there, and so are
 * those at which the evaluations had doubled.
 *
 * Usage:
 *	struct rows rows;
 *	status = rows_init(&rows, islands, &arena, err);
 *	status = rows_add(&rows, &row, island_best, &arena, err);
 *	rows_give(&rows, result);
 */
#ifndef EVOLVE_ROWS_H
#define EVOLVE_ROWS_H

#include "evolve/evolve.h"

struct rows {
	int n;        /* kept; row n is the latest one if it is not kept */
	int size;     /* room */
	bool latest;  /* there is a row n */
	bool cut;     /* and one behind, of an epoch that was cut */
	int64_t doubled; /* evaluations of the last doubling */
	int64_t epochs, every;
	int islands;
	struct nas_evolve_row *row; /* (n + latest + cut) */
	double *island_best;        /* (n + latest + cut, islands) */
};

enum nas_status rows_init(struct rows *rows, int islands,
			  struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* island_best: (islands) fitness. The row's doubling is set. */
enum nas_status rows_add(struct rows *rows, const struct nas_evolve_row *row,
			 const double *island_best, struct nas_arena *arena,
			 struct nas_err *err) NAS_MUST_CHECK;

/* The last row, of an epoch that is not done; none of one that did nothing. */
enum nas_status rows_add_cut(struct rows *rows,
			     const struct nas_evolve_row *row,
			     const double *island_best, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* Room for n rows, which a checkpoint fills; then rows_resume. */
enum nas_status rows_reserve(struct rows *rows, int n, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

void rows_resume(struct rows *rows, int64_t epochs, int64_t every, int n,
		 bool latest);

int rows_most(int islands); /* rows kept at most */

void rows_give(const struct rows *rows, struct nas_evolve_result *result);

#endif
