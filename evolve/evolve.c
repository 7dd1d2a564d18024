/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search: islands evolve, the best migrate, rank 0 decides what is next.
 *
 * Between epochs each rank sends rank 0 a row of figures of each island; rank
 * 0 writes the history and sends all the same decision. One rank is the same,
 * without messages.
 */
#include "evolve/evolve.h"

#include <math.h>
#include <string.h>

#include "evolve/search.h"
#include "nas/base/clock.h"
#include "nas/base/parallel.h"

const char *const evolve_end_names[] = {
	[END_EVALUATIONS] = "evaluations", [END_TIME] = "time",
	[END_STALL] = "stall",		   [END_EXHAUSTED] = "exhausted",
	[END_SIGNAL] = "signal",	   NULL
};

/* ---- setting up ---------------------------------------------------------- */

static enum nas_status make_islands(struct search *s, struct nas_arena *arena,
				    struct nas_err *err)
{
	size_t n = (size_t)s->share.n, most = (size_t)s->share.most + 1;

	s->island = NAS_NEW(arena, struct island, n);
	s->part = NAS_NEW(arena, struct island_row, most);
	s->scratch = NAS_NEW2(arena, double, n,
			      (size_t)s->options->population);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %zu islands", n);
	for (int i = 0; i < s->share.n; i++)
		if (island_init(&s->island[i], &s->setup, s->share.first + i,
				i ? s->island : NULL, arena, err))
			return err->code;
	return migration_init(s, arena, err);
}

static enum nas_status make_history(struct search *s, struct nas_arena *arena,
				    struct nas_err *err)
{
	size_t islands = (size_t)s->options->islands;

	s->parts = NAS_NEW2(arena, struct island_row, (size_t)s->comm->size,
			    (size_t)s->share.most + 1);
	s->row = NAS_NEW(arena, struct island_row, islands);
	s->island_best = NAS_NEW(arena, double, islands);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the history");
	return rows_init(&s->rows, s->options->islands, arena, err);
}

static enum nas_status set_up(struct search *s, struct nas_arena *arena,
			      struct nas_err *err)
{
	const struct nas_evolve_hooks *hooks = &s->hooks;

	if (table_init(&s->table, s->problem, arena, err) != NAS_OK ||
	    mutator_init(&s->mutator, s->problem->space, !hooks->refine,
			 arena, err) != NAS_OK)
		return err->code;
	s->setup = (struct island_setup){
		.table = &s->table,	.mutator = &s->mutator,
		.options = s->options,	.refine = hooks->refine,
		.start = hooks->start,	.nstart = hooks->nstart,
		.deadline = HUGE_VAL,
		.crossings = (uint32_t)(65536 * s->options->crossover),
	};
	if (s->options->time_s > 0)
		s->setup.deadline = s->start_s + s->options->time_s;
	if (listing_init(&s->setup.listing, s->problem->space, s->options,
			 hooks->refine, arena, err) != NAS_OK ||
	    make_islands(s, arena, err) != NAS_OK)
		return err->code;
	return s->comm->rank ? NAS_OK : make_history(s, arena, err);
}

/* The one allocation that cannot be agreed on inside the search. */
static enum nas_status make_search(struct search **search,
				   const struct nas_evolve_hooks *hooks,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct search *s = NAS_NEW(arena, struct search, 1);

	if (!s)
		nas_fail(err, NAS_ENOMEM, "out of memory for a search");
	if (hooks->comm && comm_agree(hooks->comm, err) != NAS_OK)
		return err->code;
	if (!s)
		return err->code;
	s->hooks = *hooks;
	comm_open_self(&s->alone);
	s->comm = hooks->comm ? hooks->comm : &s->alone;
	*search = s;
	return NAS_OK;
}

static enum nas_status start(struct search *s, struct nas_arena *arena,
			     struct nas_err *err)
{
	const struct checkpoint_options *checkpoint = s->hooks.checkpoint;

	s->share = share_of(s->comm, s->options->islands);
	s->best = -HUGE_VAL;
	s->start_s = s->saved_s = clock_s();
	s->traffic.ranks = s->comm->size;
	s->traffic.sessions = 1;
	set_up(s, arena, err);
	if (comm_agree(s->comm, err) != NAS_OK)
		return err->code;
	if (checkpoint && checkpoint->resume)
		return search_resume(s, arena, err);
	return NAS_OK;
}

/* ---- one epoch ----------------------------------------------------------- */

static void run_one(void *context, int i)
{
	struct search *s = context;

	island_run(&s->island[i], s->epoch_evals);
}

static void collect_one(void *context, int i)
{
	struct search *s = context;

	collect_island(&s->island[i],
		       s->scratch + (size_t)i * (size_t)s->options->population,
		       &s->part[i + 1]);
}

/* A migration that fails is told to the others by the next decision. */
static void run_epoch(struct search *s, const struct decision *d,
		      struct nas_err *err)
{
	s->epoch_evals = d->epoch_evals;
	if (d->migrate && migrate(s, err) != NAS_OK)
		return;
	parallel_for(s->share.n, s->hooks.threads, run_one, s);
	s->ran = true;
}

/* ---- what is next -------------------------------------------------------- */

/* The first row of a part is for what is not an island's. */
static void gather_parts(struct search *s, const struct nas_err *err)
{
	size_t n = (size_t)s->share.most + 1;
	double begin;

	parallel_for(s->share.n, s->hooks.threads, collect_one, s);
	s->part[0].exhausted = stop_requested();
	s->part[0].evaluations = err->code != NAS_OK;
	begin = clock_s();
	comm_gather(s->comm, s->part, s->parts, n * sizeof(*s->part));
	s->traffic.wait_s += clock_s() - begin;
}

/* A checkpoint that cannot be written ends a search that is to end anyway;
 * one that goes on is told of it and tries again. */
static enum nas_status save(struct search *s, const struct decision *d,
			    struct nas_err *err)
{
	const struct checkpoint_options *c = s->hooks.checkpoint;
	struct nas_err unsaved = {0};

	if (d->over)
		return search_save(s, err);
	if (search_save(s, &unsaved) != NAS_OK && c->warn &&
	    s->comm->rank == 0)
		c->warn(c->context, nas_err_msg(&unsaved, 0));
	return NAS_OK;
}

static enum nas_status agree_what_next(struct search *s, struct decision *d,
				       struct nas_arena *arena,
				       struct nas_err *err)
{
	gather_parts(s, err);
	if (s->comm->rank == 0)
		search_decide(s, d, arena, err);
	comm_broadcast(s->comm, 0, d, sizeof(*d));
	if (d->failed)
		return comm_agree(s->comm, err);
	if (d->save)
		return save(s, d, err);
	return NAS_OK;
}

/* ---- the search ---------------------------------------------------------- */

/* What is not written to a checkpoint: an epoch that was cut. */
static enum nas_status add_cut(struct search *s, struct nas_arena *arena,
			       struct nas_err *err)
{
	enum nas_status status = NAS_OK;

	if (s->comm->rank == 0 && s->cut.epoch)
		status = rows_add_cut(&s->rows, &s->cut, s->island_best, arena,
				      err);
	return comm_settle(s->comm, status, err);
}

static void give_result(struct search *s, struct nas_evolve_result *result)
{
	s->traffic.message_bytes = s->comm->size > 1
					   ? (int64_t)s->migration.message
					   : 0;
	s->traffic.row_bytes = (int64_t)sizeof(struct island_row);
	s->traffic.epochs = s->rows.epochs;
	result->traffic = s->traffic;
	result->search = s;
	if (s->comm->rank != 0)
		return;
	rows_give(&s->rows, result);
	for (int i = 0; i < s->options->islands; i++) {
		result->evaluations += s->row[i].evaluations;
		result->feasible_evaluations += s->row[i].feasible;
		result->duplicates += s->row[i].duplicates;
	}
}

enum nas_status evolve(struct nas_evolve_result *result,
		       const struct nas_problem *problem,
		       const struct nas_evolve_options *options,
		       const struct nas_evolve_hooks *hooks,
		       struct nas_arena *arena, struct nas_err *err)
{
	struct search *s = NULL;
	struct decision d = {0};

	memset(result, 0, sizeof(*result));
	if (make_search(&s, hooks, arena, err) != NAS_OK)
		return err->code;
	s->problem = problem;
	s->options = options;
	if (start(s, arena, err) != NAS_OK ||
	    agree_what_next(s, &d, arena, err) != NAS_OK)
		return err->code;
	while (!d.over) {
		run_epoch(s, &d, err);
		if (agree_what_next(s, &d, arena, err) != NAS_OK)
			return err->code;
	}
	result->end = (enum nas_evolve_end)d.end;
	if (add_cut(s, arena, err) != NAS_OK)
		return err->code;
	give_result(s, result);
	return collect_best(result, problem, s->island, &s->share, options,
			    arena, err);
}

enum nas_status evolve_save(struct nas_evolve_result *result,
			    struct nas_err *err)
{
	struct search *s = result->search;

	if (search_save(s, err) == NAS_OK)
		result->traffic = s->traffic;
	return err->code;
}
