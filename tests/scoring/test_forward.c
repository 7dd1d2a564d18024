/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forward pass against the definition, and what must not change it. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "spaces/graph/activation.h"
#include "scoring/forward/forward.h"
#include "scoring/forward/gemm.h"
#include "scoring/forward/input_stats.h"
#include "spaces/arch.h"
#include "spaces/graph/graph_shape.h"
#include "tests/scoring/policy.h"

struct fixture {
	struct nas_arena arena;
	struct graph g;
	struct rng rng;
	struct nas_err err;
};

static float draw(struct rng *rng)
{
	return (float)rng_normal(rng);
}

/* Blocks of every kind: strides, odd sizes, squeeze, shortcuts. */
static void make_graph(struct fixture *f)
{
	static struct nas_block blocks[] = {
		{.kind = BLOCK_CONV,
		 .in = 3,
		 .out = 8,
		 .kernel = 3,
		 .stride = 2},
		{.kind = BLOCK_MBCONV,
		 .in = 8,
		 .out = 8,
		 .hidden = 24,
		 .kernel = 5,
		 .stride = 1,
		 .squeeze = 8},
		{.kind = BLOCK_MBCONV,
		 .in = 8,
		 .out = 16,
		 .hidden = 16,
		 .kernel = 7,
		 .stride = 2},
		{.kind = BLOCK_DWSEP,
		 .in = 16,
		 .out = 24,
		 .kernel = 3,
		 .stride = 2},
	};
	struct nas_arch arch = {.name = "small",
			    .height = 35,
			    .width = 29,
			    .channels = 3,
			    .nblocks = 4,
			    .block = blocks,
			    .head = {.classes = 10}};

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)1 << 28);
	rng_seed(&f->rng, check_seed(7), 1);
	CHECK_OK(graph_of_arch(&f->g, &arch, &f->arena, &f->err), &f->err);
	for (int i = 0; i < f->g.nlayers; i++) {
		const struct graph_layer *l = &f->g.layer[i];
		float s = 1 / sqrtf((float)l->fan);

		for (size_t k = 0; k < (size_t)l->out * l->fan; k++)
			l->weight[k] = s * draw(&f->rng);
		for (int o = 0; o < l->out; o++)
			l->bias[o] = 0.1f * draw(&f->rng);
	}
}

static float *images(struct fixture *f, int n)
{
	size_t count = f->g.tensor[f->g.input[0]].count * (size_t)n;
	float *x = NAS_NEW(&f->arena, float, count);

	assert_non_null(x);
	for (size_t i = 0; i < count; i++)
		x[i] = draw(&f->rng);
	return x;
}

static void run(struct fixture *f, const struct forward_options *o,
		const float *x, int n, float *y)
{
	struct forward *p;

	CHECK_OK(forward_new(&p, &f->g, o, &f->err), &f->err);
	CHECK_OK(forward_run(p, x, n, y, &f->err), &f->err);
	forward_free(p);
}

static void same_for_threads_and_batches(void **state)
{
	const struct forward_options one = {.threads = 1};
	struct fixture f;
	float y[6 * 10], z[6 * 10];
	const float *x;

	(void)state;
	make_graph(&f);
	x = images(&f, 6);
	run(&f, &one, x, 6, y);
	for (int threads = 2; threads <= 5; threads++)
		for (int layerwise = 0; layerwise < 2; layerwise++) {
			struct forward_options o = {.threads = threads,
						    .layerwise = layerwise !=
								 0};

			run(&f, &o, x, 6, z);
			assert_memory_equal(y, z, sizeof(y));
		}
	for (int i = 0; i < 6; i++)
		run(&f, &one, x + (size_t)i * f.g.tensor[f.g.input[0]].count, 1,
		    z + 10 * i);
	assert_memory_equal(y, z, sizeof(y));
	arena_free(&f.arena);
}

/* One output of a convolution, by its definition. */
static double conv_at(const struct graph *g, const struct graph_layer *l,
		      const float *x, int o, int oy, int ox)
{
	const struct graph_window *w = &g->node[l->node].window;
	const int *size = g->tensor[l->input].size;
	int channels = l->in / l->groups;
	int first = o / (l->out / l->groups) * channels;
	const float *weight = l->weight + (size_t)o * l->fan;
	double sum = (double)l->bias[o];

	for (int c = 0; c < channels; c++)
		for (int i = 0; i < w->kernel[0]; i++)
			for (int j = 0; j < w->kernel[1]; j++, weight++) {
				int y = oy * w->stride[0] + i * w->dilation[0] -
					w->pad[0];
				int z = ox * w->stride[1] + j * w->dilation[1] -
					w->pad[1];

				if (y < 0 || z < 0 || y >= size[2] ||
				    z >= size[3])
					continue;
				sum += (double)*weight *
				       (double)x[((first + c) * size[2] + y) *
							 size[3] +
						 z];
			}
	return sum;
}

struct seen {
	struct fixture *f;
	const float *tensor[64]; /* copies of the first image's */
	int layers;
};

static void keep(void *context, int worker, int first, int n, int tensor,
		 float *data)
{
	struct seen *s = context;
	size_t count = s->f->g.tensor[tensor].count;
	float *copy = NAS_NEW(&s->f->arena, float, count);

	assert_int_equal(worker, 0);
	assert_int_equal(first, 0);
	assert_int_equal(n, 1);
	memcpy(copy, data, count * sizeof(*copy));
	s->tensor[tensor] = copy;
}

static void layers_match_their_definition(void **state)
{
	struct fixture f;
	struct seen s = {.f = &f};
	struct forward_options o = {
		.threads = 1, .sums = true, .see = keep, .context = &s};
	int watch[64];

	(void)state;
	make_graph(&f);
	assert_true(f.g.ntensors <= 64);
	for (int t = 0; t < f.g.ntensors; t++)
		watch[o.nwatch++] = t;
	o.watch = watch;
	run(&f, &o, images(&f, 1), 1, NULL);
	for (int i = 0; i < f.g.nlayers; i++) {
		const struct graph_layer *l = &f.g.layer[i];
		const struct graph_tensor *y = &f.g.tensor[l->sum];

		s.layers++;
		if (f.g.node[l->node].op != GRAPH_CONV)
			continue;
		for (size_t k = 0; k < y->count; k++) {
			int at = (int)(k % ((size_t)y->size[2] *
					    (size_t)y->size[3]));
			double want =
				conv_at(&f.g, l, s.tensor[l->input],
					(int)k / (y->size[2] * y->size[3]),
					at / y->size[3], at % y->size[3]);

			CHECK_CLOSE((double)s.tensor[l->sum][k], want, 1e-4);
		}
	}
	assert_int_equal(s.layers, 12);
	arena_free(&f.arena);
}

/* All images at once. */
static enum nas_status give(void *context, int first, int n, float *x,
			    struct nas_err *err)
{
	(void)err;
	assert_int_equal(first, 0);
	memcpy(x, context, (size_t)n * 3 * 35 * 29 * sizeof(*x));
	return NAS_OK;
}

static void policies_come_and_go(void **state)
{
	const struct forward_options o = {.threads = 2};
	struct fixture f;
	struct forward *p;
	float y[40], z[40], low[16], high[16];
	int bits[16];
	struct policy policy = {bits, low, high};
	double error[2] = {0, 0};
	struct stats_images images_of = { .n = 4, .batch = 4, .give = give };
	struct input_stats stats;
	float *x;

	(void)state;
	make_graph(&f);
	x = images(&f, 4);
	images_of.count = f.g.tensor[f.g.input[0]].count;
	images_of.context = x;
	CHECK_OK(forward_new(&p, &f.g, &o, &f.err), &f.err);
	CHECK_OK(forward_run(p, x, 4, y, &f.err), &f.err);
	CHECK_OK(input_stats_gather(&stats, &f.g, &images_of, 2, &f.arena,
				    &f.err), &f.err);
	for (int i = 0; i < f.g.nlayers; i++)
		input_range(&stats, i, 8, RANGE_MIN_MAX, &low[i], &high[i]);
	for (int b = 0; b < 2; b++) {
		for (int i = 0; i < f.g.nlayers; i++) {
			bits[i] = b ? 8 : 3;
			assert_true(low[i] < high[i]);
		}
		policy_set(p, &f.g, &policy, &f.err);
		CHECK_OK(forward_run(p, x, 4, z, &f.err), &f.err);
		for (int i = 0; i < 40; i++)
			error[b] += fabs((double)y[i] - (double)z[i]);
	}
	assert_true(error[1] > 0 && error[0] > 4 * error[1]);
	for (int i = 0; i < f.g.nlayers; i++) {
		forward_set_grid(p, i, NULL);
		CHECK_OK(forward_set_weights(p, i, NULL, NULL, &f.err), &f.err);
	}
	CHECK_OK(forward_run(p, x, 4, z, &f.err), &f.err);
	assert_memory_equal(y, z, sizeof(y));
	forward_free(p);
	arena_free(&f.arena);
}

struct shown { /* a tensor of three images */
	int wanted;
	bool seen[3]; /* of their own, for threads */
	size_t count;
	float *x;
};

static void take(void *context, int worker, int first, int n, int tensor,
		 float *data)
{
	struct shown *s = context;

	(void)worker;
	(void)n;
	if (tensor != s->wanted)
		return;
	memcpy(s->x + (size_t)first * s->count, data,
	       s->count * sizeof(*data));
	s->seen[first] = true;
}

static struct shown shown_of(struct fixture *f, int tensor)
{
	struct shown s = {.wanted = tensor,
			  .count = f->g.tensor[tensor].count};

	s.x = NAS_NEW2(&f->arena, float, 3, s.count);
	assert_non_null(s.x);
	return s;
}

/* One layer's weights are doubled. */
static void change(struct fixture *f, struct forward *p, int layer)
{
	const struct graph_layer *l = &f->g.layer[layer];
	size_t n = (size_t)l->out * l->fan;
	float *w = NAS_NEW(&f->arena, float, n);

	for (size_t i = 0; i < n; i++)
		w[i] = 2 * l->weight[i];
	CHECK_OK(forward_set_weights(p, layer, w, NULL, &f->err), &f->err);
}

static void whole(struct fixture *f, const float *x, int layer,
		  struct shown *s)
{
	struct forward_options o = {.threads = 1, .nwatch = -1,
				    .context = s, .see = take};
	struct forward *p;

	CHECK_OK(forward_new(&p, &f->g, &o, &f->err), &f->err);
	if (layer >= 0)
		change(f, p, layer);
	CHECK_OK(forward_run(p, x, 3, NULL, &f->err), &f->err);
	forward_free(p);
}

/* Layers in any order, one at a time, branches and shortcuts among them. */
static void again_is_as_from_the_start(void **state)
{
	struct fixture f;
	struct shown got;
	struct forward_options o = {.threads = 2, .nwatch = -1, .keep = true,
				    .context = &got, .see = take};
	struct forward *p;
	const float *x;

	(void)state;
	make_graph(&f);
	x = images(&f, 3);
	got = shown_of(&f, f.g.layer[0].output);
	CHECK_OK(forward_new(&p, &f.g, &o, &f.err), &f.err);
	CHECK_FAILS(forward_again(p, 0, got.wanted, &f.err), NAS_ERUN, &f.err,
		    "no images");
	memset(&f.err, 0, sizeof(f.err));
	CHECK_OK(forward_run(p, x, 3, NULL, &f.err), &f.err);
	for (int k = 0; k < 60; k++) {
		int layer = (int)rng_below(&f.rng, 13) - 1;
		int at = (int)rng_below(&f.rng, 12);
		struct shown want = shown_of(&f, f.g.layer[at].output);

		got = shown_of(&f, want.wanted);
		whole(&f, x, layer, &want);
		if (layer >= 0)
			change(&f, p, layer);
		CHECK_OK(forward_again(p, layer, got.wanted, &f.err), &f.err);
		assert_true(got.seen[0] && got.seen[1] && got.seen[2]);
		assert_memory_equal(got.x, want.x,
				    3 * got.count * sizeof(float));
		if (layer >= 0)
			CHECK_OK(forward_set_weights(p, layer, NULL, NULL,
						     &f.err), &f.err);
	}
	forward_free(p);
	arena_free(&f.arena);
}

static void weights_are_on_their_grid(void **state)
{
	struct rng rng;
	float w[4 * 30], q[4 * 30], scale[4];

	(void)state;
	rng_seed(&rng, check_seed(3), 1);
	for (int i = 0; i < 120; i++)
		w[i] = draw(&rng) * (float)(1 + i / 30);
	for (int bits = 2; bits <= 8; bits++) {
		int levels = quant_weight_levels(bits);

		policy_quantise(q, w, 4, 30, bits);
		quant_max_abs_scales(scale, w, 4, 30, bits, QUANT_PER_CHANNEL);
		for (int i = 0; i < 120; i++) {
			double s = (double)scale[i / 30];
			double level = (double)q[i] / s;

			CHECK_CLOSE(level, rint(level), 1e-4);
			assert_true(fabs(level) < levels + 0.5);
			CHECK_CLOSE((double)q[i], (double)w[i], s / 2 * 1.0001);
		}
	}
}

static void activations_keep_zero(void **state)
{
	struct quant_grid g = quant_grid_of(-0.375f, 5.3f, 4);
	float x[5] = {0, -9, 9, 1.234f, -0.2f}, q[5];

	(void)state;
	fake_quant_grid(q, x, 5, &g);
	assert_true(q[0] == 0);
	CHECK_CLOSE((double)q[1], (double)(-g.zero * g.scale), 1e-6);
	CHECK_CLOSE((double)q[2], (double)((15 - g.zero) * g.scale), 1e-6);
	CHECK_CLOSE((double)q[3], 1.234, (double)g.scale / 2);
	g = quant_grid_of(0, 0, 8);
	fake_quant_grid(q, x, 5, &g);
	assert_true(q[2] == 0);
}

/* A bias, then the function: in one step as in two. */
static void bias_comes_before_the_function(void **state)
{
	static const struct activation kinds[] = {
		{GRAPH_OPS, 0, 0, 0, 0},     {GRAPH_RELU, 0, 0, 0, 0},
		{GRAPH_CLIP, 0, 0, 0, 6},    {GRAPH_CLIP, 0, 0, -1, 2},
		{GRAPH_LEAKY, 0.1f, 0, 0, 0}, {GRAPH_HARD_SIGMOID, 0.2f, 0.5f, 0, 0},
		{GRAPH_HARD_SWISH, 0, 0, 0, 0},
	};
	float x[40], y[40], want[40];

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (int i = 0; i < 40; i++) {
			x[i] = y[i] = 0.4f * (float)i - 8;
			want[i] = x[i] + 0.75f;
		}
		activation_bias(&kinds[k], y, 0.75f, 40);
		if (kinds[k].op != GRAPH_OPS)
			activation_run(&kinds[k], want, want, 40);
		for (int i = 0; i < 40; i++)
			CHECK_CLOSE((double)y[i], (double)want[i], 1e-6);
		if (kinds[k].op == GRAPH_CLIP) {
			CHECK_CLOSE((double)y[0], (double)kinds[k].low, 0);
			CHECK_CLOSE((double)y[39], (double)kinds[k].high, 0);
		}
	}
}

static void products_are_products(void **state)
{
	float a[6] = {1, 2, 3, 4, 5, 6}, b[6] = {1, 0, 2, -1, 0, 1};
	float c[4], y[2];
	struct nas_err err = {0};

	(void)state;
	CHECK_OK(gemm_load(&err), &err);
	gemm(GEMM_AB, 2, 2, 3, a, 3, b, 2, 0, c, 2);
	CHECK_CLOSE((double)c[0], 5, 1e-6); /* 1*1 + 2*2 + 3*0 */
	CHECK_CLOSE((double)c[3], 1, 1e-6); /* 4*0 + 5*-1 + 6*1 */
	gemm(GEMM_ABT, 2, 2, 3, a, 3, b, 3, 0, c, 2);
	CHECK_CLOSE((double)c[0], 7, 1e-6); /* 1 + 0 + 6 */
	gemm(GEMM_ATB, 2, 2, 3, a, 2, b, 2, 0, c, 2);
	CHECK_CLOSE((double)c[0], 7, 1e-6); /* 1*1 + 3*2 + 5*0 */
	gemv(2, 3, a, 3, b, y);
	CHECK_CLOSE((double)y[1], 16, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_for_threads_and_batches),
		cmocka_unit_test(layers_match_their_definition),
		cmocka_unit_test(policies_come_and_go),
		cmocka_unit_test(again_is_as_from_the_start),
		cmocka_unit_test(weights_are_on_their_grid),
		cmocka_unit_test(activations_keep_zero),
		cmocka_unit_test(bias_comes_before_the_function),
		cmocka_unit_test(products_are_products),
	};
	return CHECK_RUN("forward", tests);
}
