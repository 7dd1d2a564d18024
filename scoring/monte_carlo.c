/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/monte_carlo.h"

#include <math.h>
#include <stdlib.h>

#include "nas/base/parallel.h"
#include "scoring/forward/gemm.h"
#include "scoring/monte_sample.h"
#include "scoring/sigma_hat.h"

#define LIMIT_BYTES ((size_t)4 << 30)

const char *const monte_inputs_names[] = {
	[MONTE_GAUSSIAN] = "gaussian",
	[MONTE_LAYER] = "layer",
	[MONTE_CHANNEL] = "channel",
	NULL
};

struct setup {
	struct monte_carlo *out;
	struct monte_net net;
	const struct nas_arch *arch;
	double sigma_a, sigma_w;
	struct monte_power *power; /* (samples, nlayers) */
	int workers;
	float *buffer; /* (workers, monte_floats) */
	struct nas_arena *arena;
};

/* Outputs that read each of n places along one axis, as shares of all that
 * are read; returns the share of taps that read a place at all. */
static double count_readers(double *reads, int n, int nout, int kernel,
			    int stride)
{
	double taps = 0;

	for (int o = 0; o < nout; o++)
		for (int t = 0; t < kernel; t++) {
			int at = o * stride + t - kernel / 2;

			if (at < 0 || at >= n)
				continue;
			reads[at]++;
			taps++;
		}
	for (int i = 0; i < n; i++)
		reads[i] /= taps;
	return taps / ((double)nout * kernel);
}

static double clamp_of(int bits)
{
	return bits ? ldexp(1, bits - 1) : 0;
}

static void keep_most(size_t *most, double n)
{
	size_t up = ((size_t)n + 15) / 16 * 16;

	*most = *most > up ? *most : up;
}

static void grow_buffers(struct monte_net *net, const struct conv_call *c)
{
	double k2 = (double)c->window.kernel[0] * c->window.kernel[1];

	keep_most(&net->map, (double)c->in * c->height * c->width);
	keep_most(&net->map, (double)c->out * c->out_height * c->out_width);
	keep_most(&net->weights,
		  (double)c->out * (c->in / c->window.groups) * k2);
	keep_most(&net->bias, c->out);
	keep_most(&net->scratch, (double)conv_scratch(c));
}

static struct conv_call call_of(const struct monte_layer *l)
{
	const struct nas_conv *c = &l->conv;
	int k = c->kernel, s = c->stride, p = k / 2;
	struct conv_call call = {
		.in = c->in,
		.height = l->height,
		.width = l->width,
		.out = c->out,
		.out_height = l->out_height,
		.out_width = l->out_width,
		.window = { .kernel = { k, k },
			    .stride = { s, s },
			    .dilation = { 1, 1 },
			    .pad = { p, p, p, p },
			    .groups = c->groups },
		.activation = { .op = GRAPH_OPS },
	};

	call.kind = conv_kind(&call);
	return call;
}

/* The closed form of a layer, what borders take from it, and how to run it. */
static void fill_layer(struct setup *setup, struct monte_layer *l,
		       struct monte_step *s, double *rows, double *columns)
{
	const struct nas_conv *c = &l->conv;
	int fan = c->in / c->groups * c->kernel * c->kernel;
	double inside, hat_w = 1;

	s->call = call_of(l);
	s->sigma_a = c->bits_a ? setup->sigma_a : 1;
	s->sigma_w = c->bits_w ? setup->sigma_w : 1;
	s->clamp_a = clamp_of(c->bits_a);
	s->clamp_w = clamp_of(c->bits_w);
	s->rows = rows;
	s->columns = columns;
	inside = count_readers(rows, l->height, l->out_height, c->kernel,
			       c->stride) *
		 count_readers(columns, l->width, l->out_width, c->kernel,
			       c->stride);
	if (c->bits_w)
		hat_w = sigma_hat(setup->sigma_w, c->bits_w);
	s->expected = hat_w * hat_w * fan * inside;
	l->e.closed = qe_conv(fan, c->bits_a, c->bits_w, setup->sigma_a,
			      setup->sigma_w);
	l->e.border = 0.5 * log(inside);
	grow_buffers(&setup->net, &s->call);
}

/* The convolutions of block b; *place moves on to its output. */
static enum nas_status add_block(struct setup *setup, int b,
				 struct nas_place *place, double weight,
				 struct nas_err *err)
{
	const struct nas_block *block = &setup->arch->block[b];
	struct nas_conv c[BLOCK_CONVS_MAX];

	block_kinds[block->kind].convs(block, c);
	for (int j = 0; j < block_kinds[block->kind].nconvs; j++) {
		struct nas_place next = place_after(place, c[j].stride);
		struct monte_layer *l = &setup->out->layer[setup->net.nlayers];
		double *reads = NAS_NEW(setup->arena, double,
					(size_t)place->height +
						(size_t)place->width);

		if (!reads)
			return nas_fail(err, NAS_ENOMEM, "out of memory for a layer");
		*l = (struct monte_layer){
			.block = b,
			.conv = c[j],
			.height = place->height,
			.width = place->width,
			.out_height = next.height,
			.out_width = next.width,
			.weight = weight,
		};
		fill_layer(setup, l, &setup->net.step[setup->net.nlayers++],
			   reads, reads + place->height);
		*place = next;
	}
	return NAS_OK;
}

/* A layer counts in every stage that ends with its block or behind it. */
static enum nas_status make_layers(struct setup *setup,
				   const struct nas_qe_options *qe,
				   struct nas_err *err)
{
	const struct nas_arch *arch = setup->arch;
	struct nas_place place = place_input(arch->height, arch->width);
	double weights[ARCH_STAGES_MAX], behind = 0;
	int n = arch_stages(arch, NULL), stage = 0;

	if (qe_stage_weights(weights, arch, &qe_rule, qe, err) != NAS_OK)
		return err->code;
	for (int s = 0; s < n; s++)
		behind += weights[s];
	for (int b = 0; b < arch->nblocks; b++) {
		if (add_block(setup, b, &place, behind, err) != NAS_OK)
			return err->code;
		if (arch_ends_stage(arch, b))
			behind -= weights[stage++];
	}
	return NAS_OK;
}

static void run_worker(void *context, int worker)
{
	const struct setup *s = context;
	float *buffer = s->buffer + (size_t)worker * monte_floats(&s->net);

	for (int i = worker; i < s->out->samples; i += s->workers) {
		monte_sample(&s->net, i, buffer,
			     s->power + (size_t)i * (size_t)s->net.nlayers);
		watch_step(s->net.options->watch, 1);
	}
}

static enum nas_status run(struct setup *s, struct nas_err *err)
{
	const struct monte_options *o = s->net.options;
	size_t limit = o->limit_bytes ? o->limit_bytes : LIMIT_BYTES;
	size_t bytes = monte_floats(&s->net) * sizeof(float);

	if (gemm_load(err) != NAS_OK)
		return err->code;
	s->workers = o->threads < o->samples ? o->threads : o->samples;
	if (s->workers < 1)
		s->workers = 1;
	while (s->workers > 1 && bytes > limit / (size_t)s->workers)
		s->workers--;
	if (bytes <= limit)
		s->buffer = aligned_alloc(64, (size_t)s->workers * bytes);
	if (!s->buffer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %zu bytes of "
				"feature maps", bytes);
	watch_begin(o->watch, o->samples);
	parallel_for(s->workers, s->workers, run_worker, s);
	free(s->buffer);
	return NAS_OK;
}

static const struct monte_power *power_of(const struct setup *s, int sample,
					  int layer)
{
	return &s->power[(size_t)sample * (size_t)s->net.nlayers +
			 (size_t)layer];
}

struct sums { /* over samples */
	double got, want;
};

static struct sums mean_power(const struct setup *s, int layer)
{
	struct sums m = { 0 };

	for (int i = 0; i < s->out->samples; i++) {
		const struct monte_power *p = power_of(s, i, layer);

		m.got += p->got;
		m.want += p->want;
	}
	m.got /= s->out->samples;
	m.want /= s->out->samples;
	return m;
}

/* Influence of one sample on sampled = (1/2) ln(mean of got), and on rest =
 * (1/2) ln(mean of got / mean of want). */
static struct sums influence(const struct monte_power *p,
			     const struct sums *mean)
{
	return (struct sums){
		0.5 * (p->got / mean->got - 1),
		0.5 * (p->got / mean->got - p->want / mean->want),
	};
}

static double standard_error(double squares, int n)
{
	return sqrt(squares / ((double)n * (n - 1)));
}

static enum nas_status sum_layer(const struct setup *s, int layer,
				 struct sums *mean, struct nas_err *err)
{
	struct monte_layer *l = &s->out->layer[layer];
	struct monte_part *e = &l->e;
	int n = s->out->samples;
	double got = 0, rest = 0;

	*mean = mean_power(s, layer);
	if (!(mean->got > 0 && mean->want > 0 && isfinite(mean->got)))
		return nas_fail(err, NAS_ENUM, "layer %d of '%s' outputs "
				"zeros only", layer,
				s->arch->name ? s->arch->name : "");
	for (int i = 0; i < n; i++) {
		struct sums u = influence(power_of(s, i, layer), mean);

		got += u.got * u.got;
		rest += u.want * u.want;
	}
	e->sampled = 0.5 * log(mean->got);
	if (l->conv.bits_a)
		e->sampled -= log(s->sigma_a);
	e->rest = 0.5 * log(mean->got / mean->want);
	e->input = e->sampled - e->closed - e->border - e->rest;
	e->error = standard_error(got, n);
	e->rest_error = standard_error(rest, n);
	return NAS_OK;
}

/* Layers of one network depend on each other: the score's error comes from
 * the weighted sum of their influences, sample by sample. */
static void score_errors(struct setup *s, const struct sums *mean)
{
	struct monte_part *score = &s->out->score;
	int n = s->out->samples;
	double got = 0, rest = 0;

	for (int i = 0; i < n; i++) {
		struct sums all = { 0 };

		for (int l = 0; l < s->net.nlayers; l++) {
			struct sums u = influence(power_of(s, i, l), &mean[l]);

			all.got += s->out->layer[l].weight * u.got;
			all.want += s->out->layer[l].weight * u.want;
		}
		got += all.got * all.got;
		rest += all.want * all.want;
	}
	score->error = standard_error(got, n);
	score->rest_error = standard_error(rest, n);
}

static enum nas_status sum_up(struct setup *s, const struct nas_qe_options *qe,
			      struct nas_err *err)
{
	struct monte_part *score = &s->out->score;
	struct sums *mean = NAS_NEW(s->arena, struct sums,
				    (size_t)s->net.nlayers);

	if (!mean)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the sums");
	*score = (struct monte_part){ 0 };
	for (int l = 0; l < s->net.nlayers; l++) {
		const struct monte_layer *layer = &s->out->layer[l];

		if (sum_layer(s, l, &mean[l], err) != NAS_OK)
			return err->code;
		score->border += layer->weight * layer->e.border;
		score->input += layer->weight * layer->e.input;
		score->rest += layer->weight * layer->e.rest;
	}
	if (qe_score(&score->closed, NULL, s->arch, &qe_rule, qe, err))
		return err->code;
	score->sampled = score->closed + score->border + score->input +
			 score->rest;
	score_errors(s, mean);
	return NAS_OK;
}

static bool has_pooling(const struct nas_arch *arch)
{
	for (int b = 0; b < arch->nblocks; b++) {
		struct nas_conv c[BLOCK_STEPS_MAX];

		for (int j = block_steps(&arch->block[b], c) - 1; j >= 0; j--)
			if (c[j].pool)
				return true;
	}
	return false;
}

enum nas_status monte_carlo(struct monte_carlo *out,
			    const struct nas_arch *arch,
			    const struct nas_qe_options *qe,
			    const struct monte_options *options,
			    struct nas_arena *arena, struct nas_err *err)
{
	struct setup s = { .out = out, .arch = arch, .arena = arena };
	size_t most = (size_t)arch->nblocks * BLOCK_CONVS_MAX;

	*out = (struct monte_carlo){ .samples = options->samples };
	if (has_pooling(arch))
		return nas_fail(err, NAS_EINPUT, "'%s' has max pooling, which "
				"is not sampled", arch->name ? arch->name : "");
	NAS_BUG_IF(options->samples < 2);
	s.sigma_a = arch->sigma_a > 0 ? arch->sigma_a : qe->sigma_a;
	s.sigma_w = arch->sigma_w > 0 ? arch->sigma_w : qe->sigma_w;
	s.net.options = options;
	s.net.step = NAS_NEW(arena, struct monte_step, most);
	out->layer = NAS_NEW(arena, struct monte_layer, most);
	if (!s.net.step || !out->layer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	if (make_layers(&s, qe, err) != NAS_OK)
		return err->code;
	out->nlayers = s.net.nlayers;
	s.power = NAS_NEW2(arena, struct monte_power, (size_t)out->samples,
			   (size_t)out->nlayers);
	if (!s.power)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the samples");
	if (run(&s, err) != NAS_OK)
		return err->code;
	return sum_up(&s, qe, err);
}
