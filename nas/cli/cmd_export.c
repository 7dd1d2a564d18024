/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas export: a network as the file that the next tool reads. */
#include <string.h>

#include "nas/cli/values.h"
#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/model_options.h"
#include "nas/run/export_job.h"
#include "nas/run/outputs.h"
#include "nas/run/sweep_job.h"

static const struct cli_option options[] = {
	{"to", 't', "FORMAT", "one of"},
	{"quantiser", 0, "GRID",
	 "grid of a trained network's weights, max-abs by default; how pytorch "
	 "trains weights, lsq by default"},
	{"memory", 'm', "MEMORY",
	 "model of the bytes in csv and c, the first by default"},
	LATENCY_OPTION,
	PICK_OPTION,
	QUANTISED_OPTIONS,
	IMAGE_OPTIONS,
	{0},
};

/* A grid, or one of the trainers listed behind all grids. */
static enum nas_status read_quantiser(struct export_job *e,
				      const struct cli *cli,
				      struct nas_err *err)
{
	bool trains = e->format == export_format_find("pytorch");
	int i = -1, grids = 0;

	if (cli_read_choice(cli, "quantiser", &i, err) != NAS_OK || i < 0)
		return err->code;
	while (quantisers[grids])
		grids++;
	for (int k = 0; trains && k < PYTORCH_QUANTIZERS; k++)
		if (strcmp(cli_value(cli, "quantiser"),
			   pytorch_quantizer_names[k]) == 0) {
			e->options.quantizer = (enum pytorch_quantizer)k;
			return NAS_OK;
		}
	if (trains || i >= grids)
		return nas_fail(err, NAS_EUSAGE, "--quantiser %s is for %s",
				cli_value(cli, "quantiser"),
				trains ? "trained networks, not for --to pytorch"
				       : "--to pytorch");
	e->bits.quantiser = quantisers[i];
	return NAS_OK;
}

static enum nas_status read_options(struct export_job *e,
				    const struct cli *cli, struct nas_err *err)
{
	const char *to = cli_value(cli, "to");

	if (!to)
		return nas_fail(err, NAS_EUSAGE,
				"'nas export' needs --to "
				"FORMAT");
	e->format = export_format_find(to);
	if (!e->format)
		return export_format_unknown(to, err);
	if (e->format->holds != EXPORT_TEXT && !cli->output)
		return nas_fail(err, NAS_EUSAGE, "--to %s needs -o OUT", to);
	if (e->format->holds == EXPORT_FOLDER && cli->to_stdout)
		return nas_fail(err, NAS_EUSAGE, "--to %s needs -o DIR: it is "
				"several files", to);
	if (cli->json && (!cli->output || cli->to_stdout))
		return nas_fail(err, NAS_EUSAGE, "--format json needs -o FILE: "
				"standard output holds the network");
	if (latency_option_read(&e->options.latency, cli, err) != NAS_OK ||
	    export_options_read(e, cli, err) != NAS_OK)
		return err->code;
	return read_quantiser(e, cli, err);
}

/* With --format json standard output is one object, as of other commands. */
static enum nas_status print_summary(const struct cli *cli,
				     const struct nas_text *t,
				     struct nas_err *err)
{
	struct export_output o = { .output = cli->output,
				   .format = cli_value(cli, "to"),
				   .bytes = (int64_t)t->length };

	return cli->json ? print_json(form_write(&export_form, &o), err)
			 : NAS_OK;
}

/* A file, or the files of a folder. */
static enum nas_status write(const struct cli *cli, const struct nas_text *t,
			     enum export_holds holds, struct nas_err *err)
{
	if (holds != EXPORT_FOLDER)
		return output_write_text(cli, t, err);
	if (export_write_folder(cli->output, t, err) != NAS_OK)
		return err->code;
	cli_note(cli, "'%s' is written", cli->output);
	return NAS_OK;
}

static enum nas_status refuse_existing(const struct cli *cli,
				       enum export_holds holds,
				       struct nas_err *err)
{
	if (!cli->output)
		return NAS_OK;
	return holds == EXPORT_FOLDER ? output_refuse_filled(cli, err)
				      : output_refuse_existing(cli, err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct export_job job = { .options = EXPORT_DEFAULTS };
	struct cli_events events;
	struct nas_text t = {0};
	char file[4096];

	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    read_options(&job, cli, err) != NAS_OK ||
	    sweep_job_network(file, sizeof(file), cli->arg[0], cli->arena,
			      err))
		return err->code;
	if (refuse_existing(cli, job.format->holds, err) != NAS_OK)
		return err->code;
	if (export_job_run(&t, &job, file, &events.env, err) == NAS_OK) {
		if (cli->output)
			(void)(write(cli, &t, job.format->holds, err) ||
			       print_summary(cli, &t, err));
		else
			say_text(&t);
	}
	text_free(&t);
	return err->code;
}

const struct command cmd_export = {
	"export",
	"FILE --to FORMAT [-o OUT]",
	"write a network as ONNX, TFLite, PyTorch, C, CSV or DOT",
	"nas export run/best/001/architecture.json --to onnx -o model.onnx\n"
	"nas export run/best/001/architecture.json --to c -o board\n"
	"nas export seeds/0003 --to onnx -o third.onnx\n"
	"nas export trained.onnx --bits-w 4 --to onnx -o quantised.onnx",
	options,
	1,
	1,
	run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_FILE | CLI_FORCE |
	CLI_QUIET,
};
