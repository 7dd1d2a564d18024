/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/sensitivity_options.h"

#include <stdio.h>
#include <string.h>

#include "nas/cli/choices.h"

#define IMAGES_MAX    100000
#define BITS_LIST_MAX 16

static enum nas_status find_metric(struct sensitivity_options *o,
				   const struct cli *cli, struct nas_err *err)
{
	int i = -1;

	if (cli_read_choice(cli, "metric", &i, err) != NAS_OK)
		return err->code;
	if (i < 0)
		return nas_fail(err, NAS_EUSAGE, "--metric METRIC is required");
	o->metric = sensitivity_metrics[i];
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

/* "2,3,4" ascending, different, 2 .. 32. */
static enum nas_status read_bits(const struct cli *cli, const char *option,
				 const char *fallback, int *bits, int *n,
				 struct nas_err *err)
{
	const char *text = cli_value(cli, option);
	char what[64];

	*n = 0;
	snprintf(what, sizeof(what), "--%s", option);
	for (const char *s = text ? text : fallback; *s; s += *s == ',') {
		char part[16] = "";
		size_t length = strcspn(s, ",");
		int64_t x = 0;

		if (length < sizeof(part))
			memcpy(part, s, length);
		if (cli_parse_whole(what, part, 2, 32, &x, err) != NAS_OK)
			return err->code;
		if ((*n > 0 && x <= bits[*n - 1]) ||
		    *n == BITS_LIST_MAX)
			return nas_fail(err, NAS_EUSAGE, "--%s: '%.80s' is "
					"not an ascending list of at most %d "
					"bit widths", option, text,
					BITS_LIST_MAX);
		bits[(*n)++] = (int)x;
		s += length;
	}
	if (*n == 0)
		return nas_fail(err, NAS_EUSAGE, "--%s must not be empty",
				option);
	return NAS_OK;
}

enum nas_status sensitivity_read(struct sensitivity_options *o,
				 const struct cli *cli, struct nas_err *err)
{
	struct sensitivity_job *job = &o->job;
	int *w = NAS_NEW(cli->arena, int, BITS_LIST_MAX);
	int *a = NAS_NEW(cli->arena, int, BITS_LIST_MAX);
	int64_t label = -1, images = 0;

	*o = (struct sensitivity_options){ .job = {
		.power = 3, .beta = 0.1, .bits_w = w, .bits_a = a,
		.linear = cli_value(cli, "linear"),
		.scope = cli_value(cli, "per-tensor") ? QUANT_PER_TENSOR
						      : QUANT_PER_CHANNEL } };
	if (!w || !a)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bits");
	if (find_metric(o, cli, err) != NAS_OK ||
	    find_quantiser(o, cli, err) != NAS_OK ||
	    read_bits(cli, "bits-w", "2,3,4,5,6,8", w, &job->nw, err) ||
	    read_bits(cli, "bits-a", "32", a, &job->na, err) != NAS_OK ||
	    cli_number(cli, "power", 0, 100, &job->power, err) != NAS_OK ||
	    cli_number(cli, "beta", 0, 1e6, &job->beta, err) != NAS_OK ||
	    cli_whole(cli, "label", 0, 1000000, &label, err) != NAS_OK ||
	    cli_whole(cli, "images", 1, IMAGES_MAX, &images, err) != NAS_OK)
		return err->code;
	o->label = (int)label;
	o->images = (int)images;
	return trained_model_options(&o->model, cli, err);
}
