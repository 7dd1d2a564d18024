/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/policy_problem.h"

#include <math.h>
#include <string.h>

int policy_cost_find(const struct policy_problem *p, const char *name)
{
	for (int r = 0; r < p->ncosts; r++)
		if (strcmp(p->cost_name[r], name) == 0)
			return r;
	return -1;
}

void policy_sum(struct policy *policy, const struct policy_problem *p)
{
	policy->loss = 0;
	memset(policy->cost, 0, sizeof(policy->cost));
	for (int i = 0; i < p->nlayers; i++) {
		const struct policy_choice *c =
			&p->layer[i].choice[policy->pick[i]];

		policy->loss += c->loss;
		for (int r = 0; r < p->ncosts; r++)
			policy->cost[r] += c->cost[r];
	}
}

double policy_excess(const struct policy_problem *p,
		     const struct policy *policy, int cost)
{
	double limit = p->limit[cost];
	double over = policy->cost[cost] - limit;

	if (!isfinite(limit) || over <= POLICY_TOLERANCE * fabs(limit))
		return 0;
	return over;
}

static const struct policy_choice *
picked(const struct policy_problem *p, const struct policy *policy, int i)
{
	return &p->layer[i].choice[policy->pick[i]];
}

bool policy_in_order(const struct policy_problem *p,
		     const struct policy *policy)
{
	for (int k = 0; k < p->nties; k++) {
		const struct policy_choice *a = picked(p, policy, p->tie[k].a);
		const struct policy_choice *b = picked(p, policy, p->tie[k].b);

		if (a->bits_w != b->bits_w || a->bits_a != b->bits_a)
			return false;
	}
	for (int k = 0; k < p->norders; k++) {
		const struct policy_choice *a =
			picked(p, policy, p->order[k].a);
		const struct policy_choice *b =
			picked(p, policy, p->order[k].b);

		if (a->bits_w < b->bits_w || a->bits_a < b->bits_a)
			return false;
	}
	return true;
}

bool policy_holds(const struct policy_problem *p,
		  const struct policy *policy)
{
	if (!policy_in_order(p, policy))
		return false;
	for (int r = 0; r < p->ncosts; r++)
		if (policy_excess(p, policy, r) > 0)
			return false;
	return true;
}
