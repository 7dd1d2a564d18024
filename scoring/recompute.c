/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every reported network is recomputed layer by layer, from the definition. */
#include <math.h>

#include "scoring/chain.h"
#include "scoring/deepmad.h"
#include "scoring/trust.h"

int problem_violations(const struct nas_problem *problem,
		       const struct nas_arch *arch, const struct nas_cost *cost,
		       struct nas_excess out[EXCESS_MAX])
{
	double res[RESOURCES];
	struct deepmad d;
	int n = 0;

	cost_resources(cost, res);
	for (int i = 0; i < problem->nactive; i++) {
		enum nas_resource r = problem->active[i];
		double limit = problem->budgets.limit[r];

		if (!budget_met(res[r], limit))
			out[n++] = (struct nas_excess){budget_kinds[r].key,
						       res[r], limit};
	}
	if (!budget_met(cost->peak_memory_bytes, problem->budgets.sram_bytes))
		out[n++] = (struct nas_excess){ "sram_bytes",
					    cost->peak_memory_bytes,
					    problem->budgets.sram_bytes };
	deepmad_of(&d, arch);
	if (!budget_met(d.rho_max, problem->budgets.rho))
		out[n++] = (struct nas_excess){ "rho", d.rho_max,
					    problem->budgets.rho };
	return n + trust_violations(&problem->budgets, arch, out + n);
}

static bool close_to(double got, double want)
{
	return isfinite(got) && fabs(got - want) <= 1e-9 * fmax(1, fabs(want));
}

static bool agrees(const struct nas_problem *problem, const struct nas_total *t,
		   const struct nas_cost *cost, double score)
{
	double res[RESOURCES];
	bool ok = close_to(t->score, score);

	cost_resources(cost, res);
	for (int r = 0; r < RESOURCES; r++)
		ok = ok && close_to(t->res[r], res[r]);
	if (isfinite(problem->budgets.sram_bytes))
		ok = ok && close_to(t->peak_bytes, cost->peak_memory_bytes);
	return ok;
}

enum nas_status problem_recompute(const struct nas_problem *problem,
				  const struct nas_genome *g,
				  struct nas_arch *arch, struct nas_cost *cost,
				  double *score, struct nas_arena *arena,
				  struct nas_err *err)
{
	struct nas_total total;

	if (!space_decode(problem->space, g, arch, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (arch_check(arch, err) != NAS_OK)
		return err->code;
	cost_of(cost, NULL, arch, &memory_models[problem->budgets.memory]);
	cost->latency_ms = latency_of(problem->budgets.latency, arch);
	if (score_value(score, problem->def, arch, &problem->score, err) != NAS_OK)
		return err->code;
	problem_costs(problem, g, &total);
	if (problem->def->sampled) /* there is no other way to it */
		total.score = *score;
	else
		problem_evaluate(problem, g, &total);
	if (!agrees(problem, &total, cost, *score))
		return nas_fail(err, NAS_ENUM, "the incremental figures of a "
				"network differ from those computed layer by "
				"layer");
	return NAS_OK;
}
