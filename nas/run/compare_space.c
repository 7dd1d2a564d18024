/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One space: random networks, evolutionary search, certificate. */
#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/base/samples.h"
#include "nas/base/stats.h"
#include "nas/base/watch.h"
#include "nas/run/published.h"
#include "nas/run/compare.h"
#include "nas/base/file.h"
#include "nas/run/run.h"
#include "scoring/sample.h"
#include "spaces/latency.h"

#define MEMORY_ANY 1e18 /* a budget of memory that nothing exceeds: so the
			 * peak memory is counted */

enum nas_status compare_space_read(const struct nas_compare_job *job,
				   struct nas_compare_space *space,
				   const char *path, struct nas_err *err)
{
	struct nas_arena *arena = job->env->arena;
	struct nas_config *config = &space->job_config;
	double limit[BUDGET_KINDS];

	if (config_read(config, path, job->set, job->nsets, arena, err))
		return err->code;
	if (job->budgets) {
		config->budgets = job->budgets->budgets;
		config->limits = job->budgets->limits;
	}
	space->config = arena_strdup(arena, path);
	space->name = config->name;
	space->log10_size = (double)log10l(space_size(&config->space));
	budget_limits(&config->limits, limit);
	for (int i = 0; i < BUDGET_KINDS; i++)
		space->limit[i] = number_slot(limit[i]);
	space->latency_by = latency_by(config->limits.latency, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	return config_problem(&space->problem, config, arena, err);
}

/* ---- random networks ----------------------------------------------------- */

static void summarise(struct nas_compare_space *s)
{
	const double *x = s->sorted;
	int n = (int)s->n;
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += s->score[i];
	s->mean = number_slot(sum / n);
	s->min = number_slot(x[0]);
	s->q1 = number_slot(stats_quantile(x, n, 0.25));
	s->median = number_slot(stats_quantile(x, n, 0.5));
	s->q3 = number_slot(stats_quantile(x, n, 0.75));
	s->max = number_slot(x[n - 1]);
}

/* 1, 2, 5, 10, 20, ... and the number of samples. */
static void fill_best_of(struct nas_compare_space *s)
{
	static const int steps[] = { 1, 2, 5 };
	int n = (int)s->n, k = 0;

	for (int64_t ten = 1; ten < n; ten *= 10)
		for (int i = 0; i < 3 && steps[i] * ten < n; i++)
			s->best_of[k++] = (int)(steps[i] * ten);
	s->best_of[k++] = n;
	s->nbest_of = s->nbest_expected = k;
	for (int i = 0; i < k; i++)
		s->best_expected[i] = samples_best_of(s->sorted, n,
						      s->best_of[i]);
}

static enum nas_status describe(struct nas_compare_space *s,
				struct nas_arena *arena, struct nas_err *err)
{
	size_t n = (size_t)s->n;

	s->score = NAS_NEW(arena, double, n);
	s->sorted = NAS_NEW(arena, double, n);
	s->quantile = NAS_NEW(arena, double, COMPARE_QUANTILES + 1);
	s->best_of = NAS_NEW(arena, int, 64);
	s->best_expected = NAS_NEW(arena, double, 64);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the scores");
	if (n == 0)
		return NAS_OK;
	for (size_t i = 0; i < n; i++)
		s->score[i] = s->sorted[i] = s->total[i].score;
	stats_sort(s->sorted, (int)n);
	summarise(s);
	s->nquantile = COMPARE_QUANTILES + 1;
	for (int i = 0; i < s->nquantile; i++)
		s->quantile[i] = stats_quantile(
			s->sorted, (int)n, (double)i / COMPARE_QUANTILES);
	fill_best_of(s);
	return NAS_OK;
}

struct drawing { /* whom to tell how far it is */
	const struct nas_run_env *env;
	char what[160];
};

static void show(void *context, int done, int of)
{
	const struct drawing *d = context;

	run_step(d->env, d->what, done, of);
}

static enum nas_status draw(const struct nas_compare_job *job,
			    struct nas_compare_space *s, int index,
			    struct nas_err *err)
{
	struct nas_sample_options o = SAMPLE_DEFAULTS;
	struct nas_arena *arena = job->env->arena;
	struct nas_budgets budgets = s->problem.budgets;
	struct nas_problem problem;
	struct drawing drawing = { .env = job->env };
	struct watch watch = { .show = show, .context = &drawing };
	struct nas_sample drawn;

	snprintf(drawing.what, sizeof(drawing.what), "networks of %.120s",
		 s->name);
	o.watch = &watch;
	o.n = job->n;
	o.max_draws = job->max_draws;
	o.seed = job->seed;
	o.stream = (uint64_t)index;
	o.threads = job->env->threads;
	o.genomes = true;
	budgets.sram_bytes = fmin(budgets.sram_bytes, MEMORY_ANY);
	if (problem_init(&problem, &s->job_config.space, &budgets,
			 s->problem.def, &s->problem.score, arena, err) ||
	    sample_feasible(&drawn, &problem, &o, arena, err) != NAS_OK)
		return err->code;
	run_steps_end(job->env);
	s->wanted = job->n;
	s->n = drawn.n;
	s->genome = drawn.genome;
	s->total = drawn.total;
	s->draws = drawn.draws;
	s->from = (int)drawn.from;
	s->set_share = drawn.set_share;
	s->share = drawn.share;
	s->low = drawn.low;
	s->high = drawn.high;
	s->proven_empty = drawn.proven_empty;
	return describe(s, arena, err);
}

/* ---- the best ------------------------------------------------------------ */

/* As nas search does it, without a folder. */
static enum nas_status search(const struct nas_compare_job *job,
			      struct nas_compare_space *s, struct nas_err *err)
{
	struct nas_arena *arena = job->env->arena;
	struct nas_run *run = NAS_NEW(arena, struct nas_run, 1);

	if (!run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a search");
	run->env = job->env;
	run->config = s->job_config;
	run->problem = s->problem;
	run->problem.space = &run->config.space;
	if (run_search(run, arena, err) != NAS_OK ||
	    run_refine(run, arena, err) != NAS_OK)
		return err->code;
	if (run->evolved.feasible)
		s->evolved = number_slot(run->evolved.best[0].total.score);
	if (run_certify(run, arena, err) != NAS_OK ||
	    run_conclude(run, arena, err) != NAS_OK)
		return err->code;
	if (run_is_stopped(run))
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted during a search");
	if (published_find(&run->result, &run->problem, arena, err) != NAS_OK)
		return err->code;
	s->published = run->result.published;
	s->npublished = run->result.npublished;
	s->certificate = run->result.certificate;
	s->best = run->result.best;
	s->nbest = run->evolved.feasible ? 1 : 0;
	return NAS_OK;
}

static void note(const struct nas_run_env *env,
		 const struct nas_compare_space *s, double draw_s,
		 double search_s)
{
	char n[80], draws[80], more[80] = "";

	if (search_s > 0)
		snprintf(more, sizeof(more), "; search and certificate %.3g s",
			 search_s);
	with_commas(n, sizeof(n), (double)s->n);
	with_commas(draws, sizeof(draws), (double)s->draws);
	run_note(env, "%s: %s networks of %s draws from %s in %.3g s%s",
		 s->name, n, draws, s->from == SAMPLE_FROM_COUNTED
		 ? "a counted set" : "the space", draw_s,
		 more);
	if (s->n < s->wanted)
		run_note(env, "%s: %s", s->name, s->proven_empty
			 ? "no network meets the budgets, proven"
			 : "no more draws are allowed (--max-draws)");
}

enum nas_status compare_space_run(const struct nas_compare_job *job,
				  struct nas_compare_space *space, int index,
				  struct nas_err *err)
{
	double start = clock_s(), middle;

	space->title = space->job_config.title;
	if (draw(job, space, index, err) != NAS_OK)
		return err->code;
	middle = clock_s();
	if (job->search && search(job, space, err) != NAS_OK)
		return err->code;
	note(job->env, space, middle - start,
	     job->search ? clock_s() - middle : 0);
	return NAS_OK;
}
