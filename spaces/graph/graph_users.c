/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who reads and who makes each tensor. */
#include "spaces/graph/graph_shape.h"

void graph_count_users(struct graph *g)
{
	for (int t = 0; t < g->ntensors; t++) {
		g->tensor[t].users = 0;
		g->tensor[t].producer = -1;
	}
	for (int i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->node[i];

		if (n->op == GRAPH_OPS)
			continue;
		g->tensor[n->out].producer = i;
		for (int k = 0; k < n->nin; k++)
			g->tensor[n->in[k]].users++;
	}
	for (int k = 0; k < g->noutputs; k++)
		g->tensor[g->output[k]].users++;
}

void graph_readers(const struct graph *g, int *reader)
{
	for (int t = 0; t < g->ntensors; t++)
		reader[t] = -1;
	for (int i = g->nnodes - 1; i >= 0; i--)
		for (int k = 0; k < g->node[i].nin; k++)
			reader[g->node[i].in[k]] = i;
}

struct graph_node *graph_private(struct graph *g, int t)
{
	const struct graph_tensor *x = &g->tensor[t];

	return x->producer >= 0 && x->users == 1 ? &g->node[x->producer] : NULL;
}
