/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas evaluate: accuracy of a trained network, as it is and quantised. */
#include <string.h>

#include "nas/base/clock.h"
#include "nas/cli/values.h"
#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/model_options.h"
#include "nas/run/evaluation.h"

#define BATCH 32

static const struct cli_option options[] = {
	MODEL_OPTIONS,
	QUANTISED_OPTIONS,
	{"quantiser", 0, "QUANTISER", "grid of the weights; default the policy's, or the "
	 "first"},
	{"grids", 0, NULL, "every map on a grid, as the C of the network has it: the "
	 "accuracy on a board"},
	{"batch", 'b', "N", "images at a time; default 32"},
	{"write", 'w', "OUT.onnx", "write the quantised network"},
	{"output", 0, "NAME", "the one that counts; default the first"},
	{"outputs", 0, "OUT.npy",
	 "write the outputs of the network for every image"},
	{0},
};

/* ---- what is printed ------------------------------------------------------ */

#define PREDICTIONS_SHOWN 20 /* in a table */

static void tally_row(struct nas_text *t, const char *name,
		      const struct tally *tally)
{
	text_addf(t, "%s\t%d\t%.4f\t%.4f\n", name, tally->n,
		  (double)tally->top1 / tally->n,
		  (double)tally->top5 / tally->n);
}

static void print_predictions(const struct cli *cli,
			      const struct evaluation *e)
{
	const struct data *d = e->model.data;
	struct nas_text t = {0};

	text_add(&t, "image\tclass\tscore\n");
	for (int i = 0; i < d->n && i < PREDICTIONS_SHOWN; i++) {
		text_addf(&t, "%d %s\t%d\t%.6f\n", i,
			  shown(data_name(d, i)).s, e->prediction[i].class,
			  (double)e->prediction[i].score);
	}
	print_table(&t);
	text_free(&t);
	if (d->n > PREDICTIONS_SHOWN)
		cli_note(cli,
			 "%d more images (--format json prints up to "
			 "%d)",
			 d->n - PREDICTIONS_SHOWN, EVALUATION_PREDICTIONS);
}

static enum nas_status print_evaluation(const struct cli *cli,
					const struct evaluation *e,
					struct nas_err *err)
{
	struct nas_text t = {0};

	if (cli->json)
		return print_json(evaluation_json(e), err);
	if (e->model.data->labels) {
		text_add(&t, "network\timages\ttop-1\ttop-5\n");
		tally_row(&t, "float", &e->plain);
		if (e->has_bits)
			tally_row(&t, "quantised", &e->quantised);
		print_table(&t);
		text_free(&t);
	} else {
		print_predictions(cli, e);
	}
	if (e->noutputs == 1)
		say("one output: class 1 above %g, else class 0\n",
		    (double)e->threshold);
	if (e->has_bits)
		say("same class as the float network: %.4f\n",
		    (double)e->agree / e->model.data->n);
	return NAS_OK;
}

/* ---- the command ---------------------------------------------------------- */

static enum nas_status refuse_existing(const struct cli *cli,
				       const char *option, struct nas_err *err)
{
	const char *path = cli_value(cli, option);

	if (path && strcmp(path, "-") == 0)
		return nas_fail(err, NAS_EUSAGE, "--%s: needs a file, standard "
				"output holds the accuracies", option);
	return path ? output_refuse_file(cli, path, err) : NAS_OK;
}

static enum nas_status write_files(const struct cli *cli,
				   const struct evaluation *e,
				   struct nas_err *err)
{
	const char *model = cli_value(cli, "write");
	const char *outputs = cli_value(cli, "outputs");

	if (model) {
		if (evaluation_write_model(e, model, cli->arena, err) != NAS_OK)
			return err->code;
		cli_note(cli, "wrote %s", model);
	}
	return outputs ? evaluation_write_outputs(e, outputs, err) : NAS_OK;
}

static enum nas_status read_options(struct evaluation_options *o,
				    const struct cli *cli, struct nas_err *err)
{
	int64_t batch = BATCH;
	int quantiser = -1;

	*o = (struct evaluation_options){ .outputs =
						  cli_value(cli, "outputs") };
	if (refuse_existing(cli, "write", err) != NAS_OK ||
	    refuse_existing(cli, "outputs", err) != NAS_OK ||
	    cli_whole(cli, "batch", 1, 65536, &batch, err) != NAS_OK ||
	    model_options_read(&o->model, cli, err) != NAS_OK ||
	    quantised_options_read(&o->bits, cli, err) != NAS_OK ||
	    cli_read_choice(cli, "quantiser", &quantiser, err) != NAS_OK)
		return err->code;
	o->model.output = cli_value(cli, "output");
	o->bits.quantiser = quantiser < 0 ? NULL : quantisers[quantiser];
	o->batch = (int)batch;
	o->grids = cli_value(cli, "grids") != NULL;
	if (o->grids && cli_value(cli, "write"))
		return nas_fail(err, NAS_EUSAGE, "--grids and --write exclude "
				"each other: 'nas export' writes such a network");
	return model_need_images(cli, err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct evaluation e = {0};
	struct evaluation_options o;
	struct cli_events events;

	if (read_options(&o, cli, err) != NAS_OK ||
	    cli_events_init(&events, cli, err) != NAS_OK)
		return err->code;
	stop_install();
	if (evaluation_run(&e, cli->arg[0], &o, &events.env, err) == NAS_OK &&
	    print_evaluation(cli, &e, err) == NAS_OK) {
		cli_detail(cli, "%.1f images per second",
			   e.model.data->n / e.seconds);
		(void)!write_files(cli, &e, err);
	}
	evaluation_free(&e);
	return err->code;
}

const struct command cmd_evaluate = {
	"evaluate",
	"MODEL --data X [--labels Y] [--policy P]",
	"accuracy of a trained ONNX or TFLite network, float and quantised",
	"nas evaluate trained.onnx --data images/ --policy policy.json",
	options,
	1,
	1,
	run,
	CLI_FORMAT | CLI_THREADS | CLI_FORCE | CLI_QUIET | CLI_VERBOSE,
};
