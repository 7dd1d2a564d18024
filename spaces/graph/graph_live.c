/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose memory each tensor is, and from when to when it is held. */
#include "spaces/graph/graph_live.h"

#include "spaces/graph/graph_live_ops.h"

#define ACTIVATION (LIVE_ALONE | LIVE_OVER)

static const uint8_t flags[GRAPH_OPS] = {
	[GRAPH_RESHAPE] = LIVE_VIEW | LIVE_MOVES,
	[GRAPH_QUANT] = LIVE_VIEW | LIVE_MOVES,
	[GRAPH_SCALE] = ACTIVATION,	   [GRAPH_RELU] = ACTIVATION,
	[GRAPH_CLIP] = ACTIVATION,	   [GRAPH_LEAKY] = ACTIVATION,
	[GRAPH_SIGMOID] = ACTIVATION,	   [GRAPH_TANH] = ACTIVATION,
	[GRAPH_HARD_SIGMOID] = ACTIVATION, [GRAPH_HARD_SWISH] = ACTIVATION,
	[GRAPH_SILU] = ACTIVATION,	   [GRAPH_ELU] = ACTIVATION,
	[GRAPH_EXP] = ACTIVATION,	   [GRAPH_SQRT] = ACTIVATION,
	[GRAPH_ERF] = ACTIVATION,	   [GRAPH_LOG] = ACTIVATION,
	[GRAPH_POW] = ACTIVATION,
	[GRAPH_ABS] = ACTIVATION,	   [GRAPH_NEG] = ACTIVATION,
	[GRAPH_FLOOR] = ACTIVATION,	   [GRAPH_ROUND] = ACTIVATION,
	[GRAPH_ADD] = LIVE_OVER,	   [GRAPH_SUB] = LIVE_OVER,
	[GRAPH_MUL] = LIVE_OVER,	   [GRAPH_DIV] = LIVE_OVER,
	[GRAPH_MIN] = LIVE_OVER,	   [GRAPH_MAX] = LIVE_OVER,
	[GRAPH_SOFTMAX] = LIVE_OVER,	   [GRAPH_MAX_POOL] = LIVE_MOVES,
	[GRAPH_REDUCE_MAX] = LIVE_MOVES,   [GRAPH_PAD] = LIVE_MOVES,
	[GRAPH_TRANSPOSE] = LIVE_MOVES,	   [GRAPH_CONCAT] = LIVE_MOVES,
	[GRAPH_SLICE] = LIVE_MOVES,
};

bool graph_live_can(const struct graph_node *n, enum graph_live_flags flag)
{
	return flags[n->op] & flag;
}

bool graph_live_is_view(const struct graph *g, const struct graph_node *n)
{
	return graph_live_can(n, LIVE_VIEW) ||
	       (graph_live_can(n, LIVE_ALONE) &&
		g->tensor[n->in[0]].users == 1);
}

/* Homes are the tensors that nodes make; views have that of their input. */
static void find_homes(struct graph_live *l)
{
	const struct graph *g = l->g;

	for (int t = 0; t < g->ntensors; t++) {
		l->home[t] = l->region[t] = t;
		l->part_of[t] = l->first[t] = l->last[t] = -1;
		l->own[t] = 0;
	}
	for (int k = 0; k < g->ninputs; k++)
		l->own[g->input[k]] = g->tensor[g->input[k]].count;
	for (int i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->node[i];

		if (n->op == GRAPH_OPS || g->tensor[n->out].data)
			continue;
		if (graph_live_is_view(g, n)) {
			l->home[n->out] = l->home[n->in[0]];
			continue;
		}
		l->first[n->out] = i;
		l->own[n->out] = g->tensor[n->out].count;
	}
}

/* The parts of a Concat that copies nothing lie in its output. */
static void place_parts(struct graph_live *l, const struct graph_node *n)
{
	const struct graph *g = l->g;

	for (int k = 0; k < n->nin; k++) {
		int part = l->home[n->in[k]];
		size_t count = g->tensor[n->in[k]].count;

		if (l->part_of[part] >= 0)
			continue;
		l->part_of[part] = n->out;
		l->own[n->out] -= count;
	}
}

static void find_parts(struct graph_live *l, struct graph_joins *joins)
{
	const struct graph *g = l->g;

	for (int i = 0; i < g->nnodes; i++) {
		if (!graph_live_joins(l, joins, i))
			continue;
		l->joined[g->node[i].out] = true;
		place_parts(l, &g->node[i]);
	}
	for (int t = 0; t < g->ntensors; t++)
		while (l->part_of[l->region[t]] >= 0)
			l->region[t] = l->part_of[l->region[t]];
}

/* The last reader; of a part, also that of what it lies in. */
static void find_ends(struct graph_live *l)
{
	const struct graph *g = l->g;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; g->node[i].op != GRAPH_OPS &&
				k < g->node[i].nin; k++)
			l->last[l->home[g->node[i].in[k]]] = i;
	for (int k = 0; k < g->noutputs; k++)
		l->last[l->home[g->output[k]]] = g->nnodes;
	for (int i = g->nnodes - 1; i >= 0; i--) {
		const struct graph_node *n = &g->node[i];

		for (int k = 0; n->op == GRAPH_CONCAT && k < n->nin; k++) {
			int part = l->home[n->in[k]];

			if (l->part_of[part] == n->out &&
			    l->last[part] < l->last[n->out])
				l->last[part] = l->last[n->out];
		}
	}
	for (int t = 0; t < g->ntensors; t++) /* nobody reads it */
		if (l->last[t] < l->first[t])
			l->last[t] = l->first[t];
}

enum nas_status graph_live_init(struct graph_live *l, const struct graph *g,
				bool depthwise_in_place,
				struct nas_arena *arena, struct nas_err *err)
{
	size_t n = (size_t)g->ntensors;
	struct graph_joins joins;

	*l = (struct graph_live){ .g = g,
				  .depthwise_in_place = depthwise_in_place };
	l->home = NAS_NEW(arena, int, n);
	l->region = NAS_NEW(arena, int, n);
	l->part_of = NAS_NEW(arena, int, n);
	l->own = NAS_NEW(arena, size_t, n);
	l->first = NAS_NEW(arena, int, n);
	l->last = NAS_NEW(arena, int, n);
	l->bits = NAS_NEW(arena, int, n);
	l->layer_bits = NAS_NEW(arena, int, n);
	l->step = NAS_NEW(arena, double, (size_t)g->nnodes + 1);
	l->joined = NAS_NEW(arena, bool, n);
	joins.way = NAS_NEW(arena, int, n);
	joins.seen = NAS_NEW(arena, int, n);
	if (!l->home || !l->region || !l->part_of || !l->own || !l->first ||
	    !l->last || !l->bits || !l->layer_bits || !l->step || !l->joined ||
	    !joins.way || !joins.seen)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the "
				"lifetimes of tensors");
	find_homes(l);
	find_parts(l, &joins);
	find_ends(l);
	return NAS_OK;
}

bool graph_live_runs_with_input(const struct graph_live *l, int node)
{
	return graph_live_is_view(l->g, &l->g->node[node]);
}

bool graph_live_at(const struct graph_live *l, int h, int node)
{
	return l->own[h] && l->first[h] <= node && node <= l->last[h];
}
