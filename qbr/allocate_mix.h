/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_mix.h - the linear program's answer with few groups mixed.
 *
 * The prices come with weighted choices of items (allocate_prices.h), which
 * may differ in many groups where items are equally good at these prices. As
 * long as there are more ways to move weight between two items of a group than
 * budgets, some of them together change no use: weight moves that way, losing
 * no more, until it has left an item. In the end as many groups at most are
 * mixed as there are budgets. Orders are not looked at.
 *
 * Usage:
 *	if (mix_make(&mix, &g, &prices, arena))
 *		mix.item[k], mix.of[i].group
 */
#ifndef QBR_ALLOCATE_MIX_H
#define QBR_ALLOCATE_MIX_H

#include "qbr/allocate_prices.h"

struct mixed { /* a group with several items */
	int group, n;
	int item[PRICES_ROWS];
	double weight[PRICES_ROWS];
};

struct mix {
	int *item; /* (G) the heaviest of each group */
	int n;
	struct mixed *of; /* (n) */
};

/* False: out of memory. */
bool mix_make(struct mix *m, const struct groups *g, const struct bound_prices *p,
	      struct nas_arena *arena);

#endif
