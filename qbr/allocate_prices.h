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
 * Usage:
 *	if (prices_find(&prices, &g, &chains, arena))
 *		prices.multiplier, prices.bound
 */
#ifndef QBR_ALLOCATE_PRICES_H
#define QBR_ALLOCATE_PRICES_H

#include "qbr/allocate_orders.h"

struct prices {
	double multiplier[POLICY_COSTS_MAX]; /* (B) */
	double bound; /* L of them */
	int *item;    /* (G) that it comes from; in order along the chains */
	bool hopeless; /* L exceeds the largest loss: nothing fits */
};

/* False: out of memory. */
bool prices_find(struct prices *p, const struct groups *g,
		 const struct chains *c, struct nas_arena *arena);

#endif
