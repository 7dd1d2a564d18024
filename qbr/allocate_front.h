/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_front.h - has anything so far used no more of any budget?
 *
 * Labels come in the order of their loss, so one that uses as much as another
 * before it is of no use. With one budget the least use so far tells. With more
 * the uses of the first ones are put into cells, and a Fenwick tree (Fenwick
 * 1994) over the cells keeps the least of what is left: that of cells below is
 * known to use less. Of each cell the latest is compared itself, and so are the
 * last few of all: what is found is true, but not all is found.
 *
 * Usage:
 *	front_init(&front, nbudgets, low, high, cells, arena);
 *	if (!front_beats(&front, use))
 *		front_add(&front, use);
 */
#ifndef QBR_ALLOCATE_FRONT_H
#define QBR_ALLOCATE_FRONT_H

#include "qbr/policy_problem.h"

#define FRONT_LAST 16

struct front {
	int nb, cells; /* a budget that is put into cells */
	bool any;
	double low[2], unit[2];
	double *least;	/* (cells) or (cells, cells): the tree */
	double *latest; /* the same, (B) each; infinite: none */
	double last[FRONT_LAST][POLICY_COSTS_MAX];
	int nlast;
};

/* low, high (B): between which uses lie. False: out of memory. */
bool front_init(struct front *f, int nb, const double *low, const double *high,
		int cells, struct nas_arena *arena);
bool front_beats(const struct front *f, const double *use);
void front_add(struct front *f, const double *use);

#endif
