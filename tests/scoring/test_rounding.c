/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Weights rounded for what layers put out: against NumPy, whose figures
 * tests/tools/rounding_numpy.py makes; and what must hold of any network.
 */
#include "nas/base/rng.h"
#include "scoring/forward/rounding.h"
#include "scoring/forward/rounding_row.h"
#include "tests/scoring/two_layers.h"

#define FIGURES "tests/data/rounding_two_layers.json"
#define FAN 7

static struct nas_arena arena;
static struct nas_err err;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 26);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static double number(const cJSON *layer, const char *name)
{
	return cJSON_GetObjectItem(layer, name)->valuedouble;
}

/* Products are summed in single precision before means are taken off. */
static void same(const float *got, const cJSON *layer, const char *name)
{
	const cJSON *want = cJSON_GetObjectItem(layer, name);

	assert_non_null(want);
	for (int i = 0; i < cJSON_GetArraySize(want); i++)
		CHECK_CLOSE((double)got[i],
			    cJSON_GetArrayItem(want, i)->valuedouble, 1e-4);
}

static void as_stored(const struct graph *g, const float *images,
		      const cJSON *layers, bool plain_biases)
{
	const int bits_w[] = { 3, 2 }, bits_a[] = { 4, 5 };
	float low[2], high[2];
	struct rounding_job job = {
		.graph = g, .n = TWO_LAYERS_IMAGES, .x = images, .threads = 2,
		.bits_w = bits_w, .bits_a = bits_a, .low = low, .high = high,
		.quantiser = quantisers[0], .plain_biases = plain_biases,
	};
	struct rounded r;

	for (int i = 0; i < 2; i++) {
		low[i] = (float)number(cJSON_GetArrayItem(layers, i), "low");
		high[i] = (float)number(cJSON_GetArrayItem(layers, i), "high");
	}
	CHECK_OK(rounding_run(&r, &job, &arena, &err), &err);
	for (int i = 0; i < 2; i++) {
		const cJSON *layer = cJSON_GetArrayItem(layers, i);

		same(r.scale[i], layer, "scale");
		same(r.weight[i], layer, "weight");
		same(r.bias[i], layer, "bias");
	}
	assert_int_equal(r.nearest, 0);
}

static void equal_numpy(void **state)
{
	static float images[TWO_LAYERS_COUNT];
	struct json_doc figures;
	struct graph g;

	(void)state;
	two_layers(&g, images, &arena);
	CHECK_OK(json_read(&figures, FIGURES, &err), &err);
	as_stored(&g, images, cJSON_GetObjectItem(figures.root, "centred"),
		  false);
	as_stored(&g, images, cJSON_GetObjectItem(figures.root, "plain"), true);
	json_free(&figures);
}

/* ---- one output ------------------------------------------------------------ */

static struct moments room(void)
{
	struct moments m = { .fan = FAN, .count = 50 };
	size_t n = FAN * FAN;

	m.h = NAS_NEW(&arena, double, n);
	m.c = NAS_NEW(&arena, double, n);
	m.r = NAS_NEW(&arena, double, n);
	m.mean_x = NAS_NEW(&arena, double, FAN);
	m.mean_y = NAS_NEW(&arena, double, FAN);
	m.place = NAS_NEW(&arena, size_t, FAN);
	assert_false(arena.failed);
	return m;
}

static struct moments random_moments(struct rng *rng, double *w)
{
	struct moments m = room();

	for (int s = 0; s < 50; s++) {
		double x[FAN], y[FAN], all = rng_normal(rng);

		for (int i = 0; i < FAN; i++) {
			x[i] = all + rng_normal(rng);
			y[i] = x[i] + rng_normal(rng) / 8;
			m.mean_x[i] += x[i];
			m.mean_y[i] += y[i];
		}
		for (int i = 0; i < FAN; i++)
			for (int j = 0; j < FAN; j++) {
				m.h[i * FAN + j] += y[i] * y[j];
				m.c[i * FAN + j] += x[i] * y[j];
			}
	}
	for (int i = 0; i < FAN; i++)
		w[i] = rng_normal(rng);
	return m;
}

static double loss_of(const struct moments *m, const double *t, const double *q,
		      double step)
{
	double sum = 0;

	for (size_t i = 0; i < FAN; i++)
		for (size_t j = 0; j < FAN; j++)
			sum += (t[i] - q[i] * step) * m->h[i * FAN + j] *
			       (t[j] - q[j] * step);
	return sum;
}

/* Of all 3^7 policies of a row. */
static double least_loss(const struct moments *m, const double *t, double step)
{
	double least = HUGE_VAL, q[FAN];

	for (int code = 0; code < 2187; code++) {
		int rest = code;

		for (int i = 0; i < FAN; i++, rest /= 3)
			q[i] = rest % 3 - 1;
		least = fmin(least, loss_of(m, t, q, step));
	}
	return least;
}

/* What is said to be lost is lost; improved levels have no better neighbour,
 * and are mostly the best ones of all. */
static void levels_are_good(void **state)
{
	struct rng rng;
	int best = 0, rows = 60;

	(void)state;
	rng_seed(&rng, check_seed(3), 1);
	for (int k = 0; k < rows; k++) {
		double w[FAN], t[FAN], q[FAN], scratch[FAN], loss, least;
		struct moments m = random_moments(&rng, w);
		float row[FAN];

		for (int i = 0; i < FAN; i++)
			row[i] = (float)w[i];
		assert_true(moments_factor(&m));
		rounding_target(t, &m, row);
		loss = rounding_levels(q, &m, t, 0.9, 1, scratch);
		CHECK_CLOSE(loss, loss_of(&m, t, q, 0.9), 1e-9);
		rounding_improve(q, &m, t, 0.9, 1, scratch);
		assert_true(loss_of(&m, t, q, 0.9) <= loss + 1e-9);
		loss = loss_of(&m, t, q, 0.9);
		least = least_loss(&m, t, 0.9);
		for (int i = 0; i < FAN; i++)
			for (int up = -1; up <= 1; up += 2) {
				q[i] += up;
				assert_true(fabs(q[i]) > 1 ||
					    loss_of(&m, t, q, 0.9) >=
						    loss * (1 - 1e-6));
				q[i] -= up;
			}
		best += loss <= least + 1e-9;
	}
	assert_true(best > rows / 2);
}

/* ---- whole networks ---------------------------------------------------------- */

#define IMAGES 11

struct network {
	struct graph g;
	float *x;
	int bits_w[8], bits_a[8];
	float low[8], high[8];
	struct rounding_job job;
};

static float *draw(struct rng *rng, size_t n, double mean, double scale)
{
	float *x = NAS_NEW(&arena, float, n);

	assert_non_null(x);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(mean + scale * rng_normal(rng));
	return x;
}

/* With a border, a stride, depthwise convolutions and a classifier; wide: the
 * classifier has more inputs than are rounded together. */
static void make(struct network *n, int wide)
{
	struct nas_block blocks[] = {
		{.kind = BLOCK_CONV, .in = 3, .out = 8, .kernel = 3,
		 .stride = 1},
		{.kind = BLOCK_MBCONV, .in = 8, .out = 12, .hidden = 24,
		 .kernel = 3, .stride = 2},
		{.kind = BLOCK_CONV, .in = 12, .out = wide ? wide : 16,
		 .kernel = 1, .stride = 1},
	};
	struct nas_arch arch = {.name = "small", .height = 6, .width = 4,
				.channels = 3, .nblocks = 3, .block = blocks,
				.head = {.classes = 10}};
	struct rng rng;

	memset(n, 0, sizeof(*n));
	rng_seed(&rng, check_seed(12), 1);
	CHECK_OK(graph_of_arch(&n->g, &arch, &arena, &err), &err);
	for (int i = 0; i < n->g.nlayers; i++) {
		struct graph_layer *l = &n->g.layer[i];
		double scale = 1 / sqrt((double)l->fan);

		l->weight = draw(&rng, (size_t)l->out * l->fan, scale / 4,
				 scale);
		l->bias = draw(&rng, (size_t)l->out, 0, 0.2);
		n->bits_w[i] = 2 + i % 3;
		n->bits_a[i] = i == 1 ? 32 : 4;
		n->low[i] = -2;
		n->high[i] = 3;
	}
	n->x = draw(&rng, IMAGES * n->g.tensor[n->g.input[0]].count, 0.5, 1);
	n->job = (struct rounding_job){
		.graph = &n->g, .n = IMAGES, .x = n->x, .threads = 1,
		.bits_w = n->bits_w, .bits_a = n->bits_a, .low = n->low,
		.high = n->high, .quantiser = quantisers[0],
	};
}

struct watched { /* sums of the channels of a layer's own output */
	size_t out, area;
	double sum[64];
};

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct watched *w = context;

	(void)worker;
	(void)first;
	(void)images;
	(void)tensor;
	for (size_t o = 0; o < w->out; o++)
		for (size_t k = 0; k < w->area; k++)
			w->sum[o] += (double)data[o * w->area + k];
}

/* With the layers up to the last one rounded, or none. */
static void sums(const struct network *n, int layer, const struct rounded *r,
		 struct watched *w)
{
	const struct graph_layer *l = &n->g.layer[layer];
	struct forward_options o = { .nwatch = 1, .watch = &l->sum,
				     .sums = true, .context = w, .see = see };
	struct forward *f;

	*w = (struct watched){ .out = (size_t)l->out };
	w->area = n->g.tensor[l->sum].count / w->out;
	CHECK_OK(forward_new(&f, &n->g, &o, &err), &err);
	for (int i = 0; r && i <= layer; i++) {
		struct quant_grid grid = quant_grid_of(n->low[i], n->high[i],
						       n->bits_a[i]);

		CHECK_OK(forward_set_weights(f, i, r->weight[i], r->bias[i],
					     &err), &err);
		forward_set_grid(f, i, n->bits_a[i] <= 8 ? &grid : NULL);
	}
	CHECK_OK(forward_run(f, n->x, IMAGES, NULL, &err), &err);
	forward_free(f);
}

/* Each layer behind rounded ones gives, on average over the images, what it
 * gives in float: borders, strides and groups are read as they are run. */
static void means_stay(const struct network *n, const struct rounded *r)
{
	for (int i = 0; i < n->g.nlayers; i++) {
		struct watched want, got;

		if (n->g.layer[i].out > 64)
			continue;
		sums(n, i, NULL, &want);
		sums(n, i, r, &got);
		for (size_t o = 0; o < want.out; o++)
			CHECK_CLOSE(got.sum[o], want.sum[o],
				    2e-5 * IMAGES * (double)want.area *
					    (1 + fabs(want.sum[o])));
	}
}

static void on_their_grids(const struct network *n, const struct rounded *r)
{
	for (int i = 0; i < n->g.nlayers; i++) {
		const struct graph_layer *l = &n->g.layer[i];
		double most = quant_weight_levels(n->bits_w[i]);

		for (size_t k = 0; k < (size_t)l->out * l->fan; k++) {
			double scale = (double)r->scale[i][k / l->fan];
			double level = (double)r->weight[i][k] / scale;

			assert_true(scale > 0 && fabs(level) <= most + 1e-4);
			CHECK_CLOSE(level, rint(level), 1e-4);
		}
	}
}

static void networks_are_rounded(void **state)
{
	static const int wide[] = { 0, ROUNDING_FAN + 1 };
	struct network n;
	struct rounded r, again;

	(void)state;
	for (int k = 0; k < 2; k++) {
		make(&n, wide[k]);
		for (int i = 0; i < n.g.nlayers; i++) /* an output of zeros */
			memset(n.g.layer[i].weight, 0,
			       n.g.layer[i].fan * sizeof(float));
		CHECK_OK(rounding_run(&r, &n.job, &arena, &err), &err);
		assert_int_equal(r.nearest, k);
		on_their_grids(&n, &r);
		means_stay(&n, &r);
	}
	make(&n, 0);
	CHECK_OK(rounding_run(&r, &n.job, &arena, &err), &err);
	n.job.threads = 3;
	CHECK_OK(rounding_run(&again, &n.job, &arena, &err), &err);
	for (int i = 0; i < n.g.nlayers; i++) {
		const struct graph_layer *l = &n.g.layer[i];

		assert_memory_equal(r.weight[i], again.weight[i],
				    (size_t)l->out * l->fan * sizeof(float));
		assert_memory_equal(r.bias[i], again.bias[i],
				    (size_t)l->out * sizeof(float));
	}
}

/* A scale a layer, powers of two: asked for, so given. */
static void scales_are_as_asked(void **state)
{
	struct network n;
	struct rounded r;

	(void)state;
	make(&n, 0);
	n.job.scope = QUANT_PER_TENSOR;
	CHECK_OK(rounding_run(&r, &n.job, &arena, &err), &err);
	on_their_grids(&n, &r);
	for (int i = 0; i < n.g.nlayers; i++)
		for (int o = 1; o < n.g.layer[i].out; o++)
			CHECK_CLOSE((double)r.scale[i][o],
				    (double)r.scale[i][0], 0);
	n.job.scope = QUANT_PER_CHANNEL;
	n.job.quantiser = quantiser_find("po2-msqe");
	CHECK_OK(rounding_run(&r, &n.job, &arena, &err), &err);
	on_their_grids(&n, &r);
	for (int i = 0; i < n.g.nlayers; i++)
		for (int o = 0; o < n.g.layer[i].out; o++) {
			double e = log2((double)r.scale[i][o]);

			CHECK_CLOSE(e, rint(e), 0);
		}
	n.bits_w[2] = 32;
	CHECK_OK(rounding_run(&r, &n.job, &arena, &err), &err);
	assert_null(r.weight[2]);
	assert_non_null(r.weight[3]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_numpy, setup, teardown),
		cmocka_unit_test_setup_teardown(levels_are_good, setup,
						teardown),
		cmocka_unit_test_setup_teardown(networks_are_rounded, setup,
						teardown),
		cmocka_unit_test_setup_teardown(scales_are_as_asked, setup,
						teardown),
	};
	return CHECK_RUN("rounding", tests);
}
