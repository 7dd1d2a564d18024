/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/model_options.h"

#include <stdio.h>

#include "nas/cli/values.h"

#define IMAGES_MAX    100000
#define BITS_LIST_MAX 16
#define PICK_MAX      1000000

enum nas_status model_options_read(struct model_options *o,
				      const struct cli *cli,
				      struct nas_err *err)
{
	const struct data_options defaults = DATA_DEFAULTS;
	int64_t limit = 0;

	*o = (struct model_options){ .images = cli_value(cli, "data"),
				     .labels = cli_value(cli, "labels"),
				     .equalise = cli_value(cli, "equalise"),
				     .data = defaults };
	if (cli_size(cli, "image-size", &o->height, &o->width, err) != NAS_OK ||
	    cli_whole(cli, "limit", 1, 100000000, &limit, err) != NAS_OK ||
	    data_read_channels(o->data.mean, "--mean", -1e6,
			       cli_value(cli, "mean"), err) != NAS_OK ||
	    data_read_channels(o->data.std, "--std", 1e-6,
			       cli_value(cli, "std"), err) != NAS_OK)
		return err->code;
	o->data.limit = (int)limit;
	return NAS_OK;
}

/* Images of their own for the calibration, read like those of --data. */
static enum nas_status read_images(struct quantised_options *o,
				   const struct cli *cli, struct nas_err *err)
{
	struct model_options *images;

	if (!cli_value(cli, "calibrate"))
		return NAS_OK;
	images = NAS_NEW(cli->arena, struct model_options, 1);
	if (!images)
		return nas_fail(err, NAS_ENOMEM, "out of memory for options");
	if (model_options_read(images, cli, err) != NAS_OK)
		return err->code;
	images->images = cli_value(cli, "calibrate");
	images->labels = NULL;
	images->data.limit = 0;
	o->images = images;
	return NAS_OK;
}

enum nas_status quantised_options_read(struct quantised_options *o,
					  const struct cli *cli,
					  struct nas_err *err)
{
	const struct quantised_options defaults = QUANTISED_DEFAULTS;
	int64_t w = 0, a = 0, images = defaults.calibration;
	int ranges = 0, round = 0;

	*o = defaults;
	o->policy = cli_value(cli, "policy");
	o->plain_biases = cli_value(cli, "no-bias-correction") != NULL;
	if (cli_value(cli, "per-tensor"))
		o->scope = QUANT_PER_TENSOR;
	if (cli_whole(cli, "bits-w", QUANT_BITS_MIN, 32, &w, err) != NAS_OK ||
	    cli_whole(cli, "bits-a", QUANT_BITS_MIN, 32, &a, err) != NAS_OK ||
	    cli_whole(cli, "calibration", 1, 1000000, &images, err) != NAS_OK ||
	    cli_read_choice(cli, "ranges", &ranges, err) != NAS_OK ||
	    cli_read_choice(cli, "round", &round, err) != NAS_OK)
		return err->code;
	o->bits_w = (int)w;
	o->bits_a = (int)a;
	o->calibration = (int)images;
	o->ranges = (enum range_rule)ranges;
	o->round = (enum quantised_round)round;
	return read_images(o, cli, err);
}

enum nas_status model_need_images(const struct cli *cli, struct nas_err *err)
{
	if (cli_value(cli, "data"))
		return NAS_OK;
	return nas_fail(err, NAS_EUSAGE,
			"--data X is required: images for the network");
}

static enum nas_status find_metric(struct sensitivity_options *o,
				   const struct cli *cli, struct nas_err *err)
{
	int i = -1;

	if (cli_read_choice(cli, "metric", &i, err) != NAS_OK)
		return err->code;
	if (i < 0)
		return nas_fail(err, NAS_EUSAGE, "--metric METRIC is required");
	o->metric = sensitivity_metrics[i]; /* NULL: auto, behind them */
	return NAS_OK;
}

static enum nas_status find_quantiser(struct sensitivity_options *o,
				      const struct cli *cli, struct nas_err *err)
{
	int i = 0;

	if (cli_read_choice(cli, "quantiser", &i, err) != NAS_OK)
		return err->code;
	o->job.quantiser = quantisers[i];
	return NAS_OK;
}

/* "2,3,4", 2 .. 32. */
static enum nas_status read_bits(const struct cli *cli, const char *option,
				 const char *fallback, int *bits, int *n,
				 struct nas_err *err)
{
	const char *text = cli_value(cli, option);
	char what[64];

	snprintf(what, sizeof(what), "--%s", option);
	return quantity_read_ascending(bits, n, &(struct quantity_limits){
				       what, 2, 32, BITS_LIST_MAX },
				       text ? text : fallback, err);
}

enum nas_status sensitivity_options_read(struct sensitivity_options *o,
				 const struct cli *cli, struct nas_err *err)
{
	struct sensitivity_job *job = &o->job;
	int *w = NAS_NEW(cli->arena, int, BITS_LIST_MAX);
	int *a = NAS_NEW(cli->arena, int, BITS_LIST_MAX);
	int64_t label = -1, images = 0;
	int ranges = 0;

	*o = (struct sensitivity_options){ .job = {
		.power = 3, .beta = 0.1, .bits_w = w, .bits_a = a,
		.linear = cli_value(cli, "linear"),
		.plain_biases = cli_value(cli, "no-bias-correction"),
		.scope = cli_value(cli, "per-tensor") ? QUANT_PER_TENSOR
						      : QUANT_PER_CHANNEL } };
	if (!w || !a)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bits");
	if (find_metric(o, cli, err) != NAS_OK ||
	    find_quantiser(o, cli, err) != NAS_OK ||
	    cli_read_choice(cli, "ranges", &ranges, err) != NAS_OK ||
	    read_bits(cli, "bits-w", "2,3,4,5,6,8", w, &job->nw, err) ||
	    read_bits(cli, "bits-a", "32", a, &job->na, err) != NAS_OK ||
	    cli_number(cli, "power", 0, 100, &job->power, err) != NAS_OK ||
	    cli_number(cli, "beta", 0, 1e6, &job->beta, err) != NAS_OK ||
	    cli_whole(cli, "label", 0, 1000000, &label, err) != NAS_OK ||
	    cli_whole(cli, "images", 1, IMAGES_MAX, &images, err) != NAS_OK)
		return err->code;
	job->ranges = (enum range_rule)ranges;
	o->label = (int)label;
	o->images = (int)images;
	if (model_options_read(&o->model, cli, err) != NAS_OK)
		return err->code;
	o->model.output = cli_value(cli, "judge");
	return NAS_OK;
}

/* The first option of a trained network that was given; NULL = none. */
static const char *trained_option_given(const struct cli *cli)
{
	static const struct cli_option options[] = {
		QUANTISED_OPTIONS, IMAGE_OPTIONS, { 0 },
	};

	for (int i = 0; options[i].name; i++)
		if (cli_value(cli, options[i].name))
			return options[i].name;
	return NULL;
}

enum nas_status export_options_read(struct export_job *job,
				    const struct cli *cli, struct nas_err *err)
{
	int64_t pick = 0;
	int memory = -1;

	if (cli_read_choice(cli, "memory", &memory, err) != NAS_OK ||
	    cli_whole(cli, "pick", 1, PICK_MAX, &pick, err) != NAS_OK)
		return err->code;
	if (memory >= 0)
		job->options.memory = &memory_models[memory];
	job->options.seed = cli_seed(cli, job->options.seed);
	job->pick = (int)pick;
	job->of_trained = trained_option_given(cli);
	job->has_bits = cli_value(cli, "policy") || cli_value(cli, "bits-w") ||
			cli_value(cli, "bits-a");
	if (model_options_read(&job->model, cli, err) != NAS_OK)
		return err->code;
	return quantised_options_read(&job->bits, cli, err);
}

enum nas_status latency_option_read(const struct nas_latency **m,
				    const struct cli *cli, struct nas_err *err)
{
	const char *path = cli_value(cli, "latency-model");
	struct nas_latency *read;

	*m = NULL;
	if (!path)
		return NAS_OK;
	read = NAS_NEW(cli->arena, struct nas_latency, 1);
	if (!read)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a latency "
						 "model");
	*m = read;
	return latency_read(read, path, cli->arena, err);
}
