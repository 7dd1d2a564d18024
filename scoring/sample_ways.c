/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting by dynamic programming, from the last stage to the first. */
#include "scoring/sample_ways.h"

#include <math.h>
#include <stdlib.h>

#include "nas/base/parallel.h"

void ways_shape(const struct nas_stage *st, int i, struct nas_gene *g)
{
	g->se = (uint8_t)(i % st->nse);
	i /= st->nse;
	g->kernel = (uint8_t)(i % st->nkernel);
	g->expand = (uint8_t)(i / st->nkernel);
}

int ways_common(const struct nas_stage *st, int shape)
{
	int se = shape % st->nse, kernel = shape / st->nse % st->nkernel;
	int expand = shape / st->nse / st->nkernel;

	if (st->each & EACH_KERNEL)
		kernel = 0;
	if (st->each & EACH_EXPAND)
		expand = 0;
	return (expand * st->nkernel + kernel) * st->nse + se;
}

bool ways_is_inner(const struct nas_stage *st, int w, int shape, int common)
{
	int expand = shape / st->nse / st->nkernel;

	return ways_common(st, shape) == common &&
	       (!(st->each & EACH_EXPAND) ||
		st->inner_canonical[w * st->nexpand + expand] == expand);
}

static int count_pairs(const struct nas_stage *st)
{
	return (st->nbits_a ? st->nbits_a : 1) *
	       (st->nbits_w ? st->nbits_w : 1);
}

static int inner_levels(const struct nas_stage *st)
{
	return st->depth[st->ndepth - 1] - 1;
}

static int count_shapes(const struct nas_stage *st)
{
	return st->nexpand * st->nkernel * st->nse;
}

/* Pairs of equal units become one. */
static int merge(struct ways_pair *pair, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		int k = kept;

		while (k > 0 && pair[k - 1].units != pair[i].units)
			k--;
		if (k > 0)
			pair[k - 1].count += pair[i].count;
		else
			pair[kept++] = pair[i];
	}
	return kept;
}

/* ---- looking up ---------------------------------------------------------- */

static double *inner_row(const struct ways *ways, const struct ways_stage *ts,
			 int w, int shape, int j)
{
	size_t row = ((size_t)w * (size_t)ts->nshape +
		      (size_t)ways_common(ts->choices, shape)) *
			     (size_t)ts->inner_levels +
		     (size_t)(j - 1);

	return ts->inner + row * (size_t)(ways->bins + 1);
}

static double *all_row(const struct ways *ways, const struct ways_stage *ts,
		       int w, int shape)
{
	return ts->all + ((size_t)w * (size_t)ts->nshape +
			  (size_t)ways_common(ts->choices, shape)) *
				 (size_t)(ways->bins + 1);
}

static const double one[1] = { 1 };

/* F_s(c, k): c is the i-th width that can reach stage s. */
static struct ways_view ways_from(const struct ways *ways,
				  const struct ways_variant *v, int s, int i)
{
	const struct nas_space *space = ways->problem->space;
	size_t n;

	if (s == space->nstages)
		return (struct ways_view){ one, 0 };
	n = (size_t)space->stage[s].nwidth;
	return (struct ways_view){
		v->stage[s].width + (size_t)i * (size_t)(ways->bins + 1) * n +
			n - 1, n };
}

struct ways_view ways_inner(const struct ways *ways,
			    const struct ways_variant *v, int s, int w,
			    int shape, int j)
{
	if (j == 0)
		return ways_from(ways, v, s + 1, w);
	return (struct ways_view){
		inner_row(ways, &v->stage[s], w, shape, j), 1 };
}

struct ways_view ways_any_depth(const struct ways *ways,
				const struct ways_variant *v, int s, int w,
				int shape)
{
	return (struct ways_view){ all_row(ways, &v->stage[s], w, shape), 1 };
}

double ways_at_depths(const struct ways *ways, const struct ways_variant *v,
		      int s, int w, int shape, unsigned depths, int k)
{
	const struct nas_stage *st = &ways->problem->space->stage[s];
	double sum = 0;

	for (int d = 0; d < st->ndepth; d++) {
		struct ways_view view;

		if (!(depths >> d & 1))
			continue;
		view = ways_inner(ways, v, s, w, shape, st->depth[d] - 1);
		sum += view.x[(size_t)k * view.stride];
	}
	return sum;
}

/* ---- one stage ----------------------------------------------------------- */

struct pass { /* what a worker needs to know */
	const struct ways *ways;
	const struct nas_chain *chain;
	struct ways_variant *v;
	int s;
};

/* to[k] += sum over pairs of count from[k - units]. */
static void add_shifted(double *to, const double *from,
			const struct ways_pair *pair, int n, int bins)
{
	for (int i = 0; i < n; i++)
		for (int k = pair[i].units; k <= bins; k++)
			to[k] += pair[i].count * from[k - pair[i].units];
}

int ways_inner_pairs(const struct ways *ways, const struct nas_chain *chain,
		     int s, int w, int shape, struct ways_pair pair[WAYS_PAIRS])
{
	struct nas_gene g = { .width = (uint8_t)w };
	struct nas_coef c;

	ways_shape(chain->stage[s].choices, shape, &g);
	chain_coef_inner(chain, s, &g, &c);
	return ways_pairs(ways, chain, s, &c, NULL, pair);
}

/* to = ways of one more inner block before those of from, of every shape that
 * it may have. */
static void add_inner(const struct pass *p, int w, int common,
		      const double *from, double *to)
{
	const struct nas_stage *st = p->chain->stage[p->s].choices;
	struct ways_pair pair[WAYS_PAIRS];

	for (int q = common; q < p->v->stage[p->s].nshape; q++) {
		int n;

		if (!ways_is_inner(st, w, q, common))
			continue;
		n = ways_inner_pairs(p->ways, p->chain, p->s, w, q, pair);
		add_shifted(to, from, pair, merge(pair, n), p->ways->bins);
	}
}

/* G_1 ... and H of one width and shape; they are zero. */
static void fill_inner(void *context, int item)
{
	const struct pass *p = context;
	const struct ways *ways = p->ways;
	struct ways_stage *ts = &p->v->stage[p->s];
	const struct nas_stage *st = p->chain->stage[p->s].choices;
	int w = item / ts->nshape, shape = item % ts->nshape;
	double *all = all_row(ways, ts, w, shape);
	double last[WAYS_BINS_MAX + 1];
	struct ways_view next = ways_from(ways, p->v, p->s + 1, w);

	if (ways_common(st, shape) != shape)
		return;
	for (int k = 0; k <= ways->bins; k++)
		last[k] = next.x[(size_t)k * next.stride];
	for (int j = 1; j <= ts->inner_levels; j++)
		add_inner(p, w, shape,
			  j > 1 ? inner_row(ways, ts, w, shape, j - 1) : last,
			  inner_row(ways, ts, w, shape, j));
	for (int d = 0; d < st->ndepth; d++) {
		const double *from = st->depth[d] > 1
			? inner_row(ways, ts, w, shape, st->depth[d] - 1)
			: last;

		for (int k = 0; k <= ways->bins; k++)
			all[k] += from[k];
	}
}

/* Bins between two levels. */
static int level_step(int bins)
{
	return bins > WAYS_LEVELS ? bins / WAYS_LEVELS : 1;
}

float *ways_bounds(const struct ways *ways, const struct ways_stage *ts, int i,
		   int nwidth, int w, int k)
{
	int step = level_step(ways->bins), level = (k + step - 1) / step;
	size_t row = ((size_t)i * (size_t)nwidth + (size_t)w) *
			     (size_t)(ways->bins / step + 1) +
		     (size_t)level;

	return ts->bound + row * (size_t)ts->nshape;
}

/* The least float that is not below x. */
static float round_up(double x)
{
	float f = (float)x;

	return (double)f < x ? nextafterf(f, HUGE_VALF) : f;
}

/* Ways of one shape go to the width's, and to its bounds. */
static void add_shape(const struct pass *p, int i, int w, int shape,
		      const double *ways_of, double *to)
{
	const struct ways *ways = p->ways;
	int step = level_step(ways->bins);
	int nwidth = p->chain->stage[p->s].choices->nwidth;

	for (int k = 0; k <= ways->bins; k++)
		to[k] += ways_of[k];
	for (int k = 0; k <= ways->bins; k += step)
		ways_bounds(ways, &p->v->stage[p->s], i, nwidth, w,
			    k)[shape] = round_up(ways_of[k]);
}

/* Ways through the first block to width w, of all shapes, into to. */
static void add_first(const struct pass *p, int i, int w, double *to)
{
	const struct ways *ways = p->ways;
	const struct ways_stage *ts = &p->v->stage[p->s];
	const struct nas_stage *st = p->chain->stage[p->s].choices;
	struct ways_pair pair[WAYS_PAIRS];
	double behind[WAYS_BINS_MAX + 1], shape_ways[WAYS_BINS_MAX + 1];
	double end[RESOURCES] = { 0 };
	struct nas_gene g = { .width = (uint8_t)w };
	struct nas_coef c;

	chain_end(p->chain, p->s, st->width[w], end);
	for (int shape = 0; shape < ts->nshape; shape++) {
		unsigned depths;
		int n;

		ways_shape(st, shape, &g);
		depths = ts->depths[(i * st->nwidth + w) * st->nexpand +
				    g.expand];
		if (!depths)
			continue;
		chain_coef_first(p->chain, p->s, &g, ts->in[i], &c);
		n = ways_pairs(ways, p->chain, p->s, &c, end, pair);
		for (int k = 0; k <= ways->bins; k++) {
			shape_ways[k] = 0;
			behind[k] = ways_at_depths(ways, p->v, p->s, w, shape,
						   depths, k);
		}
		add_shifted(shape_ways, behind, pair, merge(pair, n), ways->bins);
		add_shape(p, i, w, shape, shape_ways, to);
	}
}

/* All widths that in channels can lead to. */
static void fill_width(void *context, int i)
{
	const struct pass *p = context;
	const struct ways_stage *ts = &p->v->stage[p->s];
	const struct nas_stage *st = p->chain->stage[p->s].choices;
	bool monotone = p->ways->problem->space->monotone && p->s > 0;
	size_t rows = (size_t)p->ways->bins + 1, n = (size_t)st->nwidth;
	double *table = ts->width + (size_t)i * rows * n;
	double to[WAYS_BINS_MAX + 1];

	for (int w = 0; w < st->nwidth; w++) {
		for (size_t k = 0; k < rows; k++)
			to[k] = 0;
		if (!monotone || st->width[w] >= ts->in[i])
			add_first(p, i, w, to);
		for (size_t k = 0; k < rows; k++)
			table[k * n + (size_t)w] = to[k];
	}
	for (size_t k = 0; k < rows; k++)
		for (size_t w = 1; w < n; w++)
			table[k * n + w] += table[k * n + w - 1];
}

/* The largest count becomes 0.5 to 1, exactly. */
static void scale(const struct ways *ways, struct ways_variant *v, int s)
{
	struct ways_stage *ts = &v->stage[s];
	size_t n = (size_t)ts->nin * (size_t)(ways->bins + 1) *
		   (size_t)ways->problem->space->stage[s].nwidth;
	double most = 0;
	int exponent;

	for (int i = 0; i < ts->nin; i++) {
		struct ways_view view = ways_from(ways, v, s, i);

		most = fmax(most, view.x[(size_t)ways->bins * view.stride]);
	}
	if (!(most > 0))
		return;
	frexp(most, &exponent);
	for (size_t i = 0; i < n; i++)
		ts->width[i] = ldexp(ts->width[i], -exponent);
	v->exponent += exponent;
}

/* ---- all of it ----------------------------------------------------------- */

static void fill_depths(struct ways_stage *ts, const struct nas_stage *st)
{
	for (int i = 0; i < ts->nin * st->nwidth * st->nexpand; i++) {
		struct nas_gene g = { .expand = (uint8_t)(i % st->nexpand) };
		int in = ts->in[i / st->nexpand / st->nwidth];

		g.width = (uint8_t)(i / st->nexpand % st->nwidth);
		for (int d = 0; d < st->ndepth; d++) {
			struct nas_gene c = g;

			c.depth = (uint8_t)d;
			gene_canonical(st, &c, in);
			if (c.expand == g.expand)
				ts->depths[i] |= (uint16_t)(1u << d);
		}
	}
}

static void init_stage(const struct ways *ways, struct ways_stage *ts, int s,
		       struct nas_arena *arena)
{
	const struct nas_space *space = ways->problem->space;
	const struct nas_stage *st = &space->stage[s];
	size_t bins = (size_t)ways->bins + 1, nw = (size_t)st->nwidth;
	size_t shapes;

	ts->nin = s ? space->stage[s - 1].nwidth : 1;
	ts->in = s ? space->stage[s - 1].width : &space->input.channels;
	ts->choices = st;
	ts->nshape = count_shapes(st);
	ts->inner_levels = inner_levels(st);
	shapes = nw * (size_t)ts->nshape;
	ts->width = NAS_NEW2(arena, double, (size_t)ts->nin * nw, bins);
	ts->all = NAS_NEW2(arena, double, shapes, bins);
	ts->inner = NAS_NEW2(arena, double,
			     shapes * (size_t)ts->inner_levels, bins);
	ts->bound = NAS_NEW2(arena, float, (size_t)ts->nin * shapes,
			     (size_t)(ways->bins / level_step(ways->bins)) +
				     1);
	ts->depths = NAS_NEW2(arena, uint16_t, (size_t)ts->nin * nw,
			      (size_t)st->nexpand);
	if (!arena->failed)
		fill_depths(ts, st);
}

static void fill_variant(const struct ways *ways, int variant, int threads)
{
	struct ways_variant *v = &ways->variant[variant];
	struct pass p = { .ways = ways, .v = v,
			  .chain = &ways->problem->chain[variant] };
	struct ways_view view;

	for (p.s = ways->problem->space->nstages - 1; p.s >= 0; p.s--) {
		struct ways_stage *ts = &v->stage[p.s];
		int nwidth = p.chain->stage[p.s].choices->nwidth;

		parallel_for(nwidth * ts->nshape, threads, fill_inner, &p);
		parallel_for(ts->nin, threads, fill_width, &p);
		scale(ways, v, p.s);
	}
	view = ways_from(ways, v, 0, 0);
	v->total = view.x[(size_t)ways->bins * view.stride];
}

/* Of variants by their totals, which have exponents of their own. */
static void weigh_variants(struct ways *ways)
{
	const struct nas_space *space = ways->problem->space;
	long double size = space_size(space), sum = 0;

	for (int i = 0; i < space->nvariants; i++) {
		const struct ways_variant *v = &ways->variant[i];
		long double share = ldexpl((long double)v->total / size,
					   (int)v->exponent);

		ways->variant_weight[i] = (double)share;
		sum += share;
	}
	ways->share = (double)sum;
}

void ways_effort(struct ways_effort *e, const struct nas_problem *problem,
		 int bins)
{
	const struct nas_space *space = problem->space;

	*e = (struct ways_effort){ 0, 0 };
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		double nin = s ? space->stage[s - 1].nwidth : 1;
		double links = nin * st->nwidth, half = space->monotone &&
							s > 0 ? 0.5 : 1;
		double shapes = (double)st->nwidth * count_shapes(st);
		double shifts = nin * half * shapes +
				shapes * inner_levels(st);

		e->additions += shifts * count_pairs(st);
		e->bytes += (links + shapes * (inner_levels(st) + 1)) *
			    (bins + 1) * sizeof(double);
		e->bytes += nin * shapes * (WAYS_LEVELS + 1) * sizeof(float);
	}
	e->additions *= (double)space->nvariants * (bins + 1);
	e->bytes *= space->nvariants;
}

enum nas_status ways_init(struct ways *ways, const struct nas_problem *problem,
			  const double weight[RESOURCES], int bins,
			  int threads, struct nas_arena *arena,
			  struct nas_err *err)
{
	const struct nas_space *space = problem->space;
	size_t variants = (size_t)space->nvariants;

	NAS_BUG_IF(bins < 0 || bins > WAYS_BINS_MAX);
	*ways = (struct ways){ .problem = problem, .bins = bins };
	for (int r = 0; r < RESOURCES; r++)
		ways->weight[r] = weight[r];
	ways->variant = NAS_NEW(arena, struct ways_variant, variants);
	ways->variant_weight = NAS_NEW(arena, double, variants);
	for (size_t i = 0; !arena->failed && i < variants; i++) {
		struct ways_variant *v = &ways->variant[i];

		v->stage = NAS_NEW(arena, struct ways_stage,
				   (size_t)space->nstages);
		for (int s = 0; !arena->failed && s < space->nstages; s++)
			init_stage(ways, &v->stage[s], s, arena);
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the counts of "
				"networks");
	for (int i = 0; i < space->nvariants; i++)
		fill_variant(ways, i, threads);
	weigh_variants(ways);
	return NAS_OK;
}
