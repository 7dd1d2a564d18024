/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model, its images and a metric from the command line. */
#include <stdio.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/base/parallel.h"
#include "nas/cli/cmd_sensitivity.h"
#include "nas/cli/streams.h"

#define IMAGES_MAX 100000
#define VALUES_MAX ((size_t)1 << 30)

struct shown {
	bool quiet, terminal, drawn;
	const char *name;
	double last;
};

static enum nas_status unknown(const char *what, const char *name,
			       const char *const *names, int n,
			       struct nas_err *err)
{
	const char *near = nas_nearest(name, names, n);

	if (near)
		return nas_fail(err, NAS_EUSAGE, "unknown %s '%.80s' (did you "
				"mean '%s'?)", what, name, near);
	return nas_fail(err, NAS_EUSAGE, "unknown %s '%.80s'", what, name);
}

static enum nas_status find_metric(struct sensitivity_run *r,
				   struct nas_err *err)
{
	const char *name = cli_value(r->cli, "metric"), *names[64];
	int n = 0;

	if (!name)
		return nas_fail(err, NAS_EUSAGE, "--metric NAME is needed");
	r->metric = sensitivity_find(name);
	if (r->metric)
		return NAS_OK;
	for (; sensitivity_metrics[n] && n < 64; n++)
		names[n] = sensitivity_metrics[n]->name;
	return unknown("metric", name, names, n, err);
}

static enum nas_status find_quantiser(struct sensitivity_run *r,
				      struct nas_err *err)
{
	const char *name = cli_value(r->cli, "quantiser"), *names[64];
	int n = 0;

	r->job.quantiser = quantiser_find(name ? name : "max-abs");
	if (r->job.quantiser)
		return NAS_OK;
	for (; quantisers[n] && n < 64; n++)
		names[n] = quantisers[n]->name;
	return unknown("quantiser", name, names, n, err);
}

enum nas_status sensitivity_bits(const struct cli *cli, const char *option,
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
					"not a rising list of at most %d "
					"numbers of bits", option, text,
					BITS_LIST_MAX);
		bits[(*n)++] = (int)x;
		s += length;
	}
	if (*n == 0)
		return nas_fail(err, NAS_EUSAGE, "--%s: no bits", option);
	return NAS_OK;
}

static enum nas_status read_options(struct sensitivity_run *r,
				    struct nas_err *err)
{
	const struct cli *cli = r->cli;
	struct sensitivity_job *job = &r->job;

	job->power = 3;
	job->noise = cli_value(cli, "noise") != NULL;
	job->beta = 0.1;
	job->threads = cli->threads > 0 ? cli->threads : parallel_cores();
	job->scope = cli_value(cli, "per-tensor") ? QUANT_PER_TENSOR
						  : QUANT_PER_CHANNEL;
	job->bits_w = r->bits_w;
	job->bits_a = r->bits_a;
	if (find_metric(r, err) != NAS_OK ||
	    find_quantiser(r, err) != NAS_OK ||
	    sensitivity_bits(cli, "bits-w", "2,3,4,5,6,8", r->bits_w,
			     &job->nw, err) != NAS_OK ||
	    sensitivity_bits(cli, "bits-a", "32", r->bits_a, &job->na, err) ||
	    cli_number(cli, "power", 0, 100, &job->power, err) != NAS_OK)
		return err->code;
	return cli_number(cli, "beta", 0, 1e6, &job->beta, err);
}

/* The class to keep to: as given, or the first image's where one is best. */
static enum nas_status choose_label(struct sensitivity_run *r,
				    const struct data *d, struct nas_err *err)
{
	int64_t label = -1;

	if (cli_whole(r->cli, "label", 0, 1000000, &label, err) != NAS_OK)
		return err->code;
	if (label >= 0 && !d->labels)
		return nas_fail(err, NAS_EUSAGE, "--label: the images have no "
				"labels; --labels Y gives them");
	if (label < 0 && d->labels && r->metric->one_label)
		label = d->label[0];
	r->label = (int)label;
	return NAS_OK;
}

static enum nas_status take_images(struct sensitivity_run *r,
				   const struct data *d, int most,
				   struct nas_err *err)
{
	size_t count = r->model.count;
	struct sensitivity_job *job = &r->job;
	float *x;

	if (choose_label(r, d, err) != NAS_OK)
		return err->code;
	most = most < d->n ? most : d->n;
	if (count > VALUES_MAX / (size_t)most)
		return nas_fail(err, NAS_ENOMEM, "out of memory: %d images "
				"are too many to hold; --images N takes fewer", most);
	x = NAS_NEW2(r->cli->arena, float, (size_t)most, count);
	if (!x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images");
	for (int i = 0; i < d->n && job->n < most; i++) {
		if (r->label >= 0 && d->label[i] != r->label)
			continue;
		if (model_images(&r->model, i, 1, x + (size_t)job->n * count,
				 NULL, 1, err) != NAS_OK)
			return err->code;
		job->n++;
	}
	if (job->n == 0)
		return nas_fail(err, NAS_EINPUT, "no image has label %d",
				r->label);
	job->x = x;
	return NAS_OK;
}

enum nas_status sensitivity_images(struct sensitivity_run *r,
				   struct nas_err *err)
{
	int64_t most = strncmp(r->metric->name, "te", 2) == 0 ? 128 : 64;

	if (!cli_value(r->cli, "data"))
		return nas_fail(err, NAS_EUSAGE, "metric '%s' needs --data X",
				r->metric->name);
	if (cli_whole(r->cli, "images", 1, IMAGES_MAX, &most, err) != NAS_OK ||
	    model_open_data(&r->model, r->cli, err) != NAS_OK)
		return err->code;
	return take_images(r, r->model.data, (int)most, err);
}

/* A line that is drawn over on a terminal, else one each ten seconds. */
static void show(void *context, int done, int of)
{
	struct shown *p = context;
	double now = clock_s();

	if (p->quiet || now - p->last < (p->terminal ? 0.1 : 10))
		return;
	p->last = now;
	fprintf(stderr, "%snas: %s, %d of %d%s", p->terminal ? "\r" : "",
		p->name, done, of, p->terminal ? "\033[K" : "\n");
	p->drawn = p->terminal;
}

static enum nas_status measure(struct sensitivity_run *r, struct nas_err *err)
{
	struct shown shown = { .quiet = r->cli->quiet, .last = clock_s(),
			       .terminal = stderr_is_terminal(),
			       .name = r->metric->name };
	enum nas_status status;

	r->job.progress = show;
	r->job.context = &shown;
	status = sensitivity_run(&r->s, r->metric, &r->job, r->cli->arena,
				 err);
	if (shown.drawn)
		fputs("\r\033[K", stderr);
	return status;
}

enum nas_status sensitivity_of_model(struct sensitivity_run *r,
				     const struct cli *cli,
				     struct nas_err *err)
{
	r->cli = cli;
	r->label = -1;
	r->job.graph = &r->model.graph;
	if (read_options(r, err) == NAS_OK &&
	    model_read(&r->model, cli->arg[0], cli, err) == NAS_OK &&
	    (!r->metric->images || sensitivity_images(r, err) == NAS_OK))
		(void)!measure(r, err);
	model_close(&r->model);
	return err->code;
}
