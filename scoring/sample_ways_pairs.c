/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a block may use: units of the resource, and memory. */
#include "scoring/sample_ways.h"

#define ROUNDED (1 - 1e-9) /* sums of rounded-down parts stay below */

/* In units of the bins. */
static struct nas_coef_use use_of(const struct ways *ways,
				  const struct nas_coef *c, const double *extra)
{
	const struct nas_budgets *b = &ways->problem->budgets;
	struct nas_coef_use use = { 0, 0, 0, 0 };

	for (int r = 0; r < RESOURCES; r++) {
		const struct nas_coef_use own =
			coef_use(c, (enum nas_resource)r);
		double unit = ways->weight[r];

		if (unit == 0)
			continue;
		unit *= ways->bins * ROUNDED / b->limit[r];
		use.alone += unit * (own.alone + (extra ? extra[r] : 0));
		use.of_aw += unit * own.of_aw;
		use.of_w += unit * own.of_w;
		use.of_time += unit * own.of_time;
	}
	return use;
}

/* A block at these input bits fits the memory, whatever is behind it. */
static bool fits(const struct ways *ways, const struct nas_chain *chain, int s,
		 const struct nas_coef *c, double a)
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	double limit = 8 * ways->problem->budgets.sram_bytes / ROUNDED;
	int next = s + 1 < chain->nstages ? cs[1].bits_a[0]
					  : chain->bits_after;

	if (!chain->memory)
		return true;
	if (cs->bits_a[0] < next)
		next = cs->bits_a[0];
	return c->step * a <= limit &&
	       c->tail_a * a + c->tail_out * next <= limit;
}

int ways_pairs(const struct ways *ways, const struct nas_chain *chain, int s,
	       const struct nas_coef *c, const double *extra,
	       struct ways_pair pair[WAYS_PAIRS])
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	const struct nas_stage *st = cs->choices;
	const struct nas_coef_use use = use_of(ways, c, extra);
	int n = 0;

	for (int a = 0; a < (st->nbits_a ? st->nbits_a : 1); a++) {
		if (!fits(ways, chain, s, c, cs->bits_a[a]))
			break; /* bits ascend */
		for (int w = 0; w < (st->nbits_w ? st->nbits_w : 1); w++) {
			double units = use.of_aw * cs->aw[a][w] +
				       use.of_w * cs->bytes_w[w] +
				       use.of_time * cs->slow[a][w] +
				       use.alone;

			if (units < ways->bins + 1)
				pair[n++] = (struct ways_pair){
					(int)units, 1, gene_bits(a, w) };
		}
	}
	return n;
}
