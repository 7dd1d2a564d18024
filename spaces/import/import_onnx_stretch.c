/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvTranspose: zeros between the values, then a convolution. */
#include <string.h>

#include "spaces/import/import_make.h"

/* Stride - 1 zeros behind each value of the rows and columns. */
static int spread(struct importer *im, int x, const int *stride)
{
	const struct graph_tensor in = im->g->tensor[x];
	int n = in.size[0], c = in.size[1], h = in.size[2], w = in.size[3];

	if (stride[0] == 1 && stride[1] == 1)
		return x;
	if ((int64_t)h * stride[0] > GRAPH_VALUES_MAX ||
	    (int64_t)w * stride[1] > GRAPH_VALUES_MAX) {
		import_bad(im, "the output is too large");
		return -1;
	}
	x = make_reshape(im, x, 6, (int[6]){n, c, h, 1, w, 1});
	x = make_pad(im, x, (int[6]){0},
		     (int[6]){n, c, h, stride[0], w, stride[1]});
	return make_reshape(im, x, 4,
			    (int[4]){n, c, h * stride[0], w * stride[1]});
}

/* What the convolution puts around rows and columns so that they come out at
 * that length; less than nothing is cut off. */
struct around {
	int pad[4];
	int first[2], count[2]; /* of the spread map that stays */
};

static enum nas_status find_around(struct importer *im,
				   const struct graph_window *w, const int *in,
				   const int *out, struct around *a)
{
	for (int k = 0; k < 2; k++) {
		int64_t reach = (int64_t)w->dilation[k] * (w->kernel[k] - 1);
		int64_t length = (int64_t)in[k] * w->stride[k];
		int64_t before = reach - w->pad[k];
		int64_t after = out[k] + reach - length - before;

		if (before > GRAPH_VALUES_MAX || after > GRAPH_VALUES_MAX)
			return import_bad(im, "the output is too large");
		a->first[k] = before < 0 ? (int)-before : 0;
		length += (before < 0 ? before : 0) + (after < 0 ? after : 0);
		if (length < 1)
			return import_bad(im, "pads more than there is");
		a->count[k] = (int)length;
		a->pad[k] = before < 0 ? 0 : (int)before;
		a->pad[k + 2] = after < 0 ? 0 : (int)after;
	}
	return NAS_OK;
}

static int cut(struct importer *im, int x, const struct around *a)
{
	const struct graph_tensor in = im->g->tensor[x];

	if (a->count[0] == in.size[2] && a->count[1] == in.size[3])
		return x;
	return make_slice(im, x, (int[4]){0, 0, a->first[0], a->first[1]},
			  (int[4]){in.size[0], in.size[1], a->count[0],
				   a->count[1]});
}

/* Rows and columns of the output; auto_pad and output_shape decide w->pad. */
static enum nas_status out_sizes(struct importer *im, struct graph_window *w,
				 const int *in, int *out)
{
	bool upper = attr_text_is(im, "auto_pad", "SAME_UPPER");
	bool same = upper || attr_text_is(im, "auto_pad", "SAME_LOWER");
	int64_t extra[2] = {0, 0}, given[GRAPH_RANK_MAX];
	int n = attr_ints(im, "output_padding", extra, 2);
	int m = attr_ints(im, "output_shape", given, GRAPH_RANK_MAX);

	if ((n >= 0 && n != 2) || (m >= 0 && m != 2 && m != 4))
		return import_bad(im, "its output has not two axes");
	for (int k = 0; k < 2; k++) {
		int64_t all = (int64_t)w->stride[k] * (in[k] - 1) + extra[k] +
			      (int64_t)w->dilation[k] * (w->kernel[k] - 1) + 1;
		int64_t want = m > 0 ? given[m - 2 + k]
			       : same ? (int64_t)in[k] * w->stride[k]
				      : all - w->pad[k] - w->pad[k + 2];
		int64_t rest = all - want;

		if (extra[k] < 0 || extra[k] >= w->stride[k] + w->dilation[k] ||
		    want < 1 || want > GRAPH_VALUES_MAX || all > GRAPH_VALUES_MAX)
			return import_bad(im, "axis %d would become %lld long", k,
					  (long long)want);
		if (m > 0 || same) {
			rest = rest < 0 ? 0 : rest;
			w->pad[k] = (int)(upper ? rest / 2 : rest - rest / 2);
		}
		out[k] = (int)want;
	}
	return NAS_OK;
}

/* Weights (in, out / groups, rows, columns) as a convolution has them: (out,
 * in / groups, rows, columns), from end to end. */
static void turn(struct graph_layer *l, const struct value *w)
{
	size_t area = (size_t)w->size[2] * (size_t)w->size[3];
	size_t ins = (size_t)(l->in / l->groups), outs = (size_t)w->size[1];

	for (size_t o = 0; o < (size_t)l->out; o++)
		for (size_t i = 0; i < ins; i++)
			for (size_t k = 0; k < area; k++) {
				size_t from = o / outs * ins + i;

				l->weight[(o * ins + i) * area + k] =
					(float)value_get(w, (from * outs + o % outs) *
								    area +
							    area - 1 - k);
			}
}

static struct graph_layer *read_weights(struct importer *im, int channels,
					const struct value **weights)
{
	const struct value *w = import_weights(im, 1, 4);
	int64_t groups = attr_int(im, "group", 1);
	struct graph_layer *l;

	*weights = w;
	if (!w)
		return NULL;
	if (groups < 1 || w->size[0] != channels || channels % groups ||
	    groups * w->size[1] > GRAPH_VALUES_MAX) {
		import_bad(im, "%lld groups, weights of %d channels for %d",
			   (long long)groups, w->size[0], channels);
		return NULL;
	}
	l = import_layer(im, w->size[1] * (int)groups,
			 w->count / (size_t)w->size[1] / (size_t)groups);
	if (!l)
		return NULL;
	l->in = channels;
	l->groups = (int)groups;
	turn(l, w);
	return l;
}

static enum nas_status convolve(struct importer *im, int x,
				struct graph_layer *l,
				const struct graph_window *w,
				const struct around *a)
{
	struct graph_node *n = import_layer_node(im, GRAPH_CONV, l, x);

	if (!n)
		return im->err->code;
	n->window = *w;
	memcpy(n->window.pad, a->pad, sizeof(a->pad));
	n->window.stride[0] = n->window.stride[1] = 1;
	n->window.groups = l->groups;
	return import_finish(im, n, 0, NULL);
}

enum nas_status import_conv_transpose(struct importer *im)
{
	struct graph_window window = {0};
	const struct value *w;
	struct graph_layer *l;
	struct graph_tensor in;
	struct around a;
	int x = make_input(im, 0), out[2];
	bool ceil;

	if (x < 0)
		return im->err->code;
	in = im->g->tensor[x];
	im->row = false;
	if (in.rank != 4)
		return import_bad(im, "only maps of two axes are supported");
	l = read_weights(im, in.size[1], &w);
	if (!l || import_bias(im, 2, l->bias, l->out, 1) != NAS_OK)
		return im->err->code;
	window.kernel[0] = w->size[2];
	window.kernel[1] = w->size[3];
	if (import_window(im, in.size + 2, &window, true, &ceil) != NAS_OK ||
	    out_sizes(im, &window, in.size + 2, out) != NAS_OK ||
	    find_around(im, &window, in.size + 2, out, &a) != NAS_OK)
		return im->err->code;
	l->macs = (int64_t)(in.count * l->fan) * l->out / l->in;
	x = spread(im, x, window.stride);
	return convolve(im, x < 0 ? -1 : cut(im, x, &a), l, &window, &a);
}
