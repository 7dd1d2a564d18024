/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tensors hold levels of a grid, seen from the graph. */
#include "spaces/graph/graph.h"

bool graph_moves(const struct graph_node *n)
{
	switch ((int)n->op) {
	case GRAPH_RESHAPE:
	case GRAPH_TRANSPOSE:
	case GRAPH_MAX_POOL:
	case GRAPH_SLICE:
		return true;
	case GRAPH_PAD:
		return !(n->a < 0) && !(n->a > 0);
	default:
		return false;
	}
}

const struct graph_node *graph_grid_of(const struct graph *g, int t)
{
	while (g->tensor[t].producer >= 0) {
		const struct graph_node *n = &g->node[g->tensor[t].producer];

		if (n->op == GRAPH_QUANT)
			return n;
		if (!graph_moves(n))
			break;
		t = n->in[0];
	}
	return NULL;
}

float graph_grid_scale(const struct graph *g, const struct graph_node *grid)
{
	return *g->tensor[grid->in[1]].data;
}

bool graph_same_grid(const struct graph *g, const struct graph_node *a,
		     const struct graph_node *b)
{
	float x = graph_grid_scale(g, a), y = graph_grid_scale(g, b);

	return !(x < y) && !(x > y) && !(a->low < b->low) &&
	       !(a->low > b->low) && !(a->high < b->high) &&
	       !(a->high > b->high);
}
