/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/certify_curve.h"

#include <math.h>
#include <stdlib.h>

#include "nas/base/clock.h"
#include "nas/base/csv.h"
#include "nas/base/quantity.h"
#include "nas/form/record.h"

enum nas_status certify_curve_parse(struct certify_curve *c, const char *text,
				    struct nas_err *err)
{
	struct quantity_range r;

	if (!quantity_range_parse(&r, text, CERTIFY_CURVE_POINTS) || r.low <= 0)
		return nas_fail(err, NAS_EUSAGE, "--sweep: '%.80s' is not "
				"BUDGET=LO:HI:N with 0 < LO <= HI and N from 1 "
				"to %d, such as flash_bytes=800000:1200000:5",
				text, CERTIFY_CURVE_POINTS);
	c->low = r.low;
	c->high = r.high;
	c->n = r.n;
	snprintf(c->name, sizeof(c->name), "%.31s", r.name);
	c->budget = budget_named(r.name, err);
	return err->code;
}

/* From the network of the point before, which a larger budget allows too; a
 * search only where there is none, or where no proof came of it. */
static enum nas_status certify_point(struct nas_certify_job *job, bool warm,
				     struct nas_err *err)
{
	if (!warm && certify_job_start(job, err) != NAS_OK)
		return err->code;
	if (certify_job_run(job, err) != NAS_OK)
		return err->code;
	return warm && !job->record.optimal ? certify_point(job, false, err)
					    : NAS_OK;
}

static enum nas_status run_point(struct nas_certify_job *job,
				 struct certify_curve *s, int i, struct nas_err *err)
{
	struct certify_point *p = &s->point[i];
	struct nas_config *c = &job->config;
	double step = s->n > 1 ? (s->high - s->low) / (s->n - 1) : 0;

	p->value = i == s->n - 1 && i > 0 ? s->high : s->low + i * step;
	*budget_limit(&c->limits, (enum nas_budget)s->budget) = p->value;
	if (config_problem(&job->problem, c, job->env->arena, err) != NAS_OK ||
	    certify_point(job, i > 0 && job->has_start, err) != NAS_OK)
		return err->code;
	p->record = job->record;
	p->best = job->best;
	p->has_best = job->has_best;
	if (job->has_best) {
		job->start = job->certificate.best;
		job->has_start = true;
	}
	run_detail(job->env, "%s %.17g: %.6f to %.6f", s->name, p->value,
		   p->record.score, p->record.upper_bound);
	return NAS_OK;
}

static void make_monotone(struct certify_curve *s)
{
	for (int i = s->done - 2; i >= 0; i--) {
		struct nas_certificate_record *r = &s->point[i].record;
		const struct nas_certificate_record *next =
			&s->point[i + 1].record;

		if (!r->bounded || !next->bounded ||
		    r->upper_bound <= next->upper_bound)
			continue;
		r->upper_bound = next->upper_bound;
		if (r->known)
			r->gap = fmax(r->upper_bound - r->score, 0) /
				 fabs(r->score);
	}
}

enum nas_status certify_curve_run(struct certify_curve *c,
				  struct nas_certify_job *job,
				  struct nas_err *err)
{
	c->point = NAS_NEW(job->env->arena, struct certify_point, (size_t)c->n);
	if (!c->point)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the points");
	for (; c->done < c->n && !stop_requested(); c->done++) {
		run_step(job->env, "certificates", c->done, c->n);
		if (run_point(job, c, c->done, err) != NAS_OK)
			return err->code;
	}
	run_steps_end(job->env);
	make_monotone(c);
	return NAS_OK;
}

static void add_number(struct nas_text *t, bool there, double x)
{
	char number[32] = "";

	if (there)
		json_format_number(number, x);
	text_addf(t, ",%s", number);
}

static void add_csv_row(struct nas_text *t, const struct certify_point *p)
{
	const struct nas_certificate_record *r = &p->record;
	cJSON *arch = p->has_best ? arch_to_json(&p->best.arch) : NULL;
	char *line = json_print_line(arch), number[32];
	struct nas_text structure = {0};

	json_format_number(number, p->value);
	text_add(t, number);
	add_number(t, r->bounded, r->upper_bound);
	add_number(t, r->known, r->score);
	add_number(t, r->known, r->gap);
	text_addf(t, ",%d", r->optimal);
	if (p->has_best)
		text_add_structure(&structure, &p->best.arch);
	t->failed |= structure.failed;
	text_add(t, ",");
	csv_add(t, structure.data ? structure.data : "");
	text_add(t, ",");
	if (line)
		line[strcspn(line, "\n")] = '\0';
	csv_add(t, line ? line : "");
	text_add(t, "\n");
	if (p->has_best && !line)
		t->failed = true;
	text_free(&structure);
	free(line);
	cJSON_Delete(arch);
}

void certify_curve_csv(struct nas_text *t, const struct certify_curve *s)
{
	text_addf(t, "%s,upper_bound,score,gap,optimal,structure,"
		     "architecture\n", s->name);
	for (int i = 0; i < s->done; i++)
		add_csv_row(t, &s->point[i]);
}

#define RECORD struct certify_point

static const struct form_field point_fields[] = {
	ROW(NUMBER, value, "of the budget"),
	ROW_AS("certificate", OBJECT, record, "at this value",
	       .form = &certificate_form),
	ROW_GIVEN(OBJECT, best, "the best network known there",
		  .form = &network_form),
};

static const struct form point_form =
	RECORD_FORM(NULL, "one value of the budget", point_fields);

struct record {
	int schema;
	const char *name, *budget;
	int npoints;
	const struct certify_point *points;
};

#undef RECORD
#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/certify-sweep/1"),
	ROW(STRING, name, "of the config"),
	ROW(STRING, budget, "that is varied"),
	ROW_LIST(OBJECTS, points, "its values, ascending",
		 .form = &point_form),
};

const struct form certify_curve_form =
	RECORD_FORM("nas/certify-sweep/1", "bounds over a budget", fields);

cJSON *certify_curve_json(const struct certify_curve *s, const char *name)
{
	struct record r = { .name = name, .budget = s->name,
			    .npoints = s->done, .points = s->point };

	return form_write(&certify_curve_form, &r);
}
