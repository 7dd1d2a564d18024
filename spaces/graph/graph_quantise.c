/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy's bits put into a graph. */
#include <math.h>
#include <string.h>

#include "spaces/graph/graph_shape.h"

#define BITS_MIN 2
#define BITS_MAX 8

struct quantiser {
	struct graph *g; /* being made */
	const struct graph_quant *q;
	struct nas_arena *arena;
};

static bool has_grid(int bits)
{
	return bits >= BITS_MIN && bits <= BITS_MAX;
}

static int new_tensor(struct quantiser *z, const struct graph_tensor *like)
{
	z->g->tensor[z->g->ntensors] = *like;
	return z->g->ntensors++;
}

static int new_number(struct quantiser *z, float x)
{
	struct graph_tensor t = {.name = "", .count = 1, .producer = -1};

	t.data = NAS_NEW(z->arena, float, 1);
	if (t.data)
		*t.data = x;
	return new_tensor(z, &t);
}

/* The node that gives what the layer at n reads, on its grid. A range of 0
 * alone has no levels: then all is 0. */
static struct graph_node grid_before(struct quantiser *z,
				     const struct graph_node *n, int bits)
{
	float low = fminf(z->q->low[n->layer], 0);
	float high = fmaxf(z->q->high[n->layer], 0);
	float levels = (float)((1 << bits) - 1), scale = (high - low) / levels;
	bool usable = scale > 0 && isfinite(scale);
	float zero = usable ? rintf(-low / scale) : 0;
	struct graph_node grid = {.name = n->name,
				  .op = usable ? GRAPH_QUANT : GRAPH_MUL,
				  .nin = 2,
				  .layer = -1,
				  .bits = usable ? bits : 0,
				  .low = -zero,
				  .high = usable ? levels - zero : 0};

	grid.in = NAS_NEW(z->arena, int, 2);
	if (grid.in) {
		grid.in[0] = n->in[0];
		grid.in[1] = new_number(z, usable ? scale : 0);
	}
	grid.out = new_tensor(z, &z->g->tensor[n->in[0]]);
	return grid;
}

static enum nas_status quantise_layer(struct quantiser *z, int i,
				      struct nas_err *err)
{
	struct graph_layer *l = &z->g->layer[i];

	if (z->q->bits_a && z->q->bits_a[i])
		l->bits_a = z->q->bits_a[i];
	if (!z->q->bits_w || !z->q->bits_w[i])
		return NAS_OK; /* the file's own, if it has some */
	l->bits_w = z->q->bits_w[i];
	l->scale = NULL;
	l->level = NULL;
	if (!has_grid(l->bits_w) || !z->q->weight)
		return NAS_OK;
	l->weight = z->q->weight[i];
	if (z->q->bias)
		l->bias = z->q->bias[i];
	l->scale = z->q->scale ? z->q->scale[i] : NULL;
	if (!l->scale || graph_find_levels(l, z->arena))
		return NAS_OK;
	return z->arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for the weights")
		       : nas_fail(err, NAS_EINPUT,
				  "a weight of '%s' is outside its %d bits",
				  l->name, l->bits_w);
}

/* All nodes again, with those that are new between them. */
static void insert_grids(struct quantiser *z, const struct graph *from)
{
	bool ranges = z->q->low && z->q->high;
	struct graph *g = z->g;

	g->nnodes = 0;
	for (int i = 0; i < from->nnodes && !z->arena->failed; i++) {
		struct graph_node n = from->node[i];
		struct graph_layer *l = n.layer < 0 ? NULL : &g->layer[n.layer];
		int *in;

		if (l && ranges && has_grid(l->bits_a) &&
		    z->q->bits_a && z->q->bits_a[n.layer]) {
			g->node[g->nnodes] = grid_before(z, &n, l->bits_a);
			in = NAS_NEW(z->arena, int, 1);
			if (in)
				*in = g->node[g->nnodes].out;
			n.in = in;
			l->input = g->node[g->nnodes++].out;
		}
		if (l)
			l->node = g->nnodes;
		g->node[g->nnodes++] = n;
	}
}

enum nas_status graph_quantise(struct graph *out, const struct graph *g,
			       const struct graph_quant *quant,
			       struct nas_arena *arena, struct nas_err *err)
{
	size_t layers = (size_t)g->nlayers, tensors = (size_t)g->ntensors;
	struct quantiser z = {out, quant, arena};

	*out = *g;
	out->node = NAS_NEW(arena, struct graph_node,
			    (size_t)g->nnodes + layers);
	out->tensor = NAS_NEW(arena, struct graph_tensor, tensors + 2 * layers);
	out->layer = NAS_NEW(arena, struct graph_layer, layers);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	memcpy(out->tensor, g->tensor, tensors * sizeof(*g->tensor));
	if (layers)
		memcpy(out->layer, g->layer, layers * sizeof(*g->layer));
	for (int i = 0; i < g->nlayers; i++)
		if (quantise_layer(&z, i, err) != NAS_OK)
			return err->code;
	insert_grids(&z, g);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	graph_count_users(out);
	return NAS_OK;
}
