/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that are made of others: powers, normalisations, activations. */
#include <math.h>
#include <string.h>

#include "spaces/import/import_make.h"

static bool has_input(const struct importer *im, size_t i)
{
	return i < im->node->n_input && *im->node->input[i];
}

enum nas_status import_pow(struct importer *im)
{
	const struct value *exponent = import_in(im, 1);
	double power;

	if (!value_is_constant(exponent) || exponent->count != 1)
		return import_bad(im, "the exponent must be one constant");
	power = value_get(exponent, 0);
	if (!isfinite(power))
		return import_bad(im, "the exponent must be finite");
	if (!(power < 1) && !(power > 1))
		return import_identity(im);
	return make_output(im, make_power(im, make_input(im, 0), power));
}

/* (x - mean) / sqrt(variance + epsilon), over the axes with a 1. */
static int normalised(struct importer *im, const int *axes)
{
	double epsilon = (double)attr_float(im, "epsilon", 1e-5f);
	int x = make_input(im, 0);
	int away = make2(im, GRAPH_SUB, x,
			 make_reduce(im, GRAPH_REDUCE_MEAN, x, axes));
	int variance = make_reduce(im, GRAPH_REDUCE_MEAN,
				   make_power(im, away, 2), axes);
	int t = make1(im, GRAPH_SQRT, make_with(im, GRAPH_ADD, variance, epsilon));

	return make2(im, GRAPH_DIV, away, t);
}

enum nas_status import_layer_norm(struct importer *im)
{
	int x = make_input(im, 0), axes[GRAPH_RANK_MAX] = {0}, axis, rank;

	if (x < 0)
		return im->err->code;
	rank = im->g->tensor[x].rank;
	if (import_axis(im, attr_int(im, "axis", -1), rank, &axis) != NAS_OK)
		return im->err->code;
	for (int k = axis; k < rank; k++)
		axes[k] = 1;
	x = normalised(im, axes);
	if (x >= 0)
		x = make2(im, GRAPH_MUL, x, make_input(im, 1));
	if (x >= 0 && has_input(im, 2))
		x = make2(im, GRAPH_ADD, x, make_input(im, 2));
	return make_output(im, x);
}

/* Input i, a number a channel, as a constant that meets maps of that rank. */
static int by_channel(struct importer *im, size_t i, int rank, int channels)
{
	const struct value *v = import_in(im, i);
	int size[GRAPH_RANK_MAX] = {1, 1, 1, 1, 1, 1}, t;
	float *data;

	if (!value_is_constant(v) || v->count != (size_t)channels) {
		import_bad(im, "input %zu must be %d constants", i, channels);
		return -1;
	}
	size[0] = channels;
	t = make_constant(im, rank - 1, size, &data);
	for (size_t k = 0; t >= 0 && k < v->count; k++)
		data[k] = (float)value_get(v, k);
	return t;
}

enum nas_status import_instance_norm(struct importer *im)
{
	int x = make_input(im, 0), axes[GRAPH_RANK_MAX] = {0}, rank, channels;

	if (x < 0)
		return im->err->code;
	rank = im->g->tensor[x].rank;
	if (rank < 3)
		return import_bad(im, "its input must be a map");
	channels = im->g->tensor[x].size[1];
	for (int k = 2; k < rank; k++)
		axes[k] = 1;
	x = normalised(im, axes);
	if (x >= 0)
		x = make2(im, GRAPH_MUL, x, by_channel(im, 1, rank, channels));
	if (x >= 0)
		x = make2(im, GRAPH_ADD, x, by_channel(im, 2, rank, channels));
	return make_output(im, x);
}

/* x / its length along an axis. */
enum nas_status import_lp_norm(struct importer *im)
{
	int x = make_input(im, 0), axes[GRAPH_RANK_MAX] = {0}, axis, t;

	if (x < 0 || import_axis(im, attr_int(im, "axis", -1),
				 im->g->tensor[x].rank, &axis) != NAS_OK)
		return im->err->code;
	if (attr_int(im, "p", 2) != 2)
		return import_bad(im, "only p = 2 is supported");
	axes[axis] = 1;
	t = make_reduce(im, GRAPH_REDUCE_SUM, make_power(im, x, 2), axes);
	return make_output(im, make2(im, GRAPH_DIV, x, make1(im, GRAPH_SQRT, t)));
}

/* x / (bias + alpha mean of the squares of near channels) ^ beta; the mean by a
 * pooling over the axis of channels. */
enum nas_status import_lrn(struct importer *im)
{
	int64_t size = attr_int(im, "size", 0);
	double alpha = (double)attr_float(im, "alpha", 1e-4f);
	double beta = (double)attr_float(im, "beta", 0.75f);
	double bias = (double)attr_float(im, "bias", 1);
	int x = make_input(im, 0), t, channels, area;
	struct graph_tensor in;
	struct graph_node *n;

	if (x < 0)
		return im->err->code;
	in = im->g->tensor[x];
	if (in.rank < 3 || size < 1 || size > in.size[1])
		return import_bad(im, "size %lld of its window", (long long)size);
	channels = in.size[1];
	area = (int)(in.count / (size_t)channels);
	t = make_reshape(im, make_power(im, x, 2), 4,
			 (int[4]){in.size[0], 1, channels, area});
	n = t < 0 ? NULL : import_node(im, GRAPH_AVERAGE_POOL, 1, &t);
	if (!n)
		return im->err->code;
	n->window = (struct graph_window){
		.kernel = {(int)size, 1}, .stride = {1, 1}, .dilation = {1, 1},
		.pad = {(int)(size - 1) / 2, 0, (int)size / 2, 0}, .groups = 1,
		.count_pad = true};
	if (import_finish(im, n, -1, &t) != NAS_OK)
		return im->err->code;
	t = make_reshape(im, t, in.rank, in.size);
	t = make_with(im, GRAPH_MUL, t, alpha);
	t = make_with(im, GRAPH_ADD, t, bias);
	return make_output(im, make2(im, GRAPH_DIV, x, make_power(im, t, beta)));
}

/* x Phi(x), exactly or by tanh. */
enum nas_status import_gelu(struct importer *im)
{
	bool near = attr_text_is(im, "approximate", "tanh");
	int x = make_input(im, 0), t = x;

	if (near) {
		t = make_with(im, GRAPH_MUL, make_power(im, x, 3), 0.044715);
		t = make2(im, GRAPH_ADD, x, t);
	}
	t = make_with(im, GRAPH_MUL, t,
		      near ? 0.79788456080286535588 /* sqrt(2 / pi) */
			   : sqrt(0.5));
	t = make1(im, near ? GRAPH_TANH : GRAPH_ERF, t);
	t = make_with(im, GRAPH_MUL, make_with(im, GRAPH_ADD, t, 1), 0.5);
	return make_output(im, make2(im, GRAPH_MUL, x, t));
}

/* max(x, 0) + slope min(x, 0). */
enum nas_status import_prelu(struct importer *im)
{
	int x = make_input(im, 0), t = make_with(im, GRAPH_MIN, x, 0);

	t = t < 0 ? -1 : make2(im, GRAPH_MUL, t, make_input(im, 1));
	return make_output(im, make2(im, GRAPH_ADD, make1(im, GRAPH_RELU, x), t));
}

/* gamma (max(x, 0) + alpha (exp(min(x, 0)) - 1)). */
enum nas_status import_selu(struct importer *im)
{
	double gamma = (double)attr_float(im, "gamma", 1.05070102214813232421875f);
	int x = make_input(im, 0);
	struct graph_node *n = x < 0 ? NULL : import_node(im, GRAPH_ELU, 1, &x);

	if (!n)
		return im->err->code;
	n->a = attr_float(im, "alpha", 1.67326319217681884765625f);
	if (import_finish(im, n, -1, &x) != NAS_OK)
		return im->err->code;
	return make_output(im, make_with(im, GRAPH_MUL, x, gamma));
}

/* log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow. */
static int softplus(struct importer *im, int x)
{
	int t = make1(im, GRAPH_NEG, make1(im, GRAPH_ABS, x));

	t = make_with(im, GRAPH_ADD, make1(im, GRAPH_EXP, t), 1);
	t = make1(im, GRAPH_LOG, t);
	return make2(im, GRAPH_ADD, make1(im, GRAPH_RELU, x), t);
}

enum nas_status import_softplus(struct importer *im)
{
	return make_output(im, softplus(im, make_input(im, 0)));
}

enum nas_status import_mish(struct importer *im)
{
	int x = make_input(im, 0);
	int t = make1(im, GRAPH_TANH, softplus(im, x));

	return make_output(im, make2(im, GRAPH_MUL, x, t));
}

enum nas_status import_reciprocal(struct importer *im)
{
	int x = make_input(im, 0), one = x < 0 ? -1 : make_number(im, 1);

	return make_output(im, make2(im, GRAPH_DIV, one, x));
}
