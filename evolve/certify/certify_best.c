/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best network known to a certificate. */
#include "evolve/certify/certify_solve.h"

/* Recomputed from its layers; a network that differs is not believed. */
static bool recomputed(struct cert_run *run, const struct nas_genome *g,
		       double *score)
{
	struct nas_arena_mark mark = arena_mark(run->arena);
	struct nas_excess excess[EXCESS_MAX];
	struct nas_err err = { 0 };
	struct nas_arch arch;
	struct nas_cost cost;
	bool ok = problem_recompute(run->problem, g, &arch, &cost, score,
				    run->arena, &err) == NAS_OK &&
		  problem_violations(run->problem, &arch, &cost,
				     excess) == 0 &&
		  isfinite(*score);

	run->lost |= err.code == NAS_ENOMEM;
	arena_rewind(run->arena, mark);
	return ok;
}

bool cert_offer(struct cert_run *run, const struct nas_genome *g)
{
	struct nas_total t;
	double score;

	problem_costs(run->problem, g, &t);
	if (!(problem_excess(run->problem, &t) <= 0))
		return false;
	if (!run->problem->def->sampled)
		problem_evaluate(run->problem, g, &t);
	if (!run->problem->def->sampled && !(t.score > run->score))
		return true;
	if (!recomputed(run, g, &score))
		return false;
	run->score = score;
	run->best = *g;
	if (run->options->any)
		run->limits.spent = true;
	return true;
}
