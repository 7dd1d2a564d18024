/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_tree.h - inside qbr/allocate_search.h: a tree of small nodes,
 * each with prices of its own.
 *
 * Where lists grow too long (many groups, 2 or 3 budgets), what tells policies
 * apart is the prices: those of a node in which a few groups are settled leave
 * few of the others open. So a node is made cheap. It keeps only the groups
 * with a choice left (what the others use is taken off the limits), its prices
 * begin at those of the node above, and items whose bound is no better than the
 * best policy go. A group in which the linear program mixes items is parted
 * between them; of the few such groups the one that raises the bounds of both
 * parts most, and where a part cannot be better only the other one stays. A
 * policy comes from the mix, by repair and exchange (allocate_relax.h).
 *
 * Usage:
 *	status = tree_search(s, &g, &prices, nodes, arena, err);
 *
 * Source: branch and bound of the multiple-choice knapsack with several
 * budgets by its linear program: Sinha and Zoltners (1979); both parts tried
 * before one is chosen: strong branching, Applegate et al. (1995).
 */
#ifndef QBR_ALLOCATE_TREE_H
#define QBR_ALLOCATE_TREE_H

#include "qbr/allocate_search.h"

/* The best of the items of g where it is better than s->best, which it then
 * becomes; s->gave_up where so many parted nodes did not do, and s->open, what the
 * others lose at least. NAS_ENOMEM. */
enum nas_status tree_search(struct item_search *s, const struct groups *g,
			    const struct bound_prices *p, int nodes,
			    struct nas_arena *arena, struct nas_err *err) NAS_MUST_CHECK;

#endif
