/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas allocate --sweep: the least loss at many values of one budget. */
#include <math.h>
#include <string.h>

#include "nas/base/csv.h"
#include "nas/cli/cmd_allocate.h"
#include "nas/cli/load.h"
#include "nas/cli/progress.h"

#define POINTS_MAX 10000

struct sweep {
	const struct policy_problem *problem;
	const char *budget;
	int cost, n;
	double low, high;
	struct answer *point; /* (n) */
};

static enum nas_status parse(struct sweep *s, const char *text,
			     struct arena *arena, struct nas_err *err)
{
	char name[80], part[3][64];
	double n = 0;

	if (sscanf(text, "%79[^=]=%63[^:]:%63[^:]:%63[^:]", name, part[0],
		   part[1], part[2]) != 4)
		return nas_fail(err, NAS_EUSAGE, "--sweep: '%.80s' is not "
				"BUDGET=LO:HI:N, such as size=40000:80000:9",
				text);
	if (allocate_find_budget(s->problem, name, &s->cost, err) != NAS_OK ||
	    cli_parse_number("--sweep", part[0], 0, 1e300, &s->low, err) ||
	    cli_parse_number("--sweep", part[1], s->low, 1e300, &s->high,
			     err) ||
	    cli_parse_number("--sweep", part[2], 1, POINTS_MAX, &n, err))
		return err->code;
	s->budget = arena_strdup(arena, name);
	s->n = (int)n;
	s->point = NAS_NEW(arena, struct answer, (size_t)s->n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the points");
	return NAS_OK;
}

static enum nas_status run_point(struct sweep *s, int i, struct arena *arena,
				 struct nas_err *err)
{
	struct answer *a = &s->point[i];
	size_t ncosts = (size_t)s->problem->ncosts;
	double step = s->n > 1 ? (s->high - s->low) / (s->n - 1) : 0;

	a->name = s->problem->name;
	a->problem = *s->problem;
	a->problem.limit = NAS_NEW(arena, double, ncosts);
	if (!a->problem.limit)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the points");
	memcpy(a->problem.limit, s->problem->limit, ncosts * sizeof(double));
	a->problem.limit[s->cost] =
		i > 0 && i == s->n - 1 ? s->high : s->low + i * step;
	return answer_solve(a, arena, err);
}

static cJSON *sweep_json(const struct sweep *s)
{
	cJSON *o = json_object("nas/policy-sweep/1");
	cJSON *points = cJSON_CreateArray();

	json_add_string(o, "name", s->problem->name ? s->problem->name : "");
	json_add_string(o, "budget", s->budget);
	for (int i = 0; i < s->n; i++)
		json_append(points, answer_json(&s->point[i]));
	return json_add(o, "points", points);
}

static void add_number(struct text *t, double x)
{
	char number[32];

	json_format_number(number, x);
	text_add(t, number);
}

/* "8/8 4/8 ...": bits of weights / input of each layer. */
static void add_bits(struct text *t, const struct answer *a)
{
	for (int i = 0; i < a->problem.nlayers; i++) {
		const struct policy_choice *c =
			&a->problem.layer[i]
				 .choice[a->allocation.policy.pick[i]];

		text_addf(t, "%s%d/%d", i ? " " : "", c->bits_w, c->bits_a);
	}
}

static void add_row(struct text *t, const struct sweep *s, int i,
		    const char *comma)
{
	const struct answer *a = &s->point[i];
	const struct allocation *x = &a->allocation;
	bool solved = x->status == ALLOCATE_OPTIMAL;

	add_number(t, a->problem.limit[s->cost]);
	text_addf(t, "%s%s%s", comma, solved ? "optimal" : "infeasible",
		  comma);
	if (solved)
		add_number(t, x->policy.loss);
	for (int r = 0; r < s->problem->ncosts; r++) {
		text_add(t, comma);
		if (solved)
			add_number(t, x->policy.cost[r]);
	}
	text_add(t, comma);
	if (solved)
		add_bits(t, a);
	text_add(t, "\n");
}

/* Of a CSV file, or of a table on the screen. */
static void make_rows(struct text *t, const struct sweep *s,
		      const char *comma)
{
	text_addf(t, "limit%sstatus%sloss", comma, comma);
	for (int r = 0; r < s->problem->ncosts; r++) {
		text_add(t, comma);
		if (*comma == ',')
			csv_add(t, s->problem->cost_name[r]);
		else
			text_add(t, shown(s->problem->cost_name[r]).s);
	}
	text_addf(t, "%sbits\n", comma);
	for (int i = 0; i < s->n; i++)
		add_row(t, s, i, comma);
}

static enum nas_status write_points(const struct sweep *s,
				    const struct cli *cli, struct nas_err *err)
{
	struct text t = { 0 };

	if (!cli->output)
		return NAS_OK;
	if (output_is_json(cli))
		return output_write_json(cli, sweep_json(s), err);
	make_rows(&t, s, ",");
	(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

enum nas_status allocate_sweep(const struct policy_problem *problem,
			       const struct cli *cli, const char *text,
			       struct nas_err *err)
{
	struct sweep s = { .problem = problem };
	struct progress progress = { 0 };
	struct text t = { 0 };

	if (parse(&s, text, cli->arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < s.n; i++) {
		progress_step(&progress, cli->quiet, "points", i, s.n);
		if (run_point(&s, i, cli->arena, err) != NAS_OK)
			return err->code;
	}
	progress_end(&progress);
	if (write_points(&s, cli, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(sweep_json(&s), err);
	make_rows(&t, &s, "\t");
	print_table(&t);
	text_free(&t);
	return NAS_OK;
}
