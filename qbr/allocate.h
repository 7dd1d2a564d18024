/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate.h - the policy with the least loss inside the budgets, proven.
 *
 * An exact multiple-choice knapsack with any number of budgets:
 *  1. tied layers become one group, dominated choices go (qbr/groups.h);
 *  2. GLPK solves the relaxation; its multipliers give a Lagrangian bound,
 *     recomputed here, and a good policy by repair and exchange; choices that
 *     cannot be in a better one go (qbr/relax.h);
 *  3. what is left is enumerated as a list of undominated partial policies
 *     (qbr/labels.h), or given to GLPK's integer solver where there are
 *     orders or the list grows too long (qbr/milp.h).
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
 * Cost: 19 layers of 2 choices, 3 budgets: about a millisecond; 52 layers of
 * 49 choices, 3 budgets: tens of milliseconds.
 * Source: HAWQ-V3 (Yao et al. 2021) for the problem; multiple-choice
 * knapsack by bounds and lists: Pisinger (1995), Martello and Toth (1990).
 */
#ifndef QBR_ALLOCATE_H
#define QBR_ALLOCATE_H

#include "qbr/policy_problem.h"

enum allocate_status { ALLOCATE_OPTIMAL, ALLOCATE_INFEASIBLE };

struct allocation {
	enum allocate_status status;
	const char *method;   /* what proved it: "relaxation", "labels" or
			       * "integer program" */
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
