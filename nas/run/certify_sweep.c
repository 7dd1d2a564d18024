/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas certify --sweep: what would more of a budget buy?
 *
 * The values go up, and each point starts from the network before it. A
 * larger budget allows all that a smaller one does, so a bound also holds for
 * every smaller value: bounds are made monotone from the end.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/run/certify_job.h"
#include "nas/cli/load.h"
#include "nas/cli/print.h"

#define POINTS_MAX 1000

struct point {
	double value;
	struct certificate_record record;
	struct network best;
	bool has_best;
};

struct sweep {
	char name[32]; /* of the budget, as given */
	int budget;    /* index of used_names */
	double scale;  /* value given / value of that budget: 64 for bitops */
	double low, high;
	int n; /* points wanted, then points done */
	struct point *point;
};

static enum nas_status bad_sweep(const char *text, struct nas_err *err)
{
	return nas_fail(err, NAS_EUSAGE, "--sweep: '%s' is not "
			"BUDGET=LO:HI:N with 0 < LO <= HI and N from 1 to %d, "
			"such as flash_bytes=800000:1200000:5", text,
			POINTS_MAX);
}

static enum nas_status find_budget(struct sweep *s, struct nas_err *err)
{
	const char *names[USED_BUDGETS + 1], *near;

	memcpy(names, used_names, sizeof(used_names));
	names[USED_BUDGETS] = "bitops";
	s->scale = strcmp(s->name, "bitops") == 0 ? 64 : 1;
	s->budget = budget_find(s->scale > 1 ? "flops" : s->name);
	if (s->budget >= 0)
		return NAS_OK;
	near = nas_nearest(s->name, names, USED_BUDGETS + 1);
	return nas_fail(err, NAS_EUSAGE, "--sweep: unknown budget '%s'%s%s%s",
			s->name, near ? " (did you mean '" : "",
			near ? near : "", near ? "'?)" : "");
}

static enum nas_status parse(struct sweep *s, const char *text,
			     struct nas_err *err)
{
	char part[3][64];
	double n = 0;

	if (sscanf(text, "%31[a-z_]=%63[^:]:%63[^:]:%63[^:]", s->name, part[0],
		   part[1], part[2]) != 4)
		return bad_sweep(text, err);
	if (find_budget(s, err) != NAS_OK ||
	    cli_parse_number("--sweep", part[0], 0, 1e18, &s->low, err) ||
	    cli_parse_number("--sweep", part[1], 0, 1e18, &s->high, err) ||
	    cli_parse_number("--sweep", part[2], 1, POINTS_MAX, &n, err))
		return err->code;
	s->n = (int)n;
	if (s->low <= 0 || s->low > s->high || n != s->n)
		return bad_sweep(text, err);
	return NAS_OK;
}

static void set_limit(struct budgets *b, int budget, double value)
{
	if (budget == USED_SRAM)
		b->sram_bytes = value;
	else if (budget == USED_RHO)
		b->rho = value;
	else
		b->limit[budget] = value;
}

static enum nas_status run_point(struct certify_job *job, struct sweep *s,
				 int i, struct nas_err *err)
{
	struct point *p = &s->point[i];
	struct config *c = &job->config;
	double step = s->n > 1 ? (s->high - s->low) / (s->n - 1) : 0;

	p->value = i == s->n - 1 && i > 0 ? s->high : s->low + i * step;
	set_limit(&c->limits, s->budget, p->value / s->scale);
	if (config_problem(&job->problem, c, job->cli->arena, err) != NAS_OK ||
	    certify_job_start(job, err) != NAS_OK ||
	    certify_job_run(job, err) != NAS_OK)
		return err->code;
	p->record = job->record;
	p->best = job->best;
	p->has_best = job->has_best;
	if (job->has_best) {
		job->start = job->certificate.best;
		job->has_start = true;
	}
	cli_detail(job->cli, "%s %.17g: %.6f to %.6f", s->name, p->value,
		   p->record.score, p->record.upper_bound);
	return NAS_OK;
}

static void make_monotone(struct sweep *s)
{
	for (int i = s->n - 2; i >= 0; i--) {
		struct certificate_record *r = &s->point[i].record;
		const struct certificate_record *next =
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

static void add_number(struct text *t, bool there, double x)
{
	char number[32] = "";

	if (there)
		json_format_number(number, x);
	text_addf(t, ",%s", number);
}

/* RFC 4180: quotes around, those inside doubled. */
static void add_quoted(struct text *t, const char *s)
{
	text_add(t, ",\"");
	for (; *s && *s != '\n'; s++)
		text_addn(t, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
	text_add(t, "\"");
}

static void add_csv_row(struct text *t, const struct point *p)
{
	const struct certificate_record *r = &p->record;
	cJSON *arch = p->has_best ? arch_to_json(&p->best.arch) : NULL;
	char *line = json_print_line(arch), number[32];
	struct text structure = {0};

	json_format_number(number, p->value);
	text_add(t, number);
	add_number(t, r->bounded, r->upper_bound);
	add_number(t, r->known, r->score);
	add_number(t, r->known, r->gap);
	text_addf(t, ",%d", r->optimal);
	if (p->has_best)
		text_add_structure(&structure, &p->best.arch);
	add_quoted(t, structure.data ? structure.data : "");
	add_quoted(t, line ? line : "");
	text_add(t, "\n");
	if (arch && !line)
		t->failed = true;
	text_free(&structure);
	free(line);
	cJSON_Delete(arch);
}

static void make_csv(struct text *t, const struct sweep *s)
{
	text_addf(t, "%s,upper_bound,score,gap,optimal,structure,"
		     "architecture\n", s->name);
	for (int i = 0; i < s->n; i++)
		add_csv_row(t, &s->point[i]);
}

static cJSON *make_json(const struct certify_job *job, const struct sweep *s)
{
	cJSON *o = json_add_string(cJSON_CreateObject(), "name",
				   job->config.name);
	cJSON *points = cJSON_CreateArray();

	json_add_string(o, "budget", s->name);
	for (int i = 0; i < s->n; i++) {
		const struct point *p = &s->point[i];
		cJSON *row = json_add_number(cJSON_CreateObject(), "value",
					     p->value);

		json_add(row, "certificate",
			 form_write(&certificate_form, &p->record));
		if (p->has_best)
			json_add(row, "best",
				 form_write(&network_form, &p->best));
		json_append(points, row);
	}
	return json_add(o, "points", points);
}

static void print_points(const struct sweep *s)
{
	struct text t = {0};
	char count[80];

	text_addf(&t, "%s\tat most\tscore\tgap %%\tstructure\n", s->name);
	for (int i = 0; i < s->n; i++) {
		const struct point *p = &s->point[i];
		const struct certificate_record *r = &p->record;

		text_add(&t, with_commas(count, sizeof(count), p->value));
		if (!r->known) {
			text_addf(&t, "\t\t\t\t%s\n",
				  r->bounded ? "none known"
					     : "proven infeasible");
			continue;
		}
		text_addf(&t, "\t%.4f\t%.4f\t%.4f\t", r->upper_bound,
			  r->score, 100 * r->gap);
		text_add_structure(&t, &p->best.arch);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static bool ends_in_json(const char *path)
{
	size_t n = strlen(path);

	return n > 5 && strcmp(path + n - 5, ".json") == 0;
}

static enum nas_status write_points(const struct certify_job *job,
				    const struct sweep *s, struct nas_err *err)
{
	const struct cli *cli = job->cli;
	struct text t = {0};

	if (!cli->output)
		return NAS_OK;
	if (ends_in_json(cli->output))
		return output_write_json(cli, make_json(job, s), err);
	make_csv(&t, s);
	(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

enum nas_status certify_sweep(struct certify_job *job, const char *text,
			      struct nas_err *err)
{
	struct sweep s = {0};
	int wanted, i;

	if (parse(&s, text, err) != NAS_OK)
		return err->code;
	wanted = s.n;
	s.point = NAS_NEW(job->cli->arena, struct point, (size_t)s.n);
	if (!s.point)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the points");
	for (i = 0; i < wanted && !stop_requested(); i++)
		if (run_point(job, &s, i, err) != NAS_OK)
			return err->code;
	s.n = i;
	make_monotone(&s);
	if (write_points(job, &s, err) != NAS_OK)
		return err->code;
	if (!job->cli->json)
		print_points(&s);
	else if (print_json(make_json(job, &s), err) != NAS_OK)
		return err->code;
	if (s.n < wanted)
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted after %d of %d points", s.n,
				wanted);
	return NAS_OK;
}
