/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every figure of every network of the data files: the 300 random and the 3
 * published ones of the public reference, and those of
 * tests/tools/reference.py; each also after a trip through our own form.
 */
#include "tests/check.h"

#include "tests/scoring/figures.h"

#define REFERENCE "tests/data/reference_architectures.json"
#define PUBLISHED "tests/data/published_structures.json"
#define RANDOM "tests/data/random_architectures.json"

/* The same figures after arch -> JSON -> arch. */
static void check_copy(const struct nas_arch *arch, const cJSON *expect)
{
	const struct json_doc none = {0};
	struct nas_arch_list list;
	struct nas_err err = {0};
	struct nas_arena arena;
	cJSON *json = arch_to_json(arch);

	arena_init(&arena, 16 << 20);
	assert_non_null(json);
	CHECK_OK(arch_from_json(&list, &none, json, NULL, &arena, &err), &err);
	assert_int_equal(list.n, 1);
	figures_check(list.arch, expect);
	cJSON_Delete(json);
	arena_free(&arena);
}

static void check_records(const char *path, int count)
{
	struct nas_arch_list list;
	struct nas_err err = {0};
	struct json_doc doc;
	struct nas_arena arena;
	const cJSON *record;
	int i = 0;

	arena_init(&arena, 64 << 20);
	CHECK_OK(json_read(&doc, path, &err), &err);
	CHECK_OK(arch_read(&list, path, NULL, &arena, &err), &err);
	assert_int_equal(list.n, count);
	cJSON_ArrayForEach(record, doc.root) {
		const cJSON *expect = cJSON_GetObjectItem(record, "expect");

		assert_true(figures_check(&list.arch[i], expect) >= 5);
		check_copy(&list.arch[i++], expect);
	}
	assert_int_equal(i, count);
	json_free(&doc);
	arena_free(&arena);
}

static void test_reference(void **state)
{
	(void)state;
	check_records(REFERENCE, 300);
}

static void test_published(void **state)
{
	(void)state;
	check_records(PUBLISHED, 3);
}

static void test_random(void **state)
{
	struct nas_err err = {0};
	struct json_doc doc;
	struct nas_arena arena;
	const cJSON *networks, *one;
	int n = 0;

	(void)state;
	arena_init(&arena, 64 << 20);
	CHECK_OK(json_read(&doc, RANDOM, &err), &err);
	networks = cJSON_GetObjectItem(doc.root, "networks");
	cJSON_ArrayForEach(one, networks) {
		const cJSON *expect = cJSON_GetObjectItem(one, "expect");
		const cJSON *net = cJSON_GetObjectItem(one, "architecture");
		struct nas_arch_list list;

		CHECK_OK(arch_from_json(&list, &doc, net, NULL, &arena, &err),
			 &err);
		assert_true(figures_check(list.arch, expect) >= 10);
		check_copy(list.arch, expect);
		n++;
	}
	assert_true(n >= 100);
	json_free(&doc);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_random),
	};

	return CHECK_RUN("figures", tests);
}
