/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_open.h - inside qbr/allocate_tree.h: nodes that are still to be
 * looked at, the least bound first.
 *
 * A node is what has been taken from the groups on the way to it: a part, and
 * the node that it is a part of. Its groups are made anew when it is looked at.
 *
 * Usage:
 *	struct open_node below = {parent, part, bound, {multiplier}};
 *	int node = open_add(&list, &below);
 *	if (node < 0 || !open_push(&list, node))
 *		out of memory
 *	while ((node = open_pop(&list)) >= 0)
 *		for (; node >= 0; node = list.node[node].parent)
 *			list.node[node].part
 *	open_free(&list);
 */
#ifndef QBR_ALLOCATE_OPEN_H
#define QBR_ALLOCATE_OPEN_H

#include "qbr/allocate_groups.h"

enum { BY_LOSS = -1, BY_BITS_W = -2, BY_BITS_A = -3 }; /* or a budget */

struct part { /* of a group: items above a limit, or up to it */
	int group, by;
	double limit;
	bool above;
};

struct open_node {
	int parent; /* -1 = all groups as they are */
	struct part part;
	double bound;
	double multiplier[GROUPS_USES]; /* prices to begin with */
};

struct open_list {
	struct open_node *node; /* (n) all that were added */
	int n, room;
	int *heap; /* (nheap) those that were pushed */
	int nheap, heap_room;
};

/* The node's number; -1: out of memory. */
int open_add(struct open_list *l, const struct open_node *node);
bool open_push(struct open_list *l, int node); /* false: out of memory */
int open_pop(struct open_list *l);	       /* -1: none is left */
double open_least(const struct open_list *l);  /* bound; HUGE_VAL: none */
void open_free(struct open_list *l);

/* By what a part tells items apart. */
double part_key(const struct item *it, int by);

/* Items outside of the part go. */
void part_keep(struct group *group, const struct part *p);

#endif
