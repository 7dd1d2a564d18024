/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of nas allocate, as JSON and for people. */
#include <math.h>

#include "nas/cli/cmd_allocate.h"

static const struct policy_choice *picked(const struct answer *a, int i)
{
	return &a->problem.layer[i].choice[a->allocation.policy.pick[i]];
}

static cJSON *costs_json(const struct answer *a, const double *x)
{
	cJSON *o = cJSON_CreateObject();

	for (int r = 0; r < a->problem.ncosts; r++)
		json_add_number(o, a->problem.cost_name[r], x[r]);
	return o;
}

static cJSON *limits_json(const struct answer *a)
{
	cJSON *o = cJSON_CreateObject();

	for (int r = 0; r < a->problem.ncosts; r++)
		if (isfinite(a->problem.limit[r]))
			json_add_number(o, a->problem.cost_name[r],
					a->problem.limit[r]);
	return o;
}

static void add_policy(cJSON *o, const struct answer *a)
{
	cJSON *names = cJSON_CreateArray(), *w = cJSON_CreateArray();
	cJSON *x = cJSON_CreateArray();

	json_add_number(o, "loss", a->allocation.policy.loss);
	for (int i = 0; i < a->problem.nlayers; i++) {
		const char *name = a->problem.layer[i].name;

		json_append(names, cJSON_CreateString(name ? name : ""));
		json_append(w, json_int64(picked(a, i)->bits_w));
		json_append(x, json_int64(picked(a, i)->bits_a));
	}
	json_add(o, "bits_w", w);
	json_add(o, "bits_a", x);
	json_add(o, "layers", names);
	json_add(o, "cost", costs_json(a, a->allocation.policy.cost));
}

static cJSON *infeasible_json(cJSON *o, const struct answer *a)
{
	const struct allocation *s = &a->allocation;
	cJSON *over = cJSON_CreateObject(), *nearest = cJSON_CreateObject();

	for (int r = 0; r < a->problem.ncosts; r++) {
		double limit = a->problem.limit[r];
		cJSON *b;

		if (!isfinite(limit))
			continue;
		b = json_add_number(cJSON_CreateObject(), "limit", limit);
		json_add_number(b, "least", s->least[r]);
		json_add_number(b, "over", fmax(0, s->least[r] - limit));
		json_add(over, a->problem.cost_name[r], b);
	}
	json_add(o, "infeasible", over);
	if (isfinite(s->scale)) {
		json_add_number(o, "budgets_times", s->scale);
		add_policy(nearest, a);
		return json_add(o, "nearest", nearest);
	}
	cJSON_Delete(nearest);
	return o;
}

cJSON *answer_json(const struct answer *a)
{
	const struct allocation *s = &a->allocation;
	bool solved = s->status == ALLOCATE_OPTIMAL;
	cJSON *o = json_add_string(cJSON_CreateObject(), "name",
				   a->name ? a->name : "");

	json_add_string(o, "status", solved ? "optimal" : "infeasible");
	if (!solved)
		return infeasible_json(json_add(o, "budgets", limits_json(a)),
				       a);
	add_policy(o, a);
	json_add_number(o, "bound", s->bound);
	json_add_number(o, "gap", s->gap);
	json_add(o, "budgets", limits_json(a));
	json_add_number(o, "relaxed_bound", s->relaxed);
	json_add(o, "worth", costs_json(a, s->multiplier));
	return json_add_string(o, "method", s->method);
}

cJSON *answers_json(const struct answer *a, int n, bool listed)
{
	cJSON *results;

	if (!listed)
		return answer_json(a);
	results = cJSON_CreateArray();
	for (int i = 0; i < n; i++)
		json_append(results, answer_json(&a[i]));
	return json_add(cJSON_CreateObject(), "results", results);
}

static void print_layers(const struct answer *a)
{
	struct text t = { 0 };

	text_add(&t, "layer\tname\tbits w\tbits a\tloss");
	for (int r = 0; r < a->problem.ncosts; r++)
		text_addf(&t, "\t%s", a->problem.cost_name[r]);
	text_add(&t, "\n");
	for (int i = 0; i < a->problem.nlayers; i++) {
		const struct policy_choice *c = picked(a, i);

		text_addf(&t, "%d\t%.40s\t%d\t%d\t%.6g", i,
			  a->problem.layer[i].name ? a->problem.layer[i].name
						   : "", c->bits_w, c->bits_a,
			  c->loss);
		for (int r = 0; r < a->problem.ncosts; r++)
			text_addf(&t, "\t%.6g", c->cost[r]);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

void answer_print(const struct answer *a)
{
	const struct allocation *s = &a->allocation;

	if (a->name && *a->name)
		printf("%s\n", a->name);
	if (s->status != ALLOCATE_OPTIMAL)
		return;
	print_layers(a);
	printf("loss %.10g, bound %.10g, gap %.3g (%s; the relaxation alone: "
	       "%.10g)\n", s->policy.loss, s->bound, s->gap, s->method,
	       s->relaxed);
	for (int r = 0; r < a->problem.ncosts; r++) {
		printf("%s %.10g", a->problem.cost_name[r], s->policy.cost[r]);
		if (isfinite(a->problem.limit[r]))
			printf(" of %.10g; one more is worth %.4g",
			       a->problem.limit[r], s->multiplier[r]);
		printf("\n");
	}
}

enum nas_status answer_verdict(const struct answer *a, struct nas_err *err)
{
	const struct allocation *s = &a->allocation;
	const struct policy_problem *p = &a->problem;
	bool alone = false;

	if (s->status == ALLOCATE_OPTIMAL)
		return NAS_OK;
	for (int r = 0; r < p->ncosts; r++) {
		double over = s->least[r] - p->limit[r];

		if (!isfinite(p->limit[r]) ||
		    over <= POLICY_TOLERANCE * p->limit[r])
			continue;
		alone = true;
		(void)nas_fail(err, NAS_EINFEASIBLE, "%s: the least possible "
			       "is %.10g, %.10g above the budget of %.10g",
			       p->cost_name[r], s->least[r], over,
			       p->limit[r]);
	}
	if (!alone)
		(void)nas_fail(err, NAS_EINFEASIBLE, "each budget can be met, "
			       "but not all at once; all times %.6g could",
			       s->scale);
	return err->code;
}
