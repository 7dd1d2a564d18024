/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "qbr/allocate_explain.h"
#include "qbr/allocate_search.h"

struct solve {
	struct groups g;
	struct allocation *a;
	struct nas_arena *arena;
};

static enum nas_status solve(struct solve *s, struct nas_err *err)
{
	struct allocation *a = s->a;
	struct item_search search;

	if (search_run(&search, &s->g, &search_usual, s->arena, err) != NAS_OK)
		return err->code;
	if (!search.found)
		return allocate_explain(a, &s->g, s->arena, err);
	groups_take(&a->policy, &s->g, search.best);
	a->method = search.method;
	a->bound = search.bound;
	a->relaxed = search.relaxed;
	for (int b = 0; b < s->g.nbudgets; b++)
		a->multiplier[s->g.cost[b]] = search.multiplier[b];
	return NAS_OK;
}

/* The answer, from the definition. */
static enum nas_status conclude(struct solve *s, struct nas_err *err)
{
	struct allocation *a = s->a;

	if (a->status == ALLOCATE_INFEASIBLE)
		return NAS_OK;
	if (!policy_holds(s->g.problem, &a->policy))
		return nas_fail(err, NAS_ENUM, "the recomputed answer exceeds "
				"the budgets");
	a->gap = fmax(a->policy.loss - a->bound, 0);
	if (a->gap <= 1e-12 * fabs(a->policy.loss))
		a->gap = 0, a->bound = a->policy.loss;
	else
		a->gap /= fabs(a->policy.loss);
	return NAS_OK;
}

enum nas_status allocate(struct allocation *a, const struct policy_problem *p,
			 struct nas_arena *arena, struct nas_err *err)
{
	struct solve s = { .a = a, .arena = arena };

	memset(a, 0, sizeof(*a));
	a->policy.pick = NAS_NEW(arena, int, (size_t)p->nlayers);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the policy");
	if (groups_make(&s.g, p, arena, err) != NAS_OK ||
	    solve(&s, err) != NAS_OK)
		return err->code;
	return conclude(&s, err);
}
