/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_node.h - inside qbr/allocate_tree.h: a node, and a policy from
 * its prices.
 *
 * Usage:
 *	if (!node_price(&n))          out of memory
 *	if (n.open)                   something better may be here
 *		n.prices, n.mix
 */
#ifndef QBR_ALLOCATE_NODE_H
#define QBR_ALLOCATE_NODE_H

#include "qbr/allocate_mix.h"
#include "qbr/allocate_quantum.h"
#include "qbr/allocate_rest.h"
#include "qbr/allocate_search.h"

/* Of what is below the best policy so much may be missing in a bound. */
#define NODE_PART 0.02

struct tree {
	struct item_search *s;
	const struct groups *whole;
	struct item *item; /* (whole) of settled groups; then of all */
	double size;	   /* sum of the largest |losses|, for rounding */
	int parted;
};

struct node {
	struct tree *t;
	struct nas_arena *arena;
	struct rest rest; /* groups with a choice left */
	double settled;	  /* loss of the others */
	double multiplier[GROUPS_USES];
	struct loss_steps steps;
	struct bound_prices prices;
	struct mix mix;
	bool open;
};

/* What the groups of this node lose at most in a better policy. */
double node_most(const struct node *n);

/* Prices, and a policy from them. False: out of memory. */
bool node_price(struct node *n);

/* Items of this node's groups (G; NULL = none is left), with those settled,
 * become the best policy if they fit and are better. */
void node_offer(struct node *n, const int *item);

#endif
