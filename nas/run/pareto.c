/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job of a front: axes, ends, grid, what the config's own budgets give. */
#include "nas/run/pareto.h"

#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "qbr/qbr.h"

#define SEARCH_EVALS 200000 /* where a certificate could not close */

double pareto_score(const struct pareto *front, int cell)
{
	double score = front->grid.cell[cell].score;

	return front->grid.cell[cell].state == GRID_MISSING || !isfinite(score)
		       ? (double)NAN : score;
}

/* ---- what certificates ask for ------------------------------------------- */

struct job {
	struct pareto *front;
	const struct nas_run_env *env;
};

/* An evolutionary search, where a certificate alone was not enough. */
static bool search(void *context, const struct nas_problem *problem,
		   struct nas_genome *best)
{
	const struct job *job = context;
	const struct nas_config *c = &job->front->config;
	struct nas_evolve_hooks hooks = { .threads = 1 };
	struct nas_evolve_options options = c->search;
	struct nas_evolve_result r;
	struct nas_err err = { 0 };
	struct nas_arena arena;
	bool found;

	if (options.max_evals > SEARCH_EVALS)
		options.max_evals = SEARCH_EVALS;
	if (c->qbr.in_search)
		hooks.refine = qbr_refine;
	arena_init(&arena, (size_t)c->certificate.memory_bytes);
	found = evolve(&r, problem, &options, &hooks, &arena, &err) == NAS_OK &&
		r.feasible;
	if (found)
		*best = r.best[0].genome;
	arena_free(&arena);
	return found;
}

static void progress(void *context, int done, int of)
{
	const struct job *job = context;

	run_step(job->env, "points", done, of);
}

/* ---- the config's own budgets --------------------------------------------- */

static enum nas_status one_more(struct pareto *f, int a,
				const double own[GRID_AXES],
				const struct nas_grid_cell *base,
				const struct nas_grid_options *o,
				const struct nas_run_env *env,
				struct nas_err *err)
{
	struct pareto_more *m = &f->base.more[f->base.nmore];
	double limit[GRID_AXES];
	struct nas_grid_cell c;

	memcpy(limit, own, sizeof(limit));
	limit[a] *= PARETO_MORE;
	if (pareto_cell(&c, f, limit, &base->best, o, env->threads, err))
		return err->code;
	if (c.state != GRID_FOUND)
		return NAS_OK;
	*m = (struct pareto_more){ .budget = f->axis[a].name, .limit = own[a],
				   .more = limit[a], .score = c.score,
				   .upper_bound = c.upper_bound,
				   .optimal = c.optimal,
				   .gain = c.score - base->score };
	f->base.nmore++;
	return NAS_OK;
}

/* There, and with 10 % more of each; an axis that the config does not limit is
 * at its end. */
static enum nas_status find_base(struct pareto *f,
				 const struct nas_grid_options *o,
				 const struct nas_run_env *env,
				 struct nas_err *err)
{
	double own[GRID_AXES];
	struct nas_grid_cell c;
	bool any = false;

	for (int a = 0; a < f->naxes; a++) {
		bool has = f->axis[a].limit.present;

		own[a] = has ? f->axis[a].limit.x : f->axis[a].high;
		any = any || has;
		f->base.at_most[f->axis[a].budget] = number_slot(own[a]);
	}
	f->base.more = NAS_NEW(env->arena, struct pareto_more, GRID_AXES);
	if (!f->base.more)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the front");
	if (!any)
		return NAS_OK;
	if (pareto_cell(&c, f, own, NULL, o, env->threads, err) != NAS_OK)
		return err->code;
	if (c.state != GRID_FOUND)
		return NAS_OK;
	f->base.present = true;
	f->base.score = c.score;
	f->base.upper_bound = c.upper_bound;
	f->base.optimal = c.optimal;
	for (int a = 0; a < f->naxes; a++)
		if (f->axis[a].limit.present &&
		    one_more(f, a, own, &c, o, env, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

/* ---- the job -------------------------------------------------------------- */

static enum nas_status check(const struct pareto *f,
			     const struct nas_config *config,
			     struct nas_err *err)
{
	if (!score_has_bound(config->score_def))
		return nas_fail(err, NAS_EINPUT, "the score %s is no sum over "
				"blocks and no product of such sums, so nothing "
				"is proven of it; nas sweep searches at several "
				"budgets", config->score_def->name);
	for (int a = 0; a < f->naxes; a++) {
		if (f->axis[a].budget == RES_LATENCY && !config->limits.latency)
			return nas_fail(err, NAS_EINPUT, "latency_ms needs "
					"budgets.latency_model ('nas latency "
					"show' lists those that ship)");
		for (int b = 0; b < a; b++)
			if (f->axis[a].budget == f->axis[b].budget)
				return nas_fail(err, NAS_EUSAGE, "--over names "
						"%s twice", f->axis[a].name);
	}
	return NAS_OK;
}

static enum nas_status prepare(struct pareto *f, const struct nas_config *config,
			       struct nas_arena *arena, struct nas_err *err)
{
	double limit[BUDGET_KINDS];

	budget_limits(&config->limits, limit);
	f->config = *config;
	f->name = config->name;
	f->score = arena_strdup(arena, config->score_def->name);
	f->score_title = arena_strdup(arena, config->score_def->title);
	f->latency_by = latency_by(config->limits.latency, arena);
	for (int b = 0; b < BUDGET_KINDS; b++)
		f->limit[b] = number_slot(limit[b]);
	f->grid.naxes = f->naxes;
	for (int a = 0; a < f->naxes; a++) {
		struct pareto_axis *axis = &f->axis[a];

		axis->name = arena_strdup(arena, budget_kinds[axis->budget].key);
		axis->limit = number_slot(limit[axis->budget]);
		f->grid.axis[a].budget = (enum nas_budget)axis->budget;
		f->limit[axis->budget] = (struct nas_number_slot){ 0 };
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the front");
	return check(f, config, err);
}

static enum nas_status make_grid(struct pareto *f,
				 const struct nas_grid_options *o,
				 const struct nas_run_env *env,
				 struct nas_err *err)
{
	for (int a = 0; a < f->naxes; a++) {
		struct pareto_axis *axis = &f->axis[a];

		if (pareto_values(axis, f->n, f->even, env->arena, err))
			return err->code;
		f->grid.axis[a].n = axis->n;
		f->grid.axis[a].value = axis->value;
	}
	if (certify_grid(&f->grid, &f->problem, o, env->threads, env->arena,
			 err) != NAS_OK)
		return err->code;
	run_steps_end(env);
	f->points = f->grid.n;
	f->whole = f->grid.done == f->grid.n;
	return pareto_front(f, env->arena, err);
}

enum nas_status pareto_run(struct pareto *front, const struct nas_config *config,
			   const struct nas_run_env *env, struct nas_err *err)
{
	struct job job = { front, env };
	struct nas_grid_options o = { &config->certificate, search, progress,
				      &job };

	if (prepare(front, config, env->arena, err) != NAS_OK ||
	    pareto_ranges(front, &o, env, err) != NAS_OK ||
	    find_base(front, &o, env, err) != NAS_OK ||
	    make_grid(front, &o, env, err) != NAS_OK)
		return err->code;
	return NAS_OK;
}

enum nas_status pareto_verdict(const struct pareto *front, struct nas_err *err)
{
	if (!front->whole)
		return nas_fail(err, NAS_EINTERRUPTED, "interrupted after %d of "
				"%d points", front->grid.done, front->points);
	if (front->npoints == 0)
		return nas_fail(err, NAS_ERUN, "no point is settled: a limit of "
				"the certificate is too low (certificate.work "
				"and others)");
	return NAS_OK;
}
