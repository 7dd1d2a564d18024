/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers with weights, and grids. */
#include <math.h>

#include "spaces/export/onnx_writer.h"
#include "spaces/import/onnx.h"

#define FLOAT ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT
#define INT8  ONNX__TENSOR_PROTO__DATA_TYPE__INT8
#define INT32 ONNX__TENSOR_PROTO__DATA_TYPE__INT32

/* Of a number that nodes share: "bits4", "int4_min". */
static char *shared_name(struct writer *w, const char *what, int bits,
			 const char *which)
{
	return onnx_text(&w->o, "%s%s%d%s", w->named ? "" : "nas/", what, bits,
			 which);
}

static void write_zero(struct writer *w)
{
	if (w->zero)
		return;
	w->zero = w->named ? "zero" : "nas/zero";
	onnx_tensor_float(&w->o, w->zero, 0);
}

/* The numbers of a width: bounds of its levels, or the width itself. */
static void write_bits(struct writer *w, int bits)
{
	double half = ldexp(1, bits - 1);

	if (w->has_bits[bits])
		return;
	w->has_bits[bits] = true;
	if (w->form == ONNX_QONNX) {
		onnx_tensor_float(&w->o, shared_name(w, "bits", bits, ""),
				  (float)bits);
		write_zero(w);
		return;
	}
	onnx_tensor_float(&w->o, shared_name(w, "int", bits, "_min"), (float)-half);
	onnx_tensor_float(&w->o, shared_name(w, "int", bits, "_max"),
			  (float)(half - 1));
}

/* All levels that so many bits have in two's complement. */
static bool is_whole(float low, int bits)
{
	float half = (float)ldexp(1, bits - 1);

	return !(low + half > 0) && !(low + half < 0);
}

void write_quant(struct writer *w, const char *base, const char *x,
		 const char *scale, int bits, float low, const char *out)
{
	bool is_signed = is_whole(low, bits);
	struct onnx_graph *o = &w->o;
	Onnx__NodeProto *node;

	write_bits(w, bits);
	node = onnx_node(o, "Quant", onnx_text(o, "%s/Quant", base), out,
			 WITH(x, scale,
			      is_signed ? w->zero : write_number(w, -low),
			      shared_name(w, "bits", bits, "")));
	if (node)
		node->domain = onnx_text(o, "%s", ONNX_QUANT_DOMAIN);
	onnx_attribute_int(o, node, "signed", is_signed);
	onnx_attribute_int(o, node, "narrow", 0);
	onnx_attribute_text(o, node, "rounding_mode", "ROUND");
}

/* All 256 levels, as int8. */
static void write_pair(struct writer *w, const char *base, const char *scale)
{
	char *zero = write_part(w, base, "/zero");
	char *levels = write_part(w, base, "/levels");
	const struct onnx_shape scalar = {0};
	int8_t *x = NAS_NEW(w->o.arena, int8_t, 1);

	if (!x)
		return;
	*x = (int8_t)(-128 - w->n->low);
	onnx_tensor(&w->o, zero, INT8, &scalar, x, 1);
	onnx_node(&w->o, "QuantizeLinear", write_part(w, base, "/Quantize"),
		  levels, WITH(w->x, scale, zero));
	onnx_node(&w->o, "DequantizeLinear", write_part(w, base, "/Dequantize"),
		  w->y, WITH(levels, scale, zero));
}

void write_grid(struct writer *w)
{
	const char *base = w->named ? w->n->name : w->y, *low, *high;
	const char *scale = w->name[w->n->in[1]];
	char *steps = write_part(w, base, "/steps");
	char *round = write_part(w, base, "/rounded");
	char *clip = write_part(w, base, "/levels");
	struct onnx_graph *o = &w->o;

	if (w->form == ONNX_QONNX) {
		write_quant(w, base, w->x, scale, w->n->bits, w->n->low, w->y);
		return;
	}
	if (w->form == ONNX_QDQ) {
		write_pair(w, base, scale);
		return;
	}
	if (is_whole(w->n->low, w->n->bits)) {
		write_bits(w, w->n->bits);
		low = shared_name(w, "int", w->n->bits, "_min");
		high = shared_name(w, "int", w->n->bits, "_max");
	} else {
		low = write_number(w, w->n->low);
		high = write_number(w, w->n->high);
	}
	onnx_node(o, "Div", write_part(w, base, "/Div"), steps,
		  WITH(w->x, scale));
	onnx_node(o, "Round", write_part(w, base, "/Round"), round,
		  WITH(steps));
	onnx_node(o, "Clip", write_part(w, base, "/Clip"), clip,
		  WITH(round, low, high));
	onnx_node(o, "Mul", write_part(w, base, "/Mul"), w->y,
		  WITH(clip, scale));
}

/* The weights under that name, from their levels. */
static void write_levels(struct writer *w, const struct graph_layer *l,
			 const char *name, const struct onnx_shape *shape)
{
	size_t n = (size_t)l->out * l->fan, size = graph_level_size(l->bits_w);
	/* scales of QONNX are broadcast over the weights: of their rank */
	struct onnx_shape per = {w->form == ONNX_QONNX ? shape->n : 1,
				 {l->out, 1, 1, 1}};
	const char *base = w->layer[w->n->layer];
	char *levels = write_part(w, base, ".weight_levels");
	char *scale = write_part(w, base, ".weight_scale");
	Onnx__NodeProto *node;

	onnx_tensor(&w->o, scale, FLOAT, &per, l->scale,
		    (size_t)l->out * sizeof(float));
	if (w->form == ONNX_QONNX) {
		onnx_tensor(&w->o, levels, FLOAT, shape, l->weight,
			    n * sizeof(float));
		write_quant(w, name, levels, scale, l->bits_w,
			    (float)-ldexp(1, l->bits_w - 1), name);
		return;
	}
	onnx_tensor(&w->o, levels, size == 1 ? INT8 : INT32, shape, l->level,
		    n * size);
	node = onnx_node(&w->o, "DequantizeLinear",
			 write_part(w, name, "/DequantizeLinear"), name,
			 WITH(levels, scale));
	onnx_attribute_int(&w->o, node, "axis", 0);
}

/* Weights and bias; the name of the weights. */
static char *write_weights(struct writer *w, const struct onnx_shape *shape)
{
	const struct graph_layer *l = &w->g->layer[w->n->layer];
	char *name = write_part(w, w->layer[w->n->layer], ".weight");

	if (l->level)
		write_levels(w, l, name, shape);
	else
		write_floats(w, name, l->weight, (int)shape->n, shape->size);
	write_floats(w, write_part(w, w->layer[w->n->layer], ".bias"), l->bias,
		     1, (int64_t[]){l->out});
	return name;
}

void write_conv(struct writer *w)
{
	const struct graph_layer *l = &w->g->layer[w->n->layer];
	const struct graph_window *v = &w->n->window;
	char *weight = write_weights(
		w, &(struct onnx_shape){4,
					{l->out, l->in / l->groups,
					 v->kernel[0], v->kernel[1]}});
	Onnx__NodeProto *node = write_node(
		w, "Conv",
		WITH(w->x, weight,
		     write_part(w, w->layer[w->n->layer], ".bias")));

	onnx_attribute_int(&w->o, node, "group", l->groups);
	write_window(w, node, true);
}

/* (out, in) as (in, out) */
static char *transposed(struct writer *w, const struct graph_layer *l)
{
	size_t out = (size_t)l->out, in = (size_t)l->in;
	float *t = NAS_NEW2(w->o.arena, float, out, in);
	char *name = write_part(w, w->layer[w->n->layer], ".weight");

	for (size_t k = 0; t && k < out * in; k++)
		t[k % in * out + k / in] = l->weight[k];
	if (t)
		write_floats(w, name, t, 2, (int64_t[]){l->in, l->out});
	return name;
}

void write_linear(struct writer *w)
{
	const struct graph_layer *l = &w->g->layer[w->n->layer];
	char *bias = write_part(w, w->layer[w->n->layer], ".bias");
	struct onnx_shape shape = {2, {l->out, l->in}};
	char *t;

	if (w->g->tensor[w->n->in[0]].rank == 2) {
		const char *weight = write_weights(w, &shape);

		onnx_attribute_int(&w->o,
				   write_node(w, "Gemm",
					      WITH(w->x, weight, bias)),
				   "transB", 1);
		return;
	}
	t = write_fresh(w);
	write_op(w, "MatMul", t, WITH(w->x, transposed(w, l)));
	write_floats(w, bias, l->bias, 1, (int64_t[]){l->out});
	write_node(w, "Add", WITH(t, bias));
}

void write_scale(struct writer *w)
{
	const struct graph_tensor *x = &w->g->tensor[w->n->in[0]];
	int64_t size[4] = {1, x->size[1], 1, 1};
	char *scale = write_fresh(w), *shift = write_fresh(w);
	char *t = write_fresh(w);

	write_floats(w, scale, w->n->scale, x->rank, size);
	write_floats(w, shift, w->n->shift, x->rank, size);
	write_op(w, "Mul", t, WITH(w->x, scale));
	write_node(w, "Add", WITH(t, shift));
}
