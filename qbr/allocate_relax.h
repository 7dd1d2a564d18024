/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_relax.h - a good policy from the prices' choice of items.
 *
 * Usage:
 *	struct relax r = {&g, &chains, prices.multiplier, 1000};
 *	if (relax_repair(&r, item))             item fits now
 *		relax_improve(&r, item);
 */
#ifndef QBR_ALLOCATE_RELAX_H
#define QBR_ALLOCATE_RELAX_H

#include "qbr/allocate_orders.h"

struct relax {
	const struct groups *g;
	const struct chains *c;
	const double *multiplier; /* (B) */
	int pairs; /* so many items at most: two are changed at once as well */
};

/* item (G), in order, is changed one at a time, at the least price for what is
 * above the budgets, until they are met; false where that does not lead there.
 */
bool relax_repair(const struct relax *r, int *item);

/* Changes of one item, then of two at once, that lose less and still fit. */
void relax_improve(const struct relax *r, int *item);

#endif
