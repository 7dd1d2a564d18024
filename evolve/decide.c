/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rank 0 between two epochs: the history, and what all do next. */
#include <math.h>
#include <string.h>

#include "evolve/search.h"
#include "nas/base/clock.h"

struct outlook { /* what rank 0 sees */
	struct evolve_row now;
	bool failed, stop, exhausted;
	double best;
};

static void look(struct search *s, struct outlook *o)
{
	size_t n = (size_t)s->share.most + 1;

	*o = (struct outlook){ .exhausted = true };
	for (int r = 0; r < s->comm->size; r++) {
		const struct island_row *part = s->parts + (size_t)r * n;
		int from = share_first(s->comm, s->share.islands, r);
		int to = share_first(s->comm, s->share.islands, r + 1);

		o->stop |= part->exhausted != 0;
		o->failed |= part->evaluations != 0;
		for (int i = from; i < to; i++) {
			s->row[i] = *++part;
			o->exhausted &= part->exhausted != 0;
		}
	}
	o->best = collect_row(s->row, s->share.islands, s->island_best,
			      &o->now);
	o->now.seconds = s->before_s + clock_s() - s->start_s;
	s->evaluations = o->now.evaluations;
}

static enum nas_status note_epoch(struct search *s, const struct outlook *o,
				  struct arena *arena, struct nas_err *err)
{
	if (o->best > s->best) {
		s->best = o->best;
		s->best_evals = o->now.evaluations;
	}
	for (int i = 0; i < s->share.islands; i++) {
		double best = s->row[i].best;

		s->island_best[i] = best > INFEASIBLE ? best : (double)NAN;
	}
	if (s->hooks.progress)
		s->hooks.progress(s->hooks.context, &o->now);
	return rows_add(&s->rows, &o->now, s->island_best, arena, err);
}

static bool is_over(const struct search *s, const struct outlook *look,
		    int32_t *end)
{
	const struct evolve_options *o = s->options;
	int64_t evaluations = look->now.evaluations;

	if (evaluations >= o->max_evals)
		*end = END_EVALUATIONS;
	else if (look->exhausted)
		*end = END_EXHAUSTED;
	else if (o->stall_evals && evaluations - s->best_evals >=
					   o->stall_evals)
		*end = END_STALL;
	else if (look->stop)
		*end = END_SIGNAL;
	else if (o->time_s > 0 && clock_s() - s->start_s >= o->time_s)
		*end = END_TIME;
	else
		return false;
	return true;
}

/* What each island may still do: max_evals is not passed by more than one
 * evaluation an island. */
static int64_t next_epoch(const struct search *s, int64_t evaluations)
{
	const struct evolve_options *o = s->options;
	int64_t left = (o->max_evals - evaluations + o->islands - 1) /
		       o->islands;

	return left < o->epoch_evals ? left : o->epoch_evals;
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

void search_decide(struct search *s, struct decision *d, struct arena *arena,
		   struct nas_err *err)
{
	struct outlook o;

	memset(d, 0, sizeof(*d));
	look(s, &o);
	if (s->ran && !o.failed)
		note_epoch(s, &o, arena, err);
	d->failed = o.failed || err->code != NAS_OK;
	d->over = is_over(s, &o, &d->end);
	d->save = is_to_save(s, d);
	d->epoch_evals = next_epoch(s, o.now.evaluations);
}
