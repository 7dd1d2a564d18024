/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing forwards with the counts as weights. */
#include <string.h>

#include "scoring/sample_ways.h"

#include "nas/base/rng.h"

#define SHAPES_MAX (SPACE_CHOICES_MAX * SPACE_CHOICES_MAX * 2)

struct walk { /* through one variant, up to stage s */
	const struct ways *ways;
	const struct ways_variant *v;
	const struct nas_chain *chain;
	struct rng *rng;
	int s, in, left; /* in: index of the width that reaches s; units */
};

/* The widths' weights are summed already. */
static int draw_width(const struct walk *w)
{
	const struct nas_stage *st = w->chain->stage[w->s].choices;
	size_t row = (size_t)w->in * (size_t)(w->ways->bins + 1) +
		     (size_t)w->left;
	const double *sum = w->v->stage[w->s].width + row *
			    (size_t)st->nwidth;
	double u = rng_uniform(w->rng) * sum[st->nwidth - 1];
	int i = 0;

	while (i < st->nwidth - 1 && sum[i] <= u)
		i++;
	while (i > 0 && sum[i] == sum[i - 1]) /* u was rounded up */
		i--;
	return i;
}

/* Weights of the pairs of a first block; their sum. */
static double first_weights(const struct walk *w, const struct nas_gene *g,
			    int shape, const double *end,
			    struct ways_pair *pair, int *n, double *weight)
{
	const struct ways_stage *ts = &w->v->stage[w->s];
	const struct nas_stage *st = w->chain->stage[w->s].choices;
	unsigned depths = ts->depths[(w->in * st->nwidth + g->width) *
				     st->nexpand + g->expand];
	bool all = depths == (1u << st->ndepth) - 1;
	struct ways_view view = ways_any_depth(w->ways, w->v, w->s, g->width,
					       shape);
	double sum = 0;
	struct nas_coef c;

	*n = 0;
	if (!depths)
		return 0;
	chain_coef_first(w->chain, w->s, g, ts->in[w->in], &c);
	*n = ways_pairs(w->ways, w->chain, w->s, &c, end, pair);
	for (int i = 0; i < *n; i++) {
		int left = w->left - pair[i].units;

		weight[i] = left < 0 ? 0
			    : all    ? view.x[left]
				     : ways_at_depths(w->ways, w->v, w->s,
						      g->width, shape, depths,
						      left);
		sum += weight[i];
	}
	return sum;
}

/* Shape of the stage and bits of its first block; returns the shape. */
static int draw_first(struct walk *w, struct nas_gene *g)
{
	const struct ways_stage *ts = &w->v->stage[w->s];
	const struct nas_stage *st = w->chain->stage[w->s].choices;
	const float *bound = ways_bounds(w->ways, ts, w->in, st->nwidth,
					 g->width, w->left);
	struct ways_pair pair[WAYS_PAIRS];
	double weight[WAYS_PAIRS], bounds[SHAPES_MAX], end[RESOURCES] = { 0 };
	int n, shape, i;

	chain_end(w->chain, w->s, st->width[g->width], end);
	for (i = 0; i < ts->nshape; i++)
		bounds[i] = (double)bound[i];
	do {
		shape = rng_weighted(w->rng, bounds, ts->nshape);
		ways_shape(st, shape, g);
	} while (first_weights(w, g, shape, end, pair, &n, weight) <=
		 rng_uniform(w->rng) * bounds[shape]);
	i = rng_weighted(w->rng, weight, n);
	g->bits[0] = pair[i].bits;
	w->left -= pair[i].units;
	return shape;
}

static void draw_depth(const struct walk *w, struct nas_gene *g, int shape)
{
	const struct ways_stage *ts = &w->v->stage[w->s];
	const struct nas_stage *st = w->chain->stage[w->s].choices;
	unsigned depths = ts->depths[(w->in * st->nwidth + g->width) *
				     st->nexpand + g->expand];
	double weight[SPACE_CHOICES_MAX];

	for (int d = 0; d < st->ndepth; d++)
		weight[d] = ways_at_depths(w->ways, w->v, w->s, g->width,
					   shape, depths & 1u << d, w->left);
	g->depth = (uint8_t)rng_weighted(w->rng, weight, st->ndepth);
}

/* Weights of the pairs of an inner block of a shape; their number. */
static int inner_weights(const struct walk *w, const struct nas_gene *g,
			 int shape, const struct ways_view *view,
			 struct ways_pair *pair, double *weight)
{
	int n = ways_inner_pairs(w->ways, w->chain, w->s, g->width, shape,
				 pair);

	for (int i = 0; i < n; i++) {
		int left = w->left - pair[i].units;

		weight[i] = left < 0 ? 0 : view->x[(size_t)left * view->stride];
	}
	return n;
}

/* The shape of an inner block that chooses its own. */
static int draw_shape(const struct walk *w, const struct nas_gene *g, int shape,
		      const struct ways_view *view)
{
	const struct nas_stage *st = w->chain->stage[w->s].choices;
	int common = ways_common(st, shape), nshape = w->v->stage[w->s].nshape;
	struct ways_pair pair[WAYS_PAIRS];
	double weight[WAYS_PAIRS], sum[SHAPES_MAX] = { 0 };

	for (int q = common; q < nshape; q++) {
		int n = 0;

		if (ways_is_inner(st, g->width, q, common))
			n = inner_weights(w, g, q, view, pair, weight);
		for (int i = 0; i < n; i++)
			sum[q] += weight[i];
	}
	return rng_weighted(w->rng, sum, nshape);
}

static uint8_t shape_of(const struct nas_stage *st, int shape)
{
	struct nas_gene g;

	ways_shape(st, shape, &g);
	return gene_shape(g.kernel, g.expand) & stage_each_mask(st);
}

static void draw_inner(struct walk *w, struct nas_gene *g, int shape)
{
	const struct nas_stage *st = w->chain->stage[w->s].choices;
	int depth = st->depth[g->depth];

	for (int b = 1; b < depth; b++) {
		struct ways_view view = ways_inner(w->ways, w->v, w->s,
						   g->width, shape,
						   depth - 1 - b);
		struct ways_pair pair[WAYS_PAIRS];
		double weight[WAYS_PAIRS];
		int n, i, own = st->each ? draw_shape(w, g, shape, &view)
					 : shape;

		n = inner_weights(w, g, own, &view, pair, weight);
		i = rng_weighted(w->rng, weight, n);
		g->bits[b] = pair[i].bits;
		g->shape[b] = shape_of(st, own);
		w->left -= pair[i].units;
	}
}

void ways_draw(const struct ways *ways, struct nas_genome *g, struct rng *rng)
{
	const struct nas_space *space = ways->problem->space;
	struct walk w = { .ways = ways, .rng = rng, .left = ways->bins };

	memset(g, 0, sizeof(*g));
	if (space->nvariants > 1)
		g->variant = (uint64_t)rng_weighted(rng, ways->variant_weight,
						    space->nvariants);
	w.v = &ways->variant[g->variant];
	w.chain = &ways->problem->chain[g->variant];
	for (w.s = 0; w.s < space->nstages; w.s++) {
		struct nas_gene *gene = &g->stage[w.s];
		int shape;

		gene->width = (uint8_t)draw_width(&w);
		shape = draw_first(&w, gene);
		draw_depth(&w, gene, shape);
		draw_inner(&w, gene, shape);
		w.in = gene->width;
	}
}
