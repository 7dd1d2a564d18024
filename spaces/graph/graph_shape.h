/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/graph_shape.h - building graphs: shapes of outputs, rewriting.
 *
 * For what makes a graph (spaces/import, graph_of_arch.c, graph_quantise.c).
 *
 * Usage:
 *	why = graph_infer(g, node);        fills g->tensor[node->out]
 *	if (why)
 *		fail with that text
 *	...
 *	status = graph_finish(g, options, arena, err);
 */
#ifndef SPACES_GRAPH_GRAPH_SHAPE_H
#define SPACES_GRAPH_GRAPH_SHAPE_H

#include "spaces/graph/graph.h"

/* Rank, sizes and count of the node's output. For Reshape, Pad, Slice, Resize and
 * pooling in ceil mode the output's sizes are there already and are checked.
 * NULL, or what is wrong. */
const char *graph_infer(struct graph *g, const struct graph_node *n);

/* Counts from sizes; false when an axis is empty or too much. */
bool graph_count(struct graph_tensor *t);

/* Output length of a window along one axis; 0 = does not fit. */
int graph_window_size(const struct graph_window *w, int axis, int in,
		      bool ceil_mode);

/* Rewrite: padding and batch norm into convolutions, hard-swish and its like
 * from their spelling; drop what nobody reads; count users; fill the layers'
 * tensors and MACs. NAS_ENOMEM. */
enum nas_status graph_finish(struct graph *g,
			     const struct graph_options *options,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* The passes of it, each one file. */
void graph_fold_batch_norm(struct graph *g); /* with per-channel Add */
void graph_fold_padding(struct graph *g);
void graph_fold_activations(struct graph *g);
void graph_fold_quant(struct graph *g); /* Div, Round, Clip, Mul and the like */

/* Nodes whose output nobody reads get op GRAPH_OPS; users are counted. */
void graph_drop_unread(struct graph *g);

/* Users and producers of every tensor; dropped nodes have op GRAPH_OPS. */
void graph_count_users(struct graph *g);
/* The node that makes t for nobody else than its one reader; NULL. */
struct graph_node *graph_private(struct graph *g, int t);

#endif
