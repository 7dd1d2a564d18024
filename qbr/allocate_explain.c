/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_explain.h"

#include <math.h>
#include <string.h>

#include "qbr/allocate_search.h"

#define TRIES_MAX 60

/* Groups whose items lose what they use: of budget b, or of all in parts. */
static bool losing(struct groups *to, const struct groups *g,
		   const double *part, struct nas_arena *arena)
{
	*to = *g;
	to->group = NAS_NEW(arena, struct group, (size_t)g->n);
	for (int k = 0; k < g->n && !arena->failed; k++) {
		struct group *group = &to->group[k];

		*group = g->group[k];
		group->item = NAS_NEW(arena, struct item, (size_t)group->n);
		for (int i = 0; i < group->n && group->item; i++) {
			struct item *it = &group->item[i];

			*it = g->group[k].item[i];
			it->loss = 0;
			for (int b = 0; b < g->nbudgets; b++)
				it->loss += part[b] * it->use[b];
		}
	}
	return !arena->failed;
}

static enum nas_status find_least(struct allocation *a, const struct groups *g,
				  int b, struct nas_arena *arena,
				  struct nas_err *err)
{
	double part[POLICY_COSTS_MAX] = {0};
	struct groups free;
	struct item_search s;

	part[b] = 1;
	if (!losing(&free, g, part, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the least "
				"uses");
	free.nbudgets = 0;
	if (search_run(&s, &free, &search_usual, arena, err) != NAS_OK)
		return err->code;
	a->least[g->cost[b]] = s.found ? s.loss : HUGE_VAL;
	return NAS_OK;
}

/* The factor on all budgets that a policy needs. */
static double factor_of(const struct allocation *a,
			const struct policy_problem *p)
{
	double factor = 0;

	for (int r = 0; r < p->ncosts; r++)
		if (isfinite(p->limit[r]) && a->policy.cost[r] > 0)
			factor = fmax(factor,
				      a->policy.cost[r] / p->limit[r]);
	return factor;
}

/* Of policies with less than the factor so far, that with the least sum of
 * its shares of the budgets; false in `better`: there is none. */
static enum nas_status step(struct allocation *a, const struct groups *g,
			    bool *better, struct nas_arena *arena,
			    struct nas_err *err)
{
	struct groups tight = *g;
	struct item_search s;

	for (int b = 0; b < g->nbudgets && isfinite(a->scale); b++)
		tight.limit[b] = g->problem->limit[g->cost[b]] * a->scale *
				 (1 - 1e-9);
	if (!isfinite(a->scale))
		tight.nbudgets = 0;
	if (search_run(&s, &tight, &search_usual, arena, err) != NAS_OK)
		return err->code;
	*better = s.found;
	if (s.found) {
		groups_take(&a->policy, g, s.best);
		a->scale = factor_of(a, g->problem);
	}
	return NAS_OK;
}

enum nas_status allocate_explain(struct allocation *a, struct groups *g,
				 struct nas_arena *arena, struct nas_err *err)
{
	double part[POLICY_COSTS_MAX];
	struct groups shares;
	bool better = true;

	a->status = ALLOCATE_INFEASIBLE;
	a->method = "bounds";
	a->scale = HUGE_VAL;
	for (int b = 0; b < g->nbudgets; b++) {
		double limit = g->problem->limit[g->cost[b]];

		if (find_least(a, g, b, arena, err) != NAS_OK)
			return err->code;
		part[b] = limit > 0 ? 1 / limit : 0;
		if (!(limit > 0) && a->least[g->cost[b]] > 0)
			return NAS_OK;
	}
	if (!losing(&shares, g, part, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the nearest "
				"policy");
	for (int k = 0; k < TRIES_MAX && better; k++)
		if (step(a, &shares, &better, arena, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}
