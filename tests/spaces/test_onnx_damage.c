/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files that are not ours, damaged, or read without memory. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "spaces/import/onnx.h"
#include "spaces/import/onnx_scan.h"
#include "tests/spaces/onnx_sample.h"

static struct nas_arena arena;
static struct nas_text file;

static int setup(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 4, 4, 10);
	struct nas_err err = {0};

	(void)state;
	arena_init(&arena, 16 << 20);
	CHECK_OK(sample_onnx(&file, &a, 1, ONNX_STANDARD, &arena, &err), &err);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	text_free(&file);
	arena_free(&arena);
	return 0;
}

static enum nas_status read_bytes(const void *bytes, size_t n,
				  struct nas_err *err)
{
	struct nas_arena own;
	struct onnx_ours ours;
	enum nas_status status;

	arena_init(&own, 64 << 20);
	*err = (struct nas_err){0};
	status = onnx_read(&ours, bytes, n, "x.onnx", &own, err);
	assert_int_equal(status, err->code);
	arena_free(&own);
	return status;
}

/* Cut anywhere: an error that says so, never another network. */
static void test_cut(void **state)
{
	struct nas_err err;

	(void)state;
	assert_int_equal(read_bytes(file.data, file.length, &err), NAS_OK);
	for (size_t n = 0; n < file.length; n += n < 600 ? 1 : 37)
		assert_int_equal(read_bytes(file.data, n, &err), NAS_EINPUT);
}

/* Bytes changed: an answer or an error, and no crash. */
static void test_damage(void **state)
{
	struct rng rng;
	char *copy = test_malloc(file.length);
	int accepted = 0;

	(void)state;
	rng_seed(&rng, check_seed(5), 0);
	for (int i = 0; i < 1500; i++) {
		struct nas_err err;
		int changes = 1 + (int)rng_below(&rng, 4);
		enum nas_status status;

		memcpy(copy, file.data, file.length);
		while (changes-- > 0)
			copy[rng_below(&rng, (uint32_t)file.length)] =
				(char)rng_next(&rng);
		status = read_bytes(copy, file.length, &err);
		if (status != NAS_OK)
			assert_true(status == NAS_EINPUT ||
				    status == NAS_ENOMEM);
		accepted += status == NAS_OK;
	}
	assert_true(accepted < 1500);
	test_free(copy);
}

/* Replace a text by another of the same length, once or everywhere. */
static char *replaced(const char *from, const char *to, bool all)
{
	size_t n = strlen(from);
	char *copy = test_malloc(file.length);
	bool found = false;

	assert_int_equal(n, strlen(to));
	memcpy(copy, file.data, file.length);
	for (size_t i = 0; i + n <= file.length; i++) {
		if (memcmp(copy + i, from, n) != 0)
			continue;
		memcpy(copy + i, to, n);
		found = true;
		if (!all)
			break;
	}
	assert_true(found);
	return copy;
}

static void test_not_ours(void **state)
{
	static const struct {
		const char *from, *to, *message;
	} cases[] = {
		{ "nas.architecture", "mas.architecture", "only ONNX files" },
		{ "nas.seed", "mas.seed", "nas.seed" },
		{ "nas/architecture/1", "nas/architecture/9",
		  "nas/architecture" },
		{ "\"kernel\": 5", "\"kernel\": 7", "depthwise/Conv'" },
		{ "\"classes\": 10", "\"classes\": 11", "'head/Gemm'" },
		{ "\"bits_a\": 4", "\"bits_a\": 5", "'head.input'" },
		{ "\"shortcut\": \"pool\"", "\"shortcut\": \"none\"",
		  "node" },
		{ "\"\004Relu", "\"\004Tanh", "node 3" }, /* not its name */
		{ "logits", "digits", "not computed by any node" },
		{ "int4_min", "int4_mim", "Clip" },
		{ "gate_scale", "gate_scald", "gate" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *copy = replaced(cases[i].from, cases[i].to, false);
		struct nas_err err;

		CHECK_FAILS(read_bytes(copy, file.length, &err), NAS_EINPUT,
			    &err, cases[i].message);
		test_free(copy);
	}
}

static void test_missing(void **state)
{
	char *copy = replaced("head.bias", "head.bien", false);
	struct nas_err err;

	(void)state;
	CHECK_FAILS(read_bytes(copy, file.length, &err), NAS_EINPUT, &err,
		    "the bias must be constant");
	test_free(copy);
}

/* Messages inside messages, far deeper than any model: graph in attribute in
 * node in graph, and so on. */
static void test_depth(void **state)
{
	static const uint8_t tag[] = {0x0a, 0x2a, 0x32};
	size_t depth = 80000, size = 5 * depth, n = size;
	uint8_t *bytes = test_malloc(size);
	struct nas_err err;

	(void)state;
	for (; depth > 0; depth--) {	  /* from the innermost out */
		size_t length = size - n; /* in four bytes */

		for (int shift = 21; shift >= 0; shift -= 7)
			bytes[--n] = (uint8_t)((length >> shift & 0x7f) |
					       (shift < 21 ? 0x80 : 0));
		bytes[--n] = depth > 1 ? tag[(depth - 2) % 3] : 0x3a;
	}
	CHECK_FAILS(read_bytes(bytes, size, &err), NAS_EINPUT, &err,
		    "not an ONNX model");
	test_free(bytes);
}

/* Millions of empty messages in two bytes each. */
static void test_many(void **state)
{
	size_t n = 2 * (ONNX_MESSAGES_MAX + 10);
	uint8_t *bytes = test_malloc(n);
	struct nas_err err;

	(void)state;
	for (size_t i = 0; i < n; i += 2) {
		bytes[i] = 0x72; /* metadata_props */
		bytes[i + 1] = 0;
	}
	CHECK_FAILS(read_bytes(bytes, n, &err), NAS_EINPUT, &err,
		    "not an ONNX model");
	assert_int_equal(read_bytes(bytes, n - 100, &err), NAS_ENOMEM);
	test_free(bytes);
}

/* Every request for memory fails once. */
static void test_no_memory(void **state)
{
	struct nas_err err = {0};
	int failures = 0;

	(void)state;
	for (long n = 0; n < 100000; n += n < 200 ? 1 : 97) {
		enum nas_status status;

		arena_fail_after(n);
		status = read_bytes(file.data, file.length, &err);
		arena_fail_after(-1);
		if (status == NAS_OK)
			break;
		assert_int_equal(status, NAS_ENOMEM);
		failures++;
	}
	assert_in_range(failures, 200, 1000);
}

static void test_no_memory_writing(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 4, 4, 10);
	struct nas_err err = {0};
	enum nas_status status = NAS_ENOMEM;

	(void)state;
	for (long n = 0; status != NAS_OK; n += n < 100 ? 1 : 31) {
		struct nas_arena own;
		struct nas_text t = {0};

		err = (struct nas_err){0};
		arena_init(&own, 64 << 20);
		arena_fail_after(n);
		status = sample_onnx(&t, &a, 1, ONNX_QONNX, &own, &err);
		arena_fail_after(-1);
		assert_true(status == NAS_OK || status == NAS_ENOMEM);
		assert_int_equal(status, err.code);
		text_free(&t);
		arena_free(&own);
		assert_true(n < 100000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_memory_writing),
	};
	return cmocka_run_group_tests_name("onnx_damage", tests, setup,
					   teardown) != 0;
}
