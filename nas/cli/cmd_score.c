/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas score: score and costs of given architectures, layer by layer. */
#include <stdlib.h>
#include <string.h>

#include "nas/cli/latency_option.h"
#include "nas/cli/values.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "nas/cli/score_print.h"

static const struct cli_option options[] = {
	{ "network", 0, "NAME", "only the network of this name" },
	{ "bits", 0, "A/W", "A bits of activations and W of weights in all "
			    "layers but the first and the classifier, which "
			    "have 8 of both" },
	{ "memory", 'm', "MEMORY", "model of the peak memory, the first by "
				   "default" },
	LATENCY_OPTION,
	{ "image-size", 0, "N|HxW", "size of the input instead of the file's" },
	{ "classes", 0, "N", "classes of a classifier instead of the file's; "
			     "0 = none" },
	{ "stage-weights", 0, "A,B,...", "weights of the score's stages "
					 "instead of the file's" },
	{ "sigma-a", 0, "X", "spread of the activations instead of the file's; "
			     "default 5" },
	{ "sigma-w", 0, "X", "spread of the weights instead of the file's; "
			     "default 4" },
	{ "monte-carlo", 0, "N", "measure the score on N random networks, layer "
				 "by layer, beside the closed form" },
	{ "inputs", 0, "INPUTS", "inputs of their layers: fresh numbers "
				 "(default); the output of the layer before, "
				 "brought to sigma-a as a whole; or each "
				 "channel of it; in this order" },
	{ "zen", 0, "N", "Zen-score, mean of N random networks" },
	{ "layers", 'l', NULL, "layers of every network, even if there are "
			       "several" },
	{0},
};

static enum nas_status read_memory(struct scored_options *o,
				   const struct cli *cli, struct nas_err *err)
{
	int i = MEMORY_TINYENGINE;

	if (cli_read_choice(cli, "memory", &i, err) != NAS_OK)
		return err->code;
	o->model = &memory_models[i];
	return NAS_OK;
}

static enum nas_status read_classes(struct scored_options *o,
				    const struct cli *cli, struct nas_err *err)
{
	int64_t classes = -1;

	if (cli_whole(cli, "classes", 0, ARCH_CLASSES_MAX, &classes, err))
		return err->code;
	o->classes = (int)classes;
	return NAS_OK;
}

static enum nas_status read_bits(struct scored_options *o,
				 const struct cli *cli, struct nas_err *err)
{
	const char *s = cli_value(cli, "bits");
	static const struct quantity_limits bits = {
		"--bits", 1, ARCH_BITS_MAX, 0
	};
	char a[16], w[16], end;
	int64_t bits_a, bits_w;

	if (!s)
		return NAS_OK;
	if (sscanf(s, "%15[^/]/%15[^/]%c", a, w, &end) != 2)
		return nas_fail(err, NAS_EUSAGE, "--bits: '%.40s' is not A/W, "
				"such as 8/4", s);
	if (quantity_read_whole(&bits_a, &bits, a, err) != NAS_OK ||
	    quantity_read_whole(&bits_w, &bits, w, err) != NAS_OK)
		return err->code;
	o->bits_a = (int)bits_a;
	o->bits_w = (int)bits_w;
	return NAS_OK;
}

static enum nas_status read_stage_weights(struct nas_qe_options *qe,
					  const struct cli *cli,
					  struct nas_err *err)
{
	const char *s = cli_value(cli, "stage-weights");

	if (!s)
		return NAS_OK;
	return quantity_read_list(qe->stage_weights, &qe->nstage_weights,
				  &cli_stage_weights, s, err);
}

/* A whole number of networks; 0 = not asked for. */
static enum nas_status read_networks(int *n, const struct cli *cli,
				     const char *name, struct nas_err *err)
{
	int64_t x = 0;

	if (cli_whole(cli, name, 2, SCORED_NETWORKS_MAX, &x, err) != NAS_OK)
		return err->code;
	*n = (int)x;
	return NAS_OK;
}

static enum nas_status read_sampling(struct scored_options *o,
				     const struct cli *cli,
				     struct nas_err *err)
{
	int i = MONTE_GAUSSIAN;

	o->monte.seed = cli_seed(cli, 1);
	o->monte.threads = cli->threads;
	if (read_networks(&o->monte.samples, cli, "monte-carlo", err) ||
	    read_networks(&o->zen, cli, "zen", err))
		return err->code;
	if (cli_read_choice(cli, "inputs", &i, err) != NAS_OK)
		return err->code;
	o->monte.inputs = (enum monte_inputs)i;
	return NAS_OK;
}

static enum nas_status read_options(struct scored_options *o,
				    const struct cli *cli, struct nas_err *err)
{
	const struct nas_qe_options defaults = QE_DEFAULTS;

	*o = (struct scored_options){ .qe = defaults };
	o->sigma_a_given = cli_value(cli, "sigma-a");
	o->sigma_w_given = cli_value(cli, "sigma-w");
	if (read_memory(o, cli, err) ||
	    latency_option_read(&o->latency, cli, err) ||
	    cli_size(cli, "image-size", &o->height, &o->width, err) ||
	    read_classes(o, cli, err) || read_bits(o, cli, err) ||
	    read_stage_weights(&o->qe, cli, err) ||
	    cli_number(cli, "sigma-a", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX,
		       &o->qe.sigma_a, err) ||
	    cli_number(cli, "sigma-w", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX,
		       &o->qe.sigma_w, err) ||
	    read_sampling(o, cli, err))
		return err->code;
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct scored_list list = {0};
	struct progress_watch watch;
	struct scored_options o;

	if (read_options(&o, cli, err) != NAS_OK)
		return err->code;
	o.monte.watch = progress_watch(&watch, cli->quiet, "random networks");
	if (scored_files(&list, (const char *const *)cli->arg, cli->nargs,
			 cli_value(cli, "network"), &o, cli->arena, err) != NAS_OK)
		return err->code;
	progress_end(&watch.progress);
	if (cli->json)
		return print_json(form_write(&scores_form, &list), err);
	if (list.n > 1)
		scored_print_list(list.scored, list.n);
	if (list.n > 1 && !cli_value(cli, "layers"))
		return NAS_OK;
	for (int i = 0; i < list.n; i++) {
		if (list.n > 1)
			say("\n");
		scored_print(&list.scored[i]);
	}
	return NAS_OK;
}

const struct command cmd_score = {
	"score", "FILE...", "score and costs of given architectures",
	"nas score run/best/001/architecture.json --memory plain",
	options, 1, -1, run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_QUIET,
};
