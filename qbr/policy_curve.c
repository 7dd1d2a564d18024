/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/policy_curve.h"

#include <math.h>
#include <string.h>

#include "nas/base/csv.h"
#include "nas/form/record.h"
#include "qbr/allocate_memory.h"

static enum nas_status run_point(struct policy_curve *c, int i,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct policy_problem p = *c->problem;
	size_t ncosts = (size_t)p.ncosts;
	double step = c->n > 1 ? (c->high - c->low) / (c->n - 1) : 0;
	struct allocation a;

	p.limit = NAS_NEW(arena, double, ncosts);
	if (!p.limit)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the points");
	memcpy(p.limit, c->problem->limit, ncosts * sizeof(double));
	c->limit[i] = i > 0 && i == c->n - 1 ? c->high : c->low + i * step;
	p.limit[c->cost] = c->limit[i];
	if (allocate_in_memory(&a, &p, arena, err) != NAS_OK)
		return err->code;
	return policy_answer_make(&c->point[i], p.name, &p, &a, arena, err);
}

enum nas_status policy_curve_run(struct policy_curve *c,
				 void (*begin)(void *context, int i, int n),
				 void *context, struct nas_arena *arena,
				 struct nas_err *err)
{
	c->limit = NAS_NEW(arena, double, (size_t)c->n);
	c->point = NAS_NEW(arena, struct policy_answer, (size_t)c->n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the points");
	for (int i = 0; i < c->n; i++) {
		if (begin)
			begin(context, i, c->n);
		if (run_point(c, i, arena, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

static void add_number(struct nas_text *t, double x)
{
	char number[32];

	json_format_number(number, x);
	text_add(t, number);
}

static void add_row(struct nas_text *t, const struct policy_curve *c, int i,
		    const char *comma)
{
	const struct policy_answer *a = &c->point[i];
	const struct policy_bits *p = &a->policy;
	bool solved = a->status == ALLOCATE_OPTIMAL;

	add_number(t, c->limit[i]);
	text_addf(t, "%s%s%s", comma, solved ? "optimal" : "infeasible",
		  comma);
	if (solved)
		add_number(t, p->loss.x);
	for (int r = 0; r < c->problem->ncosts; r++) {
		text_add(t, comma);
		if (solved)
			add_number(t, p->cost.x[r]);
	}
	text_add(t, comma);
	for (int k = 0; solved && k < p->nbits_w; k++)
		text_addf(t, "%s%d/%d", k ? " " : "", p->bits_w[k],
			  p->bits_a[k]);
}

void policy_curve_rows(struct nas_text *t, const struct policy_curve *c,
		       const char *comma)
{
	for (int i = 0; i < c->n; i++) {
		add_row(t, c, i, comma);
		text_add(t, "\n");
	}
}

void policy_curve_csv(struct nas_text *t, const struct policy_curve *c)
{
	const char *by = c->problem->latency_by;

	text_add(t, "limit,status,loss");
	for (int r = 0; r < c->problem->ncosts; r++) {
		text_add(t, ",");
		csv_add(t, c->problem->cost_name[r]);
	}
	text_add(t, by ? ",bits,latency_error_percent\n" : ",bits\n");
	for (int i = 0; i < c->n; i++) {
		add_row(t, c, i, ",");
		text_add(t, by ? "," : "");
		if (by && isfinite(c->problem->latency_error_percent))
			add_number(t, c->problem->latency_error_percent);
		text_add(t, "\n");
	}
}

struct record {
	int schema;
	const char *name, *budget;
	int npoints;
	const struct policy_answer *points;
};

#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/policy-sweep/1"),
	ROW(STRING, name, "of the network or problem"),
	ROW(STRING, budget, "that is varied"),
	ROW_LIST(OBJECTS, points, "its values", .form = &policy_form),
};

const struct form policy_curve_form =
	RECORD_FORM("nas/policy-sweep/1", "bits over a budget", fields);

cJSON *policy_curve_json(const struct policy_curve *c)
{
	struct record r = {
		.name = c->problem->name ? c->problem->name : "",
		.budget = c->problem->cost_name[c->cost],
		.npoints = c->n,
		.points = c->point,
	};

	return form_write(&policy_curve_form, &r);
}
