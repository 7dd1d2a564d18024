/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_milp.h - groups as a linear or integer program for GLPK.
 *
 * One column an item, 0 or 1; each group takes one; budgets are rows. An
 * order of two groups is a row for every number of bits t, "at least t in b
 * implies at least t in a", which is tighter than one row on the bits.
 * Losses and uses are scaled to about 1.
 *
 * Usage:
 *	status = milp_relax(&bound, multiplier, &g, arena, err);
 *	status = milp_solve(&answer, &g, MILP_LOSS, 0, item, arena, err);
 */
#ifndef QBR_ALLOCATE_MILP_H
#define QBR_ALLOCATE_MILP_H

#include "qbr/allocate_groups.h"

enum milp_goal {
	MILP_LOSS,  /* least loss inside the budgets */
	MILP_USE,   /* least use of one budget, without the others */
	MILP_SCALE, /* least factor on all budgets */
};

struct milp_answer {
	bool found; /* false: no choice of items meets the rows */
	double value, bound; /* in the goal's unit */
};

/* The relaxation: its value, and what a unit of each budget is worth, >= 0.
 * feasible = false when even fractions of items meet no budgets. */
enum nas_status milp_relax(bool *feasible, double *bound, double *multiplier,
			   const struct groups *g, struct arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

/* item (G) of the optimum; budget is looked at for MILP_USE only. Optimal to
 * 1e-7 of the spread of the values. */
enum nas_status milp_solve(struct milp_answer *answer, const struct groups *g,
			   enum milp_goal goal, int budget, int *item,
			   struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
