/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/zen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/forward/forward.h"
#include "scoring/monte_sample.h"

#define BATCH	    16
#define ALPHA	    0.01f
#define LIMIT_BYTES ((size_t)4 << 30)
#define VARIANCE_EPSILON 1e-5 /* as batch normalisation's */

struct zen_run {
	struct nas_arena arena;
	struct graph g;
	struct forward *f;
	struct rng rng;
	bool *normalised; /* (ntensors) sums that are normalised */
	int last;	  /* tensor: the feature map f */
	float *x, *noise; /* (BATCH, image) */
	float *map;	  /* (BATCH, last): f(x) */
	bool second;	  /* the pass on x + a eps */
	double log_sigma, delta;
};

/* Sum and sum of squares about a first value, for what is left of digits. */
static double variance_of(const struct zen_run *z, const float *data,
			  size_t channel, size_t plane, size_t count,
			  double *mean)
{
	double n = (double)plane * BATCH, sum = 0, squares = 0, base;

	data += channel * plane;
	base = (double)data[0];
	(void)z;
	for (size_t b = 0; b < BATCH; b++)
		for (size_t i = 0; i < plane; i++) {
			double d = (double)data[b * count + i] - base;

			sum += d;
			squares += d * d;
		}
	*mean = base + sum / n;
	return squares / n - sum / n * (sum / n);
}

static void normalise(struct zen_run *z, int tensor, float *data)
{
	const struct graph_tensor *t = &z->g.tensor[tensor];
	size_t channels = (size_t)t->size[1], plane = t->count / channels;
	double total = 0;

	for (size_t c = 0; c < channels; c++) {
		double mean, v = variance_of(z, data, c, plane, t->count,
					     &mean);
		float shift = (float)mean;
		float scale = (float)(1 / sqrt(v + VARIANCE_EPSILON));

		total += v;
		for (size_t b = 0; b < BATCH; b++) {
			float *p = data + b * t->count + c * plane;

			for (size_t i = 0; i < plane; i++)
				p[i] = (p[i] - shift) * scale;
		}
	}
	if (!z->second)
		z->log_sigma += 0.5 * log(total / (double)channels);
}

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct zen_run *z = context;
	size_t n = z->g.tensor[z->last].count * BATCH;

	(void)worker;
	(void)first;
	(void)images;
	if (z->normalised[tensor])
		normalise(z, tensor, data);
	if (tensor != z->last)
		return;
	if (!z->second) {
		memcpy(z->map, data, n * sizeof(*data));
		return;
	}
	z->delta = 0;
	for (size_t i = 0; i < n; i++)
		z->delta += fabs((double)data[i] - (double)z->map[i]);
	z->delta /= BATCH;
}

/* Weights N(0, 1), of squeeze-and-excitation over sqrt(fan). */
static enum nas_status draw_weights(struct zen_run *z, struct nas_err *err)
{
	for (int i = 0; i < z->g.nlayers; i++) {
		struct graph_layer *l = &z->g.layer[i];
		size_t n = (size_t)l->out * l->fan;
		float scale = 1 / sqrtf((float)l->fan);

		monte_normal(&z->rng, l->weight, n);
		for (size_t k = 0; l->gate && k < n; k++)
			l->weight[k] *= scale;
		if (forward_set_weights(z->f, i, NULL, NULL, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

static enum nas_status run_sample(struct zen_run *z, size_t image,
				  double *value, struct nas_err *err)
{
	monte_normal(&z->rng, z->x, BATCH * image);
	monte_normal(&z->rng, z->noise, BATCH * image);
	if (draw_weights(z, err) != NAS_OK)
		return err->code;
	z->log_sigma = 0;
	z->second = false;
	if (forward_run(z->f, z->x, BATCH, NULL, err) != NAS_OK)
		return err->code;
	for (size_t i = 0; i < BATCH * image; i++)
		z->x[i] += ALPHA * z->noise[i];
	z->second = true;
	if (forward_run(z->f, z->x, BATCH, NULL, err) != NAS_OK)
		return err->code;
	*value = log(z->delta) + z->log_sigma;
	if (!isfinite(*value))
		return nas_fail(err, NAS_ENUM, "the Zen-score is not finite");
	return NAS_OK;
}

/* The network without head and shortcuts. */
static enum nas_status
make_graph(struct zen_run *z, const struct nas_arch *arch, struct nas_err *err)
{
	struct nas_arch plain = *arch;

	plain.head.classes = 0;
	plain.block =
		NAS_NEW(&z->arena, struct nas_block, (size_t)arch->nblocks);
	if (!plain.block)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	for (int b = 0; b < arch->nblocks; b++) {
		plain.block[b] = arch->block[b];
		plain.block[b].shortcut = SHORTCUT_NONE;
	}
	return graph_of_arch(&z->g, &plain, &z->arena, err);
}

/* Watch every normalised sum, and the last map. */
static enum nas_status make_pass(struct zen_run *z, int threads,
				 struct nas_err *err)
{
	struct forward_options o = { .threads = threads,
				     .limit_bytes = LIMIT_BYTES,
				     .layerwise = true,
				     .sums = true,
				     .context = z,
				     .see = see };
	int *watch = NAS_NEW(&z->arena, int, (size_t)z->g.nlayers + 1);

	z->last = z->g.output[z->g.noutputs - 1];
	z->normalised = NAS_NEW(&z->arena, bool, (size_t)z->g.ntensors);
	if (!watch || !z->normalised)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	for (int i = 0; i < z->g.nlayers; i++) {
		if (z->g.layer[i].gate) /* on pooled 1x1 maps */
			continue;
		watch[o.nwatch++] = z->g.layer[i].sum;
		z->normalised[z->g.layer[i].sum] = true;
	}
	watch[o.nwatch++] = z->last;
	o.watch = watch;
	return forward_new(&z->f, &z->g, &o, err);
}

static enum nas_status make(struct zen_run *z, const struct nas_arch *arch,
			    int threads, size_t *image, struct nas_err *err)
{
	if (make_graph(z, arch, err) != NAS_OK ||
	    make_pass(z, threads, err) != NAS_OK)
		return err->code;
	*image = z->g.tensor[z->g.input[0]].count;
	z->x = NAS_NEW2(&z->arena, float, BATCH, *image);
	z->noise = NAS_NEW2(&z->arena, float, BATCH, *image);
	z->map = NAS_NEW2(&z->arena, float, BATCH,
			  z->g.tensor[z->last].count);
	if (z->arena.failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images");
	return NAS_OK;
}

static enum nas_status run_samples(struct zen_run *z, struct zen *zen,
				   const struct zen_options *options,
				   size_t image, struct nas_err *err)
{
	double sum = 0, squares = 0, first = 0, n = options->samples;

	watch_begin(options->watch, options->samples);
	for (int i = 0; i < options->samples; i++) {
		double value = 0;

		rng_seed(&z->rng, options->seed, (uint64_t)i);
		if (run_sample(z, image, &value, err) != NAS_OK)
			return err->code;
		if (i == 0)
			first = value;
		sum += value - first;
		squares += (value - first) * (value - first);
		watch_step(options->watch, 1);
	}
	zen->samples = options->samples;
	zen->score = first + sum / n;
	if (n > 1)
		zen->error = sqrt(fmax(0, squares - sum / n * sum) /
				  (n * (n - 1)));
	return NAS_OK;
}

enum nas_status zen_score(struct zen *zen, const struct nas_arch *arch,
			  const struct zen_options *options,
			  struct nas_err *err)
{
	struct zen_run *z = calloc(1, sizeof(*z));
	size_t image = 0;

	*zen = (struct zen){ 0 };
	if (!z)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	arena_init(&z->arena, LIMIT_BYTES);
	if (make(z, arch, options->threads, &image, err) == NAS_OK)
		run_samples(z, zen, options, image, err);
	forward_free(z->f);
	arena_free(&z->arena);
	free(z);
	return err->code;
}
