/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_orders.h - orders between layers as chains of groups.
 *
 * Layers on a circle of orders have equal bits: they are tied. What remains
 * has no circles; orders that follow from others go. Of the rest each group
 * keeps at most one neighbour above and one below: those are the chains, which
 * bounds and searches hold exactly. Orders beside them are left to branching
 * (allocate_search.h).
 *
 * Usage:
 *	orders_unite(parent, problem, arena);       ties and circles
 *	chains_make(&chains, &groups, arena);
 */
#ifndef QBR_ALLOCATE_ORDERS_H
#define QBR_ALLOCATE_ORDERS_H

#include "qbr/allocate_groups.h"

struct chains {
	int *above, *below; /* (G) group, -1 = none */
	int nothers;
	struct policy_pair *other; /* orders of groups that no chain holds */
};

/* parent (L): a forest of layers with equal bits, its roots the first layers.
 * False: out of memory. */
bool orders_unite(int *parent, const struct policy_problem *p,
		  struct nas_arena *arena);
int orders_root(int *parent, int i);

/* False: out of memory. */
bool chains_make(struct chains *c, const struct groups *g,
		 struct nas_arena *arena);

/* b may follow a: no more bits of either kind. */
static inline bool item_in_order(const struct item *a, const struct item *b)
{
	return b->bits_w <= a->bits_w && b->bits_a <= a->bits_a;
}

/* Of the orders beside the chains the first that items break; -1. */
int chains_broken(const struct chains *c, const struct groups *g,
		  const int *item);
int chains_broken_by(const struct chains *c, const struct item *item); /* (G) */

#endif
