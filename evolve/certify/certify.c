/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate: all variants of a space, best bound first.
 *
 * The first variant (of the start, if there is one) is solved; its
 * multipliers give every other variant a bound at the cost of one pass. The
 * others are then solved in order of bound while they are above the best
 * score known. The certificate's bound is the largest of the variants'.
 *
 * Rounding. A pass adds at most some hundred terms of at most the size of the
 * result, so its error is below 1e-13 relative; dominance forgives 1e-13 at
 * each of at most 32 x 11 blocks. OUTWARDS covers both many times over; what a
 * product's stage ends weigh is rounded outwards where it is rounded at all.
 */
#include "evolve/certify/certify.h"

#include <stdlib.h>
#include <string.h>

#include "evolve/certify/certify_rho.h"
#include "evolve/certify/certify_solve.h"
#include "nas/base/clock.h"

#define OUTWARDS 1e-9 /* relative, added to the bound */
#define THREADS_MOST 16 /* each has buffers */

/* A score that is not a number would be passed over, not seen. */
static bool score_is_number(const struct nas_problem *problem)
{
	bool ok = true;

	for (int v = 0; v < problem->space->nvariants; v++)
		for (int s = 0; s < problem->space->nstages; s++) {
			const struct nas_chain_stage *cs =
				&problem->chain[v].stage[s];
			const struct nas_stage *st = cs->choices;

			for (int k = 0; k < FEATURE_STAGES; k++)
				ok = ok && isfinite(cs->weight.behind[k]) &&
				     isfinite(cs->weight.end[k]);
			for (int a = 0; a < st->nbits_a; a++)
				for (int w = 0; w < st->nbits_w; w++)
					ok = ok && isfinite(cs->gain[0][a][w]) &&
					     isfinite(cs->gain[1][a][w]);
		}
	return ok;
}

static enum nas_status check(const struct nas_problem *problem,
			     const struct nas_genome *start,
			     const struct nas_certify_options *o, int threads,
			     struct nas_err *err)
{
	const struct nas_budgets *b = &problem->budgets;

	if (!(o->time_s >= 0) || !(o->work >= 0) || !(o->gap >= 0) || !isfinite(o->gap) ||
	    !(o->memory_bytes >= 0) || threads < 1)
		return nas_fail(err, NAS_EINPUT, "a certificate's work, time, "
				"gap, memory and threads must be at least 0");
	for (int r = 0; r < RESOURCES; r++)
		if (isnan(b->limit[r]) || b->limit[r] == -HUGE_VAL)
			return nas_fail(err, NAS_ENUM, "the budget %s is not "
					"a number", budget_kinds[r].key);
	if (isnan(b->sram_bytes))
		return nas_fail(err, NAS_ENUM,
				"the budget sram_bytes is not a number");
	if (!score_is_number(problem) ||
	    (problem->summed && !score_is_number(problem->summed)))
		return nas_fail(err, NAS_ENUM, "the score of a block is not a "
				"finite number");
	if (start && !space_contains(problem->space, start))
		return nas_fail(err, NAS_EINPUT, "the network to start from "
				"is not in the space");
	return NAS_OK;
}

static int by_bound(const void *x, const void *y)
{
	const struct cert_variant *p = x, *q = y;

	if (p->bound != q->bound)
		return p->bound > q->bound ? -1 : 1;
	return p->variant != q->variant ? p->variant - q->variant
					: p->convs - q->convs;
}

static enum nas_status solve_all(struct cert_run *run, struct cert_variant *v,
				 int n, struct nas_err *err)
{
	if (cert_solve(run, &v[0], err) != NAS_OK)
		return err->code;
	for (int i = 1; i < n; i++) {
		v[i].price = v[0].price;
		if (cert_glance(run, &v[i], err) != NAS_OK)
			return err->code;
		v[i].root_bound = v[i].bound;
		v[i].root_price = v[i].price;
	}
	qsort(v + 1, (size_t)n - 1, sizeof(*v), by_bound);
	for (int i = 1; i < n && !cert_is_over(&run->limits); i++)
		if (v[i].bound > cert_above(run, 0) &&
		    cert_solve(run, &v[i], err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static void report(struct nas_certificate *c, const struct cert_run *run,
		   const struct cert_variant *v, int n)
{
	double bound = -HUGE_VAL, root = -HUGE_VAL;
	int first = 0;

	for (int i = 0; i < n; i++) {
		if (v[i].bound > bound)
			bound = v[i].bound;
		if (v[i].root_bound > root) {
			root = v[i].root_bound;
			first = i;
		}
	}
	bound = fmax(bound, run->score);
	c->status = bound >= HUGE_VAL    ? CERTIFY_UNFINISHED
		    : bound > -HUGE_VAL ? CERTIFY_BOUND
					: CERTIFY_INFEASIBLE;
	c->best = run->best;
	c->score = run->score;
	c->upper_bound = bound;
	if (isfinite(bound))
		c->upper_bound += OUTWARDS * fabs(bound);
	c->root_bound = root > -HUGE_VAL ? root : bound;
	c->gap = HUGE_VAL;
	if (run->score > -HUGE_VAL)
		c->gap = (c->upper_bound - c->score) /
			 fmax(fabs(c->score), 1e-300);
	c->optimal = run->score > -HUGE_VAL &&
		     bound <= cert_above(run, 2 * CERT_EXACT);
	if (!c->optimal && c->status != CERTIFY_INFEASIBLE)
		c->end = run->limits.late    ? CERTIFY_END_TIME
			 : run->limits.spent ? CERTIFY_END_WORK
					     : CERTIFY_END_DONE;
	memcpy(c->multiplier, v[first].root_price.use, sizeof(c->multiplier));
	c->labels = run->labels;
	c->iterations = run->iterations;
	c->method = score_is_product(run->problem->def)
			    ? "Lagrangian dynamic programming over channels "
			      "and weights of later stage ends, cutting "
			      "planes, label setting"
			    : "Lagrangian dynamic programming, cutting "
			      "planes, label setting";
}

/* That one first, the others in their order. */
static void to_front(struct cert_variant *v, int first)
{
	struct cert_variant moved = v[first];

	memmove(v + 1, v, (size_t)first * sizeof(*v));
	v[0] = moved;
}

static enum nas_status run_all(struct nas_certificate *c, struct cert_run *run,
			       const struct nas_genome *start,
			       struct nas_err *err)
{
	int total[CERT_TOTALS], ntotals = cert_rho_totals(run->problem, total);
	int n = run->problem->space->nvariants * ntotals, first = 0;
	struct cert_variant *v = NAS_NEW(run->arena, struct cert_variant,
					 (size_t)n);

	if (!v)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a certificate");
	for (int i = 0; i < n; i++)
		v[i] = (struct cert_variant){
			.variant = i / ntotals,
			.convs = total[i % ntotals],
			.bound = HUGE_VAL,
			.root_bound = -HUGE_VAL,
			.price.score = 1,
		};
	for (int i = 0; start && i < n; i++)
		if (v[i].variant == (int)start->variant &&
		    v[i].convs == cert_rho_total(run->problem, start))
			first = i;
	to_front(v, first);
	if (solve_all(run, v, n, err) != NAS_OK)
		return err->code;
	report(c, run, v, n);
	return NAS_OK;
}

/* certificate.memory_bytes is too small for the space. */
static void unfinished(struct nas_certificate *c, const struct cert_run *run)
{
	*c = (struct nas_certificate){
		.status = CERTIFY_UNFINISHED,
		.end = CERTIFY_END_MEMORY,
		.upper_bound = HUGE_VAL,
		.gap = HUGE_VAL,
		.root_bound = HUGE_VAL,
		.score = run->score,
		.best = run->best,
		.method = "none: the space does not fit "
			  "certificate.memory_bytes",
	};
}

enum nas_status certify(struct nas_certificate *c,
			const struct nas_problem *problem,
			const struct nas_genome *start,
			const struct nas_certify_options *options, int threads,
			struct nas_arena *arena, struct nas_err *err)
{
	double began = clock_s(), start_score;
	struct nas_arena work;
	struct nas_problem summed;
	struct cert_run run = { .problem = problem, .sum = problem,
				.options = options,
				.threads = threads < THREADS_MOST
						   ? threads : THREADS_MOST,
				.score = -HUGE_VAL,
				.limits = { .work_left = options->work,
					    .deadline = began +
							options->time_s },
				.stray = -HUGE_VAL, .arena = &work };
	enum nas_status status;

	(void)arena; /* all memory is counted against options->memory_bytes */
	memset(c, 0, sizeof(*c));
	if (check(problem, start, options, threads, err) != NAS_OK)
		return err->code;
	arena_init(&work, (size_t)options->memory_bytes);
	if (start)
		cert_offer(&run, start);
	start_score = run.score;
	if (!score_has_bound(problem->def)) {
		c->status = CERTIFY_NOT_APPLICABLE;
		c->upper_bound = c->gap = HUGE_VAL;
		c->score = run.score;
		c->best = run.best;
		c->method = "none: the score is no sum over blocks, and no "
			    "product of such sums";
		arena_free(&work);
		return NAS_OK;
	}
	if (problem->summed) { /* with the budgets as they are now */
		summed = *problem->summed;
		summed.budgets = problem->budgets;
		run.sum = &summed;
	}
	status = run_all(c, &run, start, err);
	if (status == NAS_OK && run.lost)
		status = nas_fail(err, NAS_ENOMEM, "out of memory for a "
				  "network");
	if (status == NAS_ENOMEM && work.full) {
		memset(err, 0, sizeof(*err));
		status = NAS_OK;
		unfinished(c, &run);
	}
	arena_free(&work);
	c->improved = c->score > start_score;
	c->seconds = clock_s() - began;
	return status;
}
