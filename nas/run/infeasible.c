/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why there is no answer: budgets, by how much, the least violating network. */
#include <math.h>

#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/records.h"

static const struct form_field violation_fields[] = {
	{ .key = "budget", .type = FORM_STRING,
	  .offset = offsetof(struct nas_violation, budget),
	  .help = "key of the budget" },
	{ .key = "value", .type = FORM_NUMBER,
	  .offset = offsetof(struct nas_violation, value), .low = 0,
	  .high = HUGE_VAL, .help = "what the network needs" },
	{ .key = "limit", .type = FORM_NUMBER,
	  .offset = offsetof(struct nas_violation, limit), .low = 0,
	  .high = HUGE_VAL, .help = "what the budget allows" },
	{ .key = "excess", .type = FORM_NUMBER,
	  .offset = offsetof(struct nas_violation, excess), .low = 0,
	  .high = HUGE_VAL, .help = "value / limit - 1" },
};

const struct form violation_form = {
	.title = "a budget that a network exceeds",
	.size = sizeof(struct nas_violation),
	.fields = violation_fields,
	.nfields = 4,
};

#define AT(member) .offset = offsetof(struct nas_infeasible, member)

static const struct form_field fields[] = {
	{ .key = "proven", .type = FORM_BOOL, AT(proven),
	  .help = "proven that no network meets the budgets; else none was "
		  "found" },
	{ .key = "budget", .type = FORM_STRING, AT(budget), .fallback = "",
	  .help = "the budget that binds: largest relative excess" },
	{ .key = "violations", .type = FORM_OBJECTS, AT(violation),
	  .count_offset = offsetof(struct nas_infeasible, nviolations),
	  .form = &violation_form, .fallback = "[]",
	  .help = "budgets that the network exceeds, the one that binds "
		  "first" },
	{ .key = "least_violating", .type = FORM_OBJECT, AT(least),
	  .form = &network_form,
	  .help = "the network that exceeds the budgets least" },
};

static const struct form infeasible_form = {
	.title = "why no network was found",
	.size = sizeof(struct nas_infeasible),
	.fields = fields,
	.nfields = 4,
};

static void sort_by_excess(struct nas_violation *v, int n)
{
	for (int i = 1; i < n; i++)
		for (int k = i; k > 0 && v[k].excess > v[k - 1].excess; k--) {
			struct nas_violation t = v[k];

			v[k] = v[k - 1];
			v[k - 1] = t;
		}
}

/* Below the limit, or where that is no size: of a trust region. */
static double excess_of(const struct nas_violation *v)
{
	if (v->value > v->limit && v->limit > 0)
		return v->value / v->limit - 1;
	return fabs(v->value - v->limit) / fmax(1, fabs(v->limit));
}

enum nas_status infeasible_make(struct nas_infeasible *out,
				const struct nas_problem *problem,
				const struct nas_network *net, bool proven,
				struct nas_arena *arena, struct nas_err *err)
{
	struct nas_excess excess[EXCESS_MAX];
	int n = problem_violations(problem, &net->arch, &net->cost, excess);

	*out = (struct nas_infeasible){ .present = true, .proven = proven,
				    .nviolations = n, .least = *net };
	out->violation = NAS_NEW(arena, struct nas_violation, (size_t)n);
	if (!out->violation)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the result");
	for (int i = 0; i < n; i++) {
		struct nas_violation *v = &out->violation[i];

		v->budget = arena_strdup(arena, excess[i].budget);
		v->value = excess[i].value;
		v->limit = excess[i].limit;
		v->excess = excess_of(v);
		if (!v->budget)
			return nas_fail(err, NAS_ENOMEM,
					"out of memory for the result");
	}
	sort_by_excess(out->violation, n);
	out->budget = n ? out->violation[0].budget : NULL;
	return NAS_OK;
}

void violation_text(char *text, size_t size, const struct nas_violation *v)
{
	char value[80], limit[80];

	snprintf(text, size, "%s by %.*f %%: %s of %s",
		 v->value < v->limit ? "missed" : "exceeded",
		 v->excess < 0.1 ? 2 : 0, 100 * v->excess,
		 budget_text(value, sizeof(value), v->value),
		 budget_text(limit, sizeof(limit), v->limit));
}

void infeasible_text(char *text, size_t size, const struct nas_infeasible *why)
{
	char first[200];

	if (why->nviolations == 0) {
		snprintf(text, size, "no budget is exceeded");
		return;
	}
	violation_text(first, sizeof(first), why->violation);
	snprintf(text, size, "%s is %s%s", why->violation->budget, first,
		 why->nviolations > 1 ? ", and other budgets by less" : "");
}

static enum nas_status read_slot(const struct json_doc *doc, const cJSON *node,
				 void *out, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct nas_infeasible *why = out;
	enum nas_status status = form_read(&infeasible_form, doc, node, why,
					   arena, err);

	why->present = status == NAS_OK;
	return status;
}

static cJSON *write_slot(const void *in)
{
	const struct nas_infeasible *why = in;

	return why->present ? form_write(&infeasible_form, why) : FORM_NOTHING;
}

static cJSON *slot_schema(void)
{
	return form_part_schema(&infeasible_form);
}

const struct form_custom infeasible_custom = {
	.read = read_slot, .write = write_slot, .schema = slot_schema
};
