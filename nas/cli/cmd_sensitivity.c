/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sensitivity: what every layer of a trained network loses by few bits. */
#include "nas/cli/model_options.h"

#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/report/study.h"

static const struct cli_option options[] = { SENSITIVITY_OPTIONS, { 0 } };

static void print_losses(const struct sensitivity_run *r)
{
	const struct sensitivity *s = &r->s;
	struct nas_text t = { 0 };

	text_add(&t, "layer\tname\tweights");
	if (s->value)
		text_add(&t, "\tvalue");
	for (int k = 0; k < s->nw; k++)
		text_addf(&t, "\tw%d", s->bits_w[k]);
	for (int k = 0; k < s->na; k++)
		text_addf(&t, "\ta%d", s->bits_a[k]);
	text_add(&t, "\n");
	for (int i = 0; i < s->nlayers; i++) {
		const struct graph_layer *l = &r->model.graph.layer[i];

		text_addf(&t, "%d\t%.40s\t%zu", i, shown(l->name).s,
			  (size_t)l->out * l->fan);
		if (s->value)
			text_addf(&t, "\t%.4f", s->value[i]);
		for (int k = 0; k < s->nw; k++)
			text_addf(&t, "\t%.4g", s->loss_w[i * s->nw + k]);
		for (int k = 0; k < s->na; k++)
			text_addf(&t, "\t%.4g", s->loss_a[i * s->na + k]);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status write_dir(const struct cli *cli,
				 const struct sensitivity_run *r,
				 struct nas_err *err)
{
	struct nas_text svg = { 0 };

	if (!cli->output)
		return NAS_OK;
	if (sensitivity_write(cli->output, r, err) != NAS_OK)
		return err->code;
	report_sensitivity(&svg, &r->model.graph, &r->s);
	if (output_add_file(cli, "sensitivity.svg", &svg, err) == NAS_OK)
		cli_note(cli, "'%.200s' holds sensitivity.csv, .json and "
			 ".svg", cli->output);
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct sensitivity_run *r =
		NAS_NEW(cli->arena, struct sensitivity_run, 1);
	struct sensitivity_options o;
	struct cli_events events;

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a model");
	if (output_refuse_filled(cli, err) != NAS_OK ||
	    sensitivity_options_read(&o, cli, err) != NAS_OK ||
	    cli_events_init(&events, cli, err) != NAS_OK ||
	    sensitivity_of(r, cli->arg[0], &o, &events.env, err) != NAS_OK ||
	    write_dir(cli, r, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(sensitivity_json(r), err);
	print_losses(r);
	return NAS_OK;
}

const struct command cmd_sensitivity = {
	"sensitivity", "MODEL --metric METRIC [--data X] [-o DIR]",
	"measure how sensitive each layer of a trained network is to bits",
	"nas sensitivity trained.onnx --metric te --data images/ -o losses",
	options, 1, 1, run,
	CLI_FORMAT | CLI_THREADS | CLI_DIR | CLI_FORCE | CLI_QUIET,
};
