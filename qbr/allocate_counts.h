/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_counts.h - inside qbr/allocate_search.h: branches on how many
 * groups have few bits.
 *
 * Where layers lose alike, the loss of a policy says how many of them have
 * which bits, not which ones: parting a group between its items then raises no
 * bound, as another group takes its place. But how many layers have at most t
 * bits is a whole number. Where the linear program says 3.4, all policies have
 * at most 3 or at least 4, and both raise the bound. Such a limit is one more
 * budget, of which an item uses its layers or 0; a box is a set of them.
 *
 * Where all counts of a box are whole, all policies with them lose the same,
 * and the question is which layers: as few bits as that in as many layers, or
 * fewer, with the least use of the dearest budget (allocate_tree.h). If that
 * is inside the limit, the box has its best policy. Else some count is higher:
 * the box is parted into those cases.
 *
 * That layers lose alike makes it fast, not right: bounds are of the losses as
 * they are.
 *
 * Usage:
 *	status = counts_search(s, &g, &prices, &limits, &done, arena, err);
 *
 * Source: branching on sums of variables: Vanderbeck and Wolsey (1996); the
 * second question is ours.
 */
#ifndef QBR_ALLOCATE_COUNTS_H
#define QBR_ALLOCATE_COUNTS_H

#include "qbr/allocate_search.h"

struct counts_limits {
	int first; /* nodes of the tree that are parted before; 0: none */
	int boxes; /* that are looked at */
	int nodes; /* that are parted in one of them */
};

/* As tree_search(); done: false where layers do not lose alike or the limits
 * ended it. */
enum nas_status counts_search(struct item_search *s, const struct groups *g,
			      const struct bound_prices *p,
			      const struct counts_limits *limits, bool *done,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
