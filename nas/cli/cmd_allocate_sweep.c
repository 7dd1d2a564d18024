/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas allocate --sweep: the least loss at many values of one budget. */
#include <stdio.h>

#include "nas/cli/cmd_allocate.h"
#include "nas/cli/events.h"
#include "nas/cli/load.h"
#include "nas/cli/print.h"
#include "qbr/policy_curve.h"
#include "nas/cli/progress.h"

#define POINTS_MAX 10000

static enum nas_status parse(struct policy_curve *s, const char *text,
			     struct nas_err *err)
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
	s->n = (int)n;
	return NAS_OK;
}

static void begin_point(void *context, int i, int n)
{
	const struct cli_events *events = context;

	run_step(&events->env, "points", i, n);
}

static void print_points(const struct policy_curve *s)
{
	struct nas_text t = { 0 };

	text_add(&t, "limit\tstatus\tloss");
	for (int r = 0; r < s->problem->ncosts; r++)
		text_addf(&t, "\t%s", shown(s->problem->cost_name[r]).s);
	text_add(&t, "\tbits\n");
	policy_curve_rows(&t, s, "\t");
	print_table(&t);
	text_free(&t);
}

static enum nas_status write_points(const struct policy_curve *s,
				    const struct cli *cli, struct nas_err *err)
{
	struct nas_text t = { 0 };

	if (!cli->output)
		return NAS_OK;
	if (output_is_json(cli))
		return output_write_json(cli, policy_curve_json(s), err);
	policy_curve_csv(&t, s);
	(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

enum nas_status allocate_sweep(const struct policy_problem *problem,
			       const struct cli *cli, const char *text,
			       struct nas_err *err)
{
	struct policy_curve s = { .problem = problem };
	struct cli_events events;

	if (parse(&s, text, err) != NAS_OK ||
	    cli_events_init(&events, cli, err) != NAS_OK)
		return err->code;
	(void)!policy_curve_run(&s, begin_point, &events, cli->arena, err);
	run_steps_end(&events.env);
	if (err->code != NAS_OK || write_points(&s, cli, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(policy_curve_json(&s), err);
	print_points(&s);
	return NAS_OK;
}
