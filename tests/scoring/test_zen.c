/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zen-score against Algorithm 1 written out in double precision. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/monte_sample.h"
#include "scoring/score.h"
#include "scoring/zen.h"

#define BATCH 16
#define SIDE  9

struct maps { /* (BATCH, channels, side, side) */
	int channels, side;
	double *v;
};

static double *at(const struct maps *m, int b, int c, int y, int x)
{
	return &m->v[((b * m->channels + c) * m->side + y) * m->side + x];
}

static double *numbers(int n)
{
	double *v = calloc((size_t)n, sizeof(*v));

	assert_non_null(v);
	return v;
}

static double tap(const struct maps *x, int b, int c, int y, int z)
{
	if (y < 0 || z < 0 || y >= x->side || z >= x->side)
		return 0;
	return *at(x, b, c, y, z);
}

/* One convolution of w (out, in / groups, k, k) on a batch. */
static struct maps convolve(const struct nas_conv *c, const struct maps *x,
			    const float *w)
{
	int k = c->kernel, in = c->in / c->groups;
	struct maps y = { c->out, (x->side + c->stride - 1) / c->stride, NULL };

	y.v = numbers(BATCH * y.channels * y.side * y.side);
	for (int b = 0; b < BATCH; b++)
		for (int o = 0; o < c->out; o++)
			for (int p = 0; p < y.side * y.side; p++)
				for (int t = 0; t < in * k * k; t++) {
					int i = o / (c->out / c->groups) * in;
					int row = p / y.side * c->stride;
					int column = p % y.side * c->stride;

					*at(&y, b, o, p / y.side,
					    p % y.side) +=
						(double)w[o * in * k * k + t] *
						tap(x, b, i + t / (k * k),
						    row + t / k % k - k / 2,
						    column + t % k - k / 2);
				}
	return y;
}

/* Normalise by the batch, perhaps with ReLU; returns ln of the root of the
 * mean variance. */
static double normalise(const struct maps *y, bool relu)
{
	int plane = y->side * y->side;
	double total = 0, n = (double)BATCH * plane;

	for (int c = 0; c < y->channels; c++) {
		double sum = 0, squares = 0;

		for (int i = 0; i < BATCH * plane; i++)
			sum += *at(y, i / plane, c, 0, i % plane);
		for (int i = 0; i < BATCH * plane; i++)
			squares += pow(*at(y, i / plane, c, 0, i % plane) -
					       sum / n, 2);
		total += squares / n;
		for (int i = 0; i < BATCH * plane; i++) {
			double *v = at(y, i / plane, c, 0, i % plane);

			*v = (*v - sum / n) / sqrt(squares / n + 1e-5);
			if (relu && *v < 0)
				*v = 0;
		}
	}
	return 0.5 * log(total / y->channels);
}

struct net { /* no squeeze-and-excitation; weights in order */
	const struct nas_arch *arch;
	float *w[8];
};

static struct maps forward(const struct net *net, const struct maps *image,
			   double *log_sigma)
{
	struct maps x = *image;
	int layer = 0;

	*log_sigma = 0;
	for (int b = 0; b < net->arch->nblocks; b++) {
		const struct nas_block *block = &net->arch->block[b];
		struct nas_conv c[BLOCK_CONVS_MAX];
		int n = block_kinds[block->kind].nconvs;

		block_kinds[block->kind].convs(block, c);
		for (int j = 0; j < n; j++) {
			struct maps y = convolve(&c[j], &x, net->w[layer++]);
			bool linear = block->kind == BLOCK_MBCONV && j == n - 1;

			*log_sigma += normalise(&y, !linear);
			if (x.v != image->v)
				free(x.v);
			x = y;
		}
	}
	return x;
}

/* The definition, with the numbers that zen_score draws: images, noise, then
 * weights, all from stream i. */
static double by_definition(const struct nas_arch *arch, uint64_t seed, int i)
{
	int n = BATCH * 3 * SIDE * SIDE, layers = 0;
	struct maps x = { 3, SIDE, numbers(n) }, z = { 3, SIDE, numbers(n) };
	float *a = malloc(sizeof(float) * (size_t)n);
	float *e = malloc(sizeof(float) * (size_t)n);
	struct net net = { .arch = arch };
	struct maps f, g;
	double log_sigma, ignored, delta = 0;
	struct rng rng;

	assert_true(a && e);
	rng_seed(&rng, seed, (uint64_t)i);
	monte_normal(&rng, a, (size_t)n);
	monte_normal(&rng, e, (size_t)n);
	for (int k = 0; k < n; k++) {
		x.v[k] = (double)a[k];
		z.v[k] = (double)a[k] + 0.01 * (double)e[k];
	}
	for (int b = 0; b < arch->nblocks; b++) {
		struct nas_conv c[BLOCK_CONVS_MAX];

		block_kinds[arch->block[b].kind].convs(&arch->block[b], c);
		for (int j = 0; j < block_kinds[arch->block[b].kind].nconvs;
		     j++) {
			size_t count = (size_t)(c[j].out * c[j].in /
						c[j].groups * c[j].kernel *
						c[j].kernel);

			net.w[layers] = malloc(count * sizeof(float));
			assert_non_null(net.w[layers]);
			monte_normal(&rng, net.w[layers++], count);
		}
	}
	f = forward(&net, &x, &log_sigma);
	g = forward(&net, &z, &ignored);
	for (int k = 0; k < BATCH * f.channels * f.side * f.side; k++)
		delta += fabs(f.v[k] - g.v[k]) / BATCH;
	for (int l = 0; l < layers; l++)
		free(net.w[l]);
	free(x.v);
	free(z.v);
	free(f.v);
	free(g.v);
	free(a);
	free(e);
	return log(delta) + log_sigma;
}

/* Shortcuts that must not count, a linear end, odd sizes. */
static struct nas_block blocks[] = {
	{ .kind = BLOCK_CONV, .in = 3, .out = 6, .kernel = 3, .stride = 2,
	  .bits_a = { 8 }, .bits_w = { 8 } },
	{ .kind = BLOCK_MBCONV, .in = 6, .out = 6, .hidden = 12, .kernel = 3,
	  .stride = 1, .bits_a = { 2, 2, 2 }, .bits_w = { 3, 3, 3 } },
	{ .kind = BLOCK_DWSEP, .in = 6, .out = 8, .kernel = 5, .stride = 2,
	  .bits_a = { 4, 4 }, .bits_w = { 4, 4 } },
	{ .kind = BLOCK_MBCONV, .in = 8, .out = 10, .hidden = 16, .kernel = 3,
	  .stride = 1, .squeeze = 8, .bits_a = { 2, 2, 2 },
	  .bits_w = { 3, 3, 3 } },
};

static struct nas_arch arch_of(int n)
{
	struct nas_err err = { 0 };
	struct nas_arch a = { .name = "small", .height = SIDE, .width = SIDE,
			  .channels = 3, .nblocks = n, .block = blocks,
			  .head = { .classes = 10, .bits_a = 8, .bits_w = 8 } };

	CHECK_OK(arch_check(&a, &err), &err);
	return a;
}

static void matches_algorithm_1(void **state)
{
	struct nas_err err = { 0 };

	(void)state;
	for (int n = 1; n <= 3; n++) { /* ends: ReLU, linear, ReLU */
		struct zen_options o = { .samples = 5, .seed = 3,
					 .threads = 2 };
		struct nas_arch a = arch_of(n);
		double v[5], mean = 0, squares = 0;
		struct zen zen;

		CHECK_OK(zen_score(&zen, &a, &o, &err), &err);
		for (int i = 0; i < 5; i++)
			mean += (v[i] = by_definition(&a, 3, i)) / 5;
		for (int i = 0; i < 5; i++)
			squares += (v[i] - mean) * (v[i] - mean);
		CHECK_CLOSE(zen.score, mean, 2e-4);
		CHECK_CLOSE(zen.error, sqrt(squares / 20), 2e-4);
	}
}

static void same_for_threads_and_as_a_score(void **state)
{
	const struct nas_score_def *def = score_find("zen");
	struct nas_score_options s = SCORE_DEFAULTS;
	struct nas_err err = { 0 };
	struct nas_arch a = arch_of(4); /* with squeeze-and-excitation */
	double value = 0;

	(void)state;
	assert_true(def && def->sampled && !score_is_additive(def));
	s.samples = 3;
	s.seed = 11;
	for (int threads = 1; threads < 5; threads++) {
		struct zen_options o = { .samples = 3, .seed = 11,
					 .threads = threads };
		struct zen zen;

		CHECK_OK(zen_score(&zen, &a, &o, &err), &err);
		CHECK_OK(score_value(&value, def, &a, &s, &err), &err);
		CHECK_CLOSE(zen.score, value, 0);
	}
	for (int b = 0; b < 4; b++) /* nothing of bits, head, shortcuts */
		blocks[b].bits_a[0] = blocks[b].bits_w[1] = 6;
	a.head.classes = 0;
	blocks[1].shortcut = SHORTCUT_NONE;
	s.qe.sigma_a = 1;
	{
		double again;

		CHECK_OK(score_value(&again, def, &a, &s, &err), &err);
		CHECK_CLOSE(again, value, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_algorithm_1),
		cmocka_unit_test(same_for_threads_and_as_a_score),
	};
	return CHECK_RUN("zen", tests);
}
