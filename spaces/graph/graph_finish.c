/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From nodes as they were read to the graph that is used. */
#include <string.h>

#include "spaces/graph/graph_shape.h"

/* Nodes come after their inputs: one sweep from the end finds all that
 * nobody reads. */
void graph_drop_unread(struct graph *g)
{
	graph_count_users(g);
	for (int i = g->nnodes - 1; i >= 0; i--) {
		struct graph_node *n = &g->node[i];

		if (n->op == GRAPH_OPS || g->tensor[n->out].users)
			continue;
		for (int k = 0; k < n->nin; k++)
			g->tensor[n->in[k]].users--;
		n->op = GRAPH_OPS;
	}
}

static void close_gaps(struct graph *g)
{
	int nodes = 0, layers = 0;

	for (int i = 0; i < g->nnodes; i++) {
		struct graph_node *n = &g->node[i];

		if (n->op == GRAPH_OPS)
			continue;
		if (n->layer >= 0) { /* layers were made in this order */
			g->layer[layers] = g->layer[n->layer];
			g->layer[layers].node = nodes;
			n->layer = layers++;
		}
		g->node[nodes++] = *n;
	}
	g->nnodes = nodes;
	g->nlayers = layers;
	graph_count_users(g);
}

static bool is_activation(enum graph_op op)
{
	return op == GRAPH_SCALE || (op >= GRAPH_RELU && op <= GRAPH_ELU);
}

/* Where the feature map of a layer is. */
static int output_of(const struct graph *g, const int *reader, int t)
{
	while (g->tensor[t].users == 1 && reader[t] >= 0 &&
	       is_activation(g->node[reader[t]].op))
		t = g->node[reader[t]].out;
	return t;
}

/* Bits that the file itself gives: of the last rounding before the layer, and
 * of weights that are whole numbers of their scales. */
static void find_bits(struct graph *g, struct graph_layer *l,
		      struct nas_arena *arena)
{
	int t = l->input;
	const struct graph_node *n;

	while (g->tensor[t].producer >= 0) {
		n = &g->node[g->tensor[t].producer];
		if (n->op == GRAPH_QUANT)
			l->bits_a = n->bits;
		if (n->op != GRAPH_RESHAPE && n->op != GRAPH_TRANSPOSE)
			break;
		t = n->in[0];
	}
	for (int bits = 4; l->scale && !l->level && bits <= 8; bits += 4) {
		l->bits_w = bits;
		if (graph_find_levels(l, arena))
			return;
		l->bits_w = 0;
		l->level = NULL;
	}
}

static void fill_layer(struct graph *g, struct graph_layer *l,
		       const int *reader)
{
	const struct graph_node *n = &g->node[l->node];

	l->input = n->in[0];
	l->sum = n->out;
	l->output = output_of(g, reader, n->out);
	if (!l->macs)
		l->macs = (int64_t)(g->tensor[n->out].count * l->fan);
	l->depthwise = n->op == GRAPH_CONV && l->groups > 1 &&
		       l->groups == l->in;
}

static enum nas_status fill_layers(struct graph *g, bool as_written,
				   struct nas_arena *arena,
				   struct nas_err *err)
{
	int *reader = NAS_NEW(arena, int, (size_t)g->ntensors);

	if (!reader)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	graph_readers(g, reader);
	for (int i = 0; i < g->nlayers; i++) {
		fill_layer(g, &g->layer[i], reader);
		if (!as_written)
			find_bits(g, &g->layer[i], arena);
	}
	return arena->failed ? nas_fail(err, NAS_ENOMEM,
					"out of memory for the graph")
			     : NAS_OK;
}

static void rewrite(struct graph *g, const struct graph_options *options)
{
	graph_drop_unread(g);
	graph_fold_quant(g);
	graph_fold_padding(g);
	graph_count_users(g);
	if (!options || !options->keep_batch_norm)
		graph_fold_batch_norm(g);
	graph_drop_unread(g);
	graph_fold_activations(g);
	graph_drop_unread(g);
}

enum nas_status graph_finish(struct graph *g,
			     const struct graph_options *options,
			     struct nas_arena *arena, struct nas_err *err)
{
	bool as_written = options && options->as_written;

	if (as_written) {
		graph_count_users(g);
		graph_fold_quant(g);
	} else {
		rewrite(g, options);
	}
	close_gaps(g);
	return fill_layers(g, as_written, arena, err);
}

int graph_find_tensor(const struct graph *g, const char *name)
{
	for (int t = 0; t < g->ntensors; t++)
		if ((g->tensor[t].users || g->tensor[t].producer >= 0) &&
		    strcmp(g->tensor[t].name, name) == 0)
			return t;
	return -1;
}
