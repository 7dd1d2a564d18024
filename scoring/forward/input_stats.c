/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two passes over the images; the biases. */
#include "scoring/forward/input_stats.h"

#include <math.h>
#include <string.h>

struct looks { /* what the workers write */
	struct input_stats *c;
	bool counting; /* the second pass */
	size_t *at;     /* (nlayers) of the layer's channels in a row */
	size_t channels; /* of all layers */
	double *sum;    /* (batch, channels) */
	float *low, *high; /* (batch, nlayers) */
	uint64_t (*bin)[RANGE_BINS]; /* (workers, nlayers) */
};

/* Values of a channel lie together in a convolution's input; in that of a
 * linear map the channels of a row do. */
static void sum_channels(const struct graph *g, const struct graph_layer *l,
			 const float *x, double *sum)
{
	size_t in = (size_t)l->in, area = g->tensor[l->input].count / in;
	bool apart = g->node[l->node].op == GRAPH_CONV;
	size_t outer = apart ? in : area, inner = apart ? area : in;

	memset(sum, 0, in * sizeof(*sum));
	for (size_t i = 0; i < outer; i++)
		for (size_t j = 0; j < inner; j++)
			sum[apart ? i : j] += (double)*x++;
}

static void sum_up(const struct looks *k, int row, int layer, const float *x)
{
	const struct graph *g = k->c->g;
	const struct graph_layer *l = &g->layer[layer];
	size_t place = (size_t)row * (size_t)g->nlayers + (size_t)layer;
	float low = INFINITY, high = -INFINITY;

	sum_channels(g, l, x, k->sum + (size_t)row * k->channels +
				      k->at[layer]);
	for (size_t i = 0; i < g->tensor[l->input].count; i++) {
		low = x[i] < low ? x[i] : low;
		high = x[i] > high ? x[i] : high;
	}
	k->low[place] = low;
	k->high[place] = high;
}

static void count_bins(const struct looks *k, int worker, int layer,
		       const float *x)
{
	const struct graph *g = k->c->g;
	size_t n = g->tensor[g->layer[layer].input].count;
	uint64_t *bin = k->bin[worker * g->nlayers + layer];
	float low = k->c->low[layer], width = k->c->high[layer] - low;

	for (size_t i = 0; i < n; i++) {
		float at = (x[i] - low) / width * RANGE_BINS;

		if (at >= 0 && at <= RANGE_BINS)
			bin[at < RANGE_BINS ? (int)at : RANGE_BINS - 1]++;
	}
}

static void look(void *context, int worker, int first, int images, int layer,
		 float *x)
{
	const struct looks *k = context;

	(void)images; /* 1: not layerwise */
	if (k->counting)
		count_bins(k, worker, layer, x);
	else
		sum_up(k, first, layer, x);
}

static void add_batch(const struct looks *k, int n)
{
	const struct input_stats *c = k->c;
	int layers = c->g->nlayers;

	for (int i = 0; i < n; i++)
		for (int l = 0; l < layers; l++) {
			size_t at = (size_t)i * (size_t)layers + (size_t)l;
			const double *sum = k->sum +
					    (size_t)i * k->channels + k->at[l];

			c->low[l] = fminf(c->low[l], k->low[at]);
			c->high[l] = fmaxf(c->high[l], k->high[at]);
			for (int j = 0; j < c->g->layer[l].in; j++)
				c->mean[l][j] += sum[j];
		}
}

static enum nas_status pass(struct looks *k, struct forward *f,
			    const struct stats_images *images, float *x,
			    struct nas_err *err)
{
	for (int i = 0; i < images->n; i += images->batch) {
		int n = images->n - i < images->batch ? images->n - i
						      : images->batch;

		if (images->give(images->context, i, n, x, err) != NAS_OK ||
		    forward_run(f, x, n, NULL, err) != NAS_OK)
			return err->code;
		if (!k->counting)
			add_batch(k, n);
	}
	return NAS_OK;
}

static void finish_means(const struct input_stats *c, int images)
{
	for (int l = 0; l < c->g->nlayers; l++) {
		const struct graph_layer *layer = &c->g->layer[l];
		size_t n = c->g->tensor[layer->input].count;
		double values = (double)(n / (size_t)layer->in) * images;

		for (int j = 0; j < layer->in; j++)
			c->mean[l][j] /= values;
	}
}

static bool hold(struct input_stats *c, struct looks *k, int batch,
		 int threads, struct nas_arena *arena)
{
	const struct graph *g = c->g;
	size_t n = (size_t)g->nlayers, rows = (size_t)batch;

	c->low = NAS_NEW(arena, float, n);
	c->high = NAS_NEW(arena, float, n);
	c->mean = NAS_NEW(arena, double *, n);
	c->bin = arena_alloc(arena, n, sizeof(*c->bin));
	k->at = NAS_NEW(arena, size_t, n);
	for (int l = 0; !arena->failed && l < g->nlayers; l++) {
		c->low[l] = INFINITY;
		c->high[l] = -INFINITY;
		c->mean[l] = NAS_NEW(arena, double, (size_t)g->layer[l].in);
		k->at[l] = k->channels;
		k->channels += (size_t)g->layer[l].in;
	}
	k->sum = NAS_NEW2(arena, double, rows, k->channels);
	k->low = NAS_NEW2(arena, float, rows, n);
	k->high = NAS_NEW2(arena, float, rows, n);
	k->bin = arena_alloc(arena, (size_t)threads * n, sizeof(*k->bin));
	return !arena->failed;
}

static void add_bins(const struct input_stats *c, const struct looks *k,
		     int threads)
{
	int n = c->g->nlayers;

	for (int w = 0; w < threads; w++)
		for (int l = 0; l < n; l++)
			for (int b = 0; b < RANGE_BINS; b++)
				c->bin[l][b] += k->bin[w * n + l][b];
}

enum nas_status input_stats_gather(struct input_stats *c, const struct graph *g,
			  const struct stats_images *images, int threads,
			  struct nas_arena *arena, struct nas_err *err)
{
	struct looks k = { .c = c };
	struct forward_options o = { .threads = threads, .context = &k,
				     .feed = look };
	struct forward *f = NULL;
	float *x = NAS_NEW2(arena, float, (size_t)images->batch,
			    images->count);

	*c = (struct input_stats){ .g = g };
	if (!x || !hold(c, &k, images->batch, threads, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ranges");
	if (forward_new(&f, g, &o, err) == NAS_OK &&
	    pass(&k, f, images, x, err) == NAS_OK) {
		k.counting = true;
		(void)!pass(&k, f, images, x, err);
	}
	forward_free(f);
	finish_means(c, images->n);
	add_bins(c, &k, threads);
	return err->code;
}

void input_corrected_bias(const struct input_stats *c, int layer, const float *q,
		    float *bias)
{
	const struct graph_layer *l = &c->g->layer[layer];
	size_t in = (size_t)(l->in / l->groups), taps = l->fan / in;

	for (int o = 0; o < l->out; o++) {
		const double *mean = c->mean[layer] +
				     (size_t)(o / (l->out / l->groups)) * in;
		double sum = 0;

		for (size_t i = 0; i < l->fan; i++) {
			size_t at = (size_t)o * l->fan + i;

			sum += ((double)l->weight[at] - (double)q[at]) *
			       mean[i / taps];
		}
		bias[o] = l->bias[o] + (float)sum;
	}
}
