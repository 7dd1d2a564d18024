/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/evaluation.h"

#include <string.h>

#include "nas/base/clock.h"

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

static void tally_add(struct tally *t, const float *logits, int n, int classes,
		      const int *labels)
{
	for (int i = 0; i < n; i++) {
		int place = place_of(logits + (size_t)i * (size_t)classes,
				     classes, labels[i]);

		t->n++;
		t->top1 += place < 1;
		t->top5 += place < 5;
	}
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
	tally_add(&e->plain, plain, n, e->classes, labels);
	if (quantised)
		tally_add(&e->quantised, quantised, n, e->classes,
			  labels);
}

struct pass { /* what the batches need */
	const struct run_env *env;
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

static bool hold(struct pass *p, const struct evaluation *e)
{
	struct arena *a = p->env->arena;
	size_t n = (size_t)e->batch, classes = (size_t)e->classes;

	p->x = NAS_NEW2(a, float, n, e->model.count);
	p->y = NAS_NEW2(a, float, n, classes);
	p->y_quantised = NAS_NEW2(a, float, n, classes);
	p->labels = NAS_NEW(a, int, n);
	return !a->failed;
}

static enum nas_status prepare(struct evaluation *e, struct pass *p,
			       struct nas_err *err)
{
	struct forward_options o = { .threads = p->env->threads };
	struct forward_policy policy;

	if (forward_new(&p->plain, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	if (quantised_inputs(&e->bits) &&
	    quantised_calibrate(&e->bits, p->plain, p->x, e->batch,
				p->env->threads, err) != NAS_OK)
		return err->code;
	e->has_bits = quantised_weights(&e->bits) || quantised_inputs(&e->bits);
	if (!e->has_bits)
		return NAS_OK;
	if (forward_new(&p->quantised, &e->model.graph, &o, err) != NAS_OK)
		return err->code;
	policy = quantised_policy(&e->bits);
	return forward_set_policy(p->quantised, &policy, err);
}

static enum nas_status open_all(struct evaluation *e, struct pass *p,
				const char *path,
				const struct evaluation_options *o,
				struct nas_err *err)
{
	struct arena *arena = p->env->arena;
	const struct graph *g = &e->model.graph;
	size_t images;

	if (model_read(&e->model, path, &o->model, arena, err) != NAS_OK ||
	    model_open_data(&e->model, &o->model, err) != NAS_OK ||
	    quantised_read(&e->bits, &e->model, &o->bits, arena, err))
		return err->code;
	images = (size_t)e->model.data->n;
	e->batch = o->batch < e->model.data->n ? o->batch : e->model.data->n;
	e->classes = (int)g->tensor[g->output[0]].count;
	e->prediction = NAS_NEW(arena, struct prediction, images);
	if (o->outputs)
		e->outputs = NAS_NEW2(arena, float, images,
				      (size_t)e->classes);
	if (!e->prediction || !hold(p, e))
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for a batch; "
				"--batch N takes a smaller one");
	return NAS_OK;
}

enum nas_status evaluation_run(struct evaluation *e, const char *path,
			       const struct evaluation_options *options,
			       const struct run_env *env, struct nas_err *err)
{
	struct pass p = { .env = env };

	memset(e, 0, sizeof(*e));
	if (open_all(e, &p, path, options, err) == NAS_OK &&
	    prepare(e, &p, err) == NAS_OK)
		(void)!run_batches(e, &p, err);
	forward_free(p.plain);
	forward_free(p.quantised);
	return err->code;
}

void evaluation_free(struct evaluation *e)
{
	model_close(&e->model);
}
