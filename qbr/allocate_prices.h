/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_prices.h - the prices of the budgets with the best bound.
 *
 * With a price m_b >= 0 on each budget no policy inside the budgets loses less
 * than  L(m) = min sum (loss + m use) - m limit,  the minimum over all items in
 * order along the chains, found from end to end of each. L is concave; its
 * maximum is that of a linear program with a row a budget and a column a
 * choice of items, which are made one at a time, the best for the prices of
 * those there are (Dantzig and Wolfe 1960). Its basis has B + 1 columns and is
 * solved anew each step. Whatever comes, L(m) of the prices given is a bound.
 *
 * Near known prices it begins in a box around them: what lies outside is bought
 * or sold at the box's edge, and the box grows where that is done in the end.
 *
 * Usage:
 *	if (prices_find(&prices, &g, &chains, arena))
 *		prices.multiplier, prices.bound
 *	struct prices_near near = {multiplier, most};
 *	if (prices_find_near(&prices, &g, &chains, &near, arena))
 */
#ifndef QBR_ALLOCATE_PRICES_H
#define QBR_ALLOCATE_PRICES_H

#include "qbr/allocate_orders.h"

#define PRICES_ROWS (GROUPS_USES + 1)
/* Of all that a bound sums, losses and priced limits, it may be off. */
#define PRICES_ROUNDING 1e-12

struct bound_prices {
	double multiplier[GROUPS_USES]; /* (B) */
	double bound; /* L of them */
	int *item;    /* (G) that it comes from; in order along the chains */
	bool hopeless; /* L exceeds the largest loss: nothing fits */

	/* The linear program's answer: weighted choices of items. */
	int nmix;
	int *mix[PRICES_ROWS]; /* (G) */
	double weight[PRICES_ROWS];
};

struct prices_near {
	const double *multiplier; /* (B) */
	double most; /* a bound above it is enough */
	double part; /* of what is between bound and most may be missing */
};

/* False: out of memory. */
bool prices_find(struct bound_prices *p, const struct groups *g,
		 const struct chains *c, struct nas_arena *arena);
bool prices_find_near(struct bound_prices *p, const struct groups *g,
		      const struct chains *c, const struct prices_near *near,
		      struct nas_arena *arena);

#endif
