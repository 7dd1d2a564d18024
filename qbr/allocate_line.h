/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_line.h - groups on a line, and what is lost at least on either
 * side of a place.
 *
 * Groups that orders connect stand beside each other, falling in bits; the
 * others stand outside of them, those whose second best item costs most
 * outermost. Orders beside the chains (qbr/allocate_orders.h) are not looked at.
 * With a price m_b >= 0 on each budget,
 *	L(m) = min sum (loss + m use) - m limit
 * over all items in order is found from left to right, and no policy inside
 * the budgets loses less. The same minimum over the groups to the left or to
 * the right of a place completes the bound of half a policy. Beside the best
 * prices there are others around them, each with one of them changed: those
 * bound halves that use more or less than the best mean to.
 *
 * Usage:
 *	if (line_make(&line, &g, &chains, multiplier, true, arena))
 *		line.bound                             L of the multiplier
 *
 * Symbols: G groups, B budgets, M prices. Place i is before group i, 0 .. G.
 * Source: Lagrangian bounds of the multiple-choice knapsack, Pisinger (1995);
 * the line and the family of prices are ours.
 */
#ifndef QBR_ALLOCATE_LINE_H
#define QBR_ALLOCATE_LINE_H

#include "qbr/allocate_orders.h"

struct line {
	const struct groups *g;
	int *group;    /* (G) */
	bool *chained; /* (G+1) no more bits than the group before it */
	int nprices;
	double *price;  /* (M, B) the best first */
	double *end;    /* (M) - m limit */
	double **right; /* (G+1) of groups i .. by the item of group i-1, where
			 * group i is chained to it: (items or 1, M) */
	double **left;  /* (G+1) of groups .. i-1 by the item of group i */
	double **item;  /* (G) (items) bound with this item, of all prices */
	double bound;   /* L of the best prices */
	double size;    /* of the numbers summed: for rounding */
};

/* family: with other prices around the multiplier. False: out of memory. */
bool line_make(struct line *line, const struct groups *g,
	       const struct chains *c, const double *multiplier, bool family,
	       struct nas_arena *arena);


static inline const struct group *line_group(const struct line *line, int i)
{
	return &line->g->group[line->group[i]];
}

/* By how much sums of losses and bounds may be off. */
static inline double line_rounding(const struct line *line)
{
	return 1e-12 * line->size;
}

/* What is lost at least beside half a policy: the groups before place i when
 * `item` is of group i, or those from i on when it is of group i-1. (M) */
static inline const double *line_left(const struct line *line, int i, int item)
{
	return line->left[i] +
	       (line->chained[i] ? (size_t)item * (size_t)line->nprices : 0);
}

static inline const double *line_right(const struct line *line, int i, int item)
{
	return line->right[i] +
	       (line->chained[i] ? (size_t)item * (size_t)line->nprices : 0);
}

#endif
