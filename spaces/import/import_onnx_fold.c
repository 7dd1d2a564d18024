/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constants that move: Constant, Shape, Gather, Slice, Concat, Transpose. */
#include <string.h>

#include "spaces/import/import_onnx.h"

static enum nas_status whole_list(struct importer *im, struct value *out,
				  const Onnx__AttributeProto *a, bool ints)
{
	int n = (int)(ints ? a->n_ints : a->n_floats);

	if (value_make(im, out, ints ? VALUE_INT : VALUE_FLOAT, 1, &n))
		return im->err->code;
	for (int k = 0; k < n; k++)
		if (ints)
			out->i[k] = a->ints[k];
		else
			out->f[k] = a->floats[k];
	return NAS_OK;
}

enum nas_status fold_constant(struct importer *im)
{
	struct value *out = import_out(im, 0);
	const Onnx__AttributeProto *a = import_attr(im, "value");

	if (!out)
		return import_bad(im, "its output has no name");
	if (a && a->t)
		return value_from_tensor(im, out, a->t);
	if ((a = import_attr(im, "value_ints")))
		return whole_list(im, out, a, true);
	if ((a = import_attr(im, "value_floats")))
		return whole_list(im, out, a, false);
	a = import_attr(im, "value_int");
	if (value_make(im, out, a ? VALUE_INT : VALUE_FLOAT, 0, NULL))
		return im->err->code;
	if (a)
		out->i[0] = a->i;
	else if ((a = import_attr(im, "value_float")))
		out->f[0] = a->f;
	else
		return import_bad(im, "has no value of a supported type");
	return NAS_OK;
}

enum nas_status fold_shape(struct importer *im)
{
	struct value *out = import_out(im, 0);
	struct shape s;
	int64_t first = attr_int(im, "start", 0), end;
	int n;

	if (!out || import_shape_of(im, import_in(im, 0), &s) != NAS_OK)
		return import_bad(im, "its output has no name");
	end = attr_int(im, "end", s.rank);
	first = first < -s.rank ? 0 : first < 0 ? first + s.rank : first;
	end = end < -s.rank ? 0 : end < 0 ? end + s.rank : end;
	end = end > s.rank ? s.rank : end;
	n = end > first ? (int)(end - first) : 0;
	if (value_make(im, out, VALUE_INT, 1, &n) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < n; k++)
		out->i[k] = s.size[first + k];
	return NAS_OK;
}

enum nas_status fold_constant_of_shape(struct importer *im)
{
	const Onnx__AttributeProto *a = import_attr(im, "value");
	struct value *out = import_out(im, 0);
	struct value fill = {.name = "value", .tensor = -1};
	int size[GRAPH_RANK_MAX], n;

	if (!out || import_sizes(im, 0, size, &n) != NAS_OK)
		return import_bad(im, "its output has no name");
	if (a && a->t &&
	    (value_from_tensor(im, &fill, a->t) != NAS_OK || fill.count != 1))
		return import_bad(im, "its value must be one number");
	if (value_make(im, out,
		       fill.kind == VALUE_INT ? VALUE_INT : VALUE_FLOAT,
		       n < 0 ? 0 : n, size) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; fill.count && k < out->count; k++)
		value_set(out, k, value_get(&fill, 0));
	return NAS_OK;
}

static void copy(struct value *out, size_t to, const struct value *in,
		 size_t from, size_t n)
{
	if (n && out->kind == VALUE_INT)
		memcpy(out->i + to, in->i + from, n * sizeof(*out->i));
	else if (n)
		memcpy(out->f + to, in->f + from, n * sizeof(*out->f));
}

/* Numbers before and behind an axis. */
static void around(const struct value *v, int axis, size_t *outer,
		   size_t *inner)
{
	*outer = *inner = 1;
	for (int k = 0; k < v->rank; k++) {
		if (k < axis)
			*outer *= (size_t)v->size[k];
		if (k > axis)
			*inner *= (size_t)v->size[k];
	}
}

enum nas_status fold_gather(struct importer *im)
{
	const struct value *in = import_in(im, 0), *at = import_in(im, 1);
	struct value *out = import_out(im, 0);
	int size[2 * GRAPH_RANK_MAX], rank = 0, axis;
	size_t outer, inner;

	if (!in || !at || !out || at->kind != VALUE_INT)
		return import_bad(im, "its indices must be integers");
	if (import_axis(im, attr_int(im, "axis", 0), in->rank, &axis))
		return im->err->code;
	around(in, axis, &outer, &inner);
	for (int k = 0; k < axis; k++)
		size[rank++] = in->size[k];
	for (int k = 0; k < at->rank; k++)
		size[rank++] = at->size[k];
	for (int k = axis + 1; k < in->rank; k++)
		size[rank++] = in->size[k];
	if (value_make(im, out, in->kind, rank, size) != NAS_OK)
		return im->err->code;
	for (size_t o = 0; o < outer; o++)
		for (size_t k = 0; k < at->count; k++) {
			int64_t i = at->i[k], n = in->size[axis];

			i = i < 0 ? i + n : i;
			if (i < 0 || i >= n)
				return import_bad(im, "index %lld is out of "
						      "range, there are %lld",
						  (long long)at->i[k],
						  (long long)n);
			copy(out, (o * at->count + k) * inner, in,
			     (o * (size_t)n + (size_t)i) * inner, inner);
		}
	return NAS_OK;
}

/* Offset in `in` of each output in turn: first + index * step an axis. */
static void walk(struct value *out, const struct value *in,
		 const int64_t *stride, size_t first)
{
	int index[GRAPH_RANK_MAX] = {0};
	int64_t at = (int64_t)first;

	for (size_t k = 0; k < out->count; k++) {
		copy(out, k, in, (size_t)at, 1);
		for (int d = out->rank - 1; d >= 0; d--) {
			at += stride[d];
			if (++index[d] < out->size[d])
				break;
			at -= stride[d] * out->size[d];
			index[d] = 0;
		}
	}
}

static void strides_of(const struct value *v, int64_t *stride)
{
	int64_t n = 1;

	for (int k = v->rank - 1; k >= 0; k--) {
		stride[k] = n;
		n *= v->size[k];
	}
}

enum nas_status fold_slice(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	int64_t stride[GRAPH_RANK_MAX];
	size_t first = 0;
	struct shape shape;
	struct slice s;

	if (!out || import_shape_of(im, in, &shape) != NAS_OK ||
	    import_slice_of(im, &shape, &s) != NAS_OK ||
	    value_make(im, out, in->kind, in->rank, s.count) != NAS_OK)
		return import_bad(im, "its output has no name");
	strides_of(in, stride);
	for (int k = 0; k < in->rank; k++) {
		first += (size_t)stride[k] * (size_t)s.first[k];
		stride[k] *= s.step[k];
	}
	walk(out, in, stride, first);
	return NAS_OK;
}

enum nas_status fold_transpose(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	int64_t stride[GRAPH_RANK_MAX], moved[GRAPH_RANK_MAX];
	int perm[GRAPH_RANK_MAX], size[GRAPH_RANK_MAX];

	if (!in || !out || import_permutation(im, in->rank, perm) != NAS_OK)
		return import_bad(im, "its input or output is missing");
	strides_of(in, stride);
	for (int k = 0; k < in->rank; k++) {
		size[k] = in->size[perm[k]];
		moved[k] = stride[perm[k]];
	}
	if (value_make(im, out, in->kind, in->rank, size) != NAS_OK)
		return im->err->code;
	walk(out, in, moved, 0);
	return NAS_OK;
}

enum nas_status fold_concat(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	int size[GRAPH_RANK_MAX], axis;
	size_t outer, inner, at = 0;
	int64_t sum = 0;

	if (!in || !out ||
	    import_axis(im, attr_int(im, "axis", 0), in->rank, &axis) != NAS_OK)
		return import_bad(im, "its output has no name");
	memcpy(size, in->size, sizeof(size));
	for (size_t k = 0; k < im->node->n_input; k++) {
		const struct value *v = import_in(im, k);

		if (!v || v->kind != in->kind || v->rank != in->rank)
			return import_bad(im, "the inputs differ in type");
		for (int d = 0; d < v->rank; d++)
			if (d != axis && v->size[d] != in->size[d])
				return import_bad(im, "the shapes are not "
						      "compatible");
		sum += v->size[axis];
	}
	size[axis] = sum > GRAPH_VALUES_MAX ? -1 : (int)sum;
	if (value_make(im, out, in->kind, in->rank, size) != NAS_OK)
		return im->err->code;
	around(out, axis, &outer, &inner);
	for (size_t o = 0; o < outer; o++)
		for (size_t k = 0; k < im->node->n_input; k++) {
			const struct value *v = import_in(im, k);
			size_t n = (size_t)v->size[axis] * inner;

			copy(out, at, v, o * n, n);
			at += n;
		}
	return NAS_OK;
}

enum nas_status fold_reshape(struct importer *im)
{
	const struct value *in = import_in(im, 0);
	struct value *out = import_out(im, 0);
	struct shape from, to;

	if (!out || import_shape_of(im, in, &from) != NAS_OK ||
	    import_reshaped(im, &from, &to) != NAS_OK)
		return import_bad(im, "its output has no name");
	return value_view(im, out, in, to.rank, to.size);
}
