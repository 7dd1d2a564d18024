/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which Concats copy nothing: their inputs can lie in their outputs, or their
 * readers can take channels from several places, as the exported C does. */
#include "spaces/graph/graph_live_ops.h"

static bool same_shape(const struct graph *g, int a, int b)
{
	const struct graph_tensor *x = &g->tensor[a], *y = &g->tensor[b];

	if (x->rank != y->rank)
		return false;
	for (int k = 1; k < x->rank; k++)
		if (x->size[k] != y->size[k])
			return false;
	return true;
}

/* As it was made: in no other shape or order. */
static bool is_plain(const struct graph_live *l, int t)
{
	int home = l->home[t], first = l->first[home];

	return !l->g->tensor[t].data && same_shape(l->g, t, home) &&
	       (first < 0 || l->g->node[first].op != GRAPH_TRANSPOSE);
}

/* Channels of maps, or values of vectors. */
static bool by_channels(const struct graph_live *l, const struct graph_node *n)
{
	const struct graph_tensor *y = &l->g->tensor[n->out];

	if (n->op != GRAPH_CONCAT || y->data || n->axis != 1 ||
	    (y->rank != 4 && y->rank != 2) || y->size[1] > 65535)
		return false;
	for (int k = 0; k < n->nin; k++)
		if (!is_plain(l, n->in[k]))
			return false;
	return true;
}

/* What Concat i holds by its input way: false when it holds it by another too. */
static bool enters(const struct graph_live *l, struct graph_joins *joins, int i,
		   int home, int way)
{
	const struct graph_node *n;

	if (joins->seen[home] == i + 1)
		return joins->way[home] == way;
	joins->seen[home] = i + 1;
	joins->way[home] = way;
	if (!l->joined[home])
		return true;
	n = &l->g->node[l->first[home]];
	for (int k = 0; k < n->nin; k++)
		if (!enters(l, joins, i, l->home[n->in[k]], way))
			return false;
	return true;
}

bool graph_live_next(const struct graph_live *l, int home,
		     struct graph_live_read *r)
{
	const struct graph *g = l->g;

	for (; r->at < g->nnodes; r->at++, r->input = 0) {
		const struct graph_node *n = &g->node[r->at];

		if (n->op == GRAPH_OPS || graph_live_is_view(g, n))
			continue;
		while (r->input < n->nin) {
			r->node = r->at;
			r->tensor = n->in[r->input++];
			if (!g->tensor[r->tensor].data &&
			    l->home[r->tensor] == home)
				return true;
		}
	}
	return false;
}

/* Node n reads tensor t, which is one of a home, from several places. */
static bool can_read(const struct graph_live *l, const struct graph_node *n,
		     int t)
{
	if (n->op == GRAPH_LINEAR)
		return (int)l->g->tensor[t].count == l->g->layer[n->layer].in;
	return n->op != GRAPH_TRANSPOSE && same_shape(l->g, t, l->home[t]);
}

static bool all_can_read(const struct graph_live *l, int home)
{
	const struct graph *g = l->g;

	for (struct graph_live_read r = {0}; graph_live_next(l, home, &r);)
		if (!can_read(l, &g->node[r.node], r.tensor))
			return false;
	for (int k = 0; k < g->noutputs; k++)
		if (l->home[g->output[k]] == home &&
		    !same_shape(g, g->output[k], home))
			return false;
	return true;
}

bool graph_live_joins(const struct graph_live *l, struct graph_joins *joins,
		      int i)
{
	const struct graph_node *n = &l->g->node[i];

	if (!by_channels(l, n) || !all_can_read(l, n->out))
		return false;
	for (int k = 0; k < n->nin; k++)
		if (!enters(l, joins, i, l->home[n->in[k]], n->in[k]))
			return false;
	return true;
}
