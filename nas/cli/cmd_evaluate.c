/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas evaluate: accuracy of a trained network, as it is and quantised. */
#include "nas/cli/cmd_evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "nas/base/array.h"
#include "nas/base/clock.h"
#include "nas/base/file.h"
#include "nas/cli/print.h"
#include "nas/cli/streams.h"

#define BATCH	    32
#define CALIBRATION 128
#define BAR_COLUMNS 24

static const struct cli_option options[] = {
	MODEL_OPTIONS,
	{"policy", 'p', "FILE",
	 "bits of each layer: what 'nas allocate "
	 "--format json' prints"},
	{"bits-w", 0, "N", "bits of all weights, 2 .. 8; 32 = float"},
	{"bits-a", 0, "N", "bits of all layers' inputs, likewise"},
	{"per-tensor", 0, NULL, "one scale a layer, not one a channel"},
	{"calibration", 0, "N",
	 "images that give the inputs' ranges; "
	 "default 128"},
	{"batch", 'b', "N", "images at a time; default 32"},
	{"write", 'w', "OUT.onnx", "write the network as it was quantised"},
	{"outputs", 0, "OUT.npy",
	 "write what the network gives for every "
	 "image"},
	{0},
};

static bool asks_for_bits(const struct evaluation *e)
{
	for (int i = 0; i < e->model.graph.nlayers; i++)
		if ((e->bits_w[i] && e->bits_w[i] <= QUANT_BITS_MAX) ||
		    (e->bits_a[i] && e->bits_a[i] <= QUANT_BITS_MAX))
			return true;
	return false;
}

static bool asks_for_ranges(const struct evaluation *e)
{
	for (int i = 0; i < e->model.graph.nlayers; i++)
		if (e->bits_a[i] && e->bits_a[i] <= QUANT_BITS_MAX)
			return true;
	return false;
}

/* A bar on a terminal, a line each ten seconds elsewhere. */
static void show(const struct evaluation *e, int done, double *last)
{
	double now = clock_s(), share = (double)done / e->model.data->n;
	bool terminal = stderr_is_terminal();
	char bar[BAR_COLUMNS + 1];

	if (e->cli->quiet || now - *last < (terminal ? 0.1 : 10))
		return;
	*last = now;
	for (int i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < share * BAR_COLUMNS ? '#' : '-';
	bar[BAR_COLUMNS] = '\0';
	if (terminal)
		fprintf(stderr, "\r\033[K[%s] %3.0f %%  %d of %d images", bar,
			100 * share, done, e->model.data->n);
	else
		fprintf(stderr, "nas: %d of %d images\n", done,
			e->model.data->n);
	fflush(stderr);
}

static void count(struct evaluation *e, int first, int n, const int *labels,
		  const float *plain, const float *quantised)
{
	size_t classes = (size_t)e->classes;

	for (int i = 0; i < n; i++) {
		const float *y =
			(quantised ? quantised : plain) + (size_t)i * classes;
		int c = first_class(y, e->classes);

		e->prediction[first + i] = (struct prediction){c, y[c]};
		if (e->outputs)
			memcpy(e->outputs + (size_t)(first + i) * classes, y,
			       classes * sizeof(*y));
		e->agree += quantised &&
			    c == first_class(plain + (size_t)i * classes,
					     e->classes);
	}
	if (!e->model.data->labels)
		return;
	tally_add(&e->plain_tally, plain, n, e->classes, labels);
	if (quantised)
		tally_add(&e->quantised_tally, quantised, n, e->classes,
			  labels);
}

struct buffers {
	float *x, *plain, *quantised;
	int *labels;
};

static enum nas_status run_batches(struct evaluation *e,
				   const struct buffers *b, struct nas_err *err)
{
	int total = e->model.data->n;
	double last = clock_s();

	for (int i = 0; i < total && !stop_requested(); i += e->batch) {
		int n = total - i < e->batch ? total - i : e->batch;

		if (model_images(&e->model, i, n, b->x, b->labels,
				 e->cli->threads, err) != NAS_OK ||
		    forward_run(e->plain, b->x, n, b->plain, err) != NAS_OK)
			return err->code;
		if (e->quantised && forward_run(e->quantised, b->x, n,
						b->quantised, err) != NAS_OK)
			return err->code;
		count(e, i, n, b->labels, b->plain,
		      e->quantised ? b->quantised : NULL);
		show(e, i + n, &last);
	}
	if (stderr_is_terminal() && !e->cli->quiet)
		fputs("\r\033[K", stderr);
	return stop_requested() ? nas_fail(err, NAS_EINTERRUPTED, "interrupted")
				: NAS_OK;
}

static bool hold(struct buffers *b, const struct evaluation *e)
{
	struct arena *a = e->cli->arena;
	size_t n = (size_t)e->batch, classes = (size_t)e->classes;

	b->x = NAS_NEW2(a, float, n, e->model.count);
	b->plain = NAS_NEW2(a, float, n, classes);
	b->quantised = NAS_NEW2(a, float, n, classes);
	b->labels = NAS_NEW(a, int, n);
	return !a->failed;
}

/* Ranges of all layers' inputs over the first images. */
static enum nas_status calibrate(struct evaluation *e, const struct buffers *b,
				 struct nas_err *err)
{
	double images = CALIBRATION;
	int layers = e->model.graph.nlayers;
	float *low = NAS_NEW(e->cli->arena, float, (size_t)layers);
	float *high = NAS_NEW(e->cli->arena, float, (size_t)layers);

	if (cli_number(e->cli, "calibration", 1, 1e6, &images, err) != NAS_OK)
		return err->code;
	if (!low || !high)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the ranges");
	if (images > e->model.data->n)
		images = e->model.data->n;
	for (int i = 0; i < (int)images; i += e->batch) {
		int n = (int)images - i < e->batch ? (int)images - i : e->batch;

		if (model_images(&e->model, i, n, b->x, NULL, e->cli->threads,
				 err) != NAS_OK ||
		    forward_calibrate(e->plain, b->x, n, low, high, err))
			return err->code;
		for (int l = 0; l < layers; l++) {
			e->low[l] = low[l] < e->low[l] ? low[l] : e->low[l];
			e->high[l] = high[l] > e->high[l] ? high[l]
							  : e->high[l];
		}
	}
	return NAS_OK;
}

static enum nas_status prepare(struct evaluation *e, const struct buffers *b,
			       struct nas_err *err)
{
	struct forward_options o = {.threads = e->cli->threads};
	struct forward_policy policy = {e->bits_w, e->bits_a, e->scope, e->low,
					e->high};

	if (forward_new(&e->plain, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	if (asks_for_ranges(e) && calibrate(e, b, err) != NAS_OK)
		return err->code;
	if (!asks_for_bits(e))
		return NAS_OK;
	if (forward_new(&e->quantised, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	return forward_set_policy(e->quantised, &policy, err);
}

static enum nas_status refuse_existing(const struct cli *cli,
				       const char *option, struct nas_err *err)
{
	const char *path = cli_value(cli, option);

	if (path && !cli->force && file_exists(path))
		return nas_fail(err, NAS_EIO,
				"'%.200s' exists (--force "
				"replaces it)",
				path);
	return NAS_OK;
}

static enum nas_status write_files(const struct evaluation *e,
				   struct nas_err *err)
{
	const char *model = cli_value(e->cli, "write");
	const char *outputs = cli_value(e->cli, "outputs");
	int64_t size[2] = {e->model.data->n, e->classes};

	if (model && evaluation_write(e, model, err) != NAS_OK)
		return err->code;
	return outputs ? npy_write(outputs, e->outputs, 2, size, err) : NAS_OK;
}

static enum nas_status open_all(struct evaluation *e, struct buffers *b,
				struct nas_err *err)
{
	const struct cli *cli = e->cli;
	const struct graph *g = &e->model.graph;
	double batch = BATCH;

	if (refuse_existing(cli, "write", err) != NAS_OK ||
	    refuse_existing(cli, "outputs", err) != NAS_OK)
		return err->code;
	if (cli_number(cli, "batch", 1, 65536, &batch, err) != NAS_OK ||
	    model_read(&e->model, cli->arg[0], cli, err) != NAS_OK ||
	    model_open_data(&e->model, cli, err) != NAS_OK ||
	    evaluation_bits(e, err) != NAS_OK)
		return err->code;
	e->batch = batch < e->model.data->n ? (int)batch : e->model.data->n;
	e->scope = cli_value(cli, "per-tensor") ? QUANT_PER_TENSOR
						: QUANT_PER_CHANNEL;
	e->classes = (int)g->tensor[g->output[0]].count;
	e->prediction = NAS_NEW(cli->arena, struct prediction,
				(size_t)e->model.data->n);
	if (cli_value(cli, "outputs"))
		e->outputs = NAS_NEW2(cli->arena, float,
				      (size_t)e->model.data->n,
				      (size_t)e->classes);
	if (!e->prediction || !hold(b, e))
		return nas_fail(err, NAS_ENOMEM,
				"cannot hold a batch; "
				"--batch N takes a smaller one");
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct evaluation e = {.cli = cli};
	struct buffers b = {0};
	double start;

	stop_install();
	if (open_all(&e, &b, err) == NAS_OK && prepare(&e, &b, err) == NAS_OK) {
		start = clock_s();
		if (run_batches(&e, &b, err) == NAS_OK &&
		    evaluation_print(&e, err) == NAS_OK) {
			cli_detail(cli, "%.1f images a second",
				   e.model.data->n / (clock_s() - start));
			(void)!write_files(&e, err);
		}
	}
	forward_free(e.plain);
	forward_free(e.quantised);
	model_close(&e.model);
	return err->code;
}

const struct command cmd_evaluate = {
	"evaluate",
	"MODEL --data X [--labels Y] [--policy P]",
	"accuracy of a trained ONNX network, float and quantised",
	"nas evaluate model.onnx --data images/ --bits-w 4 --limit 1000",
	options,
	1,
	1,
	run,
};
