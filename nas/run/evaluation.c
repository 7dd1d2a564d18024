/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/evaluation.h"

#include <string.h>

#include "nas/base/clock.h"
#include "nas/base/file.h"
#include "nas/data/array.h"
#include "nas/run/export_job.h"
#include "spaces/export/export_formats.h"

static int first_class(const float *logits, int classes)
{
	int best = 0;

	for (int c = 1; c < classes; c++)
		if (logits[c] > logits[best])
			best = c;
	return best;
}

/* Place of the label among the classes, 0 = first; of equals, the lower class
 * stands first. A network that gives no number is wrong. */
static int place_of(const float *logits, int classes, int label)
{
	int place = 0;

	if (label < 0 || label >= classes || !(logits[label] == logits[label]))
		return classes;
	for (int c = 0; c < classes; c++)
		place += logits[c] > logits[label] ||
			 (c < label && !(logits[c] < logits[label]));
	return place;
}

static void tally_add(struct tally *t, const float *logits, int classes,
		      int label)
{
	int place = place_of(logits, classes, label);

	t->n++;
	t->top1 += place < 1;
	t->top5 += place < 5;
}

/* A value a class of one image; of one output two, which are equal at the
 * threshold and no numbers where it is none. */
static const float *logits_of(const struct evaluation *e, const float *y,
			      float pair[2])
{
	if (e->noutputs > 1)
		return y;
	pair[1] = y[0] - e->threshold;
	pair[0] = -pair[1];
	return pair;
}

static void count_one(struct evaluation *e, int i, const float *plain,
		      const float *quantised, int label)
{
	const float *y = quantised ? quantised : plain;
	float pair[2][2];
	const float *p = logits_of(e, plain, pair[0]);
	const float *q = logits_of(e, y, pair[1]);
	int c = first_class(q, e->classes);

	e->prediction[i] = (struct prediction){
		c, e->noutputs > 1 ? y[c] : y[0] };
	if (e->outputs)
		memcpy(e->outputs + (size_t)i * (size_t)e->noutputs, y,
		       (size_t)e->noutputs * sizeof(*y));
	e->agree += quantised && c == first_class(p, e->classes);
	if (!e->model.data->labels)
		return;
	tally_add(&e->plain, p, e->classes, label);
	if (quantised)
		tally_add(&e->quantised, q, e->classes, label);
}

static void count(struct evaluation *e, int first, int n, const int *labels,
		  const float *plain, const float *quantised)
{
	size_t outputs = (size_t)e->noutputs;

	for (int i = 0; i < n; i++)
		count_one(e, first + i, plain + (size_t)i * outputs,
			  quantised ? quantised + (size_t)i * outputs : NULL,
			  labels[i]);
}

struct pass { /* what the batches need */
	const struct nas_run_env *env;
	struct forward *plain, *quantised; /* NULL without bits */
	float *x, *y, *y_quantised;
	int *labels;
};

static enum nas_status run_batch(struct evaluation *e, const struct pass *p,
				 int first, int n, struct nas_err *err)
{
	if (model_images(&e->model, first, n, p->x, p->labels,
			 p->env->threads, err) != NAS_OK ||
	    forward_run(p->plain, p->x, n, p->y, err) != NAS_OK)
		return err->code;
	if (p->quantised &&
	    forward_run(p->quantised, p->x, n, p->y_quantised, err) != NAS_OK)
		return err->code;
	count(e, first, n, p->labels, p->y,
	      p->quantised ? p->y_quantised : NULL);
	return NAS_OK;
}

static enum nas_status run_batches(struct evaluation *e, const struct pass *p,
				   struct nas_err *err)
{
	int total = e->model.data->n;
	double begin = clock_s();

	for (int i = 0; i < total && !stop_requested(); i += e->batch) {
		int n = total - i < e->batch ? total - i : e->batch;

		run_step(p->env, "images", i, total);
		if (run_batch(e, p, i, n, err) != NAS_OK)
			break;
	}
	run_steps_end(p->env);
	e->seconds = clock_s() - begin;
	if (err->code == NAS_OK && stop_requested())
		nas_fail(err, NAS_EINTERRUPTED, "interrupted");
	return err->code;
}

#define BATCH_BYTES ((size_t)128 << 20)

/* Images at a time: as asked for, or fewer where they are large. */
static int batch_of(const struct evaluation *e, int wanted)
{
	size_t bytes = (e->model.count + 2 * (size_t)e->noutputs) *
		       sizeof(float);
	size_t most = BATCH_BYTES / bytes;
	int n = wanted < e->model.data->n ? wanted : e->model.data->n;

	if (most < (size_t)n)
		n = most > 1 ? (int)most : 1;
	return n;
}

static bool hold(struct pass *p, const struct evaluation *e)
{
	struct nas_arena *a = p->env->arena;
	size_t n = (size_t)e->batch, outputs = (size_t)e->noutputs;

	p->x = NAS_NEW2(a, float, n, e->model.count);
	p->y = NAS_NEW2(a, float, n, outputs);
	p->y_quantised = NAS_NEW2(a, float, n, outputs);
	p->labels = NAS_NEW(a, int, n);
	return !a->failed;
}

/* The network that 'nas export --to c' writes. */
static enum nas_status prepare_grids(struct evaluation *e, struct pass *p,
				     const char *path,
				     const struct evaluation_options *options,
				     struct nas_err *err)
{
	struct forward_options o = { .threads = p->env->threads };
	struct export_job job = {
		.format = export_format_find("c"),
		.has_bits = e->has_bits,
		.bits = options->bits,
		.model = options->model,
	};
	struct export_source source;

	e->has_bits = true;
	if (export_job_source(&source, &job, path, p->env, err) != NAS_OK)
		return err->code;
	return forward_new(&p->quantised, source.graph, &o, err);
}

static enum nas_status prepare(struct evaluation *e, struct pass *p,
			       const char *path,
			       const struct evaluation_options *options,
			       struct nas_err *err)
{
	struct forward_options o = { .threads = p->env->threads };

	if (forward_new(&p->plain, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	e->has_bits = quantised_weights(&e->bits) || quantised_inputs(&e->bits);
	if (!e->has_bits)
		return options->grids ? prepare_grids(e, p, path, options, err)
				      : NAS_OK;
	if (quantised_needs_images(&e->bits) &&
	    quantised_calibrate(&e->bits, p->env->threads, err) != NAS_OK)
		return err->code;
	if (e->bits.calibrated && !e->bits.options->images)
		run_note(p->env, "ranges and biases come from the images that "
			 "are judged; --calibrate X takes others");
	if (options->grids)
		return prepare_grids(e, p, path, options, err);
	if (forward_new(&p->quantised, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	return quantised_apply(&e->bits, p->quantised, err);
}

/* The output is that of a sigmoid, maybe in another shape. */
static bool ends_in_sigmoid(const struct graph *g)
{
	int t = g->output[0];

	while (g->tensor[t].producer >= 0) {
		const struct graph_node *n = &g->node[g->tensor[t].producer];

		if (n->op == GRAPH_SIGMOID || n->op == GRAPH_HARD_SIGMOID)
			return true;
		if (n->op != GRAPH_RESHAPE)
			return false;
		t = n->in[0];
	}
	return false;
}

static void set_classes(struct evaluation *e)
{
	const struct graph *g = &e->model.graph;

	e->noutputs = (int)g->tensor[g->output[0]].count;
	e->classes = e->noutputs > 1 ? e->noutputs : 2;
	e->threshold = ends_in_sigmoid(g) ? 0.5f : 0;
}

static enum nas_status open_all(struct evaluation *e, struct pass *p,
				const char *path,
				const struct evaluation_options *o,
				struct nas_err *err)
{
	struct nas_arena *arena = p->env->arena;
	struct model_options model = o->model;
	size_t images;

	if (model_read(&e->model, path, &o->model, arena, err) != NAS_OK)
		return err->code;
	model_notes(&e->model, &o->model, p->env);
	set_classes(e);
	model.data.classes = e->classes;
	if (model_open_data(&e->model, &model, err) != NAS_OK ||
	    quantised_read(&e->bits, &e->model, &o->bits, arena, err))
		return err->code;
	images = (size_t)e->model.data->n;
	e->batch = batch_of(e, o->batch);
	e->prediction = NAS_NEW(arena, struct prediction, images);
	if (o->outputs)
		e->outputs = NAS_NEW2(arena, float, images,
				      (size_t)e->noutputs);
	if (!e->prediction || !hold(p, e))
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for a batch; "
				"--batch N takes a smaller one");
	return NAS_OK;
}

enum nas_status evaluation_run(struct evaluation *e, const char *path,
			       const struct evaluation_options *options,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct pass p = { .env = env };
	char resized[120];

	memset(e, 0, sizeof(*e));
	if (open_all(e, &p, path, options, err) == NAS_OK &&
	    prepare(e, &p, path, options, err) == NAS_OK)
		(void)!run_batches(e, &p, err);
	if (*model_resized(&e->model, resized, sizeof(resized)))
		run_note(env, "%s", resized);
	forward_free(p.plain);
	forward_free(p.quantised);
	return err->code;
}

void evaluation_free(struct evaluation *e)
{
	model_close(&e->model);
}

enum nas_status evaluation_write_model(const struct evaluation *e,
				       const char *path,
				       struct nas_arena *arena,
				       struct nas_err *err)
{
	const struct export_options how = EXPORT_DEFAULTS;
	struct export_source source = {0};
	struct nas_text t = {0};
	struct graph g;

	source.graph = &g;
	if (quantised_graph(&g, &e->bits, true, err) == NAS_OK &&
	    export_write(&t, export_format_find("onnx"), &source, &how, arena,
			 err) == NAS_OK)
		(void)!text_write(&t, path, err);
	text_free(&t);
	return err->code;
}

enum nas_status evaluation_write_outputs(const struct evaluation *e,
					 const char *path, struct nas_err *err)
{
	int64_t size[2] = {e->model.data->n, e->noutputs};

	return npy_write(path, e->outputs, 2, size, err);
}
