/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that work value by value: activations, arithmetic, Softmax. */
#include <math.h>
#include <string.h>

#include "spaces/import/import_make.h"

static enum graph_op code(const struct importer *im)
{
	return (enum graph_op)im->code;
}

enum nas_status import_unary(struct importer *im)
{
	struct graph_node *n;
	int x;

	if (import_input(im, 0, &x) != NAS_OK)
		return im->err->code;
	n = import_node(im, code(im), 1, &x);
	if (!n)
		return im->err->code;
	switch ((int)n->op) {
	case GRAPH_HARD_SIGMOID:
		n->a = attr_float(im, "alpha", 0.2f);
		n->b = attr_float(im, "beta", 0.5f);
		break;
	case GRAPH_LEAKY:
		n->a = attr_float(im, "alpha", 0.01f);
		break;
	case GRAPH_ELU:
		n->a = attr_float(im, "alpha", 1);
		break;
	default:
		break;
	}
	return import_finish(im, n, 0, NULL);
}

static enum nas_status limit(struct importer *im, const char *name, size_t i,
			     float fallback, float *out)
{
	const struct value *v = import_in(im, i);

	*out = attr_float(im, name, fallback);
	if (i >= im->node->n_input || !*im->node->input[i])
		return NAS_OK;
	if (!value_is_constant(v) || v->count != 1)
		return import_bad(im, "%s must be one constant", name);
	*out = (float)value_get(v, 0);
	return NAS_OK;
}

enum nas_status import_clip(struct importer *im)
{
	struct graph_node *n;
	float low, high;
	int x;

	if (import_input(im, 0, &x) != NAS_OK ||
	    limit(im, "min", 1, -INFINITY, &low) != NAS_OK ||
	    limit(im, "max", 2, INFINITY, &high) != NAS_OK)
		return im->err->code;
	n = import_node(im, GRAPH_CLIP, 1, &x);
	if (!n)
		return im->err->code;
	n->low = low;
	n->high = high;
	return import_finish(im, n, 0, NULL);
}

/* More than two inputs are taken one after another. */
enum nas_status import_binary(struct importer *im)
{
	struct graph_node *n;
	int in[2], last = (int)im->node->n_input - 1;

	if (last < 0 || import_input(im, 0, &in[0]) != NAS_OK)
		return import_bad(im, "has no input");
	if (last == 0)
		return import_identity(im);
	if (last > 2)
		return import_bad(im, "more than three inputs");
	for (int k = 1; k <= last; k++) {
		if (import_input(im, (size_t)k, &in[1]) != NAS_OK)
			return im->err->code;
		n = import_node(im, code(im), 2, in);
		if (!n || import_finish(im, n, k == last ? 0 : -1, &in[0]))
			return im->err->code;
	}
	return NAS_OK;
}

/* Before opset 13: over all axes from the given one on. */
static enum nas_status softmax_flat(struct importer *im, int x, int axis)
{
	const struct graph_tensor in = im->g->tensor[x];
	int size[3] = {in.size[0], 1, 1};
	struct graph_node *n;

	if (axis == 0)
		return import_bad(im, "softmax over the batch axis "
				      "is not supported");
	for (int k = 1; k < in.rank; k++)
		size[k < axis ? 1 : 2] *= in.size[k];
	x = make_reshape(im, x, 3, size);
	if (x < 0)
		return im->err->code;
	n = import_node(im, GRAPH_SOFTMAX, 1, &x);
	if (!n)
		return im->err->code;
	n->axis = 2;
	if (import_finish(im, n, -1, &x) != NAS_OK)
		return im->err->code;
	return make_output(im, make_reshape(im, x, in.rank, in.size));
}

enum nas_status import_softmax(struct importer *im)
{
	struct graph_node *n;
	int x, axis, rank;

	if (import_input(im, 0, &x) != NAS_OK)
		return im->err->code;
	rank = im->g->tensor[x].rank;
	if (import_axis(im, attr_int(im, "axis", im->opset < 13 ? 1 : -1), rank,
			&axis) != NAS_OK)
		return im->err->code;
	if (im->opset < 13 && axis != rank - 1)
		return softmax_flat(im, x, axis);
	if (axis == 0)
		return import_bad(im, "softmax over the batch axis "
				      "is not supported");
	n = import_node(im, GRAPH_SOFTMAX, 1, &x);
	if (!n)
		return im->err->code;
	n->axis = axis;
	return import_finish(im, n, 0, NULL);
}

enum nas_status import_log_softmax(struct importer *im)
{
	struct value *v;

	if (import_softmax(im) != NAS_OK)
		return im->err->code;
	v = import_out(im, 0);
	return make_output(im, make1(im, GRAPH_LOG, v->tensor));
}
