/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of whole networks, for scores and budgets that are no sums. */
#include <math.h>

#include "scoring/chain.h"
#include "scoring/deepmad.h"

static double chain_score(const struct nas_chain *chain,
			  const struct nas_genome *g)
{
	struct nas_terms t = { .out = chain->channels, .units = 1 };
	double score = 0;

	for (int s = 0; s < chain->nstages; s++) {
		chain_terms(chain, s, &g->stage[s], t.out, t.units, &t);
		score += t.score;
	}
	return score;
}

double problem_whole(const struct nas_problem *problem,
		     const struct nas_genome *g)
{
	struct nas_err err;
	struct nas_block block[SPACE_BLOCKS_MAX];
	struct nas_arch arch;
	double value;

	if (score_is_additive(problem->def))
		return chain_score(&problem->chain[g->variant], g);
	nas_err_clear(&err);
	space_decode_into(problem->space, g, &arch, block);
	if (score_value(&value, problem->def, &arch, &problem->score, &err))
		return -HUGE_VAL; /* not defined: never among the best */
	return value;
}

double problem_rho(const struct nas_problem *problem,
		   const struct nas_genome *g)
{
	struct nas_block block[SPACE_BLOCKS_MAX];
	struct nas_arch arch;
	struct deepmad d;

	space_decode_into(problem->space, g, &arch, block);
	deepmad_of(&d, &arch);
	return d.rho_max;
}
