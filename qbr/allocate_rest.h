/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_rest.h - what is left to choose of groups.
 *
 * Groups with one item are settled: their losses and uses are summed, their
 * uses taken off the limits, and only the others are kept. A chain that goes
 * through a settled group is cut there, and its neighbours keep the items that
 * are in order with it.
 *
 * Usage:
 *	if (rest_make(&r, &g, &chains, of, arena))
 *		r.g, r.chains, r.of[k], r.loss
 */
#ifndef QBR_ALLOCATE_REST_H
#define QBR_ALLOCATE_REST_H

#include "qbr/allocate_orders.h"

struct rest {
	struct groups g;      /* items are its own */
	struct chains chains; /* no others */
	int *of;	      /* (G) group of the whole */
	double loss;	      /* of the settled ones */
	bool broken;	      /* some order: there is nothing here */
};

/* of (G): groups of the whole, NULL = they are it. item (whole): the items of
 * settled groups are put there. False: out of memory. */
bool rest_make(struct rest *r, const struct groups *g, const struct chains *c,
	       const int *of, struct item *item, struct nas_arena *arena);

/* L at these prices: no choice of items inside the limits loses less. -HUGE_VAL:
 * out of memory. */
double rest_bound(struct rest *r, const double *price,
		  struct nas_arena *arena);

/* Items whose bound at these prices, beside the best of all others in order,
 * exceeds `most` go; bound is L of the prices. False: all of a group, or out
 * of memory (arena->failed). */
bool rest_reduce(struct rest *r, const double *price, double bound,
		 double most, struct nas_arena *arena);

#endif
