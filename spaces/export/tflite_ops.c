/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operators of TFLite that are written, by their numbers in its schema. */
#include <math.h>
#include <string.h>

#include "spaces/export/tflite_writer.h"
#include "spaces/import/tflite_file.h"

#define HALF_BYTES 7 /* version of a layer with weights of 4 bits */

enum nas_status tflite_refuse(const struct tflite_writer *w,
			      const struct graph_node *n, const char *why)
{
	return nas_fail(w->err, NAS_EINPUT, "TFLite: %s '%.100s' %s",
			graph_op_name(n->op), n->name, why);
}

/* Number of the activation in options; a clip that the grid does is none. */
static enum nas_status activation_of(const struct tflite_writer *w,
				     const struct tflite_group *op,
				     uint32_t *code)
{
	const struct graph_node *a = op->act;
	float scale = op->grid ? graph_grid_scale(w->g, op->grid) : 0;

	*code = 0;
	if (!a)
		return NAS_OK;
	if (a->op == GRAPH_RELU)
		*code = 1;
	else if (a->op == GRAPH_CLIP && tflite_is(a->low, 0) && tflite_is(a->high, 6))
		*code = 3;
	else if (a->op == GRAPH_CLIP && tflite_is(a->low, -1) && tflite_is(a->high, 1))
		*code = 2;
	else if (a->op != GRAPH_CLIP || op->grid->low * scale < a->low ||
		 op->grid->high * scale > a->high)
		return tflite_refuse(w, a, "is not an activation of TFLite");
	return NAS_OK;
}

/* How a window is padded: as TFLite does it, or by an operator before. */
struct padding {
	bool same, none;
};

static struct padding padding_of(const struct tflite_writer *w,
				 const struct graph_node *n)
{
	const struct graph_tensor *x = &w->g->tensor[n->in[0]];
	const struct graph_tensor *y = &w->g->tensor[n->out];
	struct padding p = {true, true};

	for (int k = 0; k < 2; k++) {
		int in = x->size[k + 2], out = y->size[k + 2];
		int stride = n->window.stride[k];
		int all = (out - 1) * stride + 1 - in +
			  (n->window.kernel[k] - 1) * n->window.dilation[k];
		int before = n->window.pad[k], after = n->window.pad[k + 2];

		all = all > 0 ? all : 0;
		/* what lies behind the last window does not matter */
		p.same &= out == (in + stride - 1) / stride &&
			  before == all / 2 &&
			  (after >= all - before || n->op != GRAPH_CONV);
		p.none &= before == 0 && (after == 0 || all == 0) &&
			  (out - 1) * stride +
			  (n->window.kernel[k] - 1) * n->window.dilation[k] < in;
	}
	return p;
}

/* The window's input, padded where TFLite would not do so. */
static int padded(struct tflite_writer *w, const struct graph_node *n,
		  uint32_t *how)
{
	struct padding p = padding_of(w, n);
	const int *pad = n->window.pad;
	int x = tflite_map(w, n->in[0]);

	*how = p.same ? SAME : VALID;
	if (p.same || p.none)
		return x;
	return tflite_pad(w, x, (int32_t[8]){0, 0, pad[0], pad[2], pad[1], pad[3],
					  0, 0});
}

/* TensorFlow Lite adds in 32 bits, and its biases have as many. */
static enum nas_status check_sums(struct tflite_writer *w,
				  const struct graph_node *n)
{
	const struct graph_layer *l = &w->g->layer[n->layer];
	const struct graph_node *grid = graph_grid_of(w->g, n->in[0]);
	double most_x = fmax(fabs((double)grid->low), fabs((double)grid->high));
	double scale = (double)graph_grid_scale(w->g, grid);

	for (int o = 0; o < l->out; o++) {
		const int8_t *level = (const int8_t *)l->level +
				      (size_t)o * l->fan;
		double unit = l->scale[o] > 0 ? (double)l->scale[o] : 1;
		double most = fabs((double)l->bias[o]) / (scale * unit);

		for (size_t k = 0; k < l->fan; k++)
			most += most_x * abs(level[k]);
		if (!(most < 0x1p31))
			return tflite_refuse(w, n, "needs sums of more than the "
					     "32 bits of TensorFlow Lite");
	}
	return NAS_OK;
}

static enum nas_status write_conv(struct tflite_writer *w,
				  const struct tflite_group *op)
{
	const struct graph_node *n = op->n;
	const struct graph_layer *l = &w->g->layer[n->layer];
	const struct graph_node *grid = graph_grid_of(w->g, n->in[0]);
	const int *k = n->window.kernel, *s = n->window.stride;
	const int *d = n->window.dilation;
	bool depthwise = n->window.groups > 1 && n->window.groups == l->in;
	int size[4] = {depthwise ? 1 : l->out, k[0], k[1],
		       depthwise ? l->out : l->in / l->groups};
	uint32_t how, act;
	int in[3], at = depthwise;
	struct tflite_call *c;

	if (activation_of(w, op, &act) != NAS_OK || check_sums(w, n) != NAS_OK)
		return w->err->code;
	in[0] = padded(w, n, &how);
	in[1] = tflite_weights(w, l, 4, size, depthwise);
	in[2] = tflite_bias(w, l, graph_grid_scale(w->g, grid));
	c = tflite_call(w, depthwise ? DEPTHWISE : CONV, in,
			tflite_map(w, op->made));
	tflite_option(c, 0, 1, how);
	tflite_option(c, 1, 4, (uint32_t)s[1]);
	tflite_option(c, 2, 4, (uint32_t)s[0]);
	if (depthwise)
		tflite_option(c, 3, 4, (uint32_t)(l->out / l->in));
	tflite_option(c, 3 + at, 1, act);
	tflite_option(c, 4 + at, 4, (uint32_t)d[1]);
	tflite_option(c, 5 + at, 4, (uint32_t)d[0]);
	if (c && l->bits_w == 4)
		c->version = HALF_BYTES;
	return NAS_OK;
}

/* Where channels have scales of their own, as a convolution: TFLite's dense
 * operator has one. */
static enum nas_status write_linear(struct tflite_writer *w,
				    const struct tflite_group *op)
{
	const struct graph_layer *l = &w->g->layer[op->n->layer];
	const struct graph_node *grid = graph_grid_of(w->g, op->n->in[0]);
	int size[4] = {l->out, 1, 1, l->in}, in[3], y, made;
	struct tflite_call *c;
	bool single;
	uint32_t act;

	if (w->g->tensor[op->n->in[0]].rank != 2)
		return tflite_refuse(w, op->n, "has other axes than (image, "
				     "channel)");
	if (activation_of(w, op, &act) != NAS_OK ||
	    check_sums(w, op->n) != NAS_OK)
		return w->err->code;
	in[0] = tflite_map(w, op->n->in[0]);
	in[1] = tflite_weights(w, l, 4, size, false);
	in[2] = tflite_bias(w, l, graph_grid_scale(w->g, grid));
	single = w->tensor[in[1]].scales == 1;
	made = y = tflite_map(w, op->made);
	if (single) {
		w->tensor[in[1]].rank = 2;
		w->tensor[in[1]].size[1] = l->in;
	} else {
		in[0] = tflite_reshape(w, in[0], 4, (int[4]){1, 1, 1, l->in}, -1);
		y = tflite_like(w, made, 4, (int[4]){1, 1, 1, l->out});
	}
	c = tflite_call(w, single ? FULLY_CONNECTED : CONV, in, y);
	if (c && l->bits_w == 4)
		c->version = HALF_BYTES;
	tflite_option(c, single ? 0 : 3, 1, act);
	for (int k = 1; !single && k <= 2; k++)
		tflite_option(c, k, 4, 1);
	if (!single)
		tflite_reshape(w, y, 2, (int[2]){1, l->out}, made);
	return NAS_OK;
}

static enum nas_status write_pool(struct tflite_writer *w,
				  const struct tflite_group *op)
{
	const struct graph_node *n = op->n;
	struct padding p = padding_of(w, n);
	bool max = n->op == GRAPH_MAX_POOL;
	struct tflite_call *c;
	uint32_t act;

	if (activation_of(w, op, &act) != NAS_OK)
		return w->err->code;
	if ((!p.same && !p.none) || n->window.dilation[0] != 1 ||
	    n->window.dilation[1] != 1 || (n->window.count_pad && !p.none))
		return tflite_refuse(w, n, "has padding that TFLite does not support");
	c = tflite_call(w, max ? MAX_POOL : AVERAGE_POOL,
			(int[3]){tflite_map(w, n->in[0]), -1, -1},
			tflite_map(w, op->made));
	tflite_option(c, 0, 1, p.same ? SAME : VALID);
	tflite_option(c, 1, 4, (uint32_t)n->window.stride[1]);
	tflite_option(c, 2, 4, (uint32_t)n->window.stride[0]);
	tflite_option(c, 3, 4, (uint32_t)n->window.kernel[1]);
	tflite_option(c, 4, 4, (uint32_t)n->window.kernel[0]);
	tflite_option(c, 5, 1, act);
	return NAS_OK;
}

static enum nas_status write_binary(struct tflite_writer *w,
				    const struct tflite_group *op)
{
	const struct graph_node *n = op->n;
	int code = n->op == GRAPH_ADD ? ADD : n->op == GRAPH_MUL ? MUL : SUB;
	struct tflite_call *c;
	uint32_t act;

	if (activation_of(w, op, &act) != NAS_OK)
		return w->err->code;
	for (int k = 0; k < 2; k++)
		if (w->g->tensor[n->in[k]].data ||
		    w->g->tensor[n->in[k]].rank != w->g->tensor[n->out].rank)
			return tflite_refuse(w, n, "takes a constant, or maps "
					     "of other axes");
	c = tflite_call(w, code,
			(int[3]){tflite_map(w, n->in[0]),
				 tflite_map(w, n->in[1]), -1},
			tflite_map(w, op->made));
	tflite_option(c, 0, 1, act);
	return NAS_OK;
}

static enum nas_status write_mean(struct tflite_writer *w,
				  const struct tflite_group *op)
{
	const struct graph_tensor *x = &w->g->tensor[op->n->in[0]];
	const struct graph_tensor *y = &w->g->tensor[op->n->out];
	struct tflite_call *c;
	const int *axes = op->n->axes;
	int made, in[3] = {tflite_map(w, op->n->in[0]), -1, -1};

	if (x->rank != 4 || axes[1] || !axes[2] || !axes[3])
		return tflite_refuse(w, op->n, "is not over rows and columns");
	made = tflite_map(w, op->made);
	in[1] = tflite_ints(w, (int32_t[2]){1, 2}, 2);
	c = tflite_call(w, MEAN, in, made);
	tflite_option(c, 0, 1, y->rank == 4);
	return NAS_OK;
}

static enum nas_status write_unary(struct tflite_writer *w,
				   const struct tflite_group *op)
{
	static const int codes[GRAPH_OPS] = {
		[GRAPH_SIGMOID] = LOGISTIC,
		[GRAPH_TANH] = TANH,
		[GRAPH_HARD_SWISH] = HARD_SWISH,
		[GRAPH_QUANT] = QUANTIZE,
		[GRAPH_LEAKY] = LEAKY,
		[GRAPH_SOFTMAX] = SOFTMAX,
	};
	struct tflite_call *c;
	float number = op->n->op == GRAPH_LEAKY ? op->n->a : 1;
	int x = tflite_map(w, op->n->in[0]), y = tflite_map(w, op->made);
	uint32_t bits;

	/* its kernels have 7 bits behind the point */
	if (op->n->op == GRAPH_HARD_SWISH && w->tensor[x].scale &&
	    w->tensor[y].scale &&
	    w->tensor[x].scale[0] >= 128 * w->tensor[y].scale[0])
		return tflite_refuse(w, op->n, "has an output whose grid is "
				     "128 times finer than its input's: "
				     "TensorFlow Lite does not compute that");
	memcpy(&bits, &number, sizeof(bits));
	c = tflite_call(w, codes[op->n->op], (int[3]){x, -1, -1}, y);
	if (c && c->kind)
		tflite_option(c, 0, 4, bits);
	return NAS_OK;
}

static enum nas_status write_softmax(struct tflite_writer *w,
				     const struct tflite_group *op)
{
	int rank = w->g->tensor[op->n->out].rank;

	if (op->n->axis != (rank == 4 ? 1 : rank - 1))
		return tflite_refuse(w, op->n, "is not over channels");
	return write_unary(w, op);
}

/* An activation alone. */
static enum nas_status write_relu(struct tflite_writer *w,
				  const struct tflite_group *op)
{
	static const int codes[] = {QUANTIZE, RELU, RELU_1, RELU_6};
	struct tflite_group own = *op;
	uint32_t act;

	own.act = op->n;
	if (activation_of(w, &own, &act) != NAS_OK)
		return w->err->code;
	(void)!tflite_call(w, codes[act],
			   (int[3]){tflite_map(w, op->n->in[0]), -1, -1},
			   tflite_map(w, op->made));
	return NAS_OK;
}

static tflite_write_function *const writers[GRAPH_OPS] = {
	[GRAPH_CONV] = write_conv,
	[GRAPH_LINEAR] = write_linear,
	[GRAPH_ADD] = write_binary,
	[GRAPH_SUB] = write_binary,
	[GRAPH_MUL] = write_binary,
	[GRAPH_RELU] = write_relu,
	[GRAPH_CLIP] = write_relu,
	[GRAPH_LEAKY] = write_unary,
	[GRAPH_SIGMOID] = write_unary,
	[GRAPH_TANH] = write_unary,
	[GRAPH_HARD_SWISH] = write_unary,
	[GRAPH_QUANT] = write_unary,
	[GRAPH_SOFTMAX] = write_softmax,
	[GRAPH_MAX_POOL] = write_pool,
	[GRAPH_AVERAGE_POOL] = write_pool,
	[GRAPH_REDUCE_MEAN] = write_mean,
	[GRAPH_PAD] = tflite_write_pad,
	[GRAPH_RESHAPE] = tflite_write_reshape,
	[GRAPH_TRANSPOSE] = tflite_write_transpose,
	[GRAPH_CONCAT] = tflite_write_concat,
};

enum nas_status tflite_write_op(struct tflite_writer *w,
				const struct tflite_group *op)
{
	const struct graph_node *n = op->n;

	if (!writers[n->op])
		return tflite_refuse(w, n, "is not an operator of TFLite");
	/* Tensors have numbers in the order they are first asked for, which in
	 * the arguments of a call is the compiler's. */
	for (int k = 0; k < n->nin; k++)
		if (!w->g->tensor[n->in[k]].data)
			(void)tflite_map(w, n->in[k]);
	return writers[n->op](w, op);
}
