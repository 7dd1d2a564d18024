/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "qbr/allocate_labels.h"
#include "qbr/allocate_program.h"

#define DEEPER 1.5

struct solve {
	struct groups g;
	int *item; /* (G) */
	double multiplier[POLICY_COSTS_MAX]; /* (B) */
	struct allocation *a;
	struct arena *arena;
};

static void give_multipliers(struct solve *s)
{
	for (int b = 0; b < s->g.nbudgets; b++)
		s->a->multiplier[s->g.cost[b]] = s->multiplier[b];
}

/* Least use of one budget alone. */
static enum nas_status find_least(struct solve *s, int b, double *least,
				  struct nas_err *err)
{
	struct milp_answer answer;

	*least = 0;
	if (s->g.problem->norders > 0) {
		if (milp_solve(&answer, &s->g, MILP_USE, b, s->item, s->arena,
			       err) == NAS_OK)
			*least = answer.value;
		return err->code;
	}
	for (int k = 0; k < s->g.n; k++) {
		const struct group *group = &s->g.group[k];
		double u = group->item[0].use[b];

		for (int i = 1; i < group->n; i++)
			u = fmin(u, group->item[i].use[b]);
		*least += u;
	}
	return NAS_OK;
}

/* Which budgets cannot be met and by how much, and the nearest policy. */
static enum nas_status explain(struct solve *s, struct nas_err *err)
{
	struct milp_answer answer;
	struct allocation *a = s->a;

	a->status = ALLOCATE_INFEASIBLE;
	a->method = "integer program";
	for (int b = 0; b < s->g.nbudgets; b++)
		if (find_least(s, b, &a->least[s->g.cost[b]], err) != NAS_OK)
			return err->code;
	if (milp_solve(&answer, &s->g, MILP_SCALE, 0, s->item, s->arena, err))
		return err->code;
	a->scale = HUGE_VAL;
	if (answer.found) {
		groups_to_policy(&a->policy, &s->g, s->item);
		a->scale = 0;
		for (int b = 0; b < s->g.nbudgets; b++) {
			int r = s->g.cost[b];

			a->scale = fmax(a->scale, a->policy.cost[r] /
						  s->g.problem->limit[r]);
		}
	}
	return NAS_OK;
}

static enum nas_status by_program(struct solve *s, struct nas_err *err)
{
	struct milp_answer answer;

	if (program_solve(&answer, &s->g, s->multiplier, s->item, s->arena,
			  err) != NAS_OK)
		return err->code;
	if (!answer.found)
		return explain(s, err);
	s->a->method = "integer program";
	s->a->bound = answer.bound;
	return NAS_OK;
}

static int compare(const void *va, const void *vb)
{
	double a = *(const double *)va, b = *(const double *)vb;

	return (a > b) - (a < b);
}

/* With so much some groups have a second item. */
static enum nas_status first_slack(double *slack, const struct line *line,
				   struct arena *arena, struct nas_err *err)
{
	size_t n = 0, at = (size_t)line->g->n + 8;
	struct arena_mark mark = arena_mark(arena);
	double *bound;

	for (int i = 0; i < line->g->n; i++)
		n += (size_t)line_group(line, i)->n;
	bound = NAS_NEW(arena, double, n);
	if (!bound)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bounds");
	n = 0;
	for (int i = 0; i < line->g->n; i++)
		for (int k = 0; k < line_group(line, i)->n; k++)
			bound[n++] = line->item[i][k];
	qsort(bound, n, sizeof(*bound), compare);
	*slack = bound[at < n ? at : n - 1] - line->bound;
	if (!(*slack > 4 * line_rounding(line)) || !(*slack < HUGE_VAL))
		*slack = 4 * line_rounding(line);
	arena_rewind(arena, mark);
	return NAS_OK;
}

/* No policy has a loss beyond the bound and this. */
static double last_slack(const struct line *line)
{
	double sum = 0;

	for (int i = 0; i < line->g->n; i++) {
		const struct group *group = line_group(line, i);
		double most = group->item[0].loss;

		for (int k = 1; k < group->n; k++)
			most = fmax(most, group->item[k].loss);
		sum += most;
	}
	return fmax(sum - line->bound, 0) + 4 * line_rounding(line);
}

/* The first slack within which there is a policy has the best. */
static enum nas_status deepen(struct solve *s, const struct line *line,
			      enum labels_outcome *outcome, struct nas_err *err)
{
	double slack = 0, last = last_slack(line);

	if (first_slack(&slack, line, s->arena, err) != NAS_OK)
		return err->code;
	for (;; slack *= DEEPER) {
		slack = fmin(slack, last);
		if (labels_solve(outcome, line, slack, s->item, s->arena,
				 err) != NAS_OK)
			return err->code;
		if (*outcome != LABELS_NONE || slack >= last)
			return NAS_OK;
	}
}

static enum nas_status by_labels(struct solve *s, const struct line *line,
				 struct nas_err *err)
{
	enum labels_outcome outcome;

	s->a->relaxed = fmax(s->a->relaxed, line->bound);
	if (deepen(s, line, &outcome, err) != NAS_OK)
		return err->code;
	if (outcome == LABELS_MANY)
		return by_program(s, err);
	if (outcome == LABELS_NONE)
		return explain(s, err);
	s->a->method = "labels";
	s->a->bound = groups_loss(&s->g, s->item);
	return NAS_OK;
}

static enum nas_status solve(struct solve *s, struct nas_err *err)
{
	bool feasible = true;
	struct line line;

	if (milp_relax(&feasible, &s->a->relaxed, s->multiplier, &s->g,
		       s->arena, err) != NAS_OK)
		return err->code;
	if (!feasible)
		return explain(s, err);
	give_multipliers(s);
	if (line_make(&line, &s->g, s->multiplier, s->arena))
		return by_labels(s, &line, err);
	if (s->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bounds");
	return by_program(s, err);
}

/* The answer, from the definition. */
static enum nas_status conclude(struct solve *s, struct nas_err *err)
{
	struct allocation *a = s->a;

	if (a->status == ALLOCATE_INFEASIBLE)
		return NAS_OK;
	groups_to_policy(&a->policy, &s->g, s->item);
	if (!policy_holds(s->g.problem, &a->policy))
		return nas_fail(err, NAS_ENUM, "the answer does not meet the "
				"budgets when summed again");
	a->gap = fmax(a->policy.loss - a->bound, 0);
	if (a->gap <= 1e-12 * fabs(a->policy.loss))
		a->gap = 0, a->bound = a->policy.loss;
	else
		a->gap /= fabs(a->policy.loss);
	return NAS_OK;
}

enum nas_status allocate(struct allocation *a, const struct policy_problem *p,
			 struct arena *arena, struct nas_err *err)
{
	struct solve s = { .a = a, .arena = arena };

	memset(a, 0, sizeof(*a));
	a->policy.pick = NAS_NEW(arena, int, (size_t)p->nlayers);
	s.item = NAS_NEW(arena, int, (size_t)p->nlayers);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the policy");
	if (groups_make(&s.g, p, arena, err) != NAS_OK ||
	    solve(&s, err) != NAS_OK)
		return err->code;
	return conclude(&s, err);
}
