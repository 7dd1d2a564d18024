/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas pareto: the front of the score against one, two or three budgets. */
#include "nas/base/clock.h"
#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/form/form.h"
#include "nas/report/pareto_page.h"
#include "nas/run/result_dir.h"

static const struct cli_option options[] = {
	{ "over", 0, "BUDGET[=LO..HI][,...]", "one to three budgets; an end "
	  "that is left out is found: the least that any network needs, and "
	  "where the score grows no more" },
	{ "points", 'n', "N", "values of each budget; default 21 of one, 11 of "
			      "two, 6 of three" },
	{ "even", 0, NULL, "values in equal steps; else in equal ratios" },
	{ 0 },
};

static enum nas_status read_axes(struct pareto *front, const struct cli *cli,
				 struct nas_err *err)
{
	const char *over = cli_value(cli, "over");
	int64_t n = 0;

	if (!over)
		return nas_fail(err, NAS_EUSAGE, "--over is missing: the "
				"budgets, such as --over flash_bytes");
	if (cli_whole(cli, "points", 2, PARETO_POINTS, &n, err) != NAS_OK)
		return err->code;
	front->n = (int)n;
	front->even = cli_value(cli, "even") != NULL;
	return pareto_over(front, over, err);
}

/* ---- what is printed ------------------------------------------------------ */

static void print_head(const struct pareto *f)
{
	char low[80], high[80];
	int n = 0;

	say("%s: %s against", shown(f->name).s, f->score_title);
	for (int a = 0; a < f->naxes; a++)
		say("%s %s %s to %s", a ? "," : "", f->axis[a].name,
		    budget_text(low, sizeof(low), f->axis[a].low),
		    budget_text(high, sizeof(high), f->axis[a].high));
	for (int i = 0; budget_rows[i]; i++) {
		const struct nas_number_slot *limit =
			&f->limit[budget_index(budget_rows[i])];

		if (limit->present)
			say("%s %s at most %s", n++ ? "," : "; for all of it",
			    budget_rows[i]->key,
			    budget_text(low, sizeof(low), limit->x));
	}
	say("\n");
}

static void add_more(struct nas_text *t, const struct nas_number_slot *more)
{
	if (more->present)
		text_addf(t, "\t%.4g", more->x);
	else
		text_add(t, "\t-");
}

static void print_points(const struct pareto *f)
{
	struct nas_text t = { 0 };
	char text[80];

	text_add(&t, "point");
	for (int a = 0; a < f->naxes; a++)
		text_addf(&t, "\t%s", f->axis[a].name);
	text_addf(&t, "\t%s\tat most", f->score_title);
	for (int a = 0; a < f->naxes; a++)
		text_addf(&t, "\t10 %% %s buys",
			  budget_kinds[f->axis[a].budget].label);
	text_add(&t, "\tstructure\n");
	for (int i = 0; i < f->npoints; i++) {
		const struct pareto_point *p = &f->point[i];

		text_addf(&t, "%d", i + 1);
		for (int a = 0; a < f->naxes; a++)
			text_addf(&t, "\t%s", budget_text(text, sizeof(text),
				  p->at_most[f->axis[a].budget].x));
		text_addf(&t, "\t%.4f\t%.4f", p->best.score, p->upper_bound);
		for (int a = 0; a < f->naxes; a++)
			add_more(&t, &p->more[f->axis[a].budget]);
		text_add(&t, "\t");
		text_add_structure(&t, &p->best.arch);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static void print_base(const struct pareto *f)
{
	char text[80];

	if (!f->base.present)
		return;
	say("at the config's own budgets %.4f%s\n", f->base.score,
	    f->base.optimal ? ", proven optimal" : "");
	for (int i = 0; i < f->base.nmore; i++) {
		const struct pareto_more *m = &f->base.more[i];

		say("  10 %% more %s, %s, buys %.4g points: %.4f%s\n",
		    budget_kinds[budget_find(m->budget)].label,
		    budget_text(text, sizeof(text), m->more), m->gain, m->score,
		    m->optimal ? ", proven optimal" : "");
	}
}

static void print_front(const struct pareto *f)
{
	struct nas_text t = { 0 };

	print_head(f);
	print_points(f);
	pareto_summary(&t, f);
	say("%s\n", text_said(&t));
	text_free(&t);
	if (f->latency_by)
		say("latency_ms is counted by %s\n", shown(f->latency_by).s);
	print_base(f);
}

/* ---- the command ---------------------------------------------------------- */

static enum nas_status write_dir(const struct cli *cli, const struct pareto *f,
				 struct nas_err *err)
{
	if (!cli->output)
		return NAS_OK;
	if (report_pareto_write(cli->output, f, err) != NAS_OK ||
	    pareto_dir_write(cli->output, f, err) != NAS_OK)
		return err->code;
	cli_note(cli, "results are in '%s'", cli->output);
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct nas_config *config = NAS_NEW(cli->arena, struct nas_config, 1);
	struct pareto *front = NAS_NEW(cli->arena, struct pareto, 1);
	struct cli_events events;

	if (front)
		front->axis = NAS_NEW(cli->arena, struct pareto_axis, GRID_AXES);
	if (cli->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a front");
	if (read_axes(front, cli, err) != NAS_OK ||
	    config_read(config, cli->arg[0], cli->set, cli->nsets, cli->arena,
			err) != NAS_OK ||
	    cli_events_init(&events, cli, err) != NAS_OK)
		return err->code;
	if (cli->output &&
	    result_dir_open(cli->output, cli->force, "pareto.html",
			    "pareto.json", "front", err) != NAS_OK)
		return err->code;
	stop_install();
	if (pareto_run(front, config, &events.env, err) != NAS_OK ||
	    write_dir(cli, front, err) != NAS_OK)
		return err->code;
	if (!cli->json)
		print_front(front);
	else if (print_json(form_write(&pareto_form, front), err) != NAS_OK)
		return err->code;
	return pareto_verdict(front, err);
}

const struct command cmd_pareto = {
	"pareto", "CONFIG --over BUDGET[,BUDGET] [-o DIR]",
	"the proven front of the score against one to three budgets",
	"nas pareto configs/quick.json --over flash_bytes -n 5", options, 1, 1,
	run,
	CLI_FORMAT | CLI_SET | CLI_THREADS | CLI_DIR | CLI_FORCE | CLI_QUIET,
};
