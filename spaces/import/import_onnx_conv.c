/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers with weights: convolution, matrix products, batch normalisation. */
#include <math.h>
#include <string.h>

#include "spaces/import/import_make.h"

struct graph_layer *import_layer(struct importer *im, int out, size_t fan)
{
	struct graph_layer *l = &im->g->layer[im->g->nlayers];

	if ((size_t)out * fan > im->constants_max - im->constants) {
		import_bad(im, "more weights than a file of its size can hold");
		return NULL;
	}
	im->constants += (size_t)out * fan;
	*l = (struct graph_layer){.out = out, .fan = fan, .groups = 1};
	l->weight = NAS_NEW2(im->arena, float, (size_t)out, fan);
	l->bias = NAS_NEW(im->arena, float, (size_t)out);
	if (im->arena->failed) {
		nas_fail(im->err, NAS_ENOMEM, "out of memory for the weights");
		return NULL;
	}
	im->g->nlayers++;
	return l;
}

const struct value *import_weights(struct importer *im, size_t i, int rank)
{
	const struct value *v = import_in(im, i);

	if (!value_is_constant(v)) {
		import_bad(im, "weights must be constant");
		return NULL;
	}
	if (v->rank != rank || !v->count) {
		import_bad(
			im, "weights of rank %d, not %d, or none%s", v->rank,
			rank,
			rank == 4
				? " (only two-dimensional images are supported)"
				: "");
		return NULL;
	}
	return v;
}

enum nas_status import_bias(struct importer *im, size_t i, float *bias,
			    int out, double factor)
{
	const struct value *v = import_in(im, i);

	if (i >= im->node->n_input || !*im->node->input[i])
		return NAS_OK;
	if (!value_is_constant(v))
		return import_bad(im, "the bias must be constant");
	if (v->count != 1 && v->count != (size_t)out)
		return import_bad(im, "%zu biases for %d outputs", v->count,
				  out);
	for (int k = 0; k < out; k++)
		bias[k] = (float)(factor *
				  value_get(v, v->count == 1 ? 0 : (size_t)k));
	return NAS_OK;
}

/* The scale of each output's weights, where the file says one. */
static enum nas_status read_scale(struct importer *im, struct graph_layer *l,
				  const struct value *w)
{
	const struct value *s = w->scale;

	if (!s || (s->count != 1 && s->count != (size_t)l->out))
		return NAS_OK;
	l->scale = NAS_NEW(im->arena, float, (size_t)l->out);
	if (!l->scale)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for the weights");
	for (int o = 0; o < l->out; o++)
		l->scale[o] = (float)value_get(s, s->count > 1 ? (size_t)o : 0);
	return NAS_OK;
}

struct graph_node *import_layer_node(struct importer *im, enum graph_op op,
				     struct graph_layer *l, int x)
{
	struct graph_node *n = x < 0 ? NULL : import_node(im, op, 1, &x);

	if (!n)
		return NULL;
	n->layer = (int)(l - im->g->layer);
	l->node = (int)(n - im->g->node);
	l->name = n->name;
	return n;
}

enum nas_status import_conv(struct importer *im)
{
	const struct value *x = import_in(im, 0), *w;
	int rank = x && x->kind == VALUE_TENSOR ? im->g->tensor[x->tensor].rank
						: 0;
	int64_t groups = attr_int(im, "group", 1);
	struct graph_layer *l;
	struct graph_node *n;
	bool ceil;
	int in;

	if (rank != 3 && rank != 4)
		return import_bad(im, "its input must be a map of one or two "
				      "axes");
	w = import_weights(im, 1, rank);
	if (!w)
		return im->err->code;
	if (groups < 1 || groups > w->size[0] || w->size[0] % groups ||
	    groups * w->size[1] > GRAPH_VALUES_MAX)
		return import_bad(im, "%lld groups of %d channels",
				  (long long)groups, w->size[0]);
	l = import_layer(im, w->size[0], w->count / (size_t)w->size[0]);
	if (!l || import_bias(im, 2, l->bias, l->out, 1) != NAS_OK ||
	    read_scale(im, l, w) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; k < w->count; k++)
		l->weight[k] = (float)value_get(w, k);
	l->groups = (int)groups;
	l->in = w->size[1] * (int)groups;
	if (import_input(im, 0, &in) != NAS_OK || import_row(im, &in) != NAS_OK)
		return im->err->code;
	n = import_layer_node(im, GRAPH_CONV, l, in);
	if (!n)
		return im->err->code;
	n->window.kernel[0] = im->row ? 1 : w->size[2];
	n->window.kernel[1] = w->size[im->row ? 2 : 3];
	if (import_window(im, im->g->tensor[n->in[0]].size + 2, &n->window,
			  true, &ceil) != NAS_OK)
		return im->err->code;
	n->window.groups = l->groups;
	return import_finish_row(im, n);
}

/* weight (out, in) from a matrix of the file, transposed or not. */
static enum nas_status linear(struct importer *im, bool transposed,
			      double alpha, double beta)
{
	const struct value *w = import_weights(im, 1, 2);
	struct graph_layer *l;
	struct graph_node *n;
	int out;

	if (!w)
		return im->err->code;
	out = w->size[transposed ? 0 : 1];
	l = import_layer(im, out, (size_t)w->size[transposed ? 1 : 0]);
	if (!l || import_bias(im, 2, l->bias, out, beta) != NAS_OK)
		return im->err->code;
	if (transposed && !(alpha < 1) && !(alpha > 1) &&
	    read_scale(im, l, w) != NAS_OK)
		return im->err->code;
	l->in = (int)l->fan;
	for (int o = 0; o < out; o++)
		for (size_t i = 0; i < l->fan; i++)
			l->weight[(size_t)o * l->fan + i] =
				(float)(alpha *
					value_get(w,
						  transposed
							  ? (size_t)o * l->fan +
								    i
							  : i * (size_t)out +
								    (size_t)o));
	n = import_layer_node(im, GRAPH_LINEAR, l, make_input(im, 0));
	return n ? import_finish(im, n, 0, NULL) : im->err->code;
}

enum nas_status import_gemm(struct importer *im)
{
	if (attr_int(im, "transA", 0))
		return import_bad(im, "transA is not supported");
	return linear(im, attr_int(im, "transB", 0) != 0,
		      (double)attr_float(im, "alpha", 1),
		      (double)attr_float(im, "beta", 1));
}

enum nas_status import_matmul(struct importer *im)
{
	return linear(im, false, 1, 0);
}

/* y = x * scale + shift, scale = gamma / sqrt(variance + epsilon). */
enum nas_status import_batch_norm(struct importer *im)
{
	double epsilon = (double)attr_float(im, "epsilon", 1e-5f);
	const struct value *p[4];
	struct graph_node *n;
	float *scale, *shift;
	int x, channels;

	if (import_input(im, 0, &x) != NAS_OK)
		return im->err->code;
	channels = im->g->tensor[x].rank > 1 ? im->g->tensor[x].size[1] : 0;
	for (size_t k = 0; k < 4; k++) {
		p[k] = import_in(im, k + 1);
		if (!value_is_constant(p[k]) || p[k]->count != (size_t)channels)
			return import_bad(im, "input %zu must be %d constants",
					  k + 1, channels);
	}
	scale = NAS_NEW(im->arena, float, (size_t)channels);
	shift = NAS_NEW(im->arena, float, (size_t)channels);
	n = import_node(im, GRAPH_SCALE, 1, &x);
	if (!n || im->arena->failed)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for a node");
	for (size_t k = 0; k < (size_t)channels; k++) {
		double s =
			value_get(p[0], k) / sqrt(value_get(p[3], k) + epsilon);

		scale[k] = (float)s;
		shift[k] = (float)(value_get(p[1], k) - s * value_get(p[2], k));
	}
	n->scale = scale;
	n->shift = shift;
	return import_finish(im, n, 0, NULL);
}
