/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas evaluate: accuracy of a trained network, as it is and quantised. */
#include "nas/cli/cmd_evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/base/clock.h"
#include "nas/base/file.h"
#include "nas/cli/print.h"
#include "nas/cli/streams.h"

#define BATCH	    32
#define BAR_COLUMNS 24

static const struct cli_option options[] = {
	MODEL_OPTIONS,
	QUANTISED_OPTIONS,
	{"batch", 'b', "N", "images at a time; default 32"},
	{"write", 'w', "OUT.onnx", "write the network as it was quantised"},
	{"outputs", 0, "OUT.npy",
	 "write what the network gives for every "
	 "image"},
	{0},
};

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

static enum nas_status prepare(struct evaluation *e, const struct buffers *b,
			       struct nas_err *err)
{
	struct forward_options o = {.threads = e->cli->threads};
	struct forward_policy policy;

	if (forward_new(&e->plain, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	if (quantised_inputs(&e->bits) &&
	    quantised_calibrate(&e->bits, e->plain, b->x, e->batch, err))
		return err->code;
	if (!quantised_weights(&e->bits) && !quantised_inputs(&e->bits))
		return NAS_OK;
	if (forward_new(&e->quantised, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	policy = quantised_policy(&e->bits);
	return forward_set_policy(e->quantised, &policy, err);
}

static enum nas_status refuse_existing(const struct cli *cli,
				       const char *option, struct nas_err *err)
{
	const char *path = cli_value(cli, option);

	if (path && strcmp(path, "-") == 0)
		return nas_fail(err, NAS_EUSAGE, "--%s: needs a file, standard "
				"output holds the accuracies", option);
	if (path && !cli->force && file_exists(path))
		return nas_fail(err, NAS_EIO,
				"'%.200s' exists (--force "
				"replaces it)",
				path);
	return NAS_OK;
}

static enum nas_status write_model(const struct evaluation *e,
				   const char *path, struct nas_err *err)
{
	struct text t = {0};

	if (quantised_onnx(&t, &e->bits, err) == NAS_OK &&
	    text_write(&t, path, err) == NAS_OK)
		cli_note(e->cli, "wrote %s", path);
	text_free(&t);
	return err->code;
}

static enum nas_status write_files(const struct evaluation *e,
				   struct nas_err *err)
{
	const char *model = cli_value(e->cli, "write");
	const char *outputs = cli_value(e->cli, "outputs");
	int64_t size[2] = {e->model.data->n, e->classes};

	if (model && write_model(e, model, err) != NAS_OK)
		return err->code;
	return outputs ? npy_write(outputs, e->outputs, 2, size, err) : NAS_OK;
}

static enum nas_status open_all(struct evaluation *e, struct buffers *b,
				struct nas_err *err)
{
	const struct cli *cli = e->cli;
	const struct graph *g = &e->model.graph;
	int64_t batch = BATCH;

	if (refuse_existing(cli, "write", err) != NAS_OK ||
	    refuse_existing(cli, "outputs", err) != NAS_OK)
		return err->code;
	if (cli_whole(cli, "batch", 1, 65536, &batch, err) != NAS_OK ||
	    model_read(&e->model, cli->arg[0], cli, err) != NAS_OK ||
	    model_open_data(&e->model, cli, err) != NAS_OK ||
	    quantised_read(&e->bits, &e->model, cli, err) != NAS_OK)
		return err->code;
	e->batch = batch < e->model.data->n ? (int)batch : e->model.data->n;
	e->classes = (int)g->tensor[g->output[0]].count;
	e->prediction = NAS_NEW(cli->arena, struct prediction,
				(size_t)e->model.data->n);
	if (cli_value(cli, "outputs"))
		e->outputs = NAS_NEW2(cli->arena, float,
				      (size_t)e->model.data->n,
				      (size_t)e->classes);
	if (!e->prediction || !hold(b, e))
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for a batch; "
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
	"nas evaluate trained.onnx --data images/ --policy policy.json",
	options,
	1,
	1,
	run,
	CLI_FORMAT | CLI_THREADS | CLI_FORCE | CLI_QUIET | CLI_VERBOSE,
};
