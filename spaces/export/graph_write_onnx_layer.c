/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers with weights, their inputs and weights on their grids. */
#include <math.h>

#include "spaces/export/graph_write_onnx.h"

static bool layer_bits(const struct writer *w, const int *bits)
{
	return bits && bits[w->n->layer] >= 2 && bits[w->n->layer] <= 8;
}

/* The layer's input on its grid: zero .. levels, in units of scale. */
static const char *quantised_input(struct writer *w)
{
	const struct graph_quant *q = w->quant;
	int l = w->n->layer;
	float low, high, levels, scale, zero;
	char *t;

	if (!q || !layer_bits(w, q->bits_a) || !q->low || !q->high)
		return w->x;
	low = q->low[l] < 0 ? q->low[l] : 0;
	high = q->high[l] > 0 ? q->high[l] : 0;
	levels = (float)((1 << q->bits_a[l]) - 1);
	scale = (high - low) / levels;
	if (!(scale > 0) || !isfinite(scale))
		return write_with_number(w, "Mul", w->x, 0);
	zero = rintf(-low / scale);
	t = write_fresh(w);
	write_op(w, "Round", t, WITH(write_with_number(w, "Div", w->x, scale)));
	low = -zero;
	high = levels - zero;
	w->x = write_fresh(w);
	write_op(w, "Clip", w->x,
		 WITH(t, write_number(w, low), write_number(w, high)));
	return write_with_number(w, "Mul", w->x, scale);
}

static const float *weights_of(const struct writer *w)
{
	const struct graph_quant *q = w->quant;
	int l = w->n->layer;

	return q && q->weight && q->weight[l] ? q->weight[l]
					      : w->g->layer[l].weight;
}

void write_conv(struct writer *w)
{
	const struct graph_layer *l = &w->g->layer[w->n->layer];
	const struct graph_window *v = &w->n->window;
	const char *x = quantised_input(w), *weight, *bias;
	Onnx__NodeProto *node;

	weight = write_floats(w, weights_of(w), 4,
			      (int64_t[]){l->out, l->in / l->groups,
					  v->kernel[0], v->kernel[1]});
	bias = write_floats(w, l->bias, 1, (int64_t[]){l->out});
	node = write_op(w, "Conv", w->y, WITH(x, weight, bias));
	if (!node)
		return;
	onnx_attribute_int(&w->o, node, "group", l->groups);
	write_window(w, node, true);
}

/* (out, in) as (in, out) */
static char *transposed(struct writer *w, const float *x, int out, int in)
{
	size_t n = (size_t)out * (size_t)in;
	float *t = NAS_NEW(w->o.arena, float, n);

	for (size_t k = 0; t && k < n; k++)
		t[k % (size_t)in * (size_t)out + k / (size_t)in] = x[k];
	return t ? write_floats(w, t, 2, (int64_t[]){in, out}) : write_fresh(w);
}

void write_linear(struct writer *w)
{
	const struct graph_layer *l = &w->g->layer[w->n->layer];
	const char *x = quantised_input(w), *weight, *bias;
	Onnx__NodeProto *node;
	char *t;

	bias = write_floats(w, l->bias, 1, (int64_t[]){l->out});
	if (w->g->tensor[w->n->in[0]].rank == 2) {
		weight = write_floats(w, weights_of(w), 2,
				      (int64_t[]){l->out, l->in});
		node = write_op(w, "Gemm", w->y, WITH(x, weight, bias));
		if (node)
			onnx_attribute_int(&w->o, node, "transB", 1);
		return;
	}
	t = write_fresh(w);
	write_op(w, "MatMul", t,
		 WITH(x, transposed(w, weights_of(w), l->out, l->in)));
	write_op(w, "Add", w->y, WITH(t, bias));
}

void write_scale(struct writer *w)
{
	const struct graph_tensor *x = &w->g->tensor[w->n->in[0]];
	int64_t size[4] = {1, x->size[1], 1, 1};
	char *t = write_fresh(w);

	write_op(w, "Mul", t,
		 WITH(w->x, write_floats(w, w->n->scale, x->rank, size)));
	write_op(w, "Add", w->y,
		 WITH(t, write_floats(w, w->n->shift, x->rank, size)));
}
