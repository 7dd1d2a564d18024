/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sampled score against the definition (direct convolution) and against
 * the closed form, on random networks of 2 to 8 bits and of full precision.
 * Seeds are 1, 2, 3, ...
 */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/monte_carlo.h"
#include "scoring/sigma_hat.h"

#define BLOCKS	   5
#define NETWORKS   8
#define LAYERS_MAX (3 * BLOCKS)

struct fixture {
	struct nas_arena arena;
	struct nas_block block[BLOCKS];
	struct nas_arch arch;
	struct monte_options options;
	struct monte_carlo m;
	struct nas_err err;
};

static const struct nas_qe_options qe = QE_DEFAULTS;

static int draw(struct rng *rng, int low, int high)
{
	return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

/* bits: 0 = full precision; else each convolution has its own, 2 .. 8 */
static void draw_block(struct nas_block *b, struct rng *rng, int in, bool bits)
{
	*b = (struct nas_block){
		.kind = (enum nas_block_kind)draw(rng, 0, BLOCK_KINDS - 1),
		.in = in,
		.out = draw(rng, 4, 24),
		.kernel = 2 * draw(rng, 0, 2) + 1,
		.stride = draw(rng, 0, 2) ? 1 : 2,
	};
	if (b->kind == BLOCK_CONVPOOL) /* pooling is not sampled */
		b->stride = 1;
	if (block_kinds[b->kind].has & BLOCK_HIDDEN)
		b->hidden = draw(rng, 8, 32);
	for (int j = 0; bits && j < block_kinds[b->kind].nconvs; j++) {
		b->bits_a[j] = draw(rng, 2, 8);
		b->bits_w[j] = draw(rng, 2, 8);
	}
}

static void make(struct fixture *f, uint64_t seed, bool bits)
{
	struct rng rng;
	int in = 3;

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)1 << 28);
	rng_seed(&rng, check_seed(0) + seed, 77);
	for (int b = 0; b < BLOCKS; b++) {
		draw_block(&f->block[b], &rng, in, bits);
		in = f->block[b].out;
	}
	f->arch = (struct nas_arch){ .name = "random",
				 .height = draw(&rng, 14, 28),
				 .width = draw(&rng, 14, 28),
				 .channels = 3,
				 .nblocks = BLOCKS,
				 .block = f->block };
	CHECK_OK(arch_check(&f->arch, &f->err), &f->err);
	f->options = (struct monte_options){ .samples = 64,
					     .seed = seed,
					     .threads = 2 };
}

static void run(struct fixture *f)
{
	CHECK_OK(monte_carlo(&f->m, &f->arch, &qe, &f->options, &f->arena,
			     &f->err), &f->err);
}

static void pooling_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, 1, true);
	f.block[1].kind = BLOCK_CONVPOOL;
	f.block[1].stride = 2;
	CHECK_FAILS(monte_carlo(&f.m, &f.arch, &qe, &f.options, &f.arena,
				&f.err), NAS_EINPUT, &f.err, "max pooling");
	arena_free(&f.arena);
}

/* ---- direct convolution ---- */

struct direct {
	const struct fixture *f;
	double got[LAYERS_MAX], want[LAYERS_MAX]; /* sums over samples */
	double inside[LAYERS_MAX]; /* share of taps inside the image */
};

/* One output; adds up how many taps were inside and the squares they read. */
static double conv_at(const struct conv_call *c, const float *x, int o, int oy,
		      int ox, double *taps, double *squares)
{
	int k = c->window.kernel[0], channels = c->in / c->window.groups;
	int first = o / (c->out / c->window.groups) * channels;
	const float *w = c->weight + (size_t)o * (size_t)(channels * k * k);
	double sum = 0;

	for (int i = 0; i < channels; i++)
		for (int t = 0; t < k * k; t++, w++) {
			int y = oy * c->window.stride[0] + t / k - k / 2;
			int z = ox * c->window.stride[1] + t % k - k / 2;
			double v;

			if (y < 0 || z < 0 || y >= c->height || z >= c->width)
				continue;
			v = (double)x[((first + i) * c->height + y) *
					      c->width + z];
			sum += (double)*w * v;
			*squares += v * v;
			++*taps;
		}
	return sum;
}

static void check_grid(const float *x, size_t n, int bits)
{
	double most = ldexp(1, bits - 1);

	for (size_t i = 0; bits && i < n; i++) {
		double v = (double)x[i];

		assert_true(fabs(v) <= most && fabs(v - rint(v)) == 0);
	}
}

static void check_layer(void *context, int sample, int layer,
			const struct conv_call *c, const float *x,
			const float *y)
{
	struct direct *d = context;
	const struct monte_layer *l = &d->f->m.layer[layer];
	double taps = 0, squares = 0, hat = 1, n = 0, sum = 0;
	double scale = sqrt((double)(c->in / c->window.groups)) *
		       c->window.kernel[0] * 300;

	(void)sample;
	check_grid(x, (size_t)(c->in * c->height * c->width), l->conv.bits_a);
	check_grid(c->weight, (size_t)(c->out * (c->in / c->window.groups) *
				       c->window.kernel[0] *
				       c->window.kernel[0]), l->conv.bits_w);
	for (int o = 0; o < c->out; o++)
		for (int i = 0; i < c->out_height; i++)
			for (int j = 0; j < c->out_width; j++, y++, n++) {
				double want = conv_at(c, x, o, i, j, &taps,
						      &squares);

				CHECK_CLOSE((double)*y, want, 1e-6 * scale);
				sum += want * want;
			}
	if (l->conv.bits_w)
		hat = sigma_hat(qe.sigma_w, l->conv.bits_w);
	d->got[layer] += sum / n;
	d->want[layer] += hat * hat * squares / n; /* over the weights */
	d->inside[layer] = taps / (n * (c->in / c->window.groups) *
				   c->window.kernel[0] * c->window.kernel[0]);
}

/* Every figure of a layer from the definition, on what the layers were fed. */
static void layers_match_direct_convolution(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		struct fixture f;
		struct direct d = { .f = &f };

		make(&f, seed, seed % 4 != 0);
		f.options.samples = 3;
		f.options.threads = 1;
		f.options.inputs = (enum monte_inputs)(seed % 3);
		f.options.see = check_layer;
		f.options.context = &d;
		run(&f);
		assert_true(f.m.nlayers >= BLOCKS);
		for (int i = 0; i < f.m.nlayers; i++) {
			const struct monte_part *e = &f.m.layer[i].e;
			double unit = f.m.layer[i].conv.bits_a ? qe.sigma_a : 1;

			CHECK_CLOSE(e->border, 0.5 * log(d.inside[i]), 1e-12);
			CHECK_CLOSE(e->sampled,
				    0.5 * log(d.got[i] / 3) - log(unit), 1e-5);
			CHECK_CLOSE(e->rest, 0.5 * log(d.got[i] / d.want[i]),
				    1e-5);
			CHECK_CLOSE(e->closed + e->border + e->input + e->rest,
				    e->sampled, 1e-12);
		}
		arena_free(&f.arena);
	}
}

/* ---- statistics ---- */

struct tally { /* differences in standard errors */
	int n, above_3;
	double squares, most;
};

static void count(struct tally *t, double difference, double error)
{
	double z = fabs(difference) / error;

	assert_true(isfinite(z));
	t->n++;
	t->above_3 += z > 3;
	t->squares += z * z;
	t->most = fmax(t->most, z);
}

/* 64 networks give Student's t of 63 degrees: 0.4 % above 3, 1 of 5000 above
 * 4; the mean of z^2 is 63 / 61. */
static void check_tally(const struct tally *t)
{
	assert_true(t->n >= 20);
	assert_true(t->most < 4);
	assert_true(t->above_3 <= t->n / 50);
	CHECK_CLOSE(t->squares / t->n, 63.0 / 61, 5 * sqrt(2.0 / t->n));
}

/* What the closed form assumes: it is exact without padding, and everywhere
 * with its correction for borders. */
static void gaussian_inputs_give_the_closed_form(void **state)
{
	struct tally plain = { 0 }, padded = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		struct fixture f;

		make(&f, seed, seed % 4 != 0);
		f.options.inputs = MONTE_GAUSSIAN;
		run(&f);
		for (int i = 0; i < f.m.nlayers; i++) {
			const struct monte_part *e = &f.m.layer[i].e;

			if (f.m.layer[i].conv.kernel == 1)
				count(&plain, e->sampled - e->closed, e->error);
			else
				count(&padded, e->sampled - e->closed -
					       e->border, e->error);
		}
		arena_free(&f.arena);
	}
	check_tally(&plain);
	check_tally(&padded);
}

/* Layers that feed each other: what borders and inputs do not explain is the
 * weights' chance. */
static void the_rest_is_chance(void **state)
{
	struct tally t = { 0 };

	(void)state;
	for (int how = MONTE_LAYER; how <= MONTE_CHANNEL; how++)
		for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
			struct fixture f;

			make(&f, seed, seed % 4 != 0);
			f.options.inputs = (enum monte_inputs)how;
			run(&f);
			for (int i = 0; i < f.m.nlayers; i++)
				count(&t, f.m.layer[i].e.rest,
				      f.m.layer[i].e.rest_error);
			arena_free(&f.arena);
		}
	check_tally(&t);
}

/* Networks as the configs have them: a stem, inverted residuals of 16 and
 * more channels with kernels 3, 5 and 7, bits 2 .. 8. */
static void make_mobile(struct fixture *f, uint64_t seed)
{
	struct rng rng;

	make(f, seed, true);
	rng_seed(&rng, check_seed(0) + seed, 78);
	for (int b = 0, in = 3; b < BLOCKS; b++) {
		struct nas_block *block = &f->block[b];

		draw_block(block, &rng, in, true);
		block->kind = b ? BLOCK_MBCONV : BLOCK_CONV;
		block->kernel = 3 + 2 * draw(&rng, 0, b ? 2 : 0);
		block->out = in = 8 * draw(&rng, 2, 5);
		block->hidden = b ? 16 * draw(&rng, 1, 6) : 0;
		for (int j = 0; j < block_kinds[block->kind].nconvs; j++) {
			block->bits_a[j] = draw(&rng, 2, 8);
			block->bits_w[j] = draw(&rng, 2, 8);
		}
	}
	f->arch.height = f->arch.width = 32;
	CHECK_OK(arch_check(&f->arch, &f->err), &f->err);
}

/* The bounds that README.md states. */
static void inputs_differ_within_bounds(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		struct fixture f;

		make_mobile(&f, seed);
		f.options.inputs = MONTE_LAYER;
		run(&f);
		for (int i = 0; i < f.m.nlayers; i++) {
			const struct monte_layer *l = &f.m.layer[i];
			double error = 3 * l->e.error;

			assert_true(l->e.border <= 0);
			assert_true(l->e.input > -0.1 - error);
			assert_true(l->e.input < 0.1 + error);
		}
		arena_free(&f.arena);
	}
}

/* Whole scores of independent runs scatter as their errors say. */
static void errors_are_the_scatter(void **state)
{
	double sum = 0, squares = 0, variance = 0;
	double rest = 0, rest_variance = 0;
	enum { RUNS = 60 };

	(void)state;
	for (int i = 0; i < RUNS; i++) {
		struct fixture f;

		make(&f, 5, true);
		f.arch.height = f.arch.width = 16;
		f.options.samples = 32;
		f.options.seed = 1000 + (uint64_t)i;
		run(&f);
		sum += f.m.score.sampled;
		squares += f.m.score.sampled * f.m.score.sampled;
		variance += f.m.score.error * f.m.score.error;
		rest += f.m.score.rest * f.m.score.rest;
		rest_variance += f.m.score.rest_error * f.m.score.rest_error;
		arena_free(&f.arena);
	}
	squares = (squares - sum * sum / RUNS) / (RUNS - 1);
	/* a variance of 60 runs is known to 5 * sqrt(2 / 60) */
	CHECK_CLOSE(squares * RUNS / variance, 1, 0.9);
	assert_true(squares * RUNS / variance > 0.4);
	CHECK_CLOSE(rest / rest_variance, 1, 0.9);
	assert_true(rest / rest_variance > 0.4);
}

static void score_is_the_weighted_sum(void **state)
{
	struct fixture f;
	double all = 0, closed = 0;

	(void)state;
	make(&f, 3, true);
	run(&f);
	CHECK_OK(qe_score(&closed, NULL, &f.arch, &qe_rule, &qe, &f.err),
		 &f.err);
	CHECK_CLOSE(f.m.score.closed, closed, 0);
	for (int i = 0; i < f.m.nlayers; i++)
		all += f.m.layer[i].weight *
		       (f.m.layer[i].e.sampled - f.m.layer[i].e.closed);
	CHECK_CLOSE(f.m.score.sampled - closed, all, 1e-9 * fabs(closed));
	/* ln of the channels aside, the closed form is that sum too */
	all = 0;
	for (int i = 0; i < f.m.nlayers; i++)
		all += f.m.layer[i].weight * f.m.layer[i].e.closed;
	for (int b = 0; b < BLOCKS; b++) {
		double weights[ARCH_STAGES_MAX];
		int stage[BLOCKS];

		arch_stages(&f.arch, stage);
		CHECK_OK(qe_stage_weights(weights, &f.arch, &qe_rule, &qe,
					  &f.err), &f.err);
		if (arch_ends_stage(&f.arch, b))
			all += weights[stage[b]] * log(f.block[b].out);
	}
	CHECK_CLOSE(all, closed, 1e-9 * fabs(closed));
	arena_free(&f.arena);
}

static void same_bytes_for_any_threads(void **state)
{
	struct fixture f, g;

	(void)state;
	make(&f, 2, true);
	make(&g, 2, true);
	f.options.threads = 1;
	f.options.samples = g.options.samples = 7;
	run(&f);
	for (g.options.threads = 2; g.options.threads < 10;
	     g.options.threads += 3) {
		run(&g);
		assert_memory_equal(&f.m.score, &g.m.score,
				    sizeof(f.m.score));
		for (int i = 0; i < f.m.nlayers; i++)
			assert_memory_equal(&f.m.layer[i].e, &g.m.layer[i].e,
					    sizeof(f.m.layer[i].e));
	}
	arena_free(&f.arena);
	arena_free(&g.arena);
}

static void failures_are_told(void **state)
{
	struct fixture f;
	struct nas_qe_options tiny = { .sigma_a = 5, .sigma_w = 0.05 };

	(void)state;
	make(&f, 1, true);
	CHECK_FAILS(monte_carlo(&f.m, &f.arch, &tiny, &f.options, &f.arena,
				&f.err), NAS_ENUM, &f.err, "zeros only");
	f.err = (struct nas_err){ 0 };
	f.options.limit_bytes = 1000;
	CHECK_FAILS(monte_carlo(&f.m, &f.arch, &qe, &f.options, &f.arena,
				&f.err), NAS_ENOMEM, &f.err, "feature maps");
	f.options.limit_bytes = 0;
	f.options.samples = 2;
	for (int n = 0;; n++) {
		enum nas_status status;

		f.err = (struct nas_err){ 0 };
		arena_fail_after(n);
		status = monte_carlo(&f.m, &f.arch, &qe, &f.options, &f.arena,
				     &f.err);
		arena_fail_after(-1);
		f.arena.failed = false;
		if (status == NAS_OK)
			break;
		assert_int_equal(status, NAS_ENOMEM);
		assert_true(n < 100);
	}
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_match_direct_convolution),
		cmocka_unit_test(pooling_is_refused),
		cmocka_unit_test(gaussian_inputs_give_the_closed_form),
		cmocka_unit_test(the_rest_is_chance),
		cmocka_unit_test(inputs_differ_within_bounds),
		cmocka_unit_test(errors_are_the_scatter),
		cmocka_unit_test(score_is_the_weighted_sum),
		cmocka_unit_test(same_bytes_for_any_threads),
		cmocka_unit_test(failures_are_told),
	};
	return CHECK_RUN("monte_carlo", tests);
}
