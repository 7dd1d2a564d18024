/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/graph_live_ops.h - what operators do to memory. For
 * graph_live*.c, and what gives maps their places (spaces/export/format_c_maps.c).
 *
 * An operator without a flag has memory of its own, and takes what it reads
 * with other_bits: right for any, if not the least.
 */
#ifndef SPACES_GRAPH_GRAPH_LIVE_OPS_H
#define SPACES_GRAPH_GRAPH_LIVE_OPS_H

#include "spaces/graph/graph_live.h"

enum graph_live_flags {
	LIVE_VIEW = 1,  /* its output is its input */
	LIVE_ALONE = 2, /* the same, if nothing else reads the input */
	LIVE_MOVES = 4, /* its input has the bits of its output */
	LIVE_OVER = 8,  /* it can write over an input of as many values */
};

bool graph_live_can(const struct graph_node *n, enum graph_live_flags flag);
/* Of graph_live_joins(): the last Concat that found a home, and by which of its
 * inputs it did (ntensors each). */
struct graph_joins {
	int *seen, *way;
};

/* Node i is a Concat that copies nothing. Homes are known. */
bool graph_live_joins(const struct graph_live *l, struct graph_joins *joins,
		      int i);

bool graph_live_is_view(const struct graph *g, const struct graph_node *n);

/* What reads a home, but for views, an input at a time:
 *	for (struct graph_live_read r = {0}; graph_live_next(l, home, &r);)
 *		...                     node r.node reads tensor r.tensor */
struct graph_live_read {
	int node, tensor;
	int at, input; /* where to go on */
};

bool graph_live_next(const struct graph_live *l, int home,
		     struct graph_live_read *r);

#endif
