/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operators of TFLite that are read, by their numbers in its schema. */
#include <math.h>
#include <string.h>

#include "spaces/import/tflite_build.h"

enum { SAME, VALID }; /* padding */

enum nas_status build_activation(struct build *b, int kind, const char **x)
{
	switch (kind) {
	case 0:
		return NAS_OK;
	case 1:
		return build_step(b, x, "Relu", NULL, NULL) ? NAS_OK
							    : b->err->code;
	case 2:
	case 3:
		return build_step(b, x, "Clip",
				  build_number(b, kind == 2 ? -1 : 0),
				  build_number(b, kind == 2 ? 1 : 6))
			       ? NAS_OK
			       : b->err->code;
	case 4:
		return build_step(b, x, "Tanh", NULL, NULL) ? NAS_OK
							    : b->err->code;
	default:
		return build_bad(b, "its activation is not supported");
	}
}

static int option(struct build *b, int field, int bytes, int fallback)
{
	return (int)flat_int(&b->t.flat, b->op->options, field, bytes,
			     fallback);
}

/* An activation that is an option, and the levels of the output. */
static enum nas_status finish(struct build *b, const char *x, int field)
{
	if (!x ||
	    build_activation(b, option(b, field, 1, 0), &x) != NAS_OK)
		return b->err->code;
	return build_output(b, 0, x, false);
}

/* Padding and strides of options 0 to 2. */
static void window(struct build *b, Onnx__NodeProto *n)
{
	int64_t strides[2] = {option(b, 2, 4, 0), option(b, 1, 4, 0)};

	build_text(b, n, "auto_pad",
		   option(b, 0, 1, SAME) == SAME ? "SAME_UPPER" : "VALID");
	build_ints_of(b, n, "strides", strides, 2);
}

/* Weights are (out, rows, columns, in), or (1, rows, columns, channels). */
static enum nas_status read_conv(struct build *b)
{
	static const int dense[4] = {0, 3, 1, 2}, each[4] = {3, 0, 1, 2};
	bool depthwise = b->code != 0;
	int dilation = depthwise ? 5 : 4, act = depthwise ? 4 : 3, groups = 1;
	const struct tflite_tensor *x = build_in(b, 0), *w = build_in(b, 1);
	const struct tflite_tensor *bias = build_in(b, 2);
	int64_t dilations[2];
	const char *in[3] = {NULL, NULL, NULL};
	Onnx__NodeProto *n;

	if (!x || x->rank != 4 || !tflite_is_constant(w) || w->rank != 4)
		return build_bad(b, "takes feature maps of four axes and "
				 "constant weights of four axes");
	if (depthwise)
		groups = x->size[3];
	else if (w->size[3] < x->size[3] && x->size[3] % w->size[3] == 0)
		groups = x->size[3] / w->size[3];
	dilations[0] = option(b, dilation + 1, 4, 1);
	dilations[1] = option(b, dilation, 4, 1);
	in[0] = build_input(b, 0, 4);
	in[1] = in[0] ? build_constant(b, w, 4, depthwise ? each : dense)
		      : NULL;
	if (in[1] && bias)
		in[2] = build_constant(b, bias, 1, NULL);
	n = in[1] ? build_node(b, "Conv", in, NULL) : NULL;
	if (!n)
		return b->err->code;
	window(b, n);
	build_ints_of(b, n, "dilations", dilations, 2);
	build_int(b, n, "group", groups);
	return finish(b, n->output[0], act);
}

static enum nas_status read_pool(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0);
	int64_t kernel[2] = {option(b, 4, 4, 0), option(b, 3, 4, 0)};
	const char *in[3] = {NULL, NULL, NULL};
	Onnx__NodeProto *n;

	if (!x || x->rank != 4)
		return build_bad(b, "takes feature maps of four axes");
	in[0] = build_input(b, 0, 4);
	n = in[0] ? build_node(b, b->onnx, in, NULL) : NULL;
	if (!n)
		return b->err->code;
	window(b, n);
	build_ints_of(b, n, "kernel_shape", kernel, 2);
	return finish(b, n->output[0], 5);
}

/* Weights are (out, in); the input's axes but those of the weights are one. */
static enum nas_status read_dense(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0), *w = build_in(b, 1);
	const struct tflite_tensor *bias = build_in(b, 2);
	const char *in[3] = {NULL, NULL, NULL};
	Onnx__NodeProto *n;

	if (!x || !tflite_is_constant(w) || w->rank != 2 ||
	    option(b, 1, 1, 0) != 0)
		return build_bad(b, "takes constant weights of two axes in "
				 "plain order");
	if (option(b, 2, 1, 0) && x->rank != 2)
		return build_bad(b, "keeps its axes, which is not supported");
	in[0] = build_flat(b, 0);
	if (in[0] && x->rank != 2)
		(void)!build_step(b, &in[0], "Reshape",
				  build_list(b, (int64_t[]){x->size[0],
							    w->size[1]}, 2),
				  NULL);
	in[1] = in[0] ? build_constant(b, w, 2, NULL) : NULL;
	if (in[1] && bias)
		in[2] = build_constant(b, bias, 1, NULL);
	n = in[1] ? build_node(b, "Gemm", in, NULL) : NULL;
	if (!n)
		return b->err->code;
	build_int(b, n, "transB", 1);
	return finish(b, n->output[0], 0);
}

static enum nas_status read_binary(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0), *y = build_in(b, 1);
	const char *in[3] = {NULL, NULL, NULL};
	Onnx__NodeProto *n;
	int rank;

	if (!x || !y)
		return build_bad(b, "has two inputs");
	rank = x->rank > y->rank ? x->rank : y->rank;
	if (rank == 4 && x->rank != y->rank &&
	    !tflite_is_constant(x) && !tflite_is_constant(y))
		return build_bad(b, "takes feature maps of as many axes");
	in[0] = build_input(b, 0, rank);
	in[1] = in[0] ? build_input(b, 1, rank) : NULL;
	n = in[1] ? build_node(b, b->onnx, in, NULL) : NULL;
	if (!n)
		return b->err->code;
	/* Maximum and Minimum have no options */
	return b->code ? build_output(b, 0, n->output[0], false)
		       : finish(b, n->output[0], 0);
}

static enum nas_status read_unary(struct build *b)
{
	const char *x = build_input(b, 0, 0);

	if (!x || !build_step(b, &x, b->onnx, NULL, NULL))
		return b->err->code;
	return build_output(b, 0, x, false);
}

static enum nas_status read_leaky(struct build *b)
{
	const char *in[3] = {build_input(b, 0, 0), NULL, NULL};
	Onnx__NodeProto *n =
		in[0] ? build_node(b, "LeakyRelu", in, NULL) : NULL;

	if (!n)
		return b->err->code;
	build_real(b, n, "alpha",
		   flat_float(&b->t.flat, b->op->options, 0, 0));
	return build_output(b, 0, n->output[0], false);
}

/* code: of the activation. */
static enum nas_status read_relu(struct build *b)
{
	const char *x = build_input(b, 0, 0);

	if (!x || build_activation(b, b->code, &x) != NAS_OK)
		return b->err->code;
	return build_output(b, 0, x, false);
}

/* Quantize, Dequantize: the values stay, their levels change. */
static enum nas_status read_levels(struct build *b)
{
	const char *x = build_input(b, 0, 0);

	return x ? build_output(b, 0, x, false) : b->err->code;
}

static enum nas_status read_reshape(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0), *out = build_out(b, 0);
	const char *name;

	if (!x || !out || x->count != out->count)
		return build_bad(b, "its output has another number of values");
	name = build_flat(b, 0);
	return name ? build_from_flat(b, 0, name) : b->err->code;
}

static enum nas_status read_transpose(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0), *out = build_out(b, 0);
	int64_t perm[GRAPH_RANK_MAX], size[GRAPH_RANK_MAX];
	int n = build_ints(b, 1, perm, GRAPH_RANK_MAX);
	const char *name;
	Onnx__NodeProto *node;

	if (n < 0)
		return b->err->code;
	if (!x || !out || n != x->rank || x->count != out->count)
		return build_bad(b, "its order is not of all axes");
	for (int k = 0; k < n; k++)
		size[k] = x->size[k];
	name = build_flat(b, 0);
	if (!name || !build_step(b, &name, "Reshape", build_list(b, size, n),
				 NULL))
		return b->err->code;
	node = build_node(b, "Transpose", (const char *[3]){name, NULL, NULL},
			  NULL);
	if (!node)
		return b->err->code;
	build_ints_of(b, node, "perm", perm, n);
	return build_from_flat(b, 0, node->output[0]);
}

static enum nas_status read_softmax(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0);
	float beta = flat_float(&b->t.flat, b->op->options, 0, 1);
	const char *in[3] = {build_input(b, 0, 0), NULL, NULL};
	Onnx__NodeProto *n;

	if (!in[0])
		return b->err->code;
	if (beta < 1 || beta > 1)
		return build_bad(b, "beta must be 1");
	n = build_node(b, "Softmax", in, NULL);
	if (!n)
		return b->err->code;
	build_int(b, n, "axis", x->rank == 4 ? 1 : x->rank - 1);
	return build_output(b, 0, n->output[0], false);
}

/* Where an axis of TFLite's is. */
static int64_t axis_of(const struct tflite_tensor *t, int64_t axis)
{
	static const int64_t nchw[4] = {0, 2, 3, 1};

	axis += axis < 0 ? t->rank : 0;
	return t->rank == 4 && axis >= 0 && axis < 4 ? nchw[axis] : axis;
}

static enum nas_status read_concat(struct build *b)
{
	const struct tflite_tensor *out = build_out(b, 0);
	Onnx__NodeProto *n;
	const char *x = b->op->nin && out ? build_input(b, 0, out->rank) : NULL;

	if (!x)
		return build_bad(b, "has no input");
	n = build_node(b, "Concat", (const char *[3]){x, NULL, NULL}, NULL);
	if (!n)
		return b->err->code;
	n->input = NAS_NEW(b->arena, char *, (size_t)b->op->nin);
	if (!n->input)
		return nas_fail(b->err, NAS_ENOMEM, "out of memory for a node");
	n->input[0] = (char *)(uintptr_t)x;
	for (int k = 1; k < b->op->nin; k++) {
		x = build_input(b, k, out->rank);
		if (!x)
			return b->err->code;
		n->input[n->n_input++] = (char *)(uintptr_t)x;
	}
	build_int(b, n, "axis", axis_of(out, option(b, 0, 4, 0)));
	return finish(b, n->output[0], 1);
}

/* Mean, Sum, ReduceMax. Without keep_dims axes go: in the order of (N, C, H, W)
 * what is left must be a list of channels. */
static enum nas_status read_reduce(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0), *out = build_out(b, 0);
	int keep = option(b, 0, 1, 0) != 0;
	int n = build_ints(b, 1, (int64_t[GRAPH_RANK_MAX]){0}, GRAPH_RANK_MAX);
	int64_t axes[GRAPH_RANK_MAX];
	const char *in[3] = {NULL, NULL, NULL};
	Onnx__NodeProto *node;

	if (!x || !out || n < 1 || build_ints(b, 1, axes, GRAPH_RANK_MAX) < 0)
		return build_bad(b, "its axes must be constant");
	if (x->rank == 4 && !keep && out->rank > 2)
		return build_bad(b, "is supported over rows and columns, or "
				 "with keep_dims");
	for (int k = 0; k < n; k++)
		axes[k] = axis_of(x, axes[k]);
	in[0] = build_input(b, 0, 4);
	if (in[0] && strcmp(b->onnx, "ReduceSum") == 0)
		in[1] = build_list(b, axes, n);
	node = in[0] ? build_node(b, b->onnx, in, NULL) : NULL;
	if (!node)
		return b->err->code;
	if (!in[1])
		build_ints_of(b, node, "axes", axes, n);
	build_int(b, node, "keepdims", keep);
	return build_output(b, 0, node->output[0], false);
}

/* Pairs of an axis each: before, after. */
static enum nas_status read_pad(struct build *b)
{
	const struct tflite_tensor *x = build_in(b, 0);
	int64_t pairs[2 * GRAPH_RANK_MAX], pads[2 * GRAPH_RANK_MAX];
	int n = build_ints(b, 1, pairs, 2 * GRAPH_RANK_MAX);
	const char *name, *value = NULL;

	if (!x || n != 2 * x->rank)
		return build_bad(b, "takes two constant pads an axis");
	for (int k = 0; k < x->rank; k++) {
		int64_t to = axis_of(x, k);

		pads[to] = pairs[2 * k];
		pads[to + x->rank] = pairs[2 * k + 1];
	}
	name = build_input(b, 0, 0);
	if (name && build_in(b, 2))
		value = build_constant(b, build_in(b, 2),
				       build_in(b, 2)->rank, NULL);
	if (!name || !build_step(b, &name, "Pad", build_list(b, pads, n),
				 value))
		return b->err->code;
	return build_output(b, 0, name, true);
}

static const struct {
	int number;
	const char *name; /* TFLite's */
	enum nas_status (*read)(struct build *b);
	const char *onnx;
	int code;
} ops[] = {
	{0, "Add", read_binary, "Add", 0},
	{1, "AveragePool2D", read_pool, "AveragePool", 0},
	{2, "Concatenation", read_concat, NULL, 0},
	{3, "Conv2D", read_conv, NULL, 0},
	{4, "DepthwiseConv2D", read_conv, NULL, 1},
	{6, "Dequantize", read_levels, NULL, 0},
	{9, "FullyConnected", read_dense, NULL, 0},
	{14, "Logistic", read_unary, "Sigmoid", 0},
	{17, "MaxPool2D", read_pool, "MaxPool", 0},
	{18, "Mul", read_binary, "Mul", 0},
	{19, "Relu", read_relu, NULL, 1},
	{20, "ReluN1To1", read_relu, NULL, 2},
	{21, "Relu6", read_relu, NULL, 3},
	{22, "Reshape", read_reshape, NULL, 0},
	{25, "Softmax", read_softmax, NULL, 0},
	{28, "Tanh", read_unary, "Tanh", 0},
	{34, "Pad", read_pad, NULL, 0},
	{39, "Transpose", read_transpose, NULL, 0},
	{40, "Mean", read_reduce, "ReduceMean", 0},
	{41, "Sub", read_binary, "Sub", 0},
	{42, "Div", read_binary, "Div", 0},
	{43, "Squeeze", read_reshape, NULL, 0},
	{47, "Exp", read_unary, "Exp", 0},
	{55, "Maximum", read_binary, "Max", 1},
	{57, "Minimum", read_binary, "Min", 1},
	{59, "Neg", read_unary, "Neg", 0},
	{60, "PadV2", read_pad, NULL, 0},
	{70, "ExpandDims", read_reshape, NULL, 0},
	{74, "Sum", read_reduce, "ReduceSum", 0},
	{75, "Sqrt", read_unary, "Sqrt", 0},
	{82, "ReduceMax", read_reduce, "ReduceMax", 0},
	{98, "LeakyRelu", read_leaky, NULL, 0},
	{101, "Abs", read_unary, "Abs", 0},
	{111, "Elu", read_unary, "Elu", 0},
	{114, "Quantize", read_levels, NULL, 0},
	{117, "HardSwish", read_unary, "HardSwish", 0},
};

enum nas_status tflite_build_op(struct build *b)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (ops[i].number != b->op->code)
			continue;
		b->op_name = ops[i].name;
		b->code = ops[i].code;
		b->onnx = ops[i].onnx;
		return ops[i].read(b);
	}
	b->op_name = "operator";
	return build_bad(b, "TFLite's operator %d is not supported",
			 b->op->code);
}
