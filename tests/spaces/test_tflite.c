/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TFLite files: MLPerf Tiny's keyword network against what TensorFlow Lite
 * computes (tests/tools/tflite_run.js), and damaged ones. */
#include "tests/check.h"

#include "nas/base/file.h"
#include "nas/base/rng.h"
#include "scoring/forward/forward.h"
#include "spaces/import/onnx.h"

#define KWS	"tests/data/models/mlperf_kws_int8.tflite"
#define INPUTS	8
#define VALUES	490
#define CLASSES 12

static char *file;
static size_t length;

static int setup(void **state)
{
	struct nas_err err = {0};

	(void)state;
	CHECK_OK(file_read(KWS, (size_t)1 << 20, &file, &length, &err), &err);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(file);
	return 0;
}

/* Levels that look like features: the first of ten is low. */
static int level(int k, int i)
{
	int x = (i % 10 ? 80 : 0) + (i * i * (k + 3) + 7 * i * k) % (11 + 9 * k) -
		4 * k;

	return (int8_t)(x & 255);
}

static void run(const struct graph *g, float *y, struct nas_err *err)
{
	const struct forward_options o = {.threads = 1};
	float *x = test_malloc(INPUTS * VALUES * sizeof(*x));
	struct forward *f;

	for (int k = 0; k < INPUTS; k++)
		for (int i = 0; i < VALUES; i++)
			x[k * VALUES + i] = 0.5847029089927673f *
					    (float)(level(k, i) - 83);
	CHECK_OK(forward_new(&f, g, &o, err), err);
	CHECK_OK(forward_run(f, x, INPUTS, y, err), err);
	forward_free(f);
	test_free(x);
}

static void keyword_network(void **state)
{
	static const int want[INPUTS][CLASSES] = {
		{ -114, -24, -128, -90, -125, -127, -127, -128, -122, -128, -128, -38},
		{ -124, -95, -128, -126, -69, -49, -127, -128, -103, -128, -128, -77},
		{ -128, -125, -121, -128, -128, -128, 89, -122, -114, -128, -128, -119},
		{ -124, 58, -128, -120, -128, -128, -128, -128, -128, -128, -128, -70},
		{ -128, -124, -116, -128, -128, -128, 12, -69, -95, -128, -128, -119},
		{ -128, -128, -127, -128, -128, -128, -105, -128, -128, -128, -128, 104},
		{ -128, -128, -128, -128, -128, -128, -125, -128, -128, -128, -128, 124},
		{ -128, -128, -128, -128, -128, -128, -128, -128, -128, 0, -128, 0},
	};
	float y[INPUTS * CLASSES];
	struct nas_err err = {0};
	struct nas_arena arena;
	struct graph g;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	CHECK_OK(graph_read(&g, KWS, NULL, &arena, &err), &err);
	assert_int_equal(g.nlayers, 10);
	for (int i = 0; i < g.nlayers; i++) {
		assert_int_equal(g.layer[i].bits_w, 8);
		assert_int_equal(g.layer[i].bits_a, 8);
		assert_non_null(g.layer[i].level);
	}
	assert_int_equal(g.layer[0].macs, 320000);
	run(&g, y, &err);
	for (int k = 0; k < INPUTS * CLASSES; k++)
		assert_int_equal((int)lrintf(y[k] * 256) - 128,
				 want[k / CLASSES][k % CLASSES]);
	arena_free(&arena);
}

static enum nas_status read_bytes(const char *bytes, size_t n)
{
	/* of its own size: a read beyond it is seen */
	char *copy = test_malloc(n + !n);
	struct nas_err err = {0};
	struct nas_arena arena;
	struct graph g;
	bool is;

	arena_init(&arena, (size_t)64 << 20);
	memcpy(copy, bytes, n);
	if (graph_from_onnx(&g, copy, n, "x.tflite", NULL, &arena, &err) != NAS_OK)
		assert_true(*err.text);
	assert_true(err.code == NAS_OK || err.code == NAS_EINPUT ||
		    err.code == NAS_ENOMEM);
	if (n >= 8 && memcmp(bytes + 4, "TFL3", 4) == 0) {
		assert_true(onnx_looks_like(copy, n));
		assert_int_equal(onnx_is_ours(&is, copy, n, "x", &arena,
					      &(struct nas_err){0}), NAS_OK);
		assert_false(is);
	}
	arena_free(&arena);
	test_free(copy);
	return err.code;
}

/* Parts are in no order: what is cut off may be read by nobody. */
static void cut(void **state)
{
	(void)state;
	assert_int_equal(read_bytes(file, length), NAS_OK);
	for (size_t n = 0; n < length - 64; n += n < 64 ? 1 : 257)
		assert_int_equal(read_bytes(file, n), NAS_EINPUT);
}

/* Weights fill most of the file: changes are looked for in what is not. */
static void damage(void **state)
{
	char *copy = test_malloc(length);
	int refused = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(7), 0);
	for (int i = 0; i < 400; i++) {
		int changes = 1 + (int)rng_below(&rng, 4);

		memcpy(copy, file, length);
		while (changes-- > 0) {
			uint32_t at = 8 + rng_below(&rng, (uint32_t)length - 8);

			if (rng_below(&rng, 2))
				at = rng_below(&rng, 2)
					     ? 8 + at % 600
					     : (uint32_t)length - 1 - at % 12000;
			copy[at] = (char)rng_next(&rng);
		}
		refused += read_bytes(copy, length) != NAS_OK;
	}
	assert_true(refused > 30);
	test_free(copy);
}

/* Every word of what is no weight: a length or an offset too large. */
static void words(void **state)
{
	static const uint8_t large[2][4] = {{255, 255, 255, 255},
					    {0, 0, 0, 64}};
	char *copy = test_malloc(length);
	int refused = 0, tried = 0;

	(void)state;
	for (size_t at = 8; at + 4 <= length; at += 4) {
		if (at > 600 && at < length - 12000)
			continue;
		memcpy(copy, file, length);
		memcpy(copy + at, large[at / 4 % 2], 4);
		refused += read_bytes(copy, length) != NAS_OK;
		tried++;
	}
	if (tried < 3000 || refused < 200)
		fail_msg("%d of %d refused", refused, tried);
	test_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyword_network),
		cmocka_unit_test(cut),
		cmocka_unit_test(damage),
		cmocka_unit_test(words),
	};
	return cmocka_run_group_tests_name("tflite", tests, setup, teardown);
}
