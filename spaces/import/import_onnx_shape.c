/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that move values and do not change them, on images. */
#include <string.h>

#include "spaces/import/import_onnx.h"

enum nas_status import_shape_of(struct importer *im, const struct value *v,
				struct shape *s)
{
	if (!v)
		return import_bad(im, "its input is missing");
	*s = (struct shape){0};
	if (v->kind == VALUE_TENSOR) {
		s->rank = im->g->tensor[v->tensor].rank;
		memcpy(s->size, im->g->tensor[v->tensor].size, sizeof(s->size));
	} else {
		s->rank = v->rank;
		memcpy(s->size, v->size, sizeof(s->size));
	}
	return NAS_OK;
}

/* 0 keeps an axis, -1 takes what is left. */
static enum nas_status reshape_sizes(struct importer *im,
				     const struct shape *in, struct shape *out)
{
	int64_t to[GRAPH_RANK_MAX], all = 1, known = 1;
	int n, open = -1;

	if (import_ints(im, "shape", 1, to, GRAPH_RANK_MAX, &n) != NAS_OK)
		return im->err->code;
	if (n < 0)
		return import_bad(im, "has no shape");
	out->rank = n;
	for (int k = 0; k < in->rank; k++)
		all *= in->size[k];
	for (int k = 0; k < n; k++) {
		if (to[k] == 0 && !attr_int(im, "allowzero", 0) && k < in->rank)
			to[k] = in->size[k];
		if (to[k] < -1 || to[k] > GRAPH_VALUES_MAX ||
		    (to[k] == -1 && open >= 0))
			return import_bad(im, "the shape contains %lld",
					  (long long)to[k]);
		if (to[k] == -1)
			open = k;
		else
			known *= to[k];
		if (known > GRAPH_VALUES_MAX)
			return import_bad(im, "the shape is too large");
		out->size[k] = (int)to[k];
	}
	if (open >= 0)
		out->size[open] = known ? (int)(all / known) : 0;
	return NAS_OK;
}

static enum nas_status flatten_sizes(struct importer *im,
				     const struct shape *in, struct shape *out)
{
	int64_t given = attr_int(im, "axis", 1);
	int axis;

	if (given == in->rank)
		axis = in->rank;
	else if (import_axis(im, given, in->rank, &axis) != NAS_OK)
		return im->err->code;
	*out = (struct shape){2, {1, 1}};
	for (int k = 0; k < in->rank; k++)
		out->size[k < axis ? 0 : 1] *= in->size[k];
	return NAS_OK;
}

static enum nas_status squeeze_sizes(struct importer *im,
				     const struct shape *in, struct shape *out)
{
	int64_t axes[GRAPH_RANK_MAX];
	int mask[GRAPH_RANK_MAX] = {0}, n;

	if (import_ints(im, "axes", 1, axes, GRAPH_RANK_MAX, &n) != NAS_OK ||
	    import_axes(im, axes, n, in->rank, mask) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < in->rank; k++) {
		if (n < 0) /* the axis of images stays */
			mask[k] = k > 0 && in->size[k] == 1;
		if (mask[k] && in->size[k] != 1)
			return import_bad(im, "axis %d is not 1", k);
		if (!mask[k])
			out->size[out->rank++] = in->size[k];
	}
	return NAS_OK;
}

static enum nas_status
unsqueeze_sizes(struct importer *im, const struct shape *in, struct shape *out)
{
	int64_t axes[GRAPH_RANK_MAX];
	int mask[GRAPH_RANK_MAX], n, from = 0, ones = 0;

	if (import_ints(im, "axes", 1, axes, GRAPH_RANK_MAX, &n) != NAS_OK)
		return im->err->code;
	if (n < 0 || in->rank + n > GRAPH_RANK_MAX)
		return import_bad(im, "has no axes, or too many");
	out->rank = in->rank + n;
	if (import_axes(im, axes, n, out->rank, mask) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < out->rank; k++)
		ones += mask[k];
	if (ones != n)
		return import_bad(im, "duplicate axis");
	for (int k = 0; k < out->rank; k++)
		out->size[k] = mask[k] ? 1 : in->size[from++];
	return NAS_OK;
}

enum nas_status import_reshaped(struct importer *im, const struct shape *in,
				struct shape *out)
{
	const char *op = im->node->op_type;

	*out = (struct shape){0};
	if (strcmp(op, "Reshape") == 0)
		return reshape_sizes(im, in, out);
	if (strcmp(op, "Flatten") == 0)
		return flatten_sizes(im, in, out);
	if (strcmp(op, "Squeeze") == 0)
		return squeeze_sizes(im, in, out);
	if (strcmp(op, "Unsqueeze") == 0)
		return unsqueeze_sizes(im, in, out);
	*out = *in;
	return NAS_OK;
}

enum nas_status import_reshape(struct importer *im)
{
	struct shape in, out;
	struct graph_node *n;
	int x;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_shape_of(im, import_in(im, 0), &in) != NAS_OK ||
	    import_reshaped(im, &in, &out) != NAS_OK)
		return im->err->code;
	n = import_node(im, GRAPH_RESHAPE, 1, &x);
	if (!n)
		return im->err->code;
	im->g->tensor[n->out].rank = out.rank;
	memcpy(im->g->tensor[n->out].size, out.size, sizeof(out.size));
	return import_finish(im, n, 0, NULL);
}

enum nas_status import_identity(struct importer *im)
{
	struct value *in = import_in(im, 0), *out = import_out(im, 0);

	if (!in || !out)
		return import_bad(im, "its input or output is missing");
	return value_view(im, out, in, -1, NULL);
}

/* Images are floats; only a cast to floats is none. */
enum nas_status import_cast(struct importer *im)
{
	int64_t to = attr_int(im, "to", 0);

	if (to != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT &&
	    to != ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE &&
	    to != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16)
		return import_bad(im,
				  "images to data type %lld is not "
				  "supported",
				  (long long)to);
	return import_identity(im);
}

enum nas_status import_permutation(struct importer *im, int rank, int *perm)
{
	int64_t x[GRAPH_RANK_MAX];
	int n = attr_ints(im, "perm", x, GRAPH_RANK_MAX);
	int seen[GRAPH_RANK_MAX] = {0};

	if (n >= 0 && n != rank)
		return import_bad(im, "perm has %d axes, not %d", n, rank);
	for (int k = 0; k < rank; k++) {
		perm[k] = rank - 1 - k;
		if (n >= 0 && import_axis(im, x[k], rank, &perm[k]) != NAS_OK)
			return im->err->code;
		if (seen[perm[k]]++)
			return import_bad(im, "perm has a duplicate axis");
	}
	return NAS_OK;
}

enum nas_status import_transpose(struct importer *im)
{
	struct graph_node *n;
	int x;

	if (import_input(im, 0, &x) != NAS_OK)
		return im->err->code;
	n = import_node(im, GRAPH_TRANSPOSE, 1, &x);
	if (!n || import_permutation(im, im->g->tensor[x].rank, n->axes))
		return im->err->code;
	return import_finish(im, n, 0, NULL);
}

enum nas_status import_concat(struct importer *im)
{
	int in[GRAPH_INPUTS_MAX], count = (int)im->node->n_input;
	struct graph_node *n;

	if (count < 1)
		return import_bad(im, "has no input");
	for (int k = 0; k < count; k++)
		if (import_input(im, (size_t)k, &in[k]) != NAS_OK)
			return im->err->code;
	n = import_node(im, GRAPH_CONCAT, count, in);
	if (!n || import_axis(im, attr_int(im, "axis", 1),
			      im->g->tensor[in[0]].rank, &n->axis) != NAS_OK)
		return im->err->code;
	return import_finish(im, n, 0, NULL);
}

static enum nas_status slice_node(struct importer *im, int x,
				  const struct slice *s, int output)
{
	struct graph_node *n = import_node(im, GRAPH_SLICE, 1, &x);
	struct graph_tensor *out;

	if (!n)
		return im->err->code;
	out = &im->g->tensor[n->out];
	out->rank = im->g->tensor[x].rank;
	memcpy(out->size, s->count, sizeof(out->size));
	memcpy(n->axes, s->first, sizeof(n->axes));
	memcpy(n->steps, s->step, sizeof(n->steps));
	return import_finish(im, n, output, NULL);
}

enum nas_status import_slice(struct importer *im)
{
	struct shape in;
	struct slice s;
	int x;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_shape_of(im, import_in(im, 0), &in) != NAS_OK ||
	    import_slice_of(im, &in, &s) != NAS_OK)
		return im->err->code;
	return slice_node(im, x, &s, 0);
}

/* One Slice an output. */
enum nas_status import_split(struct importer *im)
{
	int64_t size[GRAPH_INPUTS_MAX];
	int parts = (int)im->node->n_output, x, axis, n;
	struct slice s = {0};
	struct shape in;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_shape_of(im, import_in(im, 0), &in) != NAS_OK ||
	    import_axis(im, attr_int(im, "axis", 0), in.rank, &axis) ||
	    import_ints(im, "split", 1, size, GRAPH_INPUTS_MAX, &n) != NAS_OK)
		return im->err->code;
	/* since opset 18 the last part may be smaller */
	if (axis == 0 || (n >= 0 && n != parts) ||
	    (n < 0 && in.size[axis] % parts &&
	     attr_int(im, "num_outputs", 0) != parts))
		return import_bad(im, "does not split axis %d into %d", axis,
				  parts);
	for (int k = 0; k < in.rank; k++)
		s.count[k] = in.size[k], s.step[k] = 1;
	for (int p = 0; p < parts; p++) {
		int64_t left = in.size[axis] - s.first[axis];
		int64_t part = (in.size[axis] + parts - 1) / parts;
		int64_t count = n >= 0 ? size[p] : part < left ? part : left;

		if (count < 1 || count > left)
			return import_bad(im, "the parts exceed the whole");
		s.count[axis] = (int)count;
		if (slice_node(im, x, &s, p) != NAS_OK)
			return im->err->code;
		s.first[axis] += (int)count;
	}
	return NAS_OK;
}

/* Bounds of ONNX: negative ones from the end, then clamped. */
static void slice_axis(struct slice *s, int k, int n, int64_t start,
		       int64_t end, int64_t step)
{
	int64_t last = step > 0 ? n : n - 1, least = step > 0 ? 0 : -1;

	start = start < 0 ? (start < -n ? least : start + n) : start;
	end = end < 0 ? (end < -(int64_t)n ? least : end + n) : end;
	if (step > 0 && start < 0)
		start = 0;
	start = start > last ? last : start;
	end = end > last && step > 0 ? last : end;
	s->first[k] = (int)(start < 0 ? 0 : start);
	s->step[k] = (int)step;
	s->count[k] =
		step > 0
			? (end > start ? (int)((end - start + step - 1) / step)
				       : 0)
			: (start > end ? (int)((start - end - step - 1) / -step)
				       : 0);
}

enum nas_status import_slice_of(struct importer *im, const struct shape *in,
				struct slice *s)
{
	int64_t start[GRAPH_RANK_MAX], end[GRAPH_RANK_MAX];
	int64_t axes[GRAPH_RANK_MAX], steps[GRAPH_RANK_MAX];
	int n, m, na, ns, axis;

	if (import_ints(im, "starts", 1, start, GRAPH_RANK_MAX, &n) ||
	    import_ints(im, "ends", 2, end, GRAPH_RANK_MAX, &m) ||
	    import_ints(im, "axes", 3, axes, GRAPH_RANK_MAX, &na) ||
	    import_ints(im, NULL, 4, steps, GRAPH_RANK_MAX, &ns))
		return im->err->code;
	if (n < 0 || n != m || n > in->rank || (na >= 0 && na != n) ||
	    (ns >= 0 && ns != n))
		return import_bad(im, "lists have different lengths");
	*s = (struct slice){0};
	for (int k = 0; k < in->rank; k++)
		s->count[k] = in->size[k], s->step[k] = 1;
	for (int k = 0; k < n; k++) {
		int64_t step = ns < 0 ? 1 : steps[k];

		if (import_axis(im, na < 0 ? k : axes[k], in->rank, &axis))
			return im->err->code;
		if (step == 0 || step > INT32_MAX || step < -INT32_MAX)
			return import_bad(im, "invalid step %lld",
					  (long long)step);
		slice_axis(s, axis, in->size[axis], start[k], end[k], step);
	}
	return NAS_OK;
}
