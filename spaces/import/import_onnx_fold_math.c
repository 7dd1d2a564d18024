/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic on constants: what shapes and stored weights need. */
#include <math.h>
#include <string.h>

#include "spaces/import/import_onnx.h"

/* What is left when a is divided, with the divisor's sign. */
static double modulo(double a, double b)
{
	return b != 0 ? a - b * floor(a / b) : 0;
}

static double compare(int code, double a, double b)
{
	switch (code) {
	case FOLD_EQUAL:
		return a >= b && a <= b;
	case FOLD_LESS:
		return a < b;
	case FOLD_LESS_EQUAL:
		return a <= b;
	case FOLD_GREATER:
		return a > b;
	default:
		return a >= b;
	}
}

static double apply2(int code, double a, double b, bool ints)
{
	switch (code) {
	case GRAPH_POW:
		return pow(a, b);
	case FOLD_MOD:
		return modulo(a, b);
	case FOLD_AND:
		return a != 0 && b != 0;
	case FOLD_OR:
		return a != 0 || b != 0;
	case FOLD_EQUAL:
	case FOLD_LESS:
	case FOLD_LESS_EQUAL:
	case FOLD_GREATER:
	case FOLD_GREATER_EQUAL:
		return compare(code, a, b);
	case GRAPH_ADD:
		return a + b;
	case GRAPH_SUB:
		return a - b;
	case GRAPH_MUL:
		return a * b;
	case GRAPH_DIV:
		return ints ? (b == 0 ? 0 : trunc(a / b)) : a / b;
	case GRAPH_MIN:
		return a < b ? a : b;
	default:
		return a > b ? a : b;
	}
}

static double apply1(int code, double x)
{
	switch (code) {
	case FOLD_NOT:
		return !(x != 0);
	case FOLD_CEIL:
		return ceil(x);
	case FOLD_RECIPROCAL:
		return 1 / x;
	case GRAPH_ERF:
		return erf(x);
	case GRAPH_LOG:
		return log(x);
	case GRAPH_ABS:
		return fabs(x);
	case GRAPH_EXP:
		return exp(x);
	case GRAPH_FLOOR:
		return floor(x);
	case GRAPH_NEG:
		return -x;
	case GRAPH_RELU:
		return x > 0 ? x : 0;
	case GRAPH_ROUND:
		return rint(x);
	default:
		return sqrt(x);
	}
}

/* Index into v of number k of a value of that shape, stretched. */
static size_t stretched(const struct value *v, const struct value *to, size_t k)
{
	size_t at = 0, stride = 1;

	for (int d = to->rank - 1; d >= 0; d--) {
		int own = d - (to->rank - v->rank);
		size_t i = k % (size_t)to->size[d];

		k /= (size_t)to->size[d];
		if (own < 0)
			break;
		if (v->size[own] > 1)
			at += i * stride;
		stride *= (size_t)v->size[own];
	}
	return at;
}

static enum nas_status broadcast(struct importer *im, const struct value *a,
				 const struct value *b, int *rank, int *size)
{
	*rank = a->rank > b->rank ? a->rank : b->rank;
	for (int d = 0; d < *rank; d++) {
		int x = d - (*rank - a->rank), y = d - (*rank - b->rank);
		int p = x < 0 ? 1 : a->size[x], q = y < 0 ? 1 : b->size[y];

		if (p != q && p != 1 && q != 1)
			return import_bad(im, "the shapes are not compatible");
		size[d] = p == 1 ? q : p;
	}
	return NAS_OK;
}

enum nas_status fold_binary(struct importer *im)
{
	const struct value *a = import_in(im, 0), *b = import_in(im, 1);
	struct value *out = import_out(im, 0);
	int rank, size[GRAPH_RANK_MAX];
	bool ints;

	if (!a || !b || !out || im->node->n_input != 2)
		return import_bad(im, "needs two constants");
	ints = (a->kind == VALUE_INT && b->kind == VALUE_INT) ||
	       (im->code >= FOLD_EQUAL && im->code <= FOLD_OR);
	if (broadcast(im, a, b, &rank, size) != NAS_OK ||
	    value_make(im, out, ints ? VALUE_INT : VALUE_FLOAT, rank, size))
		return im->err->code;
	for (size_t k = 0; k < out->count; k++)
		value_set(out, k,
			  apply2(im->code, value_get(a, stretched(a, out, k)),
				 value_get(b, stretched(b, out, k)), ints));
	return NAS_OK;
}

enum nas_status fold_unary(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);

	if (!in || !out || value_make(im, out, in->kind, in->rank, in->size))
		return import_bad(im, "its input or output is missing");
	for (size_t k = 0; k < in->count; k++)
		value_set(out, k, apply1(im->code, value_get(in, k)));
	return NAS_OK;
}

enum nas_status fold_cast(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	int64_t to = attr_int(im, "to", 0);
	bool floats = to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
		      to == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE ||
		      to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16;

	if (!in || !out)
		return import_bad(im, "its input or output is missing");
	if (to <= 0 || to > ONNX__TENSOR_PROTO__DATA_TYPE__UINT64 ||
	    to == ONNX__TENSOR_PROTO__DATA_TYPE__STRING)
		return import_bad(im, "a cast to type %lld is not supported",
				  (long long)to);
	if (value_make(im, out, floats ? VALUE_FLOAT : VALUE_INT, in->rank,
		       in->size) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; k < in->count; k++) {
		double x = value_get(in, k);

		value_set(out, k,
			  to == ONNX__TENSOR_PROTO__DATA_TYPE__BOOL ? x != 0
			  : floats				    ? x
								    : trunc(x));
	}
	return NAS_OK;
}

/* Over all numbers: what shape arithmetic does. */
enum nas_status fold_reduce(struct importer *im)
{
	enum graph_op op =
		(enum graph_op)im->code;
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	int one = 1;
	double sum;

	if (!in || !out || in->rank != 1 || !in->count)
		return import_bad(im, "only one axis is supported on "
				      "constants");
	if (value_make(im, out, in->kind, attr_int(im, "keepdims", 1) ? 1 : 0,
		       &one) != NAS_OK)
		return im->err->code;
	sum = value_get(in, 0);
	for (size_t k = 1; k < in->count; k++)
		sum = apply2(op == GRAPH_MUL || op == GRAPH_REDUCE_MAX
				     ? (op == GRAPH_MUL ? GRAPH_MUL : GRAPH_MAX)
				     : GRAPH_ADD,
			     sum, value_get(in, k), false);
	if (op == GRAPH_REDUCE_MEAN)
		sum /= (double)in->count;
	value_set(out, 0, sum);
	return NAS_OK;
}

enum nas_status fold_where(struct importer *im)
{
	const struct value *when = import_in(im, 0), *a = import_in(im, 1),
			   *b = import_in(im, 2);
	struct value both = {.rank = 0}, *out = import_out(im, 0);
	int rank, size[GRAPH_RANK_MAX];

	if (!when || !a || !b || !out)
		return import_bad(im, "needs three constants");
	if (broadcast(im, a, b, &both.rank, both.size) != NAS_OK ||
	    broadcast(im, when, &both, &rank, size) != NAS_OK ||
	    value_make(im, out,
		       a->kind == VALUE_INT && b->kind == VALUE_INT
			       ? VALUE_INT
			       : VALUE_FLOAT, rank, size) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; k < out->count; k++) {
		const struct value *from =
			value_get(when, stretched(when, out, k)) != 0 ? a : b;

		value_set(out, k, value_get(from, stretched(from, out, k)));
	}
	return NAS_OK;
}

enum nas_status fold_expand(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value to = {.rank = 0}, *out = import_out(im, 0);
	int rank, size[GRAPH_RANK_MAX];

	if (!in || !out)
		return import_bad(im, "its input or output is missing");
	if (import_sizes(im, 1, to.size, &to.rank) != NAS_OK)
		return im->err->code;
	if (to.rank < 0)
		return import_bad(im, "has no sizes");
	if (broadcast(im, in, &to, &rank, size) != NAS_OK ||
	    value_make(im, out, in->kind, rank, size) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; k < out->count; k++)
		value_set(out, k, value_get(in, stretched(in, out, k)));
	return NAS_OK;
}

enum nas_status fold_tile(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	int size[GRAPH_RANK_MAX], n;

	if (!in || !out)
		return import_bad(im, "its input or output is missing");
	if (import_sizes(im, 1, size, &n) != NAS_OK)
		return im->err->code;
	if (n != in->rank)
		return import_bad(im, "%d repeats for %d axes", n, in->rank);
	for (int k = 0; k < n; k++) {
		if ((int64_t)size[k] * in->size[k] > GRAPH_VALUES_MAX)
			return import_bad(im, "the output is too large");
		size[k] *= in->size[k];
	}
	if (value_make(im, out, in->kind, n, size) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; k < out->count; k++) {
		size_t left = k, at = 0, stride = 1;

		for (int d = n - 1; d >= 0; d--) {
			at += left % (size_t)size[d] % (size_t)in->size[d] * stride;
			left /= (size_t)size[d];
			stride *= (size_t)in->size[d];
		}
		value_set(out, k, value_get(in, at));
	}
	return NAS_OK;
}

enum nas_status fold_range(struct importer *im)
{
	const struct value *v[3];
	struct value *out = import_out(im, 0);
	double first, step, n;
	int count;

	for (size_t k = 0; k < 3; k++) {
		v[k] = import_in(im, k);
		if (!v[k] || v[k]->count != 1)
			return import_bad(im, "needs three numbers");
	}
	first = value_get(v[0], 0);
	step = value_get(v[2], 0);
	n = ceil((value_get(v[1], 0) - first) / step);
	if (!(n <= (double)GRAPH_VALUES_MAX))
		return import_bad(im, "has no end, or too many numbers");
	count = n > 0 ? (int)n : 0;
	if (!out || value_make(im, out, v[0]->kind, 1, &count) != NAS_OK)
		return import_bad(im, "its output is missing or too large");
	for (int k = 0; k < count; k++)
		value_set(out, (size_t)k, first + k * step);
	return NAS_OK;
}
