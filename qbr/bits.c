/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/bits.h"

#include <math.h>

static void add_block(struct bits *bits, const struct nas_chain_stage *cs,
		      const struct nas_coef *coef, double share, double weight)
{
	struct bits_block *b = &bits->block[bits->n++];
	const struct nas_stage *st = cs->choices;

	b->stage = cs;
	b->coef = *coef;
	b->na = st->nbits_a ? st->nbits_a : 1;
	b->nw = st->nbits_w ? st->nbits_w : 1;
	b->share = share;
	b->weight = weight;
	b->a = b->w = 0;
}

/* What a product's ends at or behind each stage weigh; 1 each for a sum. */
static void stage_weights(const struct nas_problem *problem,
			  const struct nas_genome *g,
			  double weight[SPACE_STAGES_MAX])
{
	const struct nas_chain *chain = &problem->chain[g->variant];
	double behind = problem->summed ? 0 : 1;

	for (int s = chain->nstages - 1; s >= 0; s--) {
		const struct nas_stage *st = chain->stage[s].choices;

		if (problem->summed)
			behind += chain_product_end(
				chain, s, st->width[g->stage[s].width]);
		weight[s] = behind;
	}
}

static void add_stages(struct bits *bits, const struct nas_genome *g)
{
	const struct nas_chain *chain = bits->chain;
	double weight[SPACE_STAGES_MAX];
	int in = chain->channels, units = 1;

	stage_weights(bits->problem, g, weight);

	for (int s = 0; s < chain->nstages; s++) {
		const struct nas_chain_stage *cs = &chain->stage[s];
		const struct nas_gene *gene = &g->stage[s];
		int out = cs->choices->width[gene->width];
		int depth = cs->choices->depth[gene->depth];
		struct nas_coef coef;

		for (int i = 0; i < depth; i++) {
			double share = i ? chain_share_inner(chain, s, &units)
					 : chain_share_first(chain, s,
							     in == out, &units);

			chain_coef_block(chain, s, gene, in, i, &coef);
			add_block(bits, cs, &coef, share, weight[s]);
		}
		in = out;
	}
}

/* Use of a budget by a block at some levels. */
static double use_of(const struct bits_block *b, enum nas_resource r, int a,
		     int w)
{
	const struct nas_coef_use use = coef_use(&b->coef, r);

	return use.of_aw * b->stage->aw[a][w] +
	       use.of_w * b->stage->bytes_w[w] +
	       use.of_time * b->stage->slow[a][w] + use.alone;
}

/* What the last stage's end adds: the classifier. */
static void add_end(const struct bits *bits, const struct nas_genome *g,
		    double res[RESOURCES])
{
	int last = bits->chain->nstages - 1;
	const struct nas_stage *end = bits->chain->stage[last].choices;

	chain_end(bits->chain, last, end->width[g->stage[last].width], res);
}

static bool bits_change(const struct nas_problem *problem,
			enum nas_resource r)
{
	const struct nas_latency *m = problem->budgets.latency;

	return chain_by[r] == CHAIN_BY_SLOW ? m && m->nfactors
					    : chain_by[r] != CHAIN_BY_NONE;
}

/* The budgets that bits do not change hold. */
static bool others_hold(const struct bits *bits, const struct nas_genome *g)
{
	const struct nas_problem *problem = bits->problem;
	double res[RESOURCES] = { 0 };

	add_end(bits, g, res);
	for (int i = 0; i < problem->nactive; i++) {
		enum nas_resource r = problem->active[i];

		if (bits_change(problem, r))
			continue;
		for (int b = 0; b < bits->n; b++)
			res[r] += use_of(&bits->block[b], r, 0, 0);
		if (!(res[r] <= problem->budgets.limit[r]))
			return false;
	}
	return true;
}

bool bits_open(struct bits *bits, const struct nas_problem *problem,
	       const struct nas_genome *g)
{
	const struct nas_budgets *budgets = &problem->budgets;

	bits->problem = problem;
	bits->chain = &(problem->summed ? problem->summed
					: problem)->chain[g->variant];
	bits->n = bits->nlimits = 0;
	bits->memory = bits->chain->memory;
	bits->sram_bits = budgets->sram_bytes * 8;
	for (int i = 0; i < problem->nactive; i++) {
		enum nas_resource r = problem->active[i];
		double res[RESOURCES] = { 0 };

		if (!bits_change(problem, r))
			continue;
		add_end(bits, g, res);
		bits->resource[bits->nlimits] = r;
		bits->limit[bits->nlimits] = budgets->limit[r];
		bits->share[bits->nlimits] = 1 / budgets->limit[r];
		bits->fixed[bits->nlimits++] = res[r];
	}
	add_stages(bits, g);
	return others_hold(bits, g);
}

void bits_all_at(struct bits *bits, int u)
{
	for (int i = 0; i < bits->n; i++) {
		struct bits_block *b = &bits->block[i];

		b->a = u < b->na ? u : b->na - 1;
		b->w = u < b->nw ? u : b->nw - 1;
	}
}

void bits_at_most(struct bits *bits, int u)
{
	for (int i = 0; i < bits->n; i++) {
		struct bits_block *b = &bits->block[i];

		b->a = u < b->a ? u : b->a;
		b->w = u < b->w ? u : b->w;
	}
}

void bits_sum(struct bits *bits)
{
	for (int r = 0; r < bits->nlimits; r++) {
		double used = bits->fixed[r];

		for (int i = 0; i < bits->n; i++) {
			const struct bits_block *b = &bits->block[i];

			used += use_of(b, bits->resource[r], b->a, b->w);
		}
		bits->used[r] = used;
	}
}

void bits_close(const struct bits *bits, struct nas_genome *g)
{
	const struct bits_block *b = bits->block;

	for (int s = 0; s < bits->chain->nstages; s++) {
		struct nas_gene *gene = &g->stage[s];
		int depth = bits->chain->stage[s].choices->depth[gene->depth];

		for (int i = 0; i < depth; i++, b++)
			gene->bits[i] = gene_bits(b->a, b->w);
	}
}

bool bits_move(const struct bits *bits, int i, int da, int dw,
	       struct bits_move *m)
{
	const struct bits_block *b = &bits->block[i];

	m->block = i;
	m->a = b->a + da;
	m->w = b->w + dw;
	if (m->a < 0 || m->w < 0 || m->a >= b->na || m->w >= b->nw)
		return false;
	m->score = bits_gain(b, m->a, m->w) - bits_gain(b, b->a, b->w);
	for (int r = 0; r < bits->nlimits; r++)
		m->use[r] = use_of(b, bits->resource[r], m->a, m->w) -
			    use_of(b, bits->resource[r], b->a, b->w);
	return true;
}

/* Sums of multiples of 1/64 below 2^47 are exact, so used never drifts. */
void bits_apply(struct bits *bits, const struct bits_move *m)
{
	bits->block[m->block].a = m->a;
	bits->block[m->block].w = m->w;
	for (int r = 0; r < bits->nlimits; r++)
		bits->used[r] += m->use[r];
}

static double level_bits(const struct bits_block *b, int a)
{
	return b->stage->bits_a[a];
}

double bits_own_peak(const struct bits_block *b)
{
	return b->coef.step * level_bits(b, b->a);
}

double bits_tail_peak(const struct bits *bits, int i)
{
	const struct bits_block *b = &bits->block[i];
	double out = i + 1 < bits->n ? level_bits(b + 1, b[1].a)
				     : bits->chain->bits_after;

	return b->coef.tail_a * level_bits(b, b->a) + b->coef.tail_out * out;
}

bool bits_memory_fits(const struct bits *bits, const struct bits_move *m)
{
	const struct bits_block *b = &bits->block[m->block];
	double a = level_bits(b, m->a), out = bits->chain->bits_after;

	if (!bits->memory || m->a <= b->a)
		return true;
	if (m->block + 1 < bits->n)
		out = level_bits(b + 1, b[1].a);
	if (b->coef.step * a > bits->sram_bits ||
	    b->coef.tail_a * a + b->coef.tail_out * out > bits->sram_bits)
		return false;
	return m->block == 0 ||
	       b[-1].coef.tail_a * level_bits(b - 1, b[-1].a) +
			       b[-1].coef.tail_out * a <=
		       bits->sram_bits;
}
