/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which steps lie between a layer and a tensor. */
#include <stdlib.h>

#include "scoring/forward/forward_plan.h"

/* follows (nsteps): what a layer changes; changed (ntensors) scratch. */
static void follow_layer(const struct forward *f, int layer, bool *follows,
			 bool *changed)
{
	for (int s = 0; s < f->nsteps; s++) {
		const struct graph_node *n = &f->g->node[f->step[s].node];

		follows[s] = layer >= 0 && n->layer == layer;
		for (int k = 0; k < n->nin; k++)
			follows[s] = follows[s] || changed[f->root[n->in[k]]];
		if (follows[s])
			changed[f->root[f->step[s].out]] = true;
	}
}

/* needed (ntensors) scratch. */
static void mark_needed(struct forward *f, int tensor, const bool *follows,
			bool *needed)
{
	needed[f->root[tensor]] = true;
	for (int s = f->nsteps - 1; s >= 0; s--) {
		const struct graph_node *n = &f->g->node[f->step[s].node];
		bool *again = &f->again[s];

		*again = needed[f->root[f->step[s].out]] &&
			 (f->stale[s] || follows[s]);
		for (int k = 0; *again && k < n->nin; k++)
			needed[f->root[n->in[k]]] = true;
		if (*again)
			f->stale[s] = follows[s];
	}
}

bool forward_mark(struct forward *f, int layer, int tensor)
{
	size_t n = (size_t)f->g->ntensors, steps = (size_t)f->nsteps;
	bool *flag = calloc(2 * n + steps + 1, sizeof(*flag));

	if (!flag)
		return false;
	follow_layer(f, layer, flag, flag + steps);
	mark_needed(f, tensor, flag, flag + steps + n);
	free(flag);
	return true;
}
