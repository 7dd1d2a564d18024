/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate.h - the policy with the least loss inside the budgets, proven.
 *
 * An exact multiple-choice knapsack with any number of budgets:
 *  1. tied layers become one group, dominated choices go (allocate_groups.h);
 *  2. GLPK solves the relaxation; its multipliers and others around them give
 *     Lagrangian bounds of any half of the groups, with orders that are chains
 *     kept exactly (allocate_line.h);
 *  3. all policies whose bound is within a slack are looked at, as two lists of
 *     undominated halves (allocate_labels.h), for growing slacks until there
 *     is one: the best of them is the best of all;
 *  4. where orders are no chains, or the lists grow too long, GLPK's integer
 *     solver has the word (allocate_program.h), on the choices that a good
 *     policy by repair and exchange leaves (allocate_relax.h).
 * The answer is summed again from the problem and checked against ties,
 * orders and budgets before it is given.
 *
 * Usage:
 *	status = allocate(&a, &problem, arena, err);
 *	if (a.status == ALLOCATE_OPTIMAL)
 *		a.policy.pick[i], a.policy.loss, a.gap
 *	else
 *		a.least[r], a.scale             which budget, by how much
 *
 * Cost: 19 layers of 2 choices, 3 budgets: about a millisecond; 104 layers of
 * 7 choices, 3 budgets, with or without orders: tens of milliseconds. Hard
 * ones, 52 layers of 49 choices and 3 budgets, take about a second.
 * Source: HAWQ-V3 (Yao et al. 2021) for the problem; multiple-choice
 * knapsack by bounds and lists: Pisinger (1995), Martello and Toth (1990).
 */
#ifndef QBR_ALLOCATE_H
#define QBR_ALLOCATE_H

#include "qbr/policy_problem.h"

enum allocate_status { ALLOCATE_OPTIMAL, ALLOCATE_INFEASIBLE };

struct allocation {
	enum allocate_status status;
	const char *method;   /* what proved it: "labels", exactly, or "integer
			       * program", to GLPK's tolerance */
	struct policy policy; /* infeasible: the least violating one */
	double bound;         /* no policy inside the budgets loses less */
	double gap;           /* (loss - bound) / |loss|, 0 = exact */
	double relaxed;       /* Lagrangian bound, from multiplier alone */
	double multiplier[POLICY_COSTS_MAX]; /* (R) loss saved by one more
					      * unit of a budget */
	/* infeasible only */
	double least[POLICY_COSTS_MAX]; /* (R) least possible use of each
					 * budget alone */
	double scale; /* least factor on all budgets that makes a policy fit */
};

/*
 * Solve. The arena keeps allocation->policy.pick; scratch lives there too.
 * Infeasible is a result. NAS_ENOMEM; NAS_ENUM when numbers are beyond what
 * the solver can hold.
 */
enum nas_status allocate(struct allocation *a, const struct policy_problem *p,
			 struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
