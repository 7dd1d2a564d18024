/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes of a graph's nodes, from those of their inputs. */
#include "spaces/graph/graph_shape.h"

#include <string.h>

static const char *const op_names[GRAPH_OPS] = {
	[GRAPH_CONV] = "Conv",
	[GRAPH_LINEAR] = "Gemm",
	[GRAPH_SCALE] = "BatchNormalization",
	[GRAPH_ADD] = "Add",
	[GRAPH_SUB] = "Sub",
	[GRAPH_MUL] = "Mul",
	[GRAPH_DIV] = "Div",
	[GRAPH_MIN] = "Min",
	[GRAPH_MAX] = "Max",
	[GRAPH_RELU] = "Relu",
	[GRAPH_CLIP] = "Clip",
	[GRAPH_LEAKY] = "LeakyRelu",
	[GRAPH_SIGMOID] = "Sigmoid",
	[GRAPH_TANH] = "Tanh",
	[GRAPH_HARD_SIGMOID] = "HardSigmoid",
	[GRAPH_HARD_SWISH] = "HardSwish",
	[GRAPH_SILU] = "SiLU",
	[GRAPH_ELU] = "Elu",
	[GRAPH_EXP] = "Exp",
	[GRAPH_SQRT] = "Sqrt",
	[GRAPH_ERF] = "Erf",
	[GRAPH_LOG] = "Log",
	[GRAPH_POW] = "Pow",
	[GRAPH_ABS] = "Abs",
	[GRAPH_NEG] = "Neg",
	[GRAPH_FLOOR] = "Floor",
	[GRAPH_ROUND] = "Round",
	[GRAPH_QUANT] = "Quant",
	[GRAPH_SOFTMAX] = "Softmax",
	[GRAPH_MAX_POOL] = "MaxPool",
	[GRAPH_AVERAGE_POOL] = "AveragePool",
	[GRAPH_RESIZE] = "Resize",
	[GRAPH_REDUCE_MEAN] = "ReduceMean",
	[GRAPH_REDUCE_MAX] = "ReduceMax",
	[GRAPH_REDUCE_SUM] = "ReduceSum",
	[GRAPH_PAD] = "Pad",
	[GRAPH_RESHAPE] = "Reshape",
	[GRAPH_TRANSPOSE] = "Transpose",
	[GRAPH_CONCAT] = "Concat",
	[GRAPH_SLICE] = "Slice",
};

const char *const graph_resize_coordinates[RESIZE_COORDINATES] = {
	[RESIZE_HALF_PIXEL] = "half_pixel",
	[RESIZE_PYTORCH_HALF_PIXEL] = "pytorch_half_pixel",
	[RESIZE_ALIGN_CORNERS] = "align_corners",
	[RESIZE_ASYMMETRIC] = "asymmetric",
};

const char *const graph_resize_roundings[RESIZE_ROUNDINGS] = {
	[RESIZE_PREFER_FLOOR] = "round_prefer_floor",
	[RESIZE_PREFER_CEIL] = "round_prefer_ceil",
	[RESIZE_FLOOR] = "floor",
	[RESIZE_CEIL] = "ceil",
};

const char *graph_op_name(enum graph_op op)
{
	return op_names[op];
}

bool graph_count(struct graph_tensor *t)
{
	int64_t n = 1;

	for (int k = 0; k < t->rank; k++) {
		if (t->size[k] < 1)
			return false;
		if (k > 0)
			n *= t->size[k];
		if (n > GRAPH_VALUES_MAX)
			return false;
	}
	t->count = (size_t)n;
	return n * (t->rank ? t->size[0] : 1) <= GRAPH_VALUES_MAX;
}

int graph_window_size(const struct graph_window *w, int axis, int in,
		      bool ceil_mode)
{
	int64_t k = (int64_t)w->dilation[axis] * (w->kernel[axis] - 1) + 1;
	int64_t room = (int64_t)in + w->pad[axis] + w->pad[axis + 2] - k;
	int64_t stride = w->stride[axis], out;

	if (room < 0)
		return 0;
	out = (room + (ceil_mode ? stride - 1 : 0)) / stride + 1;
	if (ceil_mode && (out - 1) * stride >= (int64_t)in + w->pad[axis])
		out--; /* a window must begin on the image */
	return out > GRAPH_VALUES_MAX ? 0 : (int)out;
}

static const char *same(struct graph_tensor *out, const struct graph_tensor *x)
{
	out->rank = x->rank;
	memcpy(out->size, x->size, sizeof(out->size));
	return NULL;
}

static const char *infer_conv(struct graph *g, const struct graph_node *n,
			      struct graph_tensor *out,
			      const struct graph_tensor *x)
{
	const struct graph_layer *l = &g->layer[n->layer];
	const struct graph_window *w = &n->window;

	if (x->rank != 4)
		return "only two-dimensional images are supported";
	if (x->size[1] != l->in)
		return "the weights do not match the number of channels";
	out->rank = 4;
	out->size[0] = x->size[0];
	out->size[1] = l->out;
	for (int k = 0; k < 2; k++) {
		out->size[2 + k] =
			graph_window_size(w, k, x->size[2 + k], false);
		if (!out->size[2 + k])
			return "the kernel is larger than the padded image";
	}
	return NULL;
}

static const char *infer_linear(struct graph *g, const struct graph_node *n,
				struct graph_tensor *out,
				const struct graph_tensor *x)
{
	const struct graph_layer *l = &g->layer[n->layer];

	if (x->rank < 2 || x->size[x->rank - 1] != l->in)
		return "the weights do not match the number of values";
	same(out, x);
	out->size[x->rank - 1] = l->out;
	return NULL;
}

/* Shapes meet at their ends; 1 stretches. */
static const char *infer_broadcast(struct graph *g, const struct graph_node *n,
				   struct graph_tensor *out)
{
	const struct graph_tensor *a = &g->tensor[n->in[0]];
	const struct graph_tensor *b = &g->tensor[n->in[1]];
	int rank = a->rank > b->rank ? a->rank : b->rank;
	const struct graph_tensor *t[2] = {a, b};

	out->rank = rank;
	for (int k = 0; k < rank; k++) {
		int x = k - (rank - a->rank), y = k - (rank - b->rank);
		int p = x < 0 ? 1 : a->size[x], q = y < 0 ? 1 : b->size[y];

		if (p != q && p != 1 && q != 1)
			return "the shapes are not compatible";
		out->size[k] = p > q ? p : q;
	}
	for (int k = 0; k < 2; k++) {
		if (!t[k]->data && t[k]->rank != rank)
			return "the batch axis is not the first";
		if (t[k]->data && t[k]->rank == rank && t[k]->size[0] != 1)
			return "a constant has numbers for several images";
		if (!t[k]->data && t[k]->size[0] != out->size[0])
			return "the numbers of images differ";
	}
	return NULL;
}

static const char *infer_pool(const struct graph_node *n,
			      struct graph_tensor *out,
			      const struct graph_tensor *x)
{
	if (x->rank != 4)
		return "only two-dimensional images are supported";
	out->rank = 4;
	out->size[0] = x->size[0];
	out->size[1] = x->size[1];
	for (int k = 0; k < 2; k++) {
		out->size[2 + k] = graph_window_size(&n->window, k,
						     x->size[2 + k], n->axis);
		if (!out->size[2 + k])
			return "the kernel is larger than the padded image";
		if (n->window.pad[k] >= n->window.kernel[k] ||
		    n->window.pad[k + 2] >= n->window.kernel[k])
			return "the padding must be smaller than the kernel";
	}
	return NULL;
}

/* Reduced axes stay as 1; a Reshape drops them where asked. */
static const char *infer_reduce(const struct graph_node *n,
				struct graph_tensor *out,
				const struct graph_tensor *x)
{
	if (n->axes[0])
		return "reducing over the batch axis is not supported";
	same(out, x);
	for (int k = 1; k < x->rank; k++)
		if (n->axes[k])
			out->size[k] = 1;
	return NULL;
}

static const char *infer_transpose(const struct graph_node *n,
				   struct graph_tensor *out,
				   const struct graph_tensor *x)
{
	if (n->axes[0] != 0)
		return "moving the batch axis is not supported";
	out->rank = x->rank;
	for (int k = 0; k < x->rank; k++)
		out->size[k] = x->size[n->axes[k]];
	return NULL;
}

static const char *infer_concat(struct graph *g, const struct graph_node *n,
				struct graph_tensor *out)
{
	const struct graph_tensor *x = &g->tensor[n->in[0]];
	int64_t sum = 0;

	if (n->axis < 1)
		return "joining along the batch axis is not supported";
	same(out, x);
	for (int i = 0; i < n->nin; i++) {
		const struct graph_tensor *t = &g->tensor[n->in[i]];

		if (t->rank != x->rank || n->axis >= t->rank)
			return "the ranks differ";
		if (t->data)
			return "a constant among images is not supported";
		for (int k = 0; k < t->rank; k++)
			if (k != n->axis && t->size[k] != x->size[k])
				return "the shapes are not compatible";
		sum += t->size[n->axis];
	}
	if (sum > GRAPH_VALUES_MAX)
		return "the output is too large";
	out->size[n->axis] = (int)sum;
	return NULL;
}

static const char *infer_reshape(struct graph_tensor *out,
				 const struct graph_tensor *x)
{
	if (out->rank < 1 || out->size[0] != x->size[0])
		return "mixing values of several images is not supported";
	if (!graph_count(out) || out->count != x->count)
		return "the values do not match the new shape";
	return NULL;
}

static const char *infer_resize(const struct graph_tensor *out,
				const struct graph_tensor *x)
{
	if (x->rank != 4)
		return "only two-dimensional images are supported";
	return out->size[0] == x->size[0] && out->size[1] == x->size[1]
		       ? NULL
		       : "changes the number of images or channels";
}

static const char *infer_by_op(struct graph *g, const struct graph_node *n,
			       struct graph_tensor *out,
			       const struct graph_tensor *x)
{
	switch ((int)n->op) {
	case GRAPH_CONV:
		return infer_conv(g, n, out, x);
	case GRAPH_LINEAR:
		return infer_linear(g, n, out, x);
	case GRAPH_ADD:
	case GRAPH_SUB:
	case GRAPH_MUL:
	case GRAPH_DIV:
	case GRAPH_MIN:
	case GRAPH_MAX:
		return infer_broadcast(g, n, out);
	case GRAPH_MAX_POOL:
	case GRAPH_AVERAGE_POOL:
		return infer_pool(n, out, x);
	case GRAPH_RESIZE:
		return infer_resize(out, x);
	case GRAPH_REDUCE_MEAN:
	case GRAPH_REDUCE_MAX:
	case GRAPH_REDUCE_SUM:
		return infer_reduce(n, out, x);
	case GRAPH_TRANSPOSE:
		return infer_transpose(n, out, x);
	case GRAPH_CONCAT:
		return infer_concat(g, n, out);
	case GRAPH_RESHAPE:
		return infer_reshape(out, x);
	case GRAPH_PAD:
	case GRAPH_SLICE:
		return out->size[0] == x->size[0]
			       ? NULL
			       : "changes the number of images";
	default:
		return same(out, x);
	}
}

const char *graph_infer(struct graph *g, const struct graph_node *n)
{
	struct graph_tensor *out = &g->tensor[n->out];
	const struct graph_tensor *x = &g->tensor[n->in[0]];
	const char *why;

	if (x->data && n->op > GRAPH_MAX)
		return "is supported only on images";
	if (x->data && n->op <= GRAPH_SCALE)
		return "its input is constant";
	if (x->rank < 1 && !x->data)
		return "has no batch axis";
	why = infer_by_op(g, n, out, x);
	if (why)
		return why;
	return graph_count(out) ? NULL : "the output is empty or too large";
}
