/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which function runs which operator; the layers' and simplest ones. */
#include <math.h>
#include <string.h>

#include "scoring/forward/forward_plan.h"
#include "scoring/forward/gemm.h"

static size_t scratch_conv(const struct forward *f,
			   const struct forward_step *s)
{
	(void)f;
	return conv_scratch(&s->conv);
}

const struct forward_op forward_ops[GRAPH_OPS] = {
	[GRAPH_CONV] = {forward_conv, scratch_conv},
	[GRAPH_LINEAR] = {forward_linear, NULL},
	[GRAPH_SCALE] = {forward_scale, NULL},
	[GRAPH_ADD] = {forward_binary, NULL},
	[GRAPH_SUB] = {forward_binary, NULL},
	[GRAPH_MUL] = {forward_binary, NULL},
	[GRAPH_DIV] = {forward_binary, NULL},
	[GRAPH_MIN] = {forward_binary, NULL},
	[GRAPH_MAX] = {forward_binary, NULL},
	[GRAPH_RELU] = {forward_unary, NULL},
	[GRAPH_CLIP] = {forward_unary, NULL},
	[GRAPH_LEAKY] = {forward_unary, NULL},
	[GRAPH_SIGMOID] = {forward_unary, NULL},
	[GRAPH_TANH] = {forward_unary, NULL},
	[GRAPH_HARD_SIGMOID] = {forward_unary, NULL},
	[GRAPH_HARD_SWISH] = {forward_unary, NULL},
	[GRAPH_SILU] = {forward_unary, NULL},
	[GRAPH_ELU] = {forward_unary, NULL},
	[GRAPH_EXP] = {forward_unary, NULL},
	[GRAPH_SQRT] = {forward_unary, NULL},
	[GRAPH_ERF] = {forward_unary, NULL},
	[GRAPH_LOG] = {forward_unary, NULL},
	[GRAPH_POW] = {forward_unary, NULL},
	[GRAPH_ABS] = {forward_unary, NULL},
	[GRAPH_NEG] = {forward_unary, NULL},
	[GRAPH_FLOOR] = {forward_unary, NULL},
	[GRAPH_ROUND] = {forward_unary, NULL},
	[GRAPH_QUANT] = {forward_quant, NULL},
	[GRAPH_SOFTMAX] = {forward_softmax, NULL},
	[GRAPH_MAX_POOL] = {forward_pool, NULL},
	[GRAPH_AVERAGE_POOL] = {forward_pool, NULL},
	[GRAPH_RESIZE] = {forward_resize, scratch_resize},
	[GRAPH_REDUCE_MEAN] = {forward_reduce, NULL},
	[GRAPH_REDUCE_MAX] = {forward_reduce, NULL},
	[GRAPH_REDUCE_SUM] = {forward_reduce, NULL},
	[GRAPH_PAD] = {forward_pad, NULL},
	[GRAPH_RESHAPE] = {forward_nothing, NULL},
	[GRAPH_TRANSPOSE] = {forward_transpose, NULL},
	[GRAPH_CONCAT] = {forward_concat, NULL},
	[GRAPH_SLICE] = {forward_slice, NULL},
};

void forward_nothing(const struct forward_call *c)
{
	(void)c;
}

void forward_conv(const struct forward_call *c)
{
	const struct forward_layer *w = &c->f->layer[c->node->layer];
	struct conv_call conv = c->step->conv;
	size_t area = (size_t)conv.out_height * (size_t)conv.out_width;

	conv.weight = w->weight;
	conv.bias = w->bias;
	if (w->whole)
		conv.activation.op = GRAPH_OPS;
	conv_run(&conv, c->x[0], c->y, c->scratch);
	for (int o = 0; w->whole && o < conv.out; o++)
		forward_unit(c, (size_t)o, c->y + (size_t)o * area, area);
}

void forward_linear(const struct forward_call *c)
{
	const struct forward_layer *w = &c->f->layer[c->node->layer];
	const struct graph_layer *l = &c->f->g->layer[c->node->layer];
	int rows = (int)(c->f->g->tensor[c->node->in[0]].count / (size_t)l->in);

	if (rows == 1)
		gemv(l->out, l->in, w->weight, l->in, c->x[0], c->y);
	else
		gemm(GEMM_ABT, rows, l->out, l->in, c->x[0], l->in, w->weight,
		     l->in, 0, c->y, l->out);
	for (int r = 0; r < rows; r++)
		for (int o = 0; o < l->out; o++)
			c->y[(size_t)r * (size_t)l->out + (size_t)o] +=
				w->bias[o];
	for (int i = 0; w->whole && i < rows * l->out; i++)
		forward_unit(c, (size_t)(i % l->out), c->y + i, 1);
	if (!w->whole)
		activation_run(&c->step->activation, c->y, c->y,
			       (size_t)rows * (size_t)l->out);
}

/* Channels are axis 1: of (N, C) each number has its own. */
void forward_scale(const struct forward_call *c)
{
	const struct graph_tensor *x = &c->f->g->tensor[c->node->in[0]];
	size_t channels = (size_t)x->size[1], area = x->count / channels;

	for (size_t i = 0; i < channels; i++) {
		float scale = c->node->scale[i], shift = c->node->shift[i];

		for (size_t k = i * area; k < (i + 1) * area; k++)
			c->y[k] = c->x[0][k] * scale + shift;
	}
	activation_run(&c->step->activation, c->y, c->y, x->count);
}

void forward_quant(const struct forward_call *c)
{
	size_t n = c->f->g->tensor[c->node->out].count;
	float scale = *c->x[1], low = c->node->low, high = c->node->high;

	if (forward_is_integer(c)) {
		forward_integer(c);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		float level = rintf(c->x[0][i] / scale);

		level = level < low ? low : level;
		level = level > high ? high : level;
		c->y[i] = level * scale;
	}
}

void forward_unary(const struct forward_call *c)
{
	struct activation a = activation_of(c->node);

	activation_run(&a, c->y, c->x[0],
		       c->f->g->tensor[c->node->in[0]].count);
}
