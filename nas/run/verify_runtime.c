/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network in other people's runtimes, where they are installed: its ONNX file
 * in ONNX Runtime, its TFLite file in TensorFlow Lite's interpreter. A script of
 * the runtime's language (nas/run/runtimes) reads images and writes outputs.
 */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "nas/base/embedded.h"
#include "nas/base/process.h"
#include "nas/run/model.h"
#include "nas/run/verify.h"
#include "scoring/forward/forward.h"

#define PROBE_S 60
#define RUN_S	600

struct verify_runner {
	const char *program, *flag, *probe; /* program flag probe: is it there? */
	const char *file, *script;
	bool old; /* an interpreter that has no 4-bit weights */
};

static const struct verify_runner onnx_runners[] = {
	{"python3", "-c", "import onnxruntime", "onnx.py",
	 embedded_nas_run_runtimes_onnx_py, false},
	{"node", "-e", "require.resolve('onnxruntime-node')", "onnx.js",
	 embedded_nas_run_runtimes_onnx_js, false},
	{0},
};

static const struct verify_runner tflite_runners[] = {
	{"python3", "-c", embedded_nas_run_runtimes_tflite_py, "tflite.py",
	 embedded_nas_run_runtimes_tflite_py, false},
	{"node", "-e", "require.resolve('@tensorflow/tfjs-tflite')",
	 "tflite.js", embedded_nas_run_runtimes_tflite_js, true},
	{0},
};

const struct verify_runtime verify_onnx = {
	onnx_runners, false,
	"python3 with onnxruntime, or node with onnxruntime-node (NODE_PATH)"};
const struct verify_runtime verify_tflite = {
	tflite_runners, true,
	"python3 with ai_edge_litert, tflite_runtime or tensorflow, or node "
	"with @tensorflow/tfjs-tflite (NODE_PATH)"};

const struct verify_runner *verify_runner_of(const struct verify_runtime *r)
{
	for (const struct verify_runner *x = r->runner; x->program; x++) {
		const char *argv[] = {x->program, x->flag, x->probe, NULL};
		struct nas_text said = {0};
		struct nas_err err = {0};
		int status = 1;

		if (process_exists(x->program))
			(void)!process_run(argv, PROBE_S, &said, &status, &err);
		text_free(&said);
		if (status == 0 && err.code == NAS_OK)
			return x;
	}
	return NULL;
}

/* ---- what it must give ----------------------------------------------------- */

struct wanted {
	struct verify *v;
	const struct graph *g;
	const struct graph_node *grid; /* of the input */
	bool levels;	 /* int8 in and out, channels last; else floats */
	size_t in, out;	 /* values of an image: input, all outputs */
	float *y;	 /* (images, out) */
	struct nas_text inputs;
	int image;
};

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct wanted *w = context;
	float *y = w->y + (size_t)w->image * w->out;

	(void)worker;
	(void)first;
	(void)images;
	for (int k = 0; k < w->g->noutputs; k++) {
		size_t n = w->g->tensor[w->g->output[k]].count;

		if (w->g->output[k] == tensor)
			memcpy(y, data, n * sizeof(*y));
		y += n;
	}
}

/* Value i of a tensor as channels-last files have it: place in the graph's. */
static size_t place_of(const struct graph_tensor *t, size_t i)
{
	size_t channels = t->rank == 4 ? (size_t)t->size[1] : 1;

	return i % channels * (t->count / channels) + i / channels;
}

/* Of what reads the input. */
static const struct graph_node *input_grid(const struct graph *g)
{
	const struct graph_node *grid = graph_grid_of(g, g->input[0]);

	for (int i = 0; i < g->nnodes && !grid; i++)
		if (g->node[i].op == GRAPH_QUANT &&
		    g->node[i].in[0] == g->input[0])
			grid = &g->node[i];
	return grid;
}

static int level_of(const struct graph *g, const struct graph_node *grid, float x)
{
	return (int)rintf(x / graph_grid_scale(g, grid)) + c_zero_of(grid);
}

static void add_input(struct wanted *w, const float *x)
{
	const struct graph_tensor *t = &w->g->tensor[w->g->input[0]];

	if (!w->levels)
		text_addn(&w->inputs, (const char *)x, w->in * sizeof(*x));
	for (size_t i = 0; w->levels && i < w->in; i++) {
		signed char q = (signed char)level_of(w->g, w->grid,
						      x[place_of(t, i)]);

		text_addn(&w->inputs, (const char *)&q, 1);
	}
}

static enum nas_status want(struct wanted *w, struct nas_err *err)
{
	const struct graph *g = w->g;
	const struct verify *v = w->v;
	struct nas_arena *arena = v->arena;
	struct forward_options o = {.threads = 1, .nwatch = g->noutputs,
				    .watch = g->output, .context = w,
				    .see = see};
	struct forward *f;
	uint32_t state = 1;
	float *x;

	w->grid = input_grid(g);
	if (!w->grid)
		return nas_fail(err, NAS_EINPUT, "the input is on no grid");
	w->in = g->tensor[g->input[0]].count;
	for (int k = 0; k < g->noutputs; k++)
		w->out += g->tensor[g->output[k]].count;
	x = NAS_NEW(arena, float, w->in);
	w->y = NAS_NEW(arena, float, w->out * (size_t)v->job.images);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for images");
	if (forward_new(&f, g, &o, err) != NAS_OK)
		return err->code;
	for (w->image = 0; w->image < v->job.images; w->image++) {
		verify_image(x, g, w->grid, &state, w->image);
		if (forward_run(f, x, 1, NULL, err) != NAS_OK)
			break;
		add_input(w, x);
	}
	forward_free(f);
	return err->code == NAS_OK ? text_check(&w->inputs, "images", err)
				   : err->code;
}

/* ---- what it gives --------------------------------------------------------- */

/* How far value i of output k is from what it must be, in levels; of a network
 * of ours, whose outputs are exact, 1 for all that is not the same. */
static double off_by(const struct wanted *w, int k, size_t i, const char *got,
		     const float *y)
{
	const struct graph_tensor *t = &w->g->tensor[w->g->output[k]];
	const struct graph_node *grid;
	float x;

	if (w->levels)
		return abs((int)(signed char)got[i] -
			   level_of(w->g, graph_grid_of(w->g, w->g->output[k]),
				    y[place_of(t, i)]));
	memcpy(&x, got + i * sizeof(x), sizeof(x));
	if (!(x < y[i]) && !(x > y[i]) && !isnan(x))
		return 0;
	grid = w->v->source.arch ? NULL
				 : graph_grid_of(w->g, w->g->output[k]);
	if (isnan(x))
		return (double)INFINITY;
	if (!grid)
		return 1;
	return rint(fabs((double)(x - y[i])) /
		    (double)graph_grid_scale(w->g, grid));
}

static void compare(const struct wanted *w, const char *got,
		    struct verify_row *row)
{
	size_t width = w->levels ? 1 : sizeof(float), differ = 0;
	const float *y = w->y;

	for (int image = 0; image < w->v->job.images; image++)
		for (int k = 0; k < w->g->noutputs; k++) {
			size_t n = w->g->tensor[w->g->output[k]].count;

			for (size_t i = 0; i < n; i++) {
				double off = off_by(w, k, i, got, y);

				differ += off > 0;
				row->levels_off = fmax(row->levels_off, off);
			}
			got += n * width;
			y += n;
		}
	if (differ && w->v->source.arch && !w->levels)
		snprintf(row->differs, sizeof(row->differs),
			 "%zu of %zu outputs", differ,
			 w->out * (size_t)w->v->job.images);
	else if (differ)
		snprintf(row->differs, sizeof(row->differs),
			 "%zu of %zu outputs, by %.0f level%s", differ,
			 w->out * (size_t)w->v->job.images, row->levels_off,
			 row->levels_off > 1 ? "s" : "");
}

static void path_in(char *to, size_t size, const struct verify *v,
		    const char *name)
{
	snprintf(to, size, "%.4000s/%.90s", v->dir, name);
}

/* There is nothing to compare. */
static void fails(struct verify_row *row, const char *fmt, ...)
	NAS_FORMAT(2, 3);
static void fails(struct verify_row *row, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(row->differs, sizeof(row->differs), fmt, ap);
	va_end(ap);
	row->levels_off = (double)INFINITY;
}

static enum nas_status run_script(struct wanted *w,
				  const struct verify_runner *r,
				  const char *model, struct verify_row *row,
				  struct nas_err *err)
{
	const struct graph_tensor *x = &w->g->tensor[w->g->input[0]];
	char path[4][4200], dims[200] = "1";
	const char *const name[4] = {r->file, model, "inputs.bin",
				     "outputs.bin"};
	const char *argv[] = {r->program, path[0], path[1], path[2], path[3],
			      dims, NULL};
	size_t n = w->out * (size_t)w->v->job.images *
		   (w->levels ? 1 : sizeof(float)), length;
	char *got;
	int status;

	for (int k = 0; k < 4; k++)
		path_in(path[k], sizeof(path[k]), w->v, name[k]);
	for (int k = 1; k < x->rank; k++)
		snprintf(dims + strlen(dims), sizeof(dims) - strlen(dims),
			 ",%d", x->size[k]);
	if (file_write_derived(path[0], r->script, strlen(r->script), err) ||
	    file_write_derived(path[2], w->inputs.data, w->inputs.length, err) ||
	    file_write_derived(path[3], "", 0, err) || /* an older run's */
	    process_run(argv, RUN_S, &row->log, &status, err) != NAS_OK)
		return err->code;
	if (status != 0) {
		fails(row, "%s: status %d", r->program, status);
		return NAS_OK;
	}
	if (file_read(path[3], n, &got, &length, err) != NAS_OK)
		return err->code;
	if (length == n)
		compare(w, got, row);
	else
		fails(row, "%zu bytes of outputs, not %zu", length, n);
	free(got);
	return NAS_OK;
}

/* What cannot be exported is no failure of the network: the row says why. */
static bool is_exported(struct verify_row *row, struct nas_err *err)
{
	if (err->code != NAS_EINPUT && err->code != NAS_EUSAGE)
		return err->code == NAS_OK;
	snprintf(row->left_out, sizeof(row->left_out), "%s",
		 nas_err_msg(err, 0));
	*err = (struct nas_err){0};
	return false;
}

static enum nas_status run_onnx(struct verify *v, const struct verify_runner *r,
				struct verify_row *row, struct nas_err *err)
{
	struct wanted w = {.v = v, .g = v->source.graph};
	struct nas_text t = {0};

	(void)!export_write(&t, export_format_find("onnx"), &v->source,
			    &v->job.export.options, v->arena, err);
	if (is_exported(row, err) &&
	    text_write_in(&t, v->dir, "net.onnx", err) == NAS_OK &&
	    want(&w, err) == NAS_OK)
		(void)!run_script(&w, r, "net.onnx", row, err);
	text_free(&t);
	text_free(&w.inputs);
	return err->code;
}

static bool can_run(const struct verify_runner *r, const struct graph *g,
		    struct verify_row *row)
{
	for (int i = 0; r->old && i < g->nlayers; i++)
		if (g->layer[i].bits_w < 8) {
			snprintf(row->left_out, sizeof(row->left_out),
				 "%s's interpreter has no %d-bit weights "
				 "(layer '%.100s')", r->program,
				 g->layer[i].bits_w, g->layer[i].name);
			return false;
		}
	return true;
}

/* The file is read again: what nas evaluate says of it is compared. */
static enum nas_status run_tflite(struct verify *v,
				  const struct verify_runner *r,
				  struct verify_row *row, struct nas_err *err)
{
	const struct model_options options = {.data = DATA_DEFAULTS};
	struct export_job job = v->job.export;
	struct model *m = NAS_NEW(v->arena, struct model, 1);
	struct wanted w = {.v = v, .levels = true};
	struct nas_text t = {0};
	char path[4200];

	job.format = export_format_find("tflite");
	path_in(path, sizeof(path), v, "net.tflite");
	if (!m)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	(void)!export_job_run(&t, &job, v->path, v->env, err);
	if (is_exported(row, err) &&
	    text_write_in(&t, v->dir, "net.tflite", err) == NAS_OK &&
	    model_read(m, path, &options, v->arena, err) == NAS_OK) {
		w.g = &m->graph;
		if (can_run(r, w.g, row) && want(&w, err) == NAS_OK)
			(void)!run_script(&w, r, "net.tflite", row, err);
		model_close(m);
	}
	text_free(&t);
	text_free(&w.inputs);
	return err->code;
}

enum nas_status verify_runtime_run(struct verify *v,
				   const struct verify_runtime *runtime,
				   struct verify_row *row, struct nas_err *err)
{
	const struct verify_runner *r = verify_runner_of(runtime);

	if (!r) {
		snprintf(row->left_out, sizeof(row->left_out), "no %s",
			 runtime->needs);
		return NAS_OK;
	}
	(void)!(runtime->tflite ? run_tflite(v, r, row, err)
				: run_onnx(v, r, row, err));
	if (err->code == NAS_EINPUT) { /* of what we or the runtime wrote */
		const char *path = nas_err_source(err, 0);
		const char *name = strrchr(path, '/');

		fails(row, "%s%s%s", name ? name + 1 : path, *path ? ": " : "",
		      nas_err_msg(err, 0));
		*err = (struct nas_err){0};
	}
	return err->code;
}
