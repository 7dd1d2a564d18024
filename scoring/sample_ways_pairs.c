/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a block may use: units of the resource, and memory. */
#include "scoring/sample_ways.h"

#define ROUNDED (1 - 1e-9) /* sums of rounded-down parts stay below */

/* Units = of_aw (A W / 64) + of_w (W / 8) + fixed. */
struct use {
	double of_aw, of_w, fixed;
};

static struct use use_of(const struct ways *ways, const struct coef *c,
			 const double *extra)
{
	const struct budgets *b = &ways->problem->budgets;
	const double alone[RESOURCES] = {
		[RES_FLOPS] = c->add,	  [RES_SIZE] = c->aux,
		[RES_FLASH] = c->aux,	  [RES_MACS] = c->macs,
		[RES_PARAMS] = c->params, [RES_LAYERS] = c->layers,
	};
	struct use use = { 0, 0, 0 };

	for (int r = 0; r < RESOURCES; r++) {
		double unit = ways->weight[r];

		if (unit == 0)
			continue;
		unit *= ways->bins * ROUNDED / b->limit[r];
		use.fixed += unit * (alone[r] + (extra ? extra[r] : 0));
		if (r == RES_FLOPS)
			use.of_aw += unit * c->mul;
		if (r == RES_SIZE || r == RES_FLASH)
			use.of_w += unit * c->weights;
	}
	return use;
}

/* A block at these input bits fits the memory, whatever is behind it. */
static bool fits(const struct ways *ways, const struct chain *chain, int s,
		 const struct coef *c, double a)
{
	const struct chain_stage *cs = &chain->stage[s];
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

int ways_pairs(const struct ways *ways, const struct chain *chain, int s,
	       const struct coef *c, const double *extra,
	       struct ways_pair pair[WAYS_PAIRS])
{
	const struct chain_stage *cs = &chain->stage[s];
	const struct stage *st = cs->choices;
	const struct use use = use_of(ways, c, extra);
	int n = 0;

	for (int a = 0; a < (st->nbits_a ? st->nbits_a : 1); a++) {
		if (!fits(ways, chain, s, c, cs->bits_a[a]))
			break; /* bits ascend */
		for (int w = 0; w < (st->nbits_w ? st->nbits_w : 1); w++) {
			double units = use.of_aw * cs->aw[a][w] +
				       use.of_w * cs->bytes_w[w] + use.fixed;

			if (units < ways->bins + 1)
				pair[n++] = (struct ways_pair){
					(int)units, 1, gene_bits(a, w) };
		}
	}
	return n;
}
