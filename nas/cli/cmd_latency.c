/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas latency: models of how long a network takes on a board. */
#include <string.h>

#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/latency_fit.h"

#define WORST 5 /* rows */

static const struct cli_option options[] = {
	{ "clock", 0, "MHZ", "fit: of the board; for tables in cycles" },
	{ "target", 0, "NAME", "fit: rows of this target only" },
	{ "board", 0, "TEXT", "fit: what it was measured on" },
	{ "runtime", 0, "TEXT", "fit: the library that ran it" },
	{ "source", 0, "TEXT", "fit: where the rows come from" },
	{ "name", 0, "TEXT", "fit: of the model, in tables" },
	{ "terms", 0, "A,B,...", "fit: these terms only; default: all, or those "
				 "that few rows can tell" },
	{ "channel-step", 0, "N", "fit: MACs count channels rounded up to a "
				  "multiple of N; default 1" },
	{ "on-chip", 0, "BYTES", "fit: layers of more bytes in and out spill; "
				 "auto: what suits the rows best; default: "
				 "nothing spills" },
	{ "fit-on", 0, "N", "fit: N random rows, judged on the others; default: "
			    "all, each judged by a fit without it" },
	{ 0 },
};

static enum nas_status read_on_chip(const struct cli *cli,
				    struct latency_fit *fit,
				    struct nas_err *err)
{
	const char *text = cli_value(cli, "on-chip");

	if (text && strcmp(text, "auto") == 0)
		fit->on_chip_bytes = LATENCY_AUTO;
	else
		return cli_number(cli, "on-chip", 1, 1e12,
				  &fit->on_chip_bytes, err);
	return NAS_OK;
}

static enum nas_status read_options(const struct cli *cli,
				    struct latency_fit *fit,
				    struct nas_err *err)
{
	const char *terms = cli_value(cli, "terms");
	int64_t step = 1;

	if (read_on_chip(cli, fit, err) != NAS_OK ||
	    cli_number(cli, "clock", 1e-3, 1e6, &fit->clock_mhz, err) ||
	    cli_whole(cli, "channel-step", 1, 256, &step, err) ||
	    cli_whole(cli, "fit-on", 2, 1000000, &fit->fit_on, err))
		return err->code;
	fit->target = cli_value(cli, "target");
	fit->channel_step = (int)step;
	fit->seed = cli_seed(cli, 1);
	return terms ? latency_fit_allow(fit, terms, err) : NAS_OK;
}

static void fill_texts(const struct cli *cli, struct nas_latency *m)
{
	const struct { const char *option; char **to; } text[] = {
		{ "board", &m->board }, { "runtime", &m->runtime },
		{ "source", &m->source }, { "name", &m->name },
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		const char *given = cli_value(cli, text[i].option);

		if (given)
			*text[i].to = arena_strdup(cli->arena, given);
	}
}

/* What is not counted by itself: a search takes it for free. */
static void print_uncounted(const struct nas_latency *m)
{
	int n = 0;

	for (int t = LATENCY_MACS_CONV; t <= LATENCY_MACS_SQUEEZE; t++)
		if (m->term[t] == 0)
			say("%s %s", n++ ? "," : "not counted by themselves:",
			    latency_terms[t].key);
	if (n)
		say("\n");
}

/* Whole: where a model comes from is longer than a line. */
static void print_source(const char *source)
{
	struct nas_text t = { 0 };

	text_add_cell(&t, source);
	say("source: %s\n", text_said(&t));
	text_free(&t);
}

static void print_model(const struct nas_latency *m)
{
	struct nas_text t = { 0 };

	if (m->name)
		say("%s: ", shown(m->name).s);
	say("%s%s%s", m->board ? shown(m->board).s : "board not said",
	    m->runtime ? ", " : "", m->runtime ? shown(m->runtime).s : "");
	if (m->clock_mhz > 0)
		say(", %g MHz", m->clock_mhz);
	say("\n");
	text_add(&t, "term\tms\ta\n");
	for (int i = 0; i < LATENCY_TERMS; i++)
		if (m->term[i] > 0)
			text_addf(&t, "%s\t%.4g\t%s\n", latency_terms[i].key,
				  m->term[i], latency_terms[i].help);
	print_table(&t);
	text_free(&t);
	print_uncounted(m);
	for (int i = 0; i < m->nfactors; i++)
		say("activations of %d bits by weights of %d: times %g\n",
		    m->factor[i].bits_a, m->factor[i].bits_w,
		    m->factor[i].factor);
	if (m->channel_step > 1)
		say("MACs count channels rounded up to a multiple of %d\n",
		    m->channel_step);
	if (m->on_chip_bytes > 0)
		say("layers of more than %.0f bytes in and out spill\n",
		    m->on_chip_bytes);
	if (m->error.method)
		say("error: mean %.2f %%, largest %.2f %% (%s; %d rows)\n",
		    m->error.mean, m->error.max, shown(m->error.method).s,
		    m->error.rows);
	if (m->source)
		print_source(m->source);
}

static void print_worst(const struct latency_fit *fit)
{
	struct nas_text t = { 0 };

	say("Spearman %.4f; the worst rows:\n", fit->spearman);
	text_add(&t, "row\tmeasured ms\tmodel ms\terror %\n");
	for (int i = 0; i < WORST && i < fit->njudged; i++) {
		const struct latency_row *r = &fit->row[fit->judged[i]];

		text_addf(&t, "%s\t%.4g\t%.4g\t%+.2f\n", shown(r->name).s,
			  r->ms, r->left_out, 100 * latency_row_error(r));
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status run_fit(const struct cli *cli, struct nas_err *err)
{
	struct latency_fit *fit = NAS_NEW(cli->arena, struct latency_fit, 1);

	if (!fit)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a fit");
	if (read_options(cli, fit, err) != NAS_OK ||
	    (cli->output && output_refuse_existing(cli, err) != NAS_OK) ||
	    latency_fit_read(fit, cli->arg[1], cli->arena, err) != NAS_OK ||
	    latency_fit_run(fit, cli->arena, err) != NAS_OK)
		return err->code;
	fill_texts(cli, &fit->model);
	if (cli->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a model");
	if (cli->output &&
	    output_write_json(cli, form_write(&latency_form, &fit->model),
			      err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(form_write(&latency_form, &fit->model), err);
	print_model(&fit->model);
	print_worst(fit);
	return NAS_OK;
}

static enum nas_status list_models(const struct cli *cli, struct nas_err *err)
{
	struct nas_text t = { 0 };

	text_add(&t, "model\tboard\tMHz\truntime\terror %\tlargest %\n");
	for (int i = 0; latency_models[i][0] && err->code == NAS_OK; i++) {
		struct nas_latency m;

		if (latency_read(&m, latency_models[i][0], cli->arena, err))
			break;
		text_addf(&t, "%s\t%s\t", latency_models[i][0], m.board);
		if (m.clock_mhz > 0)
			text_addf(&t, "%g", m.clock_mhz);
		text_addf(&t, "\t%s\t%.1f\t", m.runtime, m.error.mean);
		if (m.error.max > 0)
			text_addf(&t, "%.1f", m.error.max);
		text_add(&t, "\n");
	}
	if (err->code == NAS_OK)
		print_table(&t);
	text_free(&t);
	return err->code;
}

static enum nas_status run_show(const struct cli *cli, struct nas_err *err)
{
	struct nas_latency m;

	if (cli->nargs == 1 && cli->json)
		return nas_fail(err, NAS_EUSAGE, "show --format json needs a "
				"model");
	if (cli->nargs == 1)
		return list_models(cli, err);
	if (latency_read(&m, cli->arg[1], cli->arena, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(form_write(&latency_form, &m), err);
	print_model(&m);
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	if (strcmp(cli->arg[0], "show") == 0)
		return run_show(cli, err);
	if (strcmp(cli->arg[0], "fit") != 0)
		return nas_fail(err, NAS_EUSAGE, "'%.40s' is neither fit nor "
				"show", cli->arg[0]);
	if (cli->nargs != 2)
		return nas_fail(err, NAS_EUSAGE, "fit needs a table");
	return run_fit(cli, err);
}

const struct command cmd_latency = {
	"latency", "fit TABLE [-o FILE] | show [MODEL]",
	"fit or show a model of how long networks take on a board",
	"nas latency show", options, 1, 2, run,
	CLI_FORMAT | CLI_SEED | CLI_FILE | CLI_FORCE | CLI_QUIET,
};
