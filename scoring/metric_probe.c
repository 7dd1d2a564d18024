/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantise one layer at a time and look at one tensor. */
#include <string.h>

#include "scoring/metrics.h"

struct run {
	struct probe p;
	struct sensitivity *s;
	const struct probe_kind *kind;
	struct forward *f;
	size_t count, room; /* of the tensor; of reference */
	float *reference;   /* (N, count) */
	double *figure;     /* (N, PROBE_FIGURES) */
	bool storing;
	float *wq, *scale;
	float *low, *high;  /* (L) */
	int done, of;
};

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct run *r = context;

	(void)worker;
	if (tensor != r->p.tensor)
		return;
	for (int i = 0; i < images; i++) {
		size_t at = (size_t)(first + i);
		float *reference = r->reference + at * r->count;
		const float *now = data + (size_t)i * r->count;

		if (r->storing)
			memcpy(reference, now, r->count * sizeof(*now));
		else
			r->kind->measure(&r->p, reference, now,
					 r->figure + at * PROBE_FIGURES);
	}
}

static enum nas_status pass(struct run *r, bool storing, struct nas_err *err)
{
	r->storing = storing;
	return forward_run(r->f, r->p.job->x, r->p.job->n, NULL, err);
}

/* A forward pass that shows the tensor, and its float values. */
static enum nas_status open_tensor(struct run *r, int tensor,
				   struct arena *arena, struct nas_err *err)
{
	const struct sensitivity_job *job = r->p.job;
	struct forward_options options = {
		.threads = job->threads, .nwatch = 1, .watch = &tensor,
		.context = r, .see = see,
	};

	forward_free(r->f);
	r->f = NULL;
	r->p.tensor = tensor;
	r->count = r->p.graph->tensor[tensor].count;
	if (r->count > r->room) {
		r->reference = NAS_NEW2(arena, float, (size_t)job->n,
					r->count);
		r->room = r->count;
	}
	if (!r->reference)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the features");
	if (forward_new(&r->f, r->p.graph, &options, err) != NAS_OK)
		return err->code;
	return pass(r, true, err);
}

static double joined(const struct run *r, double *extra)
{
	double sum[PROBE_FIGURES] = { 0 };
	int n = r->p.job->n;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < PROBE_FIGURES; k++)
			sum[k] += r->figure[i * PROBE_FIGURES + k];
	if (r->kind->ratio)
		return sum[1] > 0 ? sum[0] / sum[1] : 0;
	*extra = sum[1] / n;
	return sum[0] / n;
}

static enum nas_status probe_weights(struct run *r, int k,
				     struct nas_err *err)
{
	struct sensitivity *s = r->s;
	int i = r->p.layer;
	const struct graph_layer *layer = &r->p.graph->layer[i];
	double extra = 0;

	r->p.bits_w = s->bits_w[k];
	r->p.weight = r->wq;
	metric_quantise(r->wq, r->scale, layer, r->p.job, s->bits_w[k]);
	if (forward_set_weights(r->f, i, r->wq, layer->bias, err) != NAS_OK ||
	    pass(r, false, err) != NAS_OK)
		return err->code;
	s->loss_w[i * s->nw + k] = joined(r, &extra);
	if (s->extra_w)
		s->extra_w[i * s->nw + k] = extra;
	r->p.bits_w = 32;
	r->p.weight = layer->weight;
	return forward_set_weights(r->f, i, NULL, NULL, err);
}

static enum nas_status probe_input(struct run *r, int k, struct nas_err *err)
{
	struct sensitivity *s = r->s;
	int i = r->p.layer;
	struct quant_grid grid = quant_grid_of(r->low[i], r->high[i],
					       s->bits_a[k]);
	double extra;

	r->p.bits_a = s->bits_a[k];
	forward_set_grid(r->f, i, &grid);
	if (pass(r, false, err) != NAS_OK)
		return err->code;
	s->loss_a[i * s->na + k] = joined(r, &extra);
	r->p.bits_a = 32;
	forward_set_grid(r->f, i, NULL);
	return NAS_OK;
}

static void step(struct run *r)
{
	const struct sensitivity_job *job = r->p.job;

	r->done++;
	if (job->progress)
		job->progress(job->context, r->done, r->of);
}

static enum nas_status probe_layer(struct run *r, struct nas_err *err)
{
	struct sensitivity *s = r->s;

	r->p.weight = r->p.graph->layer[r->p.layer].weight;
	r->p.bits_w = r->p.bits_a = 32;
	for (int k = 0; k < s->nw; k++, step(r))
		if (s->bits_w[k] <= QUANT_BITS_MAX &&
		    probe_weights(r, k, err) != NAS_OK)
			return err->code;
	for (int k = 0; k < s->na; k++, step(r))
		if (s->bits_a[k] <= QUANT_BITS_MAX &&
		    probe_input(r, k, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static enum nas_status calibrate(struct run *r, struct nas_err *err)
{
	const struct sensitivity_job *job = r->p.job;
	struct forward_options options = { .threads = job->threads };

	if (forward_new(&r->f, r->p.graph, &options, err) != NAS_OK)
		return err->code;
	return forward_calibrate(r->f, job->x, job->n, r->low, r->high, err);
}

static enum nas_status probe_all(struct run *r, struct arena *arena,
				 struct nas_err *err)
{
	if (calibrate(r, err) != NAS_OK)
		return err->code;
	r->p.tensor = -1;
	for (int i = 0; i < r->s->nlayers; i++) {
		int tensor = r->kind->tensor(r->p.graph, i);

		r->p.layer = i;
		if ((tensor != r->p.tensor &&
		     open_tensor(r, tensor, arena, err) != NAS_OK) ||
		    probe_layer(r, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

enum nas_status metric_probe(struct sensitivity *s,
			     const struct sensitivity_job *job,
			     const struct probe_kind *kind,
			     struct arena *arena, struct nas_err *err)
{
	const struct graph *g = job->graph;
	struct run r = { .s = s, .kind = kind,
			 .of = s->nlayers * (s->nw + s->na),
			 .p = { .job = job, .graph = g,
				.context = kind->context } };

	r.figure = NAS_NEW2(arena, double, (size_t)job->n, PROBE_FIGURES);
	r.wq = NAS_NEW(arena, float, metric_weights_max(g));
	r.scale = NAS_NEW(arena, float, (size_t)metric_channels_max(g));
	r.low = NAS_NEW(arena, float, (size_t)s->nlayers);
	r.high = NAS_NEW(arena, float, (size_t)s->nlayers);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the probes");
	(void)!probe_all(&r, arena, err);
	forward_free(r.f);
	return err->code;
}
