/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges and biases from images, against their definitions. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/forward/input_stats.h"
#include "scoring/forward/quantiser.h"
#include "spaces/arch.h"

#define IMAGES 11

struct fixture {
	struct nas_arena arena;
	struct graph g;
	struct rng rng;
	struct nas_err err;
	float *x; /* (IMAGES, count) */
	size_t count;
	struct input_stats stats;
};

static float *draw(struct fixture *f, size_t n, float mean)
{
	float *x = NAS_NEW(&f->arena, float, n);

	assert_non_null(x);
	for (size_t i = 0; i < n; i++)
		x[i] = mean + (float)rng_normal(&f->rng);
	return x;
}

/* 1x1 and grouped convolutions and a classifier: no borders, so that means of
 * channels are exact. */
static void make(struct fixture *f)
{
	static struct nas_block blocks[] = {
		{.kind = BLOCK_CONV, .in = 3, .out = 8, .kernel = 1,
		 .stride = 1},
		{.kind = BLOCK_MBCONV, .in = 8, .out = 16, .hidden = 24,
		 .kernel = 1, .stride = 2},
	};
	struct nas_arch arch = {.name = "small", .height = 6, .width = 4,
				.channels = 3, .nblocks = 2, .block = blocks,
				.head = {.classes = 10}};

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)1 << 26);
	rng_seed(&f->rng, check_seed(11), 1);
	CHECK_OK(graph_of_arch(&f->g, &arch, &f->arena, &f->err), &f->err);
	for (int i = 0; i < f->g.nlayers; i++) {
		const struct graph_layer *l = &f->g.layer[i];
		size_t n = (size_t)l->out * l->fan;

		memcpy(l->weight, draw(f, n, 0.2f), n * sizeof(float));
		memcpy(l->bias, draw(f, (size_t)l->out, 0),
		       (size_t)l->out * sizeof(float));
	}
	f->count = f->g.tensor[f->g.input[0]].count;
	f->x = draw(f, IMAGES * f->count, 0.5f);
}

static enum nas_status give(void *context, int first, int n, float *x,
			    struct nas_err *err)
{
	const struct fixture *f = context;

	(void)err;
	memcpy(x, f->x + (size_t)first * f->count,
	       (size_t)n * f->count * sizeof(*x));
	return NAS_OK;
}

static void gather(struct fixture *f, int batch, int threads)
{
	struct stats_images images = { IMAGES, batch, f->count, give, f };

	CHECK_OK(input_stats_gather(&f->stats, &f->g, &images, threads,
				    &f->arena, &f->err), &f->err);
}

struct watched { /* sums of the channels of a layer's own output */
	const struct graph *g;
	int layer;
	double sum[64];
};

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct watched *w = context;
	const struct graph_layer *l = &w->g->layer[w->layer];
	size_t area = w->g->tensor[tensor].count / (size_t)l->out;

	(void)worker;
	(void)first;
	(void)images;
	for (int o = 0; o < l->out; o++)
		for (size_t k = 0; k < area; k++)
			w->sum[o] += (double)data[(size_t)o * area + k];
}

static void sums(struct fixture *f, int layer, const float *weight,
		 const float *bias, struct watched *w)
{
	struct forward_options o = { .threads = 1, .nwatch = 1,
				     .watch = &f->g.layer[layer].sum,
				     .sums = true, .context = w, .see = see };
	struct forward *pass;

	*w = (struct watched){ .g = &f->g, .layer = layer };
	CHECK_OK(forward_new(&pass, &f->g, &o, &f->err), &f->err);
	CHECK_OK(forward_set_weights(pass, layer, weight, bias, &f->err),
		 &f->err);
	CHECK_OK(forward_run(pass, f->x, IMAGES, NULL, &f->err), &f->err);
	forward_free(pass);
}

/* A layer with quantised weights and the corrected bias gives, on average over
 * the images, what it gave before. */
static void corrected_layers_keep_their_means(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	gather(&f, 4, 2);
	for (int i = 0; i < f.g.nlayers; i++) {
		const struct graph_layer *l = &f.g.layer[i];
		float scale[64], q[64 * 64], bias[64];
		struct watched want, got, plain;
		double off = 0;

		quantiser_scales(quantisers[0], scale, l->weight, l->out,
				 l->fan, 2, QUANT_PER_CHANNEL);
		fake_quant_scaled(q, l->weight, l->out, l->fan, 2, scale);
		input_corrected_bias(&f.stats, i, q, bias);
		sums(&f, i, NULL, NULL, &want);
		sums(&f, i, q, bias, &got);
		sums(&f, i, q, NULL, &plain);
		for (int o = 0; o < l->out; o++) {
			double size = fabs(want.sum[o]) + IMAGES;

			assert_true(fabs(got.sum[o] - want.sum[o]) <
				    1e-4 * size);
			off += fabs(plain.sum[o] - want.sum[o]) / size;
		}
		assert_true(off > 0.01 || l->fan == 1); /* exact */
	}
	arena_free(&f.arena);
}

static void batches_and_threads_change_nothing(void **state)
{
	struct fixture f;
	struct input_stats first;

	(void)state;
	make(&f);
	gather(&f, 1, 1);
	first = f.stats;
	gather(&f, 8, 3);
	for (int i = 0; i < f.g.nlayers; i++) {
		size_t in = (size_t)f.g.layer[i].in;

		assert_memory_equal(first.mean[i], f.stats.mean[i],
				    in * sizeof(double));
		assert_true(first.low[i] == f.stats.low[i]);
		assert_true(first.high[i] == f.stats.high[i]);
		assert_memory_equal(first.bin[i], f.stats.bin[i],
				    sizeof(first.bin[i]));
	}
	arena_free(&f.arena);
}

/* All values of the first layer's input, which are the images'. */
static double error_of(const struct fixture *f, float low, float high, int bits)
{
	struct quant_grid grid = quant_grid_of(low, high, bits);
	double sum = 0;

	for (size_t i = 0; i < IMAGES * f->count; i++) {
		float y;

		fake_quant_grid(&y, &f->x[i], 1, &grid);
		sum += (double)((y - f->x[i]) * (y - f->x[i]));
	}
	return sum;
}

static void clipped_ranges_have_less_error(void **state)
{
	struct fixture f;
	float low, high, from, to;

	(void)state;
	make(&f);
	f.x[7] = 40; /* alone */
	gather(&f, 4, 1);
	input_range(&f.stats, 0, 4, RANGE_MIN_MAX, &from, &to);
	assert_true(to == 40 && from == f.stats.low[0] && from < 0);
	for (int bits = 2; bits <= 8; bits++) {
		double most = error_of(&f, from, to, bits), best = most;

		input_range(&f.stats, 0, bits, RANGE_SQUARED_ERROR, &low,
			    &high);
		for (int i = 1; i <= 40; i++)
			for (int j = 1; j <= 40; j++)
				best = fmin(best, error_of(&f, from * i / 40,
							   to * j / 40, bits));
		/* one end after the other, and bins for values */
		assert_true(error_of(&f, low, high, bits) <=
			    1.1 * best + 0.02 * (most - best));
	}
	input_range(&f.stats, 0, 4, RANGE_PERCENTILE, &low, &high);
	assert_true(high == 40); /* 1e-4 of 792 values is none */
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corrected_layers_keep_their_means),
		cmocka_unit_test(batches_and_threads_change_nothing),
		cmocka_unit_test(clipped_ranges_have_less_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
