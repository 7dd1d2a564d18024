/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of nas allocate, as JSON and for people. */
#include <math.h>

#include "nas/cli/cmd_allocate.h"

static const struct policy_choice *picked(const struct answer *a, int i)
{
	return &a->problem.layer[i].choice[a->allocation.policy.pick[i]];
}

cJSON *answer_json(const struct answer *a)
{
	return form_write(&policy_form, &a->record);
}

cJSON *answers_json(const struct answer *a, int n, bool listed)
{
	cJSON *results;

	if (!listed)
		return answer_json(a);
	results = cJSON_CreateArray();
	for (int i = 0; i < n; i++)
		json_append(results, answer_json(&a[i]));
	return json_add(json_object("nas/policies/1"), "results", results);
}

enum nas_status answer_solve(struct answer *a, struct nas_arena *arena,
			     struct nas_err *err)
{
	if (allocate(&a->allocation, &a->problem, arena, err) != NAS_OK)
		return err->code;
	return policy_answer_make(&a->record, a->name, &a->problem,
				  &a->allocation, arena, err);
}

static void print_layers(const struct answer *a)
{
	struct nas_text t = { 0 };

	text_add(&t, "layer\tname\tbits w\tbits a\tloss");
	for (int r = 0; r < a->problem.ncosts; r++)
		text_addf(&t, "\t%s", shown(a->problem.cost_name[r]).s);
	text_add(&t, "\n");
	for (int i = 0; i < a->problem.nlayers; i++) {
		const struct policy_choice *c = picked(a, i);

		text_addf(&t, "%d\t%.40s\t%d\t%d\t%.6g", i,
			  shown(a->problem.layer[i].name).s, c->bits_w, c->bits_a,
			  c->loss);
		for (int r = 0; r < a->problem.ncosts; r++)
			text_addf(&t, "\t%.6g", c->cost[r]);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static void print_memory(const struct answer *a)
{
	const struct policy_answer *r = &a->record;
	double limit = a->problem.sram_bytes;

	if (!r->sram_bytes.present)
		return;
	say("sram %.10g", number_slot_value(&r->sram_bytes));
	if (limit > 0)
		say(" of %.10g", limit);
	say(", most while '%s' runs\n", shown(r->sram_at).s);
}

void answer_print(const struct answer *a)
{
	const struct allocation *s = &a->allocation;

	if (a->name && *a->name)
		say("%s\n", shown(a->name).s);
	if (s->status != ALLOCATE_OPTIMAL)
		return;
	print_layers(a);
	say("loss %.10g, bound %.10g, gap %.3g (%s; the relaxation alone: "
	    "%.10g)\n", s->policy.loss, s->bound, s->gap, s->method,
	    s->relaxed);
	for (int r = 0; r < a->problem.ncosts; r++) {
		say("%s %.10g", shown(a->problem.cost_name[r]).s,
		    s->policy.cost[r]);
		if (isfinite(a->problem.limit[r]))
			say(" of %.10g; one more unit saves %.4g of the loss",
			    a->problem.limit[r], s->multiplier[r]);
		say("\n");
	}
	print_memory(a);
}
