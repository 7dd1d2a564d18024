/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantise one layer at a time and look at one tensor. All tensors of a chunk
 * of images are held as they are in float, so that a probe computes only what
 * lies between its layer and the tensor.
 */
#include <string.h>

#include "scoring/sensitivity/metrics.h"

#define BATCH	    32 /* images that are calibrated at a time */
#define CHUNK_BYTES ((size_t)1 << 30) /* of tensors that are held */

struct probing {
	struct probe p;
	struct sensitivity *s;
	const struct probe_kind *kind;
	struct forward *f;
	int first, images;   /* chunk */
	int *tensor;	     /* (L) compared while a layer is probed */
	size_t count;	     /* of the tensor */
	float *reference;    /* (chunk, largest count) */
	double *figure;	     /* (chunk, PROBE_FIGURES) */
	double *sum_w, *sum_a; /* (L, nw or na, PROBE_FIGURES) */
	bool storing;
	float *wq, *scale;
	float *bias;
	struct input_stats stats;
	int done, of;
};

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct probing *r = context;

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

/* The tensor's float values. */
static enum nas_status store(struct probing *r, int tensor, struct nas_err *err)
{
	r->p.tensor = tensor;
	r->count = r->p.graph->tensor[tensor].count;
	r->storing = true;
	(void)!forward_again(r->f, -1, tensor, err);
	r->storing = false;
	return err->code;
}

static enum nas_status measure(struct probing *r, double *sum, struct nas_err *err)
{
	if (forward_again(r->f, r->p.layer, r->p.tensor, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < r->images; i++)
		for (int k = 0; k < PROBE_FIGURES; k++)
			sum[k] += r->figure[i * PROBE_FIGURES + k];
	return NAS_OK;
}

static enum nas_status probe_weights(struct probing *r, int k, struct nas_err *err)
{
	struct sensitivity *s = r->s;
	int i = r->p.layer;
	const struct graph_layer *layer = &r->p.graph->layer[i];

	r->p.bits_w = s->bits_w[k];
	r->p.weight = r->wq;
	metric_quantise(r->wq, r->scale, layer, r->p.job, s->bits_w[k]);
	memcpy(r->bias, layer->bias, (size_t)layer->out * sizeof(*r->bias));
	if (!r->p.job->plain_biases)
		input_corrected_bias(&r->stats, i, r->wq, r->bias);
	if (forward_set_weights(r->f, i, r->wq, r->bias, err) != NAS_OK ||
	    measure(r, r->sum_w + (i * s->nw + k) * PROBE_FIGURES, err))
		return err->code;
	r->p.bits_w = 32;
	r->p.weight = layer->weight;
	return forward_set_weights(r->f, i, NULL, NULL, err);
}

static enum nas_status probe_input(struct probing *r, int k, struct nas_err *err)
{
	struct sensitivity *s = r->s;
	int i = r->p.layer;
	struct quant_grid grid;
	float low, high;

	input_range(&r->stats, i, s->bits_a[k], r->p.job->ranges, &low, &high);
	grid = quant_grid_of(low, high, s->bits_a[k]);
	r->p.bits_a = s->bits_a[k];
	forward_set_grid(r->f, i, &grid);
	if (measure(r, r->sum_a + (i * s->na + k) * PROBE_FIGURES, err))
		return err->code;
	r->p.bits_a = 32;
	forward_set_grid(r->f, i, NULL);
	return NAS_OK;
}

static void step(struct probing *r)
{
	const struct sensitivity_job *job = r->p.job;

	r->done++;
	if (job->progress)
		job->progress(job->context, r->done, r->of);
}

static enum nas_status probe_layer(struct probing *r, struct nas_err *err)
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

/* The last layer first: see forward_again. */
static enum nas_status probe_chunk(struct probing *r, struct nas_err *err)
{
	const struct sensitivity_job *job = r->p.job;
	size_t count = r->p.graph->tensor[r->p.graph->input[0]].count;

	r->p.tensor = -1;
	if (forward_run(r->f, job->x + (size_t)r->first * count, r->images,
			NULL, err) != NAS_OK)
		return err->code;
	for (int i = r->s->nlayers - 1; i >= 0; i--) {
		r->p.layer = i;
		if ((r->tensor[i] != r->p.tensor &&
		     store(r, r->tensor[i], err) != NAS_OK) ||
		    probe_layer(r, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

static bool has_bits(const int *bits, int n)
{
	for (int k = 0; k < n; k++)
		if (bits[k] <= QUANT_BITS_MAX)
			return true;
	return false;
}

static enum nas_status give(void *context, int first, int n, float *x,
			    struct nas_err *err)
{
	const struct sensitivity_job *job = context;
	size_t count = job->graph->tensor[job->graph->input[0]].count;

	memcpy(x, job->x + (size_t)first * count,
	       (size_t)n * count * sizeof(*x));
	return err->code;
}

/* What the layers are fed, for the ranges of inputs and for biases. */
static enum nas_status calibrate(struct probing *r, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct sensitivity_job job = *r->p.job;
	const struct graph *g = job.graph;
	struct stats_images images = { .n = job.n, .give = give,
				       .context = &job };

	images.batch = job.n < BATCH ? job.n : BATCH;
	images.count = g->tensor[g->input[0]].count;
	if (job.plain_biases && !has_bits(r->s->bits_a, r->s->na))
		return NAS_OK;
	return input_stats_gather(&r->stats, g, &images, job.threads, arena,
				  err);
}

static int chunk_of(const struct probing *r)
{
	size_t bytes = forward_bytes(r->f, 1), n = (size_t)r->p.job->n;

	if (bytes < CHUNK_BYTES / n)
		return (int)n;
	return bytes < CHUNK_BYTES ? (int)(CHUNK_BYTES / bytes) : 1;
}

static enum nas_status open_probes(struct probing *r, int *chunk,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct graph *g = r->p.graph;
	const struct sensitivity_job *job = r->p.job;
	struct forward_options options = {
		.threads = job->threads, .nwatch = g->nlayers,
		.watch = r->tensor,	 .keep = true,
		.context = r,		 .see = see,
	};
	size_t most = 0;

	for (int i = 0; i < g->nlayers; i++) {
		r->tensor[i] = r->kind->tensor(g, i);
		most = g->tensor[r->tensor[i]].count > most
			       ? g->tensor[r->tensor[i]].count
			       : most;
	}
	r->p.tensor = -1;
	if (forward_new(&r->f, g, &options, err) != NAS_OK)
		return err->code;
	*chunk = chunk_of(r);
	r->of = g->nlayers * (r->s->nw + r->s->na) *
		((job->n + *chunk - 1) / *chunk);
	r->reference = NAS_NEW2(arena, float, (size_t)*chunk, most);
	r->figure = NAS_NEW2(arena, double, (size_t)*chunk, PROBE_FIGURES);
	return arena->failed ? nas_fail(err, NAS_ENOMEM,
					"out of memory for the features")
			     : NAS_OK;
}

static enum nas_status probe_all(struct probing *r, struct nas_arena *arena,
				 struct nas_err *err)
{
	int n = r->p.job->n, chunk = 1;

	if (calibrate(r, arena, err) != NAS_OK ||
	    open_probes(r, &chunk, arena, err) != NAS_OK)
		return err->code;
	for (r->first = 0; r->first < n; r->first += chunk) {
		r->images = n - r->first < chunk ? n - r->first : chunk;
		if (probe_chunk(r, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

static double joined(const struct probing *r, const double *sum)
{
	if (r->kind->ratio)
		return sum[1] > 0 ? sum[0] / sum[1] : 0;
	return sum[0] / r->p.job->n;
}

static void give_losses(const struct probing *r)
{
	struct sensitivity *s = r->s;

	for (int i = 0; i < s->nlayers * s->nw; i++) {
		const double *sum = r->sum_w + (size_t)i * PROBE_FIGURES;

		s->loss_w[i] = joined(r, sum);
		if (s->extra_w)
			s->extra_w[i] = sum[1] / r->p.job->n;
	}
	for (int i = 0; i < s->nlayers * s->na; i++)
		s->loss_a[i] =
			joined(r, r->sum_a + (size_t)i * PROBE_FIGURES);
}

static bool hold(struct probing *r, struct nas_arena *arena)
{
	const struct graph *g = r->p.graph;
	size_t n = (size_t)g->nlayers;

	r->tensor = NAS_NEW(arena, int, n);
	r->sum_w = NAS_NEW2(arena, double, n * (size_t)r->s->nw, PROBE_FIGURES);
	r->sum_a = NAS_NEW2(arena, double, n * (size_t)r->s->na, PROBE_FIGURES);
	r->wq = NAS_NEW(arena, float, metric_weights_max(g));
	r->scale = NAS_NEW(arena, float, (size_t)metric_channels_max(g));
	r->bias = NAS_NEW(arena, float, (size_t)metric_channels_max(g));
	return !arena->failed;
}

enum nas_status metric_probe(struct sensitivity *s,
			     const struct sensitivity_job *job,
			     const struct probe_kind *kind,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct probing r = {.s = s,
			.kind = kind,
			.p = {.job = job,
			      .graph = job->graph,
			      .context = kind->context}};

	if (!hold(&r, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the probes");
	if (probe_all(&r, arena, err) == NAS_OK)
		give_losses(&r);
	forward_free(r.f);
	return err->code;
}
