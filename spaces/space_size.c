/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many architectures a space holds, drawing one uniformly, and the i-th.
 *
 * Given its width (and the width before it), the choices of a stage multiply:
 *	kernels x squeeze x sum over hidden widths and depths of
 *		bits^depth x (what each inner block chooses)^(depth - 1)
 * so completions c_s(in) = sum over widths w of own_s(in, w) c_{s+1}(w)
 * counts what can follow, and a width is drawn with these weights.
 */
#include <string.h>

#include "spaces/space.h"

#include "nas/base/rng.h"

/* Expansions that differ, for depth index d. */
static int count_expansions(const struct nas_stage *st, int in, int w, int d)
{
	int n = 0;

	for (int e = 0; e < st->nexpand; e++) {
		struct nas_gene g = { .width = (uint8_t)w, .expand = (uint8_t)e,
				  .depth = (uint8_t)d };

		gene_canonical(st, &g, in);
		n += g.expand == e;
	}
	return n;
}

static long double bits_of_block(const struct nas_stage *st)
{
	return (long double)(st->nbits_a ? st->nbits_a : 1) *
	       (st->nbits_w ? st->nbits_w : 1);
}

/* Expansions of an inner block that differ, for those that choose theirs;
 * expand becomes the pick-th. */
static int inner_expansions(const struct nas_stage *st, int w, int pick,
			    int *expand)
{
	int n = 0;

	if (!(st->each & EACH_EXPAND))
		return 1;
	for (int e = 0; e < st->nexpand; e++)
		if (st->inner_canonical[w * st->nexpand + e] == e &&
		    n++ == pick)
			*expand = e;
	return n;
}

static int inner_kernels(const struct nas_stage *st)
{
	return st->each & EACH_KERNEL ? st->nkernel : 1;
}

static long double depth_choices(const struct nas_stage *st, int in, int w,
				 int d)
{
	long double n = count_expansions(st, in, w, d);
	int none;
	long double shapes = inner_kernels(st) *
			     inner_expansions(st, w, -1, &none);

	for (int b = 0; b < st->depth[d]; b++)
		n *= bits_of_block(st) * (b ? shapes : 1);
	return n;
}

/* Choices of a stage with input width in and width index w. */
static long double own_choices(const struct nas_stage *st, int in, int w)
{
	long double n = 0;

	for (int d = 0; d < st->ndepth; d++)
		n += depth_choices(st, in, w, d);
	return n * st->nkernel * st->nse;
}

static bool width_allowed(const struct nas_space *space, int in, int out)
{
	return !space->monotone || out >= in;
}

/* Sum over the widths of stage s, reached by in, of its own choices times
 * next[w], what can follow width w. */
static long double completions(const struct nas_space *space, int s, int in,
			       const long double *own, const long double *next)
{
	const struct nas_stage *st = &space->stage[s];
	bool of_in = st->expand_of == EXPAND_OF_IN;
	long double sum = 0;

	for (int w = 0; w < st->nwidth; w++)
		if (width_allowed(space, s ? in : 0, st->width[w]))
			sum += next[w] *
			       (of_in ? own_choices(st, in, w) : own[w]);
	return sum;
}

/* own[w] of a stage whose choices do not depend on its input. */
static void fill_own(const struct nas_stage *st, long double *own)
{
	for (int w = 0; w < st->nwidth && st->expand_of == EXPAND_OF_OUT; w++)
		own[w] = own_choices(st, 0, w);
}

/* next[s][w]: what can follow width w of stage s; returns the whole count. */
static long double tabulate(const struct nas_space *space,
			    long double next[][SPACE_WIDTHS_MAX])
{
	long double own[SPACE_WIDTHS_MAX];
	int last = space->nstages - 1;

	for (int w = 0; w < SPACE_WIDTHS_MAX; w++)
		next[last][w] = 1;
	for (int s = last; s > 0; s--) {
		const struct nas_stage *before = &space->stage[s - 1];

		fill_own(&space->stage[s], own);
		for (int w = 0; w < before->nwidth; w++)
			next[s - 1][w] = completions(
				space, s, before->width[w], own, next[s]);
	}
	fill_own(&space->stage[0], own);
	return completions(space, 0, space->input.channels, own, next[0]);
}

long double space_size(const struct nas_space *space)
{
	long double next[SPACE_STAGES_MAX][SPACE_WIDTHS_MAX];

	return space->nvariants * tabulate(space, next);
}

enum nas_status space_sampler_init(struct nas_space_sampler *sampler,
				   const struct nas_space *space,
				   struct nas_arena *arena, struct nas_err *err)
{
	long double next[SPACE_STAGES_MAX][SPACE_WIDTHS_MAX];
	long double own[SPACE_WIDTHS_MAX] = { 0 };
	size_t n = (size_t)space->nstages;

	sampler->space = space;
	sampler->weight = NAS_NEW2(arena, double, n, SPACE_WIDTHS_MAX);
	sampler->next = NAS_NEW2(arena, double, n, SPACE_WIDTHS_MAX);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the sampler");
	tabulate(space, next);
	for (int s = 0; s < space->nstages; s++) {
		fill_own(&space->stage[s], own);
		for (int w = 0; w < space->stage[s].nwidth; w++) {
			int i = s * SPACE_WIDTHS_MAX + w;

			sampler->next[i] = (double)next[s][w];
			sampler->weight[i] = (double)(own[w] * next[s][w]);
		}
	}
	return NAS_OK;
}

/* The pick-th of the expansions that stand for themselves. */
static void choose_expand(const struct nas_stage *st, struct nas_gene *g,
			  int in, int pick)
{
	for (int e = 0; e < st->nexpand; e++) {
		struct nas_gene c = *g;

		c.expand = (uint8_t)e;
		gene_canonical(st, &c, in);
		if (c.expand == e && pick-- == 0)
			g->expand = (uint8_t)e;
	}
}

/* Depth by the number of bit choices it leaves, then an expansion. */
static void draw_depth_expand(const struct nas_stage *st, struct nas_gene *g,
			      int in, struct rng *rng)
{
	double weight[SPACE_CHOICES_MAX];
	int n;

	for (int d = 0; d < st->ndepth; d++)
		weight[d] = (double)depth_choices(st, in, g->width, d);
	g->depth = (uint8_t)rng_weighted(rng, weight, st->ndepth);
	n = count_expansions(st, in, g->width, g->depth);
	choose_expand(st, g, in, (int)rng_below(rng, (uint32_t)n));
}

/* Shapes of an inner block, and the i-th of them. */
static uint32_t count_shapes(const struct nas_stage *st,
			     const struct nas_gene *g)
{
	int none;

	return (uint32_t)(inner_kernels(st) *
			  inner_expansions(st, g->width, -1, &none));
}

static uint8_t shape_of(const struct nas_stage *st, int w, uint32_t i)
{
	int kernels = inner_kernels(st), expand = 0;

	inner_expansions(st, w, (int)i / kernels, &expand);
	return gene_shape((int)i % kernels, expand);
}

static void draw_rest(const struct nas_stage *st, struct nas_gene *g, int in,
		      struct rng *rng)
{
	uint32_t na = (uint32_t)(st->nbits_a ? st->nbits_a : 1);
	uint32_t nw = (uint32_t)(st->nbits_w ? st->nbits_w : 1);

	draw_depth_expand(st, g, in, rng);
	g->kernel = (uint8_t)rng_below(rng, (uint32_t)st->nkernel);
	g->se = (uint8_t)rng_below(rng, (uint32_t)st->nse);
	for (int b = 0; b < st->depth[g->depth]; b++) {
		int w = (int)rng_below(rng, nw); /* in this order */
		int a = (int)rng_below(rng, na);

		g->bits[b] = gene_bits(a, w);
	}
	for (int b = 1; st->each && b < st->depth[g->depth]; b++)
		g->shape[b] = shape_of(st, g->width,
				       rng_below(rng, count_shapes(st, g)));
}

/* Weight of every width of stage s when in channels reach it. */
static void width_weights(const struct nas_space_sampler *sampler, int s,
			  int in, double *weight)
{
	const struct nas_space *space = sampler->space;
	const struct nas_stage *st = &space->stage[s];
	int row = s * SPACE_WIDTHS_MAX;

	for (int w = 0; w < st->nwidth; w++) {
		weight[w] = sampler->weight[row + w];
		if (st->expand_of == EXPAND_OF_IN)
			weight[w] = sampler->next[row + w] *
				    (double)own_choices(st, in, w);
		if (!width_allowed(space, s ? in : 0, st->width[w]))
			weight[w] = 0;
	}
}

void space_sample(const struct nas_space_sampler *sampler, struct nas_genome *g,
		  struct rng *rng)
{
	const struct nas_space *space = sampler->space;
	double weight[SPACE_WIDTHS_MAX];
	int in = space->input.channels;

	memset(g, 0, sizeof(*g));
	g->variant = rng_below(rng, (uint32_t)space->nvariants);
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		struct nas_gene *gene = &g->stage[s];

		width_weights(sampler, s, in, weight);
		gene->width = (uint8_t)rng_weighted(rng, weight, st->nwidth);
		draw_rest(st, gene, in, rng);
		in = st->width[gene->width];
	}
}

/* ---- by number ------------------------------------------------------------ */

/* n choices of a whole number of ways each: which, and what is left of i. */
static int take(uint64_t *i, int n)
{
	int choice = (int)(*i % (uint64_t)n);

	*i /= (uint64_t)n;
	return choice;
}

/* The i-th of n kinds with weight[k] ways each; *i becomes the way. */
static int take_weighted(uint64_t *i, const double *weight, int n)
{
	int k = 0;

	for (; k < n - 1 && *i >= (uint64_t)weight[k]; k++)
		*i -= (uint64_t)weight[k];
	return k;
}

/* The i-th of a stage's own choices, given its width. */
static void nth_rest(const struct nas_stage *st, struct nas_gene *g, int in,
		     uint64_t i)
{
	double weight[SPACE_CHOICES_MAX];
	int n;

	g->kernel = (uint8_t)take(&i, st->nkernel);
	g->se = (uint8_t)take(&i, st->nse);
	for (int d = 0; d < st->ndepth; d++)
		weight[d] = (double)depth_choices(st, in, g->width, d);
	g->depth = (uint8_t)take_weighted(&i, weight, st->ndepth);
	n = count_expansions(st, in, g->width, g->depth);
	choose_expand(st, g, in, take(&i, n));
	for (int b = 0; b < st->depth[g->depth]; b++) {
		int a = take(&i, st->nbits_a ? st->nbits_a : 1);
		int w = take(&i, st->nbits_w ? st->nbits_w : 1);

		g->bits[b] = gene_bits(a, w);
		if (b && st->each)
			g->shape[b] = shape_of(
				st, g->width,
				(uint32_t)take(&i, (int)count_shapes(st, g)));
	}
}

void space_nth(const struct nas_space_sampler *sampler, uint64_t i,
	       struct nas_genome *g)
{
	const struct nas_space *space = sampler->space;
	double weight[SPACE_WIDTHS_MAX];
	int in = space->input.channels;

	memset(g, 0, sizeof(*g));
	g->variant = (uint64_t)take(&i, space->nvariants);
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		struct nas_gene *gene = &g->stage[s];
		uint64_t after;

		width_weights(sampler, s, in, weight);
		gene->width = (uint8_t)take_weighted(&i, weight, st->nwidth);
		after = (uint64_t)sampler->next[s * SPACE_WIDTHS_MAX +
						gene->width];
		nth_rest(st, gene, in, i / after);
		i %= after;
		in = st->width[gene->width];
	}
}
