/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/history.h - how a search went, epoch by epoch: history.csv.
 *
 * The head is evaluations,feasible,duplicates,best,median,best_bitops and
 * island_1, ... An empty cell of a score is NAN: nothing feasible yet.
 *
 * Usage:
 *	status = history_make(&h, &evolved, arena, err);
 *	history_csv(&text, &h);
 *	status = history_parse(&h, text, "run/history.csv", arena, err);
 */
#ifndef NAS_RUN_HISTORY_H
#define NAS_RUN_HISTORY_H

#include "evolve/evolve.h"
#include "nas/base/file.h"

#define HISTORY_ISLANDS_MAX 65536

struct history_row { /* one an epoch; NAN = none feasible yet */
	double evaluations, feasible, duplicates; /* so far, of all islands */
	double best, median; /* scores */
	double best_bitops;  /* of the best network */
};

struct history {
	bool present; /* false: there is no such file */
	int nrows, islands;
	struct history_row *row; /* (nrows) */
	double *island;          /* (nrows, islands): best of each; NAN */
};

/* Of a search in memory. NAS_ENOMEM. */
enum nas_status history_make(struct history *h,
			     const struct nas_evolve_result *r,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

void history_csv(struct nas_text *t, const struct history *h);

/* NAS_EINPUT with line and column of the first bad cell; NAS_ENOMEM. */
enum nas_status history_parse(struct history *h, const char *text,
			      const char *source, struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
