/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows and what slides them; reductions and padding. */
#include <string.h>

#include "spaces/graph/graph_shape.h"
#include "spaces/import/import_make.h"

#define WINDOW_MAX 16384 /* any number of a window */

static enum nas_status two(struct importer *im, const char *name, int n,
			   int fallback, int least, int *out)
{
	int64_t x[4];
	int given = attr_ints(im, name, x, 4);

	if (im->row && given == n / 2) { /* of columns; rows have none */
		int64_t own = n == 2 ? 1 : 0;

		x[3] = given > 1 ? x[1] : 0;
		x[1] = x[0];
		x[0] = x[2] = own;
		given = n;
	}
	if (given >= 0 && given != n)
		return import_bad(im, "%s has %d numbers, not %d", name, given,
				  n);
	for (int k = 0; k < n; k++) {
		if (given >= 0 && (x[k] < least || x[k] > WINDOW_MAX))
			return import_bad(im, "%s contains %lld", name,
					  (long long)x[k]);
		out[k] = given < 0 ? fallback : (int)x[k];
	}
	return NAS_OK;
}

/* SAME: as many outputs as strides begin; the odd one goes to one end. */
static void pad_same(struct graph_window *w, const int *size, bool upper)
{
	for (int k = 0; k < 2; k++) {
		int out = (size[k] + w->stride[k] - 1) / w->stride[k];
		int need = (out - 1) * w->stride[k] + 1 +
			   w->dilation[k] * (w->kernel[k] - 1) - size[k];

		if (need < 0)
			need = 0;
		w->pad[k] = upper ? need / 2 : need - need / 2;
		w->pad[k + 2] = need - w->pad[k];
	}
}

enum nas_status import_window(struct importer *im, const int *size,
			      struct graph_window *w, bool kernel_known,
			      bool *ceil)
{
	int kernel[2] = {0, 0};
	bool upper = attr_text_is(im, "auto_pad", "SAME_UPPER");

	*ceil = attr_int(im, "ceil_mode", 0) != 0;
	if (two(im, "strides", 2, 1, 1, w->stride) != NAS_OK ||
	    two(im, "dilations", 2, 1, 1, w->dilation) != NAS_OK ||
	    two(im, "pads", 4, 0, 0, w->pad) != NAS_OK ||
	    two(im, "kernel_shape", 2, 0, 1, kernel) != NAS_OK)
		return im->err->code;
	if (!kernel_known)
		memcpy(w->kernel, kernel, sizeof(kernel));
	else if (kernel[0] &&
		 (kernel[0] != w->kernel[0] || kernel[1] != w->kernel[1]))
		return import_bad(im, "kernel_shape does not match the "
				      "weights");
	if (w->kernel[0] < 1 || w->kernel[1] < 1 || w->kernel[0] > WINDOW_MAX ||
	    w->kernel[1] > WINDOW_MAX)
		return import_bad(im, "the size of the kernel is unknown");
	if (upper || attr_text_is(im, "auto_pad", "SAME_LOWER"))
		pad_same(w, size, upper);
	else if (attr_text_is(im, "auto_pad", "VALID"))
		memset(w->pad, 0, sizeof(w->pad));
	return NAS_OK;
}

enum nas_status import_row(struct importer *im, int *t)
{
	const int *size = im->g->tensor[*t].size;

	im->row = im->g->tensor[*t].rank == 3;
	if (!im->row)
		return NAS_OK;
	*t = make_reshape(im, *t, 4, (int[4]){size[0], size[1], 1, size[2]});
	return *t < 0 ? im->err->code : NAS_OK;
}

enum nas_status import_finish_row(struct importer *im, struct graph_node *n)
{
	const int *size;
	int y;

	if (!im->row)
		return import_finish(im, n, 0, NULL);
	if (import_finish(im, n, -1, &y) != NAS_OK)
		return im->err->code;
	size = im->g->tensor[y].size;
	y = make_reshape(im, y, 3, (int[3]){size[0], size[1], size[3]});
	return make_output(im, y);
}

enum nas_status import_pool(struct importer *im)
{
	struct graph_node *n;
	bool ceil;
	int x;

	if (import_input(im, 0, &x) != NAS_OK || import_row(im, &x) != NAS_OK)
		return im->err->code;
	if (im->g->tensor[x].rank != 4)
		return import_bad(im, "only maps of one or two axes are "
				      "supported");
	if (im->node->n_output > 1)
		return import_bad(im, "indices as output are not supported");
	n = import_node(im,
			(enum graph_op)im->code,
			1, &x);
	if (!n || import_window(im, im->g->tensor[x].size + 2, &n->window,
				false, &ceil) != NAS_OK)
		return im->err->code;
	n->axis = ceil;
	n->window.groups = 1;
	n->window.count_pad = attr_int(im, "count_include_pad", 0) != 0;
	return import_finish_row(im, n);
}

/* Axes to reduce: all but images and channels for a global pooling. */
static enum nas_status reduced_axes(struct importer *im, int rank, int *axes)
{
	bool global = strncmp(im->node->op_type, "Global", 6) == 0;
	int64_t list[GRAPH_RANK_MAX];
	int n;

	memset(axes, 0, GRAPH_RANK_MAX * sizeof(*axes));
	if (global) {
		for (int k = 2; k < rank; k++)
			axes[k] = 1;
		return NAS_OK;
	}
	if (import_ints(im, "axes", 1, list, GRAPH_RANK_MAX, &n) != NAS_OK)
		return im->err->code;
	if (n > 0)
		return import_axes(im, list, n, rank, axes);
	if (attr_int(im, "noop_with_empty_axes", 0))
		return NAS_OK;
	for (int k = 0; k < rank; k++)
		axes[k] = 1;
	return NAS_OK;
}

/* Of x, which the node's input became; what comes out goes through one more
 * operator, GRAPH_OPS = none. */
static enum nas_status reduce(struct importer *im, int x, enum graph_op op,
			      enum graph_op then)
{
	int axes[GRAPH_RANK_MAX], size[GRAPH_RANK_MAX], rank, left = 0;
	bool any = false;

	if (x < 0)
		return im->err->code;
	rank = im->g->tensor[x].rank;
	if (reduced_axes(im, rank, axes) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < rank; k++)
		any |= axes[k] != 0;
	if (!any) /* noop_with_empty_axes */
		return import_identity(im);
	x = make_reduce(im, op, x, axes);
	if (then != GRAPH_OPS)
		x = make1(im, then, x);
	if (x < 0 || attr_int(im, "keepdims", 1) != 0)
		return make_output(im, x);
	for (int k = 0; k < rank; k++)
		if (!axes[k])
			size[left++] = im->g->tensor[x].size[k];
	return make_output(im, make_reshape(im, x, left, size));
}

enum nas_status import_reduce(struct importer *im)
{
	return reduce(im, make_input(im, 0), (enum graph_op)im->code, GRAPH_OPS);
}

enum nas_status import_reduce_l2(struct importer *im)
{
	return reduce(im, make_power(im, make_input(im, 0), 2),
		      GRAPH_REDUCE_SUM, GRAPH_SQRT);
}

enum nas_status import_reduce_min(struct importer *im)
{
	return reduce(im, make1(im, GRAPH_NEG, make_input(im, 0)),
		      GRAPH_REDUCE_MAX, GRAPH_NEG);
}

static enum nas_status pad_sizes(struct importer *im, struct graph_node *n,
				 const struct graph_tensor *x, int64_t *pads,
				 int count)
{
	struct graph_tensor *out = &im->g->tensor[n->out];

	if (count != 2 * x->rank)
		return import_bad(im, "%d pads for %d axes", count, x->rank);
	out->rank = x->rank;
	for (int k = 0; k < x->rank; k++) {
		int64_t before = pads[k], after = pads[k + x->rank];

		if (before < 0 || after < 0 || before > WINDOW_MAX ||
		    after > WINDOW_MAX)
			return import_bad(im,
					  "pads of %lld and %lld are not "
					  "supported",
					  (long long)before, (long long)after);
		n->axes[k] = (int)before;
		out->size[k] = x->size[k] + (int)(before + after);
	}
	return NAS_OK;
}

/* Since opset 18 pads may be of some axes only: input 3. */
static enum nas_status pads_of_axes(struct importer *im, int rank,
				    int64_t *pads, int *count)
{
	int64_t axes[GRAPH_RANK_MAX], all[2 * GRAPH_RANK_MAX] = {0};
	int n, axis = 0;

	if (import_ints(im, NULL, 3, axes, GRAPH_RANK_MAX, &n) != NAS_OK)
		return im->err->code;
	if (n < 0)
		return NAS_OK;
	if (*count != 2 * n)
		return import_bad(im, "%d pads for %d axes", *count, n);
	for (int k = 0; k < n; k++) {
		if (import_axis(im, axes[k], rank, &axis) != NAS_OK)
			return im->err->code;
		all[axis] = pads[k];
		all[axis + rank] = pads[k + n];
	}
	memcpy(pads, all, sizeof(all));
	*count = 2 * rank;
	return NAS_OK;
}

enum nas_status import_pad(struct importer *im)
{
	const struct value *value = import_in(im, 2);
	int64_t pads[2 * GRAPH_RANK_MAX] = {0};
	struct graph_node *n;
	int x, count;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_ints(im, "pads", 1, pads, 2 * GRAPH_RANK_MAX, &count) ||
	    pads_of_axes(im, im->g->tensor[x].rank, pads, &count) != NAS_OK)
		return im->err->code;
	if (import_attr(im, "mode") && !attr_text_is(im, "mode", "constant"))
		return import_bad(im, "only constant padding is supported");
	if (im->node->n_input > 2 && *im->node->input[2] &&
	    (!value_is_constant(value) || value->count != 1))
		return import_bad(im, "its value must be one constant");
	n = import_node(im, GRAPH_PAD, 1, &x);
	if (!n || pad_sizes(im, n, &im->g->tensor[x], pads, count) != NAS_OK)
		return im->err->code;
	n->a = value ? (float)value_get(value, 0) : attr_float(im, "value", 0);
	return import_finish(im, n, 0, NULL);
}
