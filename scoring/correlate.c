/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/correlate.h"

#include <math.h>

#include "nas/base/stats_pair.h"

#define SEED_PAIRS (CORRELATE_SEEDS * (CORRELATE_SEEDS - 1) / 2)

/* A set of networks, all or the top tenth, and what is compared in it. */
struct set {
	int n;
	int *member; /* (n) index of each network */
	int nrows;
	struct stats_pair row[CORRELATE_ROWS]; /* each score and accuracy */
	int nseeds;
	struct stats_pair seed[SEED_PAIRS]; /* each two seeds */
	double *x, *y; /* (n), scratch */
	size_t scratch;
};

/* ---- which networks ---- */

static enum nas_status all_members(struct set *s, const struct correlation *c,
				   struct nas_arena *arena, struct nas_err *err)
{
	s->member = NAS_NEW(arena, int, (size_t)c->n);
	if (!s->member)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				c->n);
	s->n = c->n;
	for (int i = 0; i < c->n; i++)
		s->member[i] = i;
	return NAS_OK;
}

/* The tenth with the highest accuracies, and who has the last one's too. */
static enum nas_status top_members(struct set *s, const struct correlation *c,
				   struct nas_arena *arena, struct nas_err *err)
{
	int *order = NAS_NEW(arena, int, (size_t)c->n);
	int most = (c->n + 9) / 10;
	double least;

	if (!order)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				c->n);
	if (stats_order(order, c->accuracy, c->n, err) != NAS_OK)
		return err->code;
	s->member = order;
	if (most < CORRELATE_LEAST)
		return NAS_OK;
	least = c->accuracy[order[c->n - most]];
	for (int i = 0; i < c->n; i++) /* in the networks' own order */
		if (c->accuracy[i] >= least)
			order[s->n++] = i;
	return NAS_OK;
}

/* ---- what is compared ---- */

/* A pair of s->x and s->y, of which only the first n members at[] are there:
 * its rows are members of the set. */
static enum nas_status make_pair(struct stats_pair *pair, struct set *s, int n,
				 const int *at, struct nas_arena *arena,
				 struct nas_err *err)
{
	double largest = 0;

	for (int k = 0; k < n; k++)
		largest = fmax(largest, fabs(s->x[k]));
	if (stats_snap(s->x, n, CORRELATE_TIE * largest, err) != NAS_OK ||
	    stats_pair_make(pair, s->x, s->y, n, arena, err) != NAS_OK)
		return err->code;
	for (int k = 0; k < n; k++)
		pair->row[k] = at[pair->row[k]];
	if (s->scratch < stats_pair_scratch(pair))
		s->scratch = stats_pair_scratch(pair);
	return NAS_OK;
}

static enum nas_status add_scores(struct set *s, const struct correlation *c,
				  int *at, struct nas_arena *arena,
				  struct nas_err *err)
{
	for (int r = 0; r < c->nrows; r++) {
		int n = 0;

		for (int k = 0; k < s->n; k++) {
			int i = s->member[k];

			if (!isfinite(c->row[r].value[i]))
				continue;
			s->x[n] = c->row[r].value[i];
			s->y[n] = c->accuracy[i];
			at[n++] = k;
		}
		if (make_pair(&s->row[s->nrows++], s, n, at, arena, err))
			return err->code;
	}
	return NAS_OK;
}

static enum nas_status add_seeds(struct set *s, const struct correlation *c,
				 const struct nas_arch_list *list, int *at,
				 struct nas_arena *arena, struct nas_err *err)
{
	for (int a = 1; a < c->nseeds; a++)
		for (int b = 0; b < a; b++) {
			for (int k = 0; k < s->n; k++) {
				const struct nas_arch *net =
					&list->arch[s->member[k]];

				s->x[k] = net->measured->seed[a];
				s->y[k] = net->measured->seed[b];
				at[k] = k;
			}
			if (make_pair(&s->seed[s->nseeds++], s, s->n, at,
				      arena, err))
				return err->code;
		}
	return NAS_OK;
}

/* ---- the figures ---- */

static void measure(double *figure, const struct stats_pair *pair,
		    const int *count, void *scratch)
{
	figure[CORRELATE_SPEARMAN] = stats_pair_spearman(pair, count, scratch);
	figure[CORRELATE_KENDALL] = stats_pair_kendall(pair, count, scratch);
}

/* CORRELATE_FIGURES of each row, and of the ceiling. */
static void figures(void *context, const int *count, void *scratch,
		    double *figure)
{
	const struct set *s = context;
	double *ceiling = figure + CORRELATE_FIGURES * s->nrows;

	for (int r = 0; r < s->nrows; r++)
		measure(figure + CORRELATE_FIGURES * r, &s->row[r], count,
			scratch);
	for (int f = 0; f < CORRELATE_FIGURES; f++)
		ceiling[f] = s->nseeds ? 0 : (double)NAN;
	for (int p = 0; p < s->nseeds; p++) {
		double one[CORRELATE_FIGURES];

		measure(one, &s->seed[p], count, scratch);
		for (int f = 0; f < CORRELATE_FIGURES; f++)
			ceiling[f] += one[f] / s->nseeds;
	}
}

#define FIGURES_MAX ((CORRELATE_ROWS + 1) * CORRELATE_FIGURES)

static enum nas_status measure_set(struct correlation *c, struct set *s,
				   bool top,
				   const struct correlate_options *o,
				   struct nas_arena *arena, struct nas_err *err)
{
	double value[FIGURES_MAX], low[FIGURES_MAX], high[FIGURES_MAX];
	void *scratch = arena_alloc(arena, s->scratch, 1);
	struct stats_bootstrap b = {
		.n = s->n, .resamples = o->resamples, .level = o->level,
		.seed = o->seed, .threads = o->threads,
		.nfigures = CORRELATE_FIGURES * (s->nrows + 1),
		.scratch_bytes = s->scratch, .figures = figures, .context = s,
	};

	if (!scratch)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				s->n);
	figures(s, NULL, scratch, value);
	if (stats_bootstrap(low, high, &b, err) != NAS_OK)
		return err->code;
	for (int r = 0; r <= s->nrows; r++) {
		struct correlate_row *row = r < s->nrows ? &c->row[r]
							 : &c->ceiling;
		struct correlate_agreement *a = top ? &row->top : &row->all;

		a->n = r < s->nrows ? s->row[r].n : s->nseeds ? s->n : 0;
		for (int f = 0; f < CORRELATE_FIGURES; f++) {
			a->value[f] = value[CORRELATE_FIGURES * r + f];
			a->low[f] = low[CORRELATE_FIGURES * r + f];
			a->high[f] = high[CORRELATE_FIGURES * r + f];
		}
	}
	return NAS_OK;
}

static void set_undefined(struct correlate_agreement *a)
{
	*a = (struct correlate_agreement){ 0 };
	for (int f = 0; f < CORRELATE_FIGURES; f++)
		a->value[f] = a->low[f] = a->high[f] = (double)NAN;
}

static enum nas_status compare(struct correlation *c, bool top,
			       const struct nas_arch_list *list,
			       const struct correlate_options *o,
			       struct nas_arena *arena, struct nas_err *err)
{
	struct set *s = NAS_NEW(arena, struct set, 1);
	int *at = NAS_NEW(arena, int, (size_t)c->n);

	for (int r = 0; r <= c->nrows; r++) {
		struct correlate_row *row = r < c->nrows ? &c->row[r]
							 : &c->ceiling;

		set_undefined(top ? &row->top : &row->all);
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				c->n);
	s->x = NAS_NEW(arena, double, (size_t)c->n);
	s->y = NAS_NEW(arena, double, (size_t)c->n);
	if (top ? top_members(s, c, arena, err)
		: all_members(s, c, arena, err))
		return err->code;
	if (top)
		c->ntop = s->n;
	if (s->n == 0)
		return NAS_OK;
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				c->n);
	if (add_scores(s, c, at, arena, err) != NAS_OK ||
	    add_seeds(s, c, list, at, arena, err) != NAS_OK)
		return err->code;
	return measure_set(c, s, top, o, arena, err);
}

/* Accuracies, and the seeds that every network has. */
static enum nas_status take_accuracies(struct correlation *c,
				       const struct nas_arch_list *list,
				       struct nas_arena *arena,
				       struct nas_err *err)
{
	c->accuracy = NAS_NEW(arena, double, (size_t)list->n);
	if (!c->accuracy)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d accuracies",
				list->n);
	c->n = list->n;
	c->nseeds = CORRELATE_SEEDS;
	for (int i = 0; i < c->n; i++) {
		const struct nas_arch_measured *m = list->arch[i].measured;

		NAS_BUG_IF(!m);
		c->accuracy[i] = m->accuracy;
		if (m->nseeds < c->nseeds)
			c->nseeds = m->nseeds;
	}
	c->nseeds = c->nseeds < 2 ? 0 : c->nseeds;
	return stats_finite(c->accuracy, c->n, "the accuracies", err);
}

enum nas_status correlate(struct correlation *c,
			  const struct nas_arch_list *list,
			  const struct correlate_options *options,
			  struct nas_arena *arena, struct nas_err *err)
{
	*c = (struct correlation){ .ceiling = { .name = "ceiling",
						.title = "another seed" } };
	if (take_accuracies(c, list, arena, err) != NAS_OK)
		return err->code;
	c->nbins = c->n / CORRELATE_LEAST;
	if (c->nbins > CORRELATE_BINS)
		c->nbins = CORRELATE_BINS;
	else if (c->nbins < CORRELATE_LEAST)
		c->nbins = 0;
	if (correlate_scores(c, list, options, arena, err) != NAS_OK ||
	    compare(c, false, list, options, arena, err) != NAS_OK ||
	    compare(c, true, list, options, arena, err) != NAS_OK)
		return err->code;
	return correlate_within(c, list, arena, err);
}
