/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_relax.h - bound, good items, and what cannot be better.
 *
 * With a price m_b >= 0 on each budget every policy inside the budgets loses
 * at least  L = sum_g min_k (loss + m use) - m limit;  an item's d is what
 * its choice adds to L at least. So with a policy of loss U known, an item of
 * d > U - L is in no better one (Pisinger 1995, reduction).
 *
 * Usage:
 *	bound = relax_price(&g, multiplier);
 *	if (relax_repair(&g, multiplier, item))       item fits now
 *		relax_improve(&g, item);
 *	relax_reduce(&g, loss - bound, item);
 */
#ifndef QBR_ALLOCATE_RELAX_H
#define QBR_ALLOCATE_RELAX_H

#include "qbr/allocate_groups.h"

/* Set every item's d; returns L. */
double relax_price(struct groups *g, const double *multiplier);

/* item (G) = the least d of each group, then changed one at a time at least
 * cost in d until the budgets are met; false where that does not lead there. */
bool relax_repair(const struct groups *g, int *item);

/* Changes of one item, then of two at once, that lose less and still fit. */
void relax_improve(const struct groups *g, int *item);

/* Drop items with d > slack, but none of item, whose indices follow. Returns
 * the number of items left. */
int relax_reduce(struct groups *g, double slack, int *item);

#endif
