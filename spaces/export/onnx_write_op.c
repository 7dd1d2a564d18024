/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators without weights. */
#include <math.h>

#include "spaces/export/onnx_writer.h"

void write_plain(struct writer *w)
{
	const char *in[3] = {w->x, w->n->nin > 1 ? w->name[w->n->in[1]] : NULL,
			     NULL};

	write_node(w, graph_op_name(w->n->op), in);
}

/* Bound k of a Clip: a constant of the graph, or a number of its own. */
static const char *bound(struct writer *w, int k, float x)
{
	if (k < w->n->nin)
		return w->name[w->n->in[k]];
	return isfinite(x) ? write_number(w, x) : "";
}

static void write_clip(struct writer *w)
{
	const char *low = bound(w, 1, w->n->low);

	if (isfinite(w->n->high))
		write_node(w, "Clip", WITH(w->x, low, bound(w, 2, w->n->high)));
	else
		write_node(w, "Clip", WITH(w->x, low));
}

static void write_alpha(struct writer *w)
{
	Onnx__NodeProto *node =
		write_node(w, graph_op_name(w->n->op), WITH(w->x));

	write_attribute_float(w, node, "alpha", w->n->a);
	if (w->n->op == GRAPH_HARD_SIGMOID)
		write_attribute_float(w, node, "beta", w->n->b);
}

static void write_hard_swish(struct writer *w)
{
	char *t = write_fresh(w);

	write_op(w, "Clip", t,
		 WITH(write_with_number(w, "Add", w->x, 3), write_number(w, 0),
		      write_number(w, 6)));
	write_node(w, "Mul", WITH(w->x, write_with_number(w, "Div", t, 6)));
}

static void write_silu(struct writer *w)
{
	char *t = write_fresh(w);

	write_op(w, "Sigmoid", t, WITH(w->x));
	write_node(w, "Mul", WITH(w->x, t));
}

static void write_power(struct writer *w)
{
	write_node(w, "Pow", WITH(w->x, write_number(w, w->n->a)));
}

static void write_axis(struct writer *w)
{
	const char *in[GRAPH_INPUTS_MAX + 1] = {NULL};
	Onnx__NodeProto *node;

	for (int k = 0; k < w->n->nin; k++)
		in[k] = w->name[w->n->in[k]];
	node = write_node(w, graph_op_name(w->n->op), in);
	if (node)
		onnx_attribute_int(&w->o, node, "axis", w->n->axis);
}

static void write_pool(struct writer *w)
{
	Onnx__NodeProto *node =
		write_node(w, graph_op_name(w->n->op), WITH(w->x));

	onnx_attribute_int(&w->o, node, "ceil_mode", w->n->axis);
	if (w->n->op == GRAPH_AVERAGE_POOL)
		onnx_attribute_int(&w->o, node, "count_include_pad",
				   w->n->window.count_pad);
	write_window(w, node, false);
}

static void write_resize(struct writer *w)
{
	const struct graph_resize *r = &w->n->resize;
	float *factor = NAS_NEW(w->o.arena, float, 4);
	char *name = write_fresh(w);
	Onnx__NodeProto *node;

	if (!factor || !name)
		return;
	factor[0] = factor[1] = 1;
	factor[2] = r->factor[0];
	factor[3] = r->factor[1];
	write_floats(w, name, factor, 1, (int64_t[]){4});
	node = write_node(w, "Resize", WITH(w->x, "", name));
	onnx_attribute_text(&w->o, node, "mode", r->linear ? "linear" : "nearest");
	onnx_attribute_text(&w->o, node, "coordinate_transformation_mode",
			    graph_resize_coordinates[r->coordinate]);
	onnx_attribute_text(&w->o, node, "nearest_mode",
			    graph_resize_roundings[r->rounding]);
}

/* Over all of an image's places, and nothing else. */
static bool is_global(const struct writer *w)
{
	const int *axes = w->n->axes;

	return w->n->op == GRAPH_REDUCE_MEAN &&
	       w->g->tensor[w->n->in[0]].rank == 4 && !axes[1] && axes[2] &&
	       axes[3];
}

static void write_reduce(struct writer *w)
{
	int rank = w->g->tensor[w->n->in[0]].rank, n = 0;
	int64_t axes[GRAPH_RANK_MAX];

	for (int k = 0; k < rank; k++)
		if (w->n->axes[k])
			axes[n++] = k;
	if (is_global(w))
		write_node(w, "GlobalAveragePool", WITH(w->x));
	else if (w->n->op == GRAPH_REDUCE_SUM)
		write_node(w, "ReduceSum",
			   WITH(w->x, write_integers(w, axes, n)));
	else
		onnx_attribute_ints(&w->o,
				    write_node(w, graph_op_name(w->n->op),
					       WITH(w->x)),
				    "axes", axes, (size_t)n);
}

static void write_pad(struct writer *w)
{
	const struct graph_tensor *x = &w->g->tensor[w->n->in[0]];
	const struct graph_tensor *y = &w->g->tensor[w->n->out];
	int64_t pads[2 * GRAPH_RANK_MAX];

	for (int k = 0; k < x->rank; k++) {
		pads[k] = w->n->axes[k];
		pads[k + x->rank] = y->size[k] - x->size[k] - w->n->axes[k];
	}
	write_node(w, "Pad", WITH(w->x, write_integers(w, pads, 2 * x->rank),
		      write_number(w, w->n->a)));
}

/* 0 keeps the number of images. */
static void write_reshape(struct writer *w)
{
	const struct graph_tensor *y = &w->g->tensor[w->n->out];
	int64_t size[GRAPH_RANK_MAX] = {0};

	if (y->rank == 2) {
		write_node(w, "Flatten", WITH(w->x));
		return;
	}
	for (int k = 1; k < y->rank; k++)
		size[k] = y->size[k];
	write_node(w, "Reshape", WITH(w->x, write_integers(w, size, y->rank)));
}

static void write_transpose(struct writer *w)
{
	int rank = w->g->tensor[w->n->out].rank;
	Onnx__NodeProto *node = write_node(w, "Transpose", WITH(w->x));
	int64_t perm[GRAPH_RANK_MAX];

	for (int k = 0; k < rank; k++)
		perm[k] = w->n->axes[k];
	if (node)
		onnx_attribute_ints(&w->o, node, "perm", perm, (size_t)rank);
}

static void write_slice(struct writer *w)
{
	const struct graph_tensor *y = &w->g->tensor[w->n->out];
	int64_t x[4][GRAPH_RANK_MAX];
	int n = y->rank - 1; /* images are not cut */

	for (int k = 0; k < n; k++) {
		int64_t first = w->n->axes[k + 1], step = w->n->steps[k + 1];
		int64_t end = first + step * y->size[k + 1];

		x[0][k] = first;
		x[1][k] = end < 0 ? INT64_MIN : end;
		x[2][k] = k + 1;
		x[3][k] = step;
	}
	write_node(w, "Slice", WITH(w->x, write_integers(w, x[0], n),
		      write_integers(w, x[1], n), write_integers(w, x[2], n),
		      write_integers(w, x[3], n)));
}

write_step *const onnx_writers[GRAPH_OPS] = {
	[GRAPH_CONV] = write_conv,
	[GRAPH_LINEAR] = write_linear,
	[GRAPH_SCALE] = write_scale,
	[GRAPH_ADD] = write_plain,
	[GRAPH_SUB] = write_plain,
	[GRAPH_MUL] = write_plain,
	[GRAPH_DIV] = write_plain,
	[GRAPH_MIN] = write_plain,
	[GRAPH_MAX] = write_plain,
	[GRAPH_RELU] = write_plain,
	[GRAPH_CLIP] = write_clip,
	[GRAPH_LEAKY] = write_alpha,
	[GRAPH_SIGMOID] = write_plain,
	[GRAPH_TANH] = write_plain,
	[GRAPH_HARD_SIGMOID] = write_alpha,
	[GRAPH_HARD_SWISH] = write_hard_swish,
	[GRAPH_SILU] = write_silu,
	[GRAPH_ELU] = write_alpha,
	[GRAPH_EXP] = write_plain,
	[GRAPH_SQRT] = write_plain,
	[GRAPH_ERF] = write_plain,
	[GRAPH_LOG] = write_plain,
	[GRAPH_POW] = write_power,
	[GRAPH_ABS] = write_plain,
	[GRAPH_NEG] = write_plain,
	[GRAPH_FLOOR] = write_plain,
	[GRAPH_ROUND] = write_plain,
	[GRAPH_QUANT] = write_grid,
	[GRAPH_SOFTMAX] = write_axis,
	[GRAPH_MAX_POOL] = write_pool,
	[GRAPH_AVERAGE_POOL] = write_pool,
	[GRAPH_RESIZE] = write_resize,
	[GRAPH_REDUCE_MEAN] = write_reduce,
	[GRAPH_REDUCE_MAX] = write_reduce,
	[GRAPH_REDUCE_SUM] = write_reduce,
	[GRAPH_PAD] = write_pad,
	[GRAPH_RESHAPE] = write_reshape,
	[GRAPH_TRANSPOSE] = write_transpose,
	[GRAPH_CONCAT] = write_axis,
	[GRAPH_SLICE] = write_slice,
};
