/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that change a map's rows and columns. */
#include <math.h>
#include <string.h>

#include "spaces/import/import_make.h"

/* Number of the text of an attribute; fallback where there is none. */
static enum nas_status choose(struct importer *im, const char *name,
			      const char *const *texts, int n, int fallback,
			      int *out)
{
	*out = fallback;
	if (!import_attr(im, name))
		return NAS_OK;
	for (int k = 0; k < n; k++)
		if (attr_text_is(im, name, texts[k])) {
			*out = k;
			return NAS_OK;
		}
	return import_bad(im, "its %s is not supported", name);
}

static enum nas_status read_modes(struct importer *im, struct graph_resize *r)
{
	bool upsample = strcmp(im->node->op_type, "Upsample") == 0;
	bool old = upsample || im->opset < 11;
	int coordinate, rounding;

	r->linear = attr_text_is(im, "mode", "linear") ||
		    attr_text_is(im, "mode", "bilinear");
	if (import_attr(im, "mode") && !r->linear &&
	    !attr_text_is(im, "mode", "nearest"))
		return import_bad(im, "only modes nearest and linear are "
				      "supported");
	if (choose(im, "coordinate_transformation_mode", 
		   graph_resize_coordinates, RESIZE_COORDINATES,
		   old ? RESIZE_ASYMMETRIC : RESIZE_HALF_PIXEL, &coordinate) ||
	    choose(im, "nearest_mode", graph_resize_roundings,
		   RESIZE_ROUNDINGS, old ? RESIZE_FLOOR : RESIZE_PREFER_FLOOR,
		   &rounding))
		return im->err->code;
	if (attr_int(im, "antialias", 0))
		return import_bad(im, "antialias is not supported");
	r->coordinate = (enum graph_resize_coordinate)coordinate;
	r->rounding = (enum graph_resize_rounding)rounding;
	return NAS_OK;
}

/* Constant input i, or attribute scales; NULL: there is none. */
static const struct value *list(const struct importer *im, size_t i)
{
	const struct value *v = import_in(im, i);

	return i < im->node->n_input && *im->node->input[i] && v &&
			       value_is_constant(v) && v->count
		       ? v
		       : NULL;
}

/* Axes that the lists are of: all, or those of attribute axes. */
static enum nas_status find_axes(struct importer *im, int rank, size_t count,
				 int *axis)
{
	int64_t axes[GRAPH_RANK_MAX];
	int n = attr_ints(im, "axes", axes, GRAPH_RANK_MAX);

	if (count != (size_t)(n < 0 ? rank : n) || count > GRAPH_RANK_MAX)
		return import_bad(im, "%zu numbers for %d axes", count,
				  n < 0 ? rank : n);
	for (int k = 0; k < (int)count; k++)
		if (import_axis(im, n < 0 ? k : axes[k], rank, &axis[k]))
			return im->err->code;
	return NAS_OK;
}

/* Of an axis that grows from old to so many numbers. Where the quotient rounds
 * down, the next one up, for runtimes compute the size from the factor. */
static float quotient(int old, double size)
{
	float factor = (float)size / (float)old;

	return (double)factor * old < size
		       ? nextafterf(factor, INFINITY)
		       : factor;
}

/* Factor and new size of every axis. */
static enum nas_status read_sizes(struct importer *im,
				  const struct graph_tensor *x,
				  const struct value *v, bool sizes,
				  float *factor, int *size)
{
	int axis[GRAPH_RANK_MAX] = {0};

	for (int k = 0; k < x->rank; k++) {
		factor[k] = 1;
		size[k] = x->size[k];
	}
	if (find_axes(im, x->rank, v->count, axis) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < (int)v->count; k++) {
		int a = axis[k];
		double given = value_get(v, (size_t)k);

		if (!(given > 0) || given > GRAPH_VALUES_MAX)
			return import_bad(im, "resizes axis %d by %g", a, given);
		factor[a] = sizes ? quotient(x->size[a], given) : (float)given;
		given = sizes ? given : (double)floorf((float)x->size[a] * (float)given);
		if (!(given >= 1) || given > GRAPH_VALUES_MAX)
			return import_bad(im, "axis %d would become %g long", a,
					  given);
		size[a] = (int)given;
	}
	return NAS_OK;
}

static const struct value *find_factors(struct importer *im, bool *sizes)
{
	bool plain = im->opset < 11; /* no regions of interest yet */
	const struct value *v = list(im, plain ? 1 : 2);

	*sizes = !v;
	if (!v && !plain)
		v = list(im, 3);
	return v;
}

enum nas_status import_resize(struct importer *im)
{
	const struct value *v;
	float factor[GRAPH_RANK_MAX] = {0};
	struct graph_tensor *out;
	int size[GRAPH_RANK_MAX], x;
	struct graph_node *n;
	bool sizes;

	if (import_input(im, 0, &x) != NAS_OK)
		return im->err->code;
	v = find_factors(im, &sizes);
	if (!v)
		return import_bad(im, "its factors or sizes must be constant");
	if (im->g->tensor[x].rank != 4)
		return import_bad(im, "only maps of two axes are supported");
	if (attr_text_is(im, "keep_aspect_ratio_policy", "not_larger") ||
	    attr_text_is(im, "keep_aspect_ratio_policy", "not_smaller"))
		return import_bad(im, "keep_aspect_ratio_policy is not supported");
	if (read_sizes(im, &im->g->tensor[x], v, sizes, factor, size) != NAS_OK)
		return im->err->code;
	n = import_node(im, GRAPH_RESIZE, 1, &x);
	if (!n || read_modes(im, &n->resize) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < 2; k++)
		n->resize.factor[k] = factor[2 + k];
	out = &im->g->tensor[n->out];
	out->rank = 4;
	memcpy(out->size, size, sizeof(out->size));
	return import_finish(im, n, 0, NULL);
}

/* A map of two axes that is cut into blocks of b rows and columns. */
struct blocks {
	int x, b;       /* tensor, side */
	int n, c, h, w; /* size of x */
};

static bool read_blocks(struct importer *im, struct blocks *m)
{
	int64_t side = attr_int(im, "blocksize", 0);
	const struct graph_tensor *t;

	m->x = make_input(im, 0);
	if (m->x < 0)
		return false;
	t = &im->g->tensor[m->x];
	if (t->rank != 4 || side < 1 || side > 1024) {
		import_bad(im, "blocks of %lld in maps of rank %d",
			   (long long)side, t->rank);
		return false;
	}
	m->b = (int)side;
	m->n = t->size[0];
	m->c = t->size[1];
	m->h = t->size[2];
	m->w = t->size[3];
	return true;
}

/* b * b channels become a place of b rows and columns. */
enum nas_status import_depth_to_space(struct importer *im)
{
	bool crd = attr_text_is(im, "mode", "CRD");
	struct blocks m;
	int x, c, b;

	if (!read_blocks(im, &m))
		return im->err->code;
	b = m.b;
	if (m.c % (b * b))
		return import_bad(im, "%d channels for blocks of %d", m.c, b);
	c = m.c / (b * b);
	x = make_reshape(im, m.x, 6, crd ? (int[6]){m.n, c, b, b, m.h, m.w}
					 : (int[6]){m.n, b, b, c, m.h, m.w});
	x = make_transpose(im, x, crd ? (int[6]){0, 1, 4, 2, 5, 3}
				      : (int[6]){0, 3, 4, 1, 5, 2});
	return make_output(im, make_reshape(im, x, 4, (int[4]){m.n, c, m.h * b,
							       m.w * b}));
}

enum nas_status import_space_to_depth(struct importer *im)
{
	struct blocks m;
	int x, h, w, b;

	if (!read_blocks(im, &m))
		return im->err->code;
	b = m.b;
	if (m.h % b || m.w % b)
		return import_bad(im, "a map of %d x %d for blocks of %d", m.h,
				  m.w, b);
	h = m.h / b;
	w = m.w / b;
	x = make_reshape(im, m.x, 6, (int[6]){m.n, m.c, h, b, w, b});
	x = make_transpose(im, x, (int[6]){0, 3, 5, 1, 2, 4});
	return make_output(im, make_reshape(im, x, 4, (int[4]){m.n, m.c * b * b,
							       h, w}));
}
