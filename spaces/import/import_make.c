/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/import/import_make.h"

#include <string.h>

static int finish(struct importer *im, struct graph_node *n)
{
	int out;

	return n && import_finish(im, n, -1, &out) == NAS_OK ? out : -1;
}

/* A node whose output has the rank of its input and these sizes. */
static struct graph_node *sized(struct importer *im, enum graph_op op, int x,
				const int *size)
{
	struct graph_node *n = x < 0 ? NULL : import_node(im, op, 1, &x);

	if (n) {
		im->g->tensor[n->out].rank = im->g->tensor[x].rank;
		memcpy(im->g->tensor[n->out].size, size,
		       (size_t)im->g->tensor[x].rank * sizeof(*size));
	}
	return n;
}

int make1(struct importer *im, enum graph_op op, int x)
{
	return x < 0 ? -1 : finish(im, import_node(im, op, 1, &x));
}

int make2(struct importer *im, enum graph_op op, int x, int y)
{
	return x < 0 || y < 0 ? -1
			      : finish(im, import_node(im, op, 2,
						       (int[2]){x, y}));
}

int make_input(struct importer *im, size_t i)
{
	int t;

	return import_input(im, i, &t) == NAS_OK ? t : -1;
}

int make_constant(struct importer *im, int rank, const int *size, float **data)
{
	size_t count = 1;
	int t;

	for (int k = 0; k < rank; k++)
		count *= (size_t)size[k];
	if (count > im->constants_max - im->constants) {
		import_bad(im, "a constant is too large");
		return -1;
	}
	im->constants += count;
	*data = NAS_NEW(im->arena, float, count);
	if (!*data) {
		nas_fail(im->err, NAS_ENOMEM, "out of memory for a constant");
		return -1;
	}
	return import_constant(im, *data, rank, size, &t) == NAS_OK ? t : -1;
}

int make_number(struct importer *im, double number)
{
	float *data;
	int t = make_constant(im, 1, (int[1]){1}, &data);

	if (t >= 0)
		*data = (float)number;
	return t;
}

int make_with(struct importer *im, enum graph_op op, int x, double number)
{
	return x < 0 ? -1 : make2(im, op, x, make_number(im, number));
}

int make_power(struct importer *im, int x, double exponent)
{
	struct graph_node *n;

	if (exponent == 2)
		return make2(im, GRAPH_MUL, x, x);
	if (exponent == 0.5)
		return make1(im, GRAPH_SQRT, x);
	n = x < 0 ? NULL : import_node(im, GRAPH_POW, 1, &x);
	if (n)
		n->a = (float)exponent;
	return finish(im, n);
}

int make_reshape(struct importer *im, int x, int rank, const int *size)
{
	struct graph_node *n = x < 0 ? NULL
				     : import_node(im, GRAPH_RESHAPE, 1, &x);

	if (n) {
		im->g->tensor[n->out].rank = rank;
		memcpy(im->g->tensor[n->out].size, size,
		       (size_t)rank * sizeof(*size));
	}
	return finish(im, n);
}

int make_reduce(struct importer *im, enum graph_op op, int x, const int *axes)
{
	struct graph_node *n = x < 0 ? NULL : import_node(im, op, 1, &x);

	if (n)
		memcpy(n->axes, axes, sizeof(n->axes));
	return finish(im, n);
}

int make_pad(struct importer *im, int x, const int *before, const int *size)
{
	struct graph_node *n = sized(im, GRAPH_PAD, x, size);

	if (n)
		memcpy(n->axes, before,
		       (size_t)im->g->tensor[x].rank * sizeof(*before));
	return finish(im, n);
}

int make_slice(struct importer *im, int x, const int *first, const int *size)
{
	struct graph_node *n = sized(im, GRAPH_SLICE, x, size);

	for (int k = 0; n && k < im->g->tensor[x].rank; k++) {
		n->axes[k] = first[k];
		n->steps[k] = 1;
	}
	return finish(im, n);
}

int make_transpose(struct importer *im, int x, const int *axes)
{
	struct graph_node *n = x < 0 ? NULL
				     : import_node(im, GRAPH_TRANSPOSE, 1, &x);

	if (n)
		memcpy(n->axes, axes,
		       (size_t)im->g->tensor[x].rank * sizeof(*axes));
	return finish(im, n);
}

int make_concat(struct importer *im, int axis, int n, const int *in)
{
	struct graph_node *node;

	for (int k = 0; k < n; k++)
		if (in[k] < 0)
			return -1;
	node = import_node(im, GRAPH_CONCAT, n, in);
	if (node)
		node->axis = axis;
	return finish(im, node);
}

enum nas_status make_output(struct importer *im, int t)
{
	struct value *v = import_out(im, 0);

	if (t < 0)
		return im->err->code;
	if (!v)
		return import_bad(im, "has no output");
	v->kind = VALUE_TENSOR;
	v->tensor = t;
	im->g->tensor[t].name = v->name;
	return NAS_OK;
}
