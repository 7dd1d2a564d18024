/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate.h - the policy with the least loss inside the budgets, proven.
 *
 * An exact multiple-choice knapsack with any number of budgets:
 *  1. tied layers and those on a circle of orders become one group, dominated
 *     choices go (allocate_groups.h, allocate_orders.h);
 *  2. a limit that no sum reaches becomes the next lower one that may be
 *     reached (allocate_quantum.h);
 *  3. prices of the budgets are found with the best Lagrangian bound
 *     (allocate_prices.h), and a policy by repair and exchange
 *     (allocate_relax.h);
 *  4. branches: where the linear program mixes items of a group, it is parted
 *     between them; each part has prices of its own, and items that cannot be
 *     in a better policy go (allocate_tree.h). Losses that are multiples of
 *     one number raise a bound to the next multiple (allocate_quantum.h);
 *     where layers lose alike, branches are on how many of them have few bits
 *     (allocate_counts.h);
 *  5. where that does not end soon, lists of undominated halves, bounded by
 *     prices around the best, with orders that are chains kept exactly
 *     (allocate_line.h, allocate_labels.h); then branches again.
 * The answer is summed again from the problem and checked against ties,
 * orders and budgets before it is given.
 *
 * What is exact: sums are of doubles. A budget holds when the sum of costs is
 * at most limit x (1 + 1e-9). Bounds allow for what their own sums may be off,
 * so that no policy inside the budgets loses less than the answer by more than
 * 4e-12 of the sum of all |losses| and priced limits. A gap of 0 says that;
 * one above 0 says that the search ended (after 50,000 branches) before all was
 * looked at, and what is then known.
 *
 * Usage:
 *	status = allocate(&a, &problem, arena, err);
 *	if (a.status == ALLOCATE_OPTIMAL)
 *		a.policy.pick[i], a.policy.loss, a.gap
 *	else
 *		a.least[r], a.scale             which budget, by how much
 *
 * Cost: 19 layers of 2 choices, 3 budgets: about a millisecond; 500 layers of
 * 49 choices: mostly under a second; qbr/README.md has a table.
 * Source: HAWQ-V3 (Yao et al. 2021) for the problem; multiple-choice
 * knapsack by bounds and lists: Pisinger (1995), Martello and Toth (1990);
 * prices by columns: Dantzig and Wolfe (1960).
 */
#ifndef QBR_ALLOCATE_H
#define QBR_ALLOCATE_H

#include "qbr/policy_problem.h"

enum allocate_status { ALLOCATE_OPTIMAL, ALLOCATE_INFEASIBLE };

struct allocation {
	enum allocate_status status;
	const char *method;   /* what proved it: "bounds", "branches" or
			       * "labels" */
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
			 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
