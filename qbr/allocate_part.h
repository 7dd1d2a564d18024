/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_part.h - inside qbr/allocate_tree.h: where to part a node.
 *
 * A group in which the linear program mixes items is parted between them, by
 * their losses (by uses or bits where those are equal). The bounds of both
 * parts are found before one place is chosen.
 *
 * Usage:
 *	struct place place[PART_PLACES];
 *	int n = part_places(&node, place);
 *
 *	if (n > 0 && part_choose(&node, place, n, &best))
 *		best->part, best->bound[above]
 */
#ifndef QBR_ALLOCATE_PART_H
#define QBR_ALLOCATE_PART_H

#include "qbr/allocate_node.h"
#include "qbr/allocate_open.h"

#define PART_PLACES 8

struct place {
	struct part part; /* up to a limit; the other one is above it */
	double bound[2];  /* of what they leave of the node, by `above` */
	double multiplier[2][GROUPS_USES];
};

/* Where the mix of a node's prices is parted; how many. */
int part_places(const struct node *n, struct place *place);

/* Without a mix: the group that differs most, in the middle. 0 = items of all
 * groups are alike. */
int part_anywhere(const struct node *n, struct place *place);

/* The place that raises both bounds most; the first one of which a part cannot
 * be better than the best policy. False: out of memory. */
bool part_choose(const struct node *n, struct place *place, int nplaces,
		 const struct place **best);

#endif
