/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces that writing an operator needs. */
#include <string.h>

#include "spaces/export/onnx_writer.h"

#define FLOAT ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT
#define INT64 ONNX__TENSOR_PROTO__DATA_TYPE__INT64

char *write_fresh(struct writer *w)
{
	return onnx_text(&w->o, "nas/%d", w->serial++);
}

char *write_part(struct writer *w, const char *of, const char *suffix)
{
	return onnx_text(&w->o, "%s%s", of, suffix);
}

void write_attribute_float(struct writer *w, Onnx__NodeProto *node,
			   const char *name, float x)
{
	Onnx__AttributeProto *a;

	if (!node)
		return;
	onnx_attribute_int(&w->o, node, name, 0);
	if (w->o.arena->failed || !node->n_attribute)
		return;
	a = node->attribute[node->n_attribute - 1];
	a->has_i = 0;
	a->has_f = 1;
	a->f = x;
	a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT;
}

Onnx__NodeProto *write_op(struct writer *w, const char *kind, const char *y,
			  const char *const *in)
{
	return onnx_node(&w->o, kind, onnx_text(&w->o, "%s/%s", y, kind), y,
			 in);
}

Onnx__NodeProto *write_node(struct writer *w, const char *kind,
			    const char *const *in)
{
	return w->named ? onnx_node(&w->o, kind, w->n->name, w->y, in)
			: write_op(w, kind, w->y, in);
}

char *write_number(struct writer *w, float x)
{
	char *name = write_fresh(w);

	onnx_tensor_float(&w->o, name, x);
	return name;
}

char *write_integers(struct writer *w, const int64_t *x, int n)
{
	char *name = write_fresh(w);
	int64_t *copy = NAS_NEW(w->o.arena, int64_t, (size_t)n);

	if (copy)
		memcpy(copy, x, (size_t)n * sizeof(*x));
	onnx_tensor(&w->o, name, INT64, &(struct onnx_shape){1, {n}}, copy,
		    (size_t)n * sizeof(*x));
	return name;
}

void write_floats(struct writer *w, const char *name, float *x, int rank,
		  const int64_t *size)
{
	struct onnx_shape shape = {(size_t)rank, {0}};
	size_t n = sizeof(*x);

	for (int k = 0; k < rank; k++) {
		shape.size[k] = size[k];
		n *= (size_t)size[k];
	}
	onnx_tensor(&w->o, name, FLOAT, &shape, x, n);
}

/* y = op(x, constant) */
char *write_with_number(struct writer *w, const char *kind, const char *x,
			float c)
{
	char *y = write_fresh(w);

	write_op(w, kind, y, WITH(x, write_number(w, c)));
	return y;
}

void write_window(struct writer *w, Onnx__NodeProto *node, bool always_pads)
{
	const struct graph_window *v = &w->n->window;
	struct onnx_graph *o = &w->o;
	bool pads = v->pad[0] || v->pad[1] || v->pad[2] || v->pad[3];

	if (v->dilation[0] > 1 || v->dilation[1] > 1)
		onnx_attribute_ints(o, node, "dilations",
				    (int64_t[]){v->dilation[0], v->dilation[1]},
				    2);
	onnx_attribute_ints(o, node, "kernel_shape",
			    (int64_t[]){v->kernel[0], v->kernel[1]}, 2);
	if (pads || always_pads)
		onnx_attribute_ints(o, node, "pads",
				    (int64_t[]){v->pad[0], v->pad[1], v->pad[2],
						v->pad[3]},
				    4);
	onnx_attribute_ints(o, node, "strides",
			    (int64_t[]){v->stride[0], v->stride[1]}, 2);
}
