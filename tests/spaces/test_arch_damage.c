/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Architecture files when memory is out, or when they are damaged. */
#include "nas/form/json.h"
#include "tests/check.h"

#include "nas/base/rng.h"
#include "spaces/arch.h"

static const char example[] =
	"{\"schema\": \"nas/architecture/1\", \"name\": \"small\",\n"
	" \"input\": {\"height\": 224, \"width\": 224, \"channels\": 3},\n"
	" \"blocks\": [\n"
	"  {\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3,\n"
	"   \"stride\": 2, \"bits_a\": [8], \"bits_w\": [8]},\n"
	"  {\"type\": \"mbconv\", \"in\": 8, \"out\": 32, \"hidden\": 64,\n"
	"   \"kernel\": 5, \"stride\": 2, \"depth\": 2, \"se\": true,\n"
	"   \"shortcut\": \"pool\", \"bits_a\": [5,5,5, 5,5,5],\n"
	"   \"bits_w\": 4}],\n"
	" \"head\": {\"type\": \"classifier\", \"classes\": 1000,\n"
	"   \"bits_a\": 7, \"bits_w\": 8}, \"stage_weights\": [1, 2],\n"
	" \"sigma_a\": 5, \"sigma_w\": 4}";

static struct nas_arena arena;

static void test_no_file(void **state)
{
	struct nas_err err = {0};
	struct nas_arch_list list;

	(void)state;
	assert_int_equal(arch_read(&list, "tests/data/none.json", NULL,
				   &arena, &err), NAS_EIO);
	assert_int_equal(list.n, 0);
}

/* Every request for memory fails once; nothing else goes wrong. */
static void test_no_memory(void **state)
{
	struct nas_err err = {0};
	struct nas_arch_list list;
	struct json_doc doc;
	int failures = 0;

	(void)state;
	arena_init(&arena, 64 << 20);
	CHECK_OK(json_parse(&doc, example, strlen(example), "x", &err), &err);
	for (long n = 0; n < 1000; n++) {
		enum nas_status status;

		err = (struct nas_err){0};
		arena_fail_after(n);
		status = arch_from_json(&list, &doc, doc.root, NULL, &arena,
					&err);
		arena_fail_after(-1);
		if (status == NAS_OK)
			break;
		assert_int_equal(status, NAS_ENOMEM);
		assert_int_equal(list.n, 0);
		failures++;
	}
	assert_in_range(failures, 5, 50);
	json_free(&doc);
	arena_free(&arena);
}

/* Damaged files: any answer, but an answer. */
static void test_damage(void **state)
{
	struct rng rng;
	char text[sizeof(example)];

	(void)state;
	arena_init(&arena, 64 << 20);
	rng_seed(&rng, check_seed(11), 0);
	for (int i = 0; i < 3000; i++) {
		struct nas_err err = {0};
		struct nas_arch_list list;
		struct json_doc doc;
		size_t n = 1 + rng_below(&rng, sizeof(text) - 1);

		memcpy(text, example, sizeof(text));
		for (uint32_t k = rng_below(&rng, 4); k < 4; k++)
			text[rng_below(&rng, sizeof(text) - 1)] =
				"0123456789-{}[],:\"e.an"[rng_below(&rng, 22)];
		if (i % 4)
			n = sizeof(text) - 1;
		if (json_parse(&doc, text, n, "damaged", &err) != NAS_OK)
			continue;
		if (arch_from_json(&list, &doc, doc.root, NULL, &arena,
				   &err) == NAS_OK)
			CHECK_OK(arch_check(list.arch, &err), &err);
		json_free(&doc);
	}
	arena_free(&arena);
}

/* Depths make a small file large: refused before memory is filled. */
static void test_many_blocks(void **state)
{
	static const char one[] =
		"[{\"class\": \"ConvKXBNRELU\", \"in\": 3, \"out\": 3,"
		" \"k\": 3, \"L\": 1024}]";
	char text[300 * sizeof(one) + 8];
	struct nas_err err = {0};
	struct nas_arch_list list;
	struct json_doc doc;
	size_t n = 0;

	(void)state;
	arena_init(&arena, 64 << 20);
	for (int i = 0; i < 300; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				      i ? "," : "[", one);
	snprintf(text + n, sizeof(text) - n, "]");
	CHECK_OK(json_parse(&doc, text, n + 1, "x", &err), &err);
	CHECK_FAILS(arch_from_json(&list, &doc, doc.root, NULL, &arena, &err),
		    NAS_EINPUT, &err, "more than 262144 blocks in one file");
	assert_int_equal(list.n, 0);
	json_free(&doc);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_many_blocks),
	};

	return CHECK_RUN("arch_damage", tests);
}
