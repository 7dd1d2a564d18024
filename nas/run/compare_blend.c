/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Spaces of different sizes: z(lean) + z(ln BitOps) of all random networks,
 * where z is in units of the deviation over the networks of all spaces.
 *
 * Both parts are defined alike in every space, whatever the configs' scores
 * are. Spaces that have the same budgets but fill them unequally are told
 * apart by this better than by either part (scoring/README.md).
 */
#include <math.h>
#include <string.h>

#include "nas/base/stats.h"
#include "nas/run/compare.h"

struct blend {
	int n;                      /* networks of all spaces */
	double *lean, *bitops, *sum; /* (n) */
};

/* Of the networks of a space, from x on. */
static enum nas_status measure(const struct blend *blend, int x,
			       const struct nas_compare_space *s,
			       struct nas_arena *arena, struct nas_err *err)
{
	struct nas_budgets budgets = s->problem.budgets;
	struct nas_problem problem;

	budgets.sram_bytes = HUGE_VAL; /* none is asked */
	if (problem_init(&problem, &s->job_config.space, &budgets,
			 score_find("lean"), &s->problem.score, arena,
			 err) != NAS_OK)
		return err->code;
	for (int i = 0; i < (int)s->n; i++) {
		struct nas_total total;

		problem_evaluate(&problem, &s->genome[i], &total);
		blend->lean[x + i] = total.score;
		blend->bitops[x + i] = total.res[RES_BITOPS];
	}
	return NAS_OK;
}

static double median(double *x, int n)
{
	stats_sort(x, n);
	return stats_quantile(x, n, 0.5);
}

static enum nas_status blend_pairs(struct nas_comparison *c,
				   const struct blend *blend, const int *first,
				   struct nas_err *err)
{
	struct stats_mann_whitney mw;

	for (int i = 0; i < c->npairs; i++) {
		struct nas_compare_pair *p = &c->pair[i];
		int a = p->a - 1, b = p->b - 1;
		int na = (int)c->space[a].n, nb = (int)c->space[b].n;

		if (na == 0 || nb == 0)
			continue;
		if (stats_mann_whitney(&mw, blend->sum + first[a], na,
				       blend->sum + first[b], nb, err) != NAS_OK)
			return err->code;
		p->blend_delta = number_slot(mw.delta);
	}
	return NAS_OK;
}

enum nas_status compare_blend(struct nas_comparison *c, struct nas_arena *arena,
			      struct nas_err *err)
{
	int first[COMPARE_SPACES_MAX] = {0};
	struct blend b = {0};
	size_t n;

	for (int i = 0; i < c->nspaces; i++) {
		first[i] = b.n;
		b.n += (int)c->space[i].n;
	}
	n = (size_t)b.n;
	b.lean = NAS_NEW(arena, double, n);
	b.bitops = NAS_NEW(arena, double, n);
	b.sum = NAS_NEW(arena, double, n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the scores");
	for (int i = 0; i < c->nspaces; i++)
		if (measure(&b, first[i], &c->space[i], arena, err) != NAS_OK)
			return err->code;
	stats_add_standard(b.sum, b.lean, b.n, false);
	stats_add_standard(b.sum, b.bitops, b.n, true);
	if (blend_pairs(c, &b, first, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < c->nspaces; i++) {
		struct nas_compare_space *s = &c->space[i];

		if (s->n == 0)
			continue;
		s->lean = number_slot(median(b.lean + first[i], (int)s->n));
		s->blend = number_slot(median(b.sum + first[i], (int)s->n));
	}
	return NAS_OK;
}
