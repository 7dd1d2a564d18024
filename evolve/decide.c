/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rank 0 between two epochs: the history, and what all do next. */
#include <math.h>
#include <string.h>

#include "evolve/search.h"
#include "nas/base/clock.h"

#define FIRST_EVALS 32 /* of an island before the first row, at least */

struct epoch_state { /* what rank 0 sees */
	struct nas_evolve_row now;
	bool failed, stop, exhausted, cut;
	double best;
};

static void read_islands(struct search *s, struct epoch_state *o)
{
	size_t n = (size_t)s->share.most + 1;

	*o = (struct epoch_state){ .exhausted = true };
	for (int r = 0; r < s->comm->size; r++) {
		const struct island_row *part = s->parts + (size_t)r * n;
		int from = share_first(s->comm, s->share.islands, r);
		int to = share_first(s->comm, s->share.islands, r + 1);

		o->stop |= part->exhausted != 0;
		o->failed |= part->evaluations != 0;
		for (int i = from; i < to; i++) {
			s->row[i] = *++part;
			o->exhausted &= part->exhausted != 0;
			o->cut |= part->cut != 0;
		}
	}
	o->best = collect_row(s->row, s->share.islands, s->island_best,
			      &o->now);
	o->now.seconds = s->before_s + clock_s() - s->start_s;
	s->evaluations = o->now.evaluations;
}

static void show(struct search *s, const struct epoch_state *o)
{
	for (int i = 0; i < s->share.islands; i++) {
		double best = s->row[i].best;

		s->island_best[i] = best > INFEASIBLE ? best : (double)NAN;
	}
	if (s->hooks.progress)
		s->hooks.progress(s->hooks.context, &o->now);
}

static enum nas_status note_epoch(struct search *s, struct epoch_state *o,
				  struct nas_arena *arena, struct nas_err *err)
{
	o->now.epoch = s->rows.epochs + 1;
	show(s, o);
	if (o->cut) {
		s->cut = o->now;
		return NAS_OK;
	}
	if (o->best > s->best) {
		s->best = o->best;
		s->best_evals = o->now.evaluations;
	}
	return rows_add(&s->rows, &o->now, s->island_best, arena, err);
}

/* One that was cut in a former session goes on. */
static bool is_cut(const struct search *s, const struct epoch_state *state,
		   int32_t *end)
{
	*end = state->stop ? END_SIGNAL : END_TIME;
	return s->ran || state->stop;
}

static bool is_over(const struct search *s, const struct epoch_state *state,
		    int32_t *end)
{
	const struct nas_evolve_options *o = s->options;
	int64_t evaluations = state->now.evaluations;

	if (state->cut)
		return is_cut(s, state, end);
	if (state->exhausted)
		*end = END_EXHAUSTED;
	else if (evaluations >= o->max_evals)
		*end = END_EVALUATIONS;
	else if (o->stall_evals && evaluations - s->best_evals >=
					   o->stall_evals)
		*end = END_STALL;
	else if (state->stop)
		*end = END_SIGNAL;
	else if (o->time_s > 0 && clock_s() - s->start_s >= o->time_s)
		*end = END_TIME;
	else
		return false;
	return true;
}

/* How often the first epoch can be halved and the populations fill. */
static int halves(int64_t epoch_evals)
{
	int n = 0;

	while (epoch_evals >> (n + 1) >= FIRST_EVALS)
		n++;
	return n;
}

/* What each island does next. Of the first epoch the history has a row
 * whenever the evaluations have doubled, and islands meet after it. max_evals
 * is not passed by more than one evaluation an island. */
static void next_epoch(const struct search *s, const struct epoch_state *state,
		       struct decision *d)
{
	const struct nas_evolve_options *o = s->options;
	int64_t left = (o->max_evals - state->now.evaluations + o->islands -
			1) / o->islands;
	int n = halves(o->epoch_evals), done = (int)(s->rows.epochs > n
						     ? n + 1
						     : s->rows.epochs);
	int64_t evals = o->epoch_evals;

	if (state->cut)
		return; /* to its end */
	d->migrate = done > n;
	if (done <= n)
		evals = (evals >> (n - done)) -
			(done ? evals >> (n - done + 1) : 0);
	d->epoch_evals = left < evals ? left : evals;
}

/* A search that ends before it is done is saved; others from time to time. */
static bool is_to_save(const struct search *s, const struct decision *d)
{
	const struct checkpoint_options *c = s->hooks.checkpoint;

	if (!c)
		return false;
	if (d->over)
		return d->end == END_SIGNAL || d->end == END_TIME;
	return c->interval_s > 0 && clock_s() - s->saved_s >= c->interval_s;
}

void search_decide(struct search *s, struct decision *d,
		   struct nas_arena *arena, struct nas_err *err)
{
	struct epoch_state o;

	memset(d, 0, sizeof(*d));
	read_islands(s, &o);
	if (s->ran && !o.failed)
		note_epoch(s, &o, arena, err);
	d->failed = o.failed || err->code != NAS_OK;
	d->over = is_over(s, &o, &d->end);
	d->save = is_to_save(s, d);
	next_epoch(s, &o, d);
}
