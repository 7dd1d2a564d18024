/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of a network, and its ONNX file written and read. */
#include "tests/check.h"

#include "spaces/export/onnx.h"
#include "spaces/graph/draw.h"
#include "spaces/graph/signal.h"
#include "spaces/import/onnx.h"
#include "tests/spaces/onnx_sample.h"

static struct nas_arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct nas_text file_of(const struct nas_arch *a, uint64_t seed,
			       enum onnx_form form)
{
	struct nas_err err = {0};
	struct nas_text t = {0};

	CHECK_OK(sample_onnx(&t, a, seed, form, &arena, &err), &err);
	return t;
}

static bool equal(const struct nas_text *a, const struct nas_text *b)
{
	return a->length == b->length &&
	       memcmp(a->data, b->data, a->length) == 0;
}

/* Written, read and written again: the same bytes. */
static void round_trip(int bits_a, int bits_w, int classes, int hidden,
		       enum onnx_form form)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, bits_a, bits_w, classes);
	struct nas_text t, again = {0};
	struct export_source source = {0};
	struct nas_err err = {0};
	struct onnx_ours ours;

	a.head.hidden = hidden;
	t = file_of(&a, 3, form);
	assert_true(onnx_looks_like(t.data, t.length));
	CHECK_OK(onnx_read(&ours, t.data, t.length, "x", &arena, &err), &err);
	assert_int_equal(ours.seed, 3);
	assert_int_equal(ours.arch.nblocks, SAMPLE_BLOCKS);
	assert_string_equal(ours.arch.name, "sample");
	source.arch = &ours.arch;
	source.graph = &ours.graph;
	source.seed = ours.seed;
	CHECK_OK(onnx_write(&again, &source, form, &arena, &err), &err);
	assert_true(equal(&t, &again));
	text_free(&t);
	text_free(&again);
}

static void test_round_trip(void **state)
{
	static const int bits[] = {0, 1, 2, 5, 8, 9, 16, 32};

	(void)state;
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		for (int form = 0; form < ONNX_FORMS; form++)
			for (int classes = 0; classes < 20; classes += 10)
				round_trip(bits[i] ? 8 : 0, bits[i], classes,
					   classes ? bits[i] : 0,
					   (enum onnx_form)form);
	round_trip(1, 1, 10, 0, ONNX_STANDARD);
	round_trip(32, 4, 10, 0, ONNX_STANDARD);
}

static void test_seeds(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 5, 4, 10);
	struct nas_text x = file_of(&a, 1, ONNX_STANDARD);
	struct nas_text y = file_of(&a, 1, ONNX_STANDARD);
	struct nas_text z = file_of(&a, 2, ONNX_STANDARD);

	(void)state;
	assert_true(equal(&x, &y));
	assert_false(equal(&x, &z));
	text_free(&x);
	text_free(&y);
	text_free(&z);
}

/* The signal that a drawn network is made for keeps a variance near 1. */
static void test_numbers(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_err err = {0};

	(void)state;
	for (int bits = 2; bits <= 9; bits++) {
		struct nas_arch a = sample_arch(block, bits, bits, 10);
		const struct graph_draw how = {.seed = 9};
		int exponent, grids = 0;
		struct graph g;

		CHECK_OK(graph_layout(&g, &a, &arena, &err), &err);
		CHECK_OK(graph_draw(&g, &how, &arena, &err), &err);
		assert_int_equal(g.nlayers, 1 + 5 + 3 + 2 + 1);
		for (int i = 0; i < g.nlayers; i++) {
			const struct graph_layer *l = &g.layer[i];

			/* a power of two */
			assert_true(frexp((double)l->scale[0], &exponent) ==
				    0.5);
			for (int c = 0; c < l->out; c++)
				assert_true(fabs((double)l->bias[c]) < 64);
		}
		for (int i = 0; i < g.nnodes; i++) {
			if (g.node[i].op != GRAPH_QUANT)
				continue;
			/* a short fraction */
			assert_true(fmod(frexp((double)*g.tensor[g.node[i].in[1]]
							.data,
					       &exponent) *
						 8,
					 1) == 0);
			grids++;
		}
		assert_int_equal(grids, g.nlayers + 1); /* and the gate */
	}
}

static void test_draws(void **state)
{
	static int16_t level[DRAW_SIZE];
	static float real[DRAW_SIZE];
	double mean = 0, square = 0, square_level = 0;

	(void)state;
	draw_reals(real);
	draw_integers(level, 4);
	for (int i = 0; i < DRAW_SIZE; i++) {
		if (i > 0)
			assert_true(real[i] > real[i - 1] &&
				    level[i] >= level[i - 1]);
		mean += (double)real[i] / DRAW_SIZE;
		square += (double)real[i] * (double)real[i] / DRAW_SIZE;
		square_level += (double)level[i] * level[i] / DRAW_SIZE;
	}
	CHECK_CLOSE(mean, 0, 1e-9);
	CHECK_CLOSE(square, 1, 2e-3);
	CHECK_CLOSE((double)real[DRAW_SIZE - 1], 4.3248, 1e-3);
	/* sigma_hat(4, 8)^2 of the reference's table */
	CHECK_CLOSE(square_level, 4.0104031385 * 4.0104031385, 0.02);
}

static void test_bytes(void **state)
{
	static int8_t table[DRAW_SIZE];
	int8_t out[103];
	struct draw a, b;

	(void)state;
	for (int i = 0; i < DRAW_SIZE; i++)
		table[i] = (int8_t)(i * 7);
	draw_seed(&a, 5, 1);
	draw_seed(&b, 5, 1);
	draw_bytes(&a, table, out, sizeof(out));
	for (size_t i = 0; i < sizeof(out); i++)
		assert_int_equal(out[i], table[draw_index(&b)]);
}

/* Moments in closed form against sums over many quantiles. */
static void test_signal(void **state)
{
	static const struct signal signals[] = {
		{.sigma = 1, .gain = 1},
		{.sigma = 2, .gain = 1, .relu = true},
		{.sigma = 1.5, .gain = 0.5, .relu = true},
		{.sigma = 1, .gain = 1, .mean = -0.7},
	};
	static float real[DRAW_SIZE];

	(void)state;
	draw_reals(real);
	for (size_t s = 0; s < sizeof(signals) / sizeof(*signals); s++) {
		for (int bits = 0; bits < 12; bits++) {
			const struct signal *x = &signals[s];
			double scale = signal_scale(x, 5);
			double mean = 0, square = 0;
			struct level_moments m = signal_quantised(x, scale, bits);

			for (int i = 0; i < DRAW_SIZE; i++) {
				double y = x->mean + x->sigma * (double)real[i];
				double half = ldexp(1, bits - 1);

				y = x->gain * (x->relu ? fmax(y, 0) : y);
				if (bits)
					y = scale *
					    fmin(fmax(rint(y / scale), -half),
						 half - 1);
				mean += y / DRAW_SIZE;
				square += y * y / DRAW_SIZE;
			}
			CHECK_CLOSE(m.mean, mean, 2e-3);
			CHECK_CLOSE(m.square, square, 6e-3);
		}
	}
}

static void test_too_large(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 8, 8, 0);
	struct nas_err err = {0};
	struct graph g;

	(void)state;
	a.nblocks = 1;
	a.channels = block[0].in = block[0].out = 60000;
	CHECK_FAILS(graph_layout(&g, &a, &arena, &err), NAS_EINPUT, &err,
		    "do not fit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_seeds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test(test_draws),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_signal),
		cmocka_unit_test_setup_teardown(test_too_large, setup,
						teardown),
	};
	return CHECK_RUN("onnx", tests);
}
