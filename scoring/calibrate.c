/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/calibrate.h"

#include <math.h>

#include "nas/base/stats_pair.h"
#include "nas/base/watch.h"
#include "scoring/sigma_hat.h"

#define BITS_MAX 32
#define EQUAL	 1e-12 /* correlations this close are equal */

struct work {
	const struct calibrate_table *table;
	const struct calibrate_options *options;
	double *ln; /* (nsigmas, BITS_MAX + 1): ln sigma_hat */
	double *score; /* (n) */
	struct nas_arena *arena;
};

/* The cell's scores beside the accuracies. */
static enum nas_status pair_of(struct stats_pair *pair, const struct work *w,
			       int cell, struct nas_err *err)
{
	int n = w->options->nsigmas;
	const double *a = w->ln + (size_t)(cell / n) * (BITS_MAX + 1);
	const double *b = w->ln + (size_t)(cell % n) * (BITS_MAX + 1);
	const struct calibrate_table *t = w->table;

	for (int i = 0; i < t->n; i++)
		w->score[i] = a[t->bits_a[i]] + b[t->bits_w[i]];
	/* rounding must not rank networks that the formula holds equal */
	if (stats_snap(w->score, t->n, CALIBRATE_TIE, err) != NAS_OK)
		return err->code;
	return stats_pair_make(pair, w->score, t->accuracy, t->n, w->arena,
			       err);
}

static void measure(double *value, const struct stats_pair *pair,
		    const int *count, void *scratch)
{
	value[SPEARMAN] = stats_pair_spearman(pair, count, scratch);
	value[KENDALL] = stats_pair_kendall(pair, count, scratch);
	value[PEARSON] = stats_pair_pearson(pair, count);
}

static enum nas_status fill_cell(struct calibration *c, const struct work *w,
				 int i, struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(w->arena);
	int n = w->options->nsigmas;
	struct calibrate_cell *cell = &c->cell[i];
	struct stats_pair pair;
	void *scratch;

	cell->sigma_a = w->options->sigma[i / n];
	cell->sigma_w = w->options->sigma[i % n];
	if (pair_of(&pair, w, i, err) != NAS_OK)
		return err->code;
	scratch = arena_alloc(w->arena, stats_pair_scratch(&pair), 1);
	if (!scratch)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d rows",
				pair.n);
	measure(cell->value, &pair, NULL, scratch);
	arena_rewind(w->arena, mark);
	return NAS_OK;
}

/* a ranks before b; those with equal ranks by what the header says. */
static int compare(const struct calibrate_cell *a,
		   const struct calibrate_cell *b)
{
	for (int k = SPEARMAN; k <= KENDALL; k++)
		if (!(fabs(a->value[k] - b->value[k]) <= EQUAL))
			return a->value[k] > b->value[k] ? -1 : 1;
	return 0;
}

static bool published(const struct calibrate_cell *c)
{
	return c->sigma_a == 5 && c->sigma_w == 4;
}

static bool better(const struct calibrate_cell *a,
		   const struct calibrate_cell *b)
{
	int order = compare(a, b);

	if (order)
		return order < 0;
	if (published(a) || published(b))
		return published(a);
	return a->value[PEARSON] > b->value[PEARSON];
}

bool calibrate_ties(const struct calibration *c, int cell)
{
	return c->best >= 0 && isfinite(c->cell[cell].value[SPEARMAN]) &&
	       compare(&c->cell[cell], &c->cell[c->best]) == 0;
}

static void find_best(struct calibration *c)
{
	c->best = -1;
	for (int i = 0; i < c->ncells; i++)
		if (isfinite(c->cell[i].value[SPEARMAN]) &&
		    (c->best < 0 || better(&c->cell[i], &c->cell[c->best])))
			c->best = i;
	for (int i = 0; i < c->ncells; i++)
		c->nties += i != c->best && calibrate_ties(c, i);
}

static void figures(void *context, const int *count, void *scratch,
		    double *figure)
{
	measure(figure, context, count, scratch);
}

static enum nas_status find_intervals(struct calibration *c,
				      const struct work *w,
				      struct nas_err *err)
{
	const struct calibrate_options *o = w->options;
	struct stats_pair pair;
	struct stats_bootstrap b = {
		.n = w->table->n, .resamples = o->resamples,
		.level = o->level, .seed = o->seed, .threads = o->threads,
		.nfigures = AGREEMENTS, .figures = figures, .context = &pair,
		.watch = o->watch,
	};

	for (int k = 0; k < AGREEMENTS; k++)
		c->low[k] = c->high[k] = (double)NAN;
	if (c->best < 0 || o->resamples == 0)
		return NAS_OK;
	if (pair_of(&pair, w, c->best, err) != NAS_OK)
		return err->code;
	b.scratch_bytes = stats_pair_scratch(&pair);
	return stats_bootstrap(c->low, c->high, &b, err);
}

static bool work_init(struct work *w)
{
	const struct calibrate_options *o = w->options;

	w->ln = NAS_NEW2(w->arena, double, (size_t)o->nsigmas, BITS_MAX + 1);
	w->score = NAS_NEW(w->arena, double, (size_t)w->table->n);
	if (w->arena->failed)
		return false;
	for (int s = 0; s < o->nsigmas; s++)
		for (int bits = 1; bits <= BITS_MAX; bits++)
			w->ln[s * (BITS_MAX + 1) + bits] =
				log(sigma_hat(o->sigma[s], bits));
	return true;
}

enum nas_status calibrate(struct calibration *c,
			  const struct calibrate_table *table,
			  const struct calibrate_options *options,
			  struct nas_arena *arena, struct nas_err *err)
{
	struct work w = { .table = table, .options = options, .arena = arena };

	*c = (struct calibration){ .ncells = options->nsigmas *
					     options->nsigmas };
	c->cell = NAS_NEW(arena, struct calibrate_cell, (size_t)c->ncells);
	if (!c->cell || !work_init(&w))
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d pairs of "
				"sigmas", c->ncells);
	watch_begin(options->watch, c->ncells + options->resamples);
	for (int i = 0; i < c->ncells; i++) {
		if (fill_cell(c, &w, i, err) != NAS_OK)
			return err->code;
		watch_step(options->watch, 1);
	}
	find_best(c);
	return find_intervals(c, &w, err);
}
