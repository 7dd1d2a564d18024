/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate.h"

#include <math.h>
#include <string.h>

#include "qbr/allocate_labels.h"
#include "qbr/allocate_milp.h"
#include "qbr/allocate_relax.h"

struct solve {
	struct groups g;
	int *item; /* (G) */
	struct allocation *a;
	struct arena *arena;
};

static void give_multipliers(struct solve *s, const double *multiplier)
{
	for (int b = 0; b < s->g.nbudgets; b++)
		s->a->multiplier[s->g.cost[b]] = multiplier[b];
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

	if (milp_solve(&answer, &s->g, MILP_LOSS, 0, s->item, s->arena, err))
		return err->code;
	if (!answer.found)
		return explain(s, err);
	s->a->method = "integer program";
	s->a->bound = fmin(answer.bound, groups_loss(&s->g, s->item));
	return NAS_OK;
}

/* Rounding in the sums of losses must not cost the optimum. */
static double slack_of(const struct solve *s, double loss, double bound)
{
	double size = fabs(loss) + fabs(bound);

	for (int k = 0; k < s->g.n; k++)
		size += fabs(s->g.group[k].item[0].loss);
	return loss - bound + 1e-12 * size;
}

/* A policy within slack of the bound is found with labels up to slack; so
 * small ones are tried first. Each try that finds one lowers the last. */
static enum nas_status deepen(struct solve *s, double bound, bool *proven,
			      struct nas_err *err)
{
	double most = slack_of(s, groups_loss(&s->g, s->item), bound);
	enum labels_outcome outcome;

	*proven = false;
	for (double slack = most / 64; !*proven; slack *= 2) {
		if (slack >= most / 2)
			slack = most;
		if (labels_solve(&outcome, &s->g, slack, s->item, s->arena,
				 err) != NAS_OK || outcome == LABELS_MANY)
			break;
		most = slack_of(s, groups_loss(&s->g, s->item), bound);
		*proven = slack >= most;
	}
	return err->code;
}

static enum nas_status by_labels(struct solve *s, double bound,
				 struct nas_err *err)
{
	double slack = slack_of(s, groups_loss(&s->g, s->item), bound);
	bool proven = relax_reduce(&s->g, slack, s->item) == s->g.n;

	s->a->method = proven ? "relaxation" : "labels";
	if (!proven && deepen(s, bound, &proven, err) != NAS_OK)
		return err->code;
	if (!proven)
		return by_program(s, err);
	s->a->bound = groups_loss(&s->g, s->item);
	return NAS_OK;
}

static enum nas_status solve(struct solve *s, struct nas_err *err)
{
	double multiplier[POLICY_COSTS_MAX] = { 0 }, bound = 0;
	bool feasible = true, ordered = s->g.problem->norders > 0;

	if (milp_relax(&feasible, &bound, multiplier, &s->g, s->arena, err))
		return err->code;
	if (!feasible)
		return explain(s, err);
	give_multipliers(s, multiplier);
	s->a->relaxed = relax_price(&s->g, multiplier);
	if (ordered)
		s->a->relaxed = fmax(s->a->relaxed, bound);
	if (ordered || !relax_repair(&s->g, s->item))
		return by_program(s, err);
	relax_improve(&s->g, s->item);
	return by_labels(s, s->a->relaxed, err);
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
		return nas_fail(err, NAS_ENOMEM, "cannot hold the policy");
	if (groups_make(&s.g, p, arena, err) != NAS_OK ||
	    solve(&s, err) != NAS_OK)
		return err->code;
	return conclude(&s, err);
}
