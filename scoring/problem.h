/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/problem.h - what is searched: a space, a score, and the budgets.
 *
 * A network is a genome of the space. Its total is what the chain
 * (scoring/chain.h) knows of it in a few hundred nanoseconds; what is reported
 * is recomputed layer by layer. Search, samples and reports hold figures to the
 * budgets by budget_met and budget_excess.
 *
 * Usage:
 *	status = problem_init(&problem, &space, &budgets, score_find("qe"),
 *			      &options, &arena, err);
 *	problem_evaluate(&problem, &genome, &total);
 *	if (problem_excess(&problem, &total) == 0)
 *		status = problem_recompute(&problem, &genome, &arch, &cost,
 *					   &score, &arena, err);
 */
#ifndef SCORING_PROBLEM_H
#define SCORING_PROBLEM_H

#include "scoring/score.h"
#include "spaces/cost.h"
#include "spaces/space.h"

struct nas_chain;  /* scoring/chain.h */
struct nas_linear; /* scoring/linear.h */
struct nas_latency; /* spaces/latency.h */
struct nas_feature; /* scoring/feature.h */

/* A sum of a feature that is held inside a range (scoring/trust.h). */
#define TRUST_MAX 6
struct nas_trust {
	const struct nas_feature *feature;
	double low, high;
};

struct nas_budgets {
	double limit[RESOURCES]; /* INFINITY = no limit */
	double sram_bytes;       /* peak memory at most; INFINITY = no limit */
	double rho;              /* DeepMAD's depth over width at most */
	int ntrust;
	struct nas_trust trust[TRUST_MAX];
	const struct nas_latency *latency; /* NULL = latency is 0 */
	enum nas_memory_kind memory;
};

/* What "inside a budget" means, everywhere: what is not a number is not. */
static inline bool budget_met(double value, double limit)
{
	return value <= limit;
}

/* By how much a figure is over its budget, relative; 0 = inside, NAN where the
 * figure is not a number. */
static inline double budget_excess(double value, double limit)
{
	return budget_met(value, limit) ? 0 : value / limit - 1;
}

/* The limit of a budget, to read or to set. */
static inline double *budget_limit(struct nas_budgets *budgets,
				   enum nas_budget budget)
{
	return budget == BUDGET_SRAM  ? &budgets->sram_bytes
	       : budget == BUDGET_RHO ? &budgets->rho
				      : &budgets->limit[budget];
}

struct nas_total { /* of a whole network */
	double score;
	double res[RESOURCES];
	double peak_bytes;
	double rho; /* 0 unless there is a budget of it */
	double trust; /* how far outside the trust region; 0 = inside */
	uint64_t hash;
};

/* What a budget limits of it. */
static inline double total_figure(const struct nas_total *total,
				  enum nas_budget budget)
{
	return budget == BUDGET_SRAM  ? total->peak_bytes
	       : budget == BUDGET_RHO ? total->rho
				      : total->res[budget];
}

struct nas_problem {
	const struct nas_space *space;
	struct nas_budgets budgets;
	const struct nas_score_def *def; /* which score */
	struct nas_score_options score;
	struct nas_linear *linear; /* the score as a sum; empty if it is none */
	/* what a product sums, with the same budgets; NULL = no product */
	const struct nas_problem *summed;
	struct nas_chain *chain; /* (V) */
	struct nas_trust *trust; /* (TRUST_MAX) a copy of the budgets' */
	int nactive;             /* additive budgets that are limited */
	enum nas_resource active[RESOURCES];
	bool whole; /* the score needs whole networks: the sum over stages
		     * that are seen one by one is not it */
};

enum nas_status problem_init(struct nas_problem *problem,
			     const struct nas_space *space,
			     const struct nas_budgets *budgets,
			     const struct nas_score_def *def,
			     const struct nas_score_options *score,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Score of a whole network, and DeepMAD's rho of it: for problem->whole and
 * for a budget of rho. */
double problem_whole(const struct nas_problem *problem,
		     const struct nas_genome *g);
double problem_rho(const struct nas_problem *problem,
		   const struct nas_genome *g);

/* budget_excess of all budgets, summed; 0 = feasible. */
double problem_excess(const struct nas_problem *problem,
		      const struct nas_total *t);

/* terms and total of a genome in one call. Costs: the score is what the chain
 * knows of it, which may be nothing; for scores that are slow. */
void problem_costs(const struct nas_problem *problem,
		   const struct nas_genome *g, struct nas_total *total);
void problem_evaluate(const struct nas_problem *problem,
		      const struct nas_genome *g, struct nas_total *total);

/* The budgets that a network exceeds, by definition figures: for messages. */
struct nas_excess {
	const char *budget; /* key in files */
	double value, limit; /* below it: of a trust region */
};
#define EXCESS_MAX (RESOURCES + 2 + TRUST_MAX)
int problem_violations(const struct nas_problem *problem,
		       const struct nas_arch *arch, const struct nas_cost *cost,
		       struct nas_excess out[EXCESS_MAX]);

/* Score and cost of a genome recomputed layer by layer: the figures that are
 * reported. NAS_ENUM when the chain's differ by more than 1e-9 relative. */
enum nas_status problem_recompute(const struct nas_problem *problem,
				  const struct nas_genome *g,
				  struct nas_arch *arch, struct nas_cost *cost,
				  double *score, struct nas_arena *arena,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
