/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantised networks as files spell them: QuantizeLinear, DequantizeLinear,
 * and QONNX's Quant. On constants they are computed; on images they become
 * Div, Round, Add, Clip, Sub, Mul.
 */
#include <math.h>
#include <string.h>

#include "spaces/import/import_onnx.h"

/* A constant of one number, or a number a channel shaped to meet x. */
static enum nas_status operand(struct importer *im, const struct value *v,
			       int rank, int axis, int *t)
{
	int size[GRAPH_RANK_MAX];
	float *f = NAS_NEW(im->arena, float, v->count);

	if (!f)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for a scale");
	for (size_t k = 0; k < v->count; k++)
		f[k] = (float)value_get(v, k);
	for (int k = 0; k < rank; k++)
		size[k] = k == axis ? (int)v->count : 1;
	if (v->count == 1)
		return import_constant(im, f, 0, size, t);
	if (v->rank != 1)
		return import_constant(im, f, v->rank, v->size, t);
	return import_constant(im, f, rank, size, t);
}

/* *x = *x op v; the last of a node's steps writes its output. */
static enum nas_status step2(struct importer *im, enum graph_op op, int *x,
			     const struct value *v, int axis, int out)
{
	int in[2] = {*x, 0}, rank = im->g->tensor[*x].rank;
	struct graph_node *n;

	if (operand(im, v, rank, axis, &in[1]) != NAS_OK)
		return im->err->code;
	n = import_node(im, op, 2, in);
	return n ? import_finish(im, n, out, x) : im->err->code;
}

static enum nas_status step1(struct importer *im, enum graph_op op, int *x,
			     float low, float high, int out)
{
	struct graph_node *n = import_node(im, op, 1, x);

	if (!n)
		return im->err->code;
	n->low = low;
	n->high = high;
	return import_finish(im, n, out, x);
}

struct levels {
	const struct value *scale, *zero; /* zero may be NULL */
	int axis;
};

static enum nas_status read_levels(struct importer *im, int rank,
				   struct levels *l)
{
	l->scale = import_in(im, 1);
	l->zero = import_in(im, 2);
	if (!value_is_constant(l->scale) || !l->scale->count ||
	    (l->zero && !value_is_constant(l->zero)))
		return import_bad(im, "scale and zero point must be constant");
	if (attr_int(im, "block_size", 0))
		return import_bad(im, "scales of blocks are not supported");
	l->axis = 0;
	if (l->scale->count == 1)
		return NAS_OK;
	return import_axis(im, attr_int(im, "axis", 1), rank, &l->axis);
}

/* Whether the zero point, whose type is the output's, is signed. */
static bool is_signed(const struct importer *im)
{
	const struct value *zero = import_in(im, 2);

	if (!zero) /* since opset 21 */
		return attr_int(im, "output_dtype", 0) ==
		       ONNX__TENSOR_PROTO__DATA_TYPE__INT8;
	return zero->is_int8;
}

enum nas_status import_quantize(struct importer *im)
{
	bool negative = is_signed(im);
	struct levels l;
	int x;

	if (import_input(im, 0, &x) != NAS_OK ||
	    read_levels(im, im->g->tensor[x].rank, &l) != NAS_OK ||
	    step2(im, GRAPH_DIV, &x, l.scale, l.axis, -1) != NAS_OK ||
	    step1(im, GRAPH_ROUND, &x, 0, 0, -1) != NAS_OK)
		return im->err->code;
	if (l.zero && step2(im, GRAPH_ADD, &x, l.zero, l.axis, -1) != NAS_OK)
		return im->err->code;
	if (step1(im, GRAPH_CLIP, &x, negative ? -128 : 0,
		  negative ? 127 : 255, -1) != NAS_OK ||
	    (l.zero &&
	     step2(im, GRAPH_SUB, &x, l.zero, l.axis, -1) != NAS_OK) ||
	    step2(im, GRAPH_MUL, &x, l.scale, l.axis, 0) != NAS_OK)
		return im->err->code;
	import_out(im, 0)->levels_scale = l.scale;
	import_out(im, 0)->levels_zero = l.zero;
	return NAS_OK;
}

bool value_same(const struct value *a, const struct value *b)
{
	size_t n = a ? a->count : b ? b->count : 0;

	if (a && b && a->count != b->count)
		return false;
	for (size_t k = 0; k < n; k++) {
		double x = a ? value_get(a, k) : 0, y = b ? value_get(b, k) : 0;

		if (x < y || x > y)
			return false;
	}
	return true;
}

/* The values of levels that have them already. */
static enum nas_status name_values(struct importer *im, const struct value *in,
				   const struct levels *l)
{
	struct value *out = import_out(im, 0);

	if (!value_same(in->levels_scale, l->scale) ||
	    !value_same(in->levels_zero, l->zero))
		return import_bad(im, "its scale or zero point is not that of "
				  "QuantizeLinear");
	if (!out || value_view(im, out, in, -1, NULL) != NAS_OK)
		return import_bad(im, "its output is missing");
	out->levels_scale = out->levels_zero = NULL;
	im->g->tensor[out->tensor].name = out->name;
	return NAS_OK;
}

enum nas_status import_dequantize(struct importer *im)
{
	struct levels l;
	int x;

	if (import_input(im, 0, &x) != NAS_OK ||
	    read_levels(im, im->g->tensor[x].rank, &l) != NAS_OK)
		return im->err->code;
	if (import_in(im, 0)->levels_scale)
		return name_values(im, import_in(im, 0), &l);
	if (l.zero && step2(im, GRAPH_SUB, &x, l.zero, l.axis, -1) != NAS_OK)
		return im->err->code;
	return step2(im, GRAPH_MUL, &x, l.scale, l.axis, 0);
}

static bool is_zero(const struct value *zero)
{
	for (size_t k = 0; zero && k < zero->count; k++)
		if (value_get(zero, k) < 0 || value_get(zero, k) > 0)
			return false;
	return true;
}

/* Levels of a constant, as numbers. */
enum nas_status fold_quantize(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	double low = is_signed(im) ? -128 : 0;
	struct levels l;
	size_t inner = 1;

	if (!in || !out || read_levels(im, in->rank, &l) != NAS_OK)
		return import_bad(im, "its input or output is missing");
	if ((l.scale->count > 1 &&
	     l.scale->count != (size_t)in->size[l.axis]) ||
	    (l.zero && l.zero->count != l.scale->count))
		return import_bad(im, "%zu scales for %d channels",
				  l.scale->count, in->size[l.axis]);
	if (value_make(im, out, VALUE_INT, in->rank, in->size) != NAS_OK)
		return im->err->code;
	for (int k = l.axis + 1; k < in->rank; k++)
		inner *= (size_t)in->size[k];
	for (size_t k = 0; k < in->count; k++) {
		size_t c = l.scale->count > 1 ? k / inner % l.scale->count : 0;
		double x = (double)rintf((float)value_get(in, k) /
					 (float)value_get(l.scale, c));

		x += l.zero ? value_get(l.zero, c) : 0;
		value_set(out, k, x > low ? fmin(x, low + 255) : low);
	}
	return NAS_OK;
}

enum nas_status fold_dequantize(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	struct levels l;
	size_t inner = 1;

	if (!in || !out || read_levels(im, in->rank, &l) != NAS_OK)
		return import_bad(im, "its input or output is missing");
	if (l.scale->count > 1 && l.scale->count != (size_t)in->size[l.axis])
		return import_bad(im, "%zu scales for %d channels",
				  l.scale->count, in->size[l.axis]);
	if (l.zero && l.zero->count != l.scale->count)
		return import_bad(im, "scales and zero points must have the "
				      "same shape");
	if (value_make(im, out, VALUE_FLOAT, in->rank, in->size) != NAS_OK)
		return im->err->code;
	for (int k = l.axis + 1; k < in->rank; k++)
		inner *= (size_t)in->size[k];
	if (l.axis == 0 && is_zero(l.zero))
		out->scale = l.scale;
	for (size_t k = 0; k < in->count; k++) {
		size_t c = l.scale->count > 1 ? k / inner % l.scale->count : 0;
		double zero = l.zero ? value_get(l.zero, c) : 0;

		out->f[k] = (float)(value_get(in, k) - zero) *
			    (float)value_get(l.scale, c);
	}
	return NAS_OK;
}

struct quant { /* QONNX: x, scale, zero point, bits */
	const struct value *scale, *zero;
	float low, high;
};

static enum nas_status read_quant(struct importer *im, struct quant *q)
{
	const struct value *bits = import_in(im, 3);
	bool negative = attr_int(im, "signed", 1) != 0;
	bool narrow = attr_int(im, "narrow", 0) != 0;
	double b;

	q->scale = import_in(im, 1);
	q->zero = import_in(im, 2);
	if (!value_is_constant(q->scale) || !q->scale->count ||
	    !value_is_constant(q->zero) || q->zero->count != 1 ||
	    !value_is_constant(bits) || bits->count != 1)
		return import_bad(im, "scale, zero point and bits must be "
				      "constant");
	b = value_get(bits, 0);
	if (!(b >= 1 && b <= 32) ||
	    (import_attr(im, "rounding_mode") &&
	     !attr_text_is(im, "rounding_mode", "ROUND")))
		return import_bad(im, "these bits or this rounding are not "
				      "supported");
	q->low = negative ? (float)-(ldexp(1, (int)b - 1) - narrow) : 0;
	q->high = (float)(ldexp(1, (int)b - negative) - 1 -
			  (!negative && narrow));
	return NAS_OK;
}

static enum nas_status quant_constant(struct importer *im,
				      const struct quant *q,
				      const struct value *in)
{
	struct value *out = import_out(im, 0);
	float zero = (float)value_get(q->zero, 0);
	size_t per;

	if (!out || in->count % q->scale->count)
		return import_bad(im, "the scales do not match the weights");
	if (value_make(im, out, VALUE_FLOAT, in->rank, in->size) != NAS_OK)
		return im->err->code;
	per = in->count / q->scale->count;
	if (is_zero(q->zero))
		out->scale = q->scale;
	for (size_t k = 0; k < in->count; k++) {
		float s = (float)value_get(q->scale, k / per);
		float x = (float)value_get(in, k) / s + zero;

		x = x < q->low ? q->low : x > q->high ? q->high : x;
		out->f[k] = (rintf(x) - zero) * s;
	}
	return NAS_OK;
}

enum nas_status import_quant(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct quant q = {0};
	int x;

	if (read_quant(im, &q) != NAS_OK)
		return im->err->code;
	if (value_is_constant(in))
		return quant_constant(im, &q, in);
	if (import_input(im, 0, &x) != NAS_OK ||
	    step2(im, GRAPH_DIV, &x, q.scale, 1, -1) != NAS_OK ||
	    step2(im, GRAPH_ADD, &x, q.zero, 1, -1) != NAS_OK ||
	    step1(im, GRAPH_CLIP, &x, q.low, q.high, -1) != NAS_OK ||
	    step1(im, GRAPH_ROUND, &x, 0, 0, -1) != NAS_OK ||
	    step2(im, GRAPH_SUB, &x, q.zero, 1, -1) != NAS_OK)
		return im->err->code;
	return step2(im, GRAPH_MUL, &x, q.scale, 1, 0);
}
