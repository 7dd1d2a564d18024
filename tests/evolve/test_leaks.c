/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done again and again takes no more memory for it. */
#include "tests/check.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "evolve/certify/certify.h"
#include "nas/base/rng.h"
#include "qbr/allocate.h"
#include "scoring/sensitivity/persistence.h"
#include "tests/evolve/proven.h"

#define TIMES 100
#define LEAST 64 /* bytes that are lost each time, and noticed */

static struct nas_err err;

/* Bytes that malloc has given out; 0 where that is not known. */
static size_t in_use(void)
{
#if defined(__GLIBC__) && __GLIBC__ == 2 && __GLIBC_MINOR__ >= 33
	struct mallinfo2 all = mallinfo2();

	return all.uordblks + all.hblkhd;
#else
	return 0;
#endif
}

/* Not in the second hundred times: malloc keeps some for itself. */
static void does_not_grow(void (*work)(void *), void *with)
{
	size_t before;

	for (int i = 0; i < TIMES; i++)
		work(with);
	before = in_use();
	for (int i = 0; i < TIMES; i++)
		work(with);
	assert_true(in_use() < before + LEAST * TIMES);
}

/* ---- cycles of feature maps ---- */

#define SIDE 24

static void births(void *with)
{
	float *map = with;
	struct persistence *w = persistence_new(SIDE);

	assert_non_null(w);
	assert_true(persistence_birth(w, map, SIDE, SIDE) > 0);
	persistence_free(w);
}

static void cycles_give_back(void **state)
{
	float map[SIDE * SIDE];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < SIDE * SIDE; i++)
		map[i] = (float)rng_normal(&rng);
	does_not_grow(births, map);
}

/* ---- certificates ---- */

static void certify_once(void *with)
{
	struct small *small = with;
	struct nas_certificate c;
	struct nas_arena arena;

	arena_init(&arena, (size_t)64 << 20);
	CHECK_OK(certify(&c, &small->problem, NULL, &prove, 1, &arena, &err), &err);
	arena_free(&arena);
}

static void certificates_give_back(void **state)
{
	struct nas_arena arena;
	struct small small;
	struct rng rng;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < 8; i++) {
		small_make(&small, &rng, 1000, &arena);
		does_not_grow(certify_once, &small);
	}
	arena_free(&arena);
}

/* ---- allocations of bits ---- */

#define PROBLEMS "tests/data/hawq_resnet18_ilp.json"

static void allocate_once(void *with)
{
	struct policy_problem *p = with;
	struct allocation a;
	struct nas_arena arena;

	arena_init(&arena, (size_t)256 << 20);
	CHECK_OK(allocate(&a, p, &arena, &err), &err);
	assert_int_equal(a.status, ALLOCATE_OPTIMAL);
	arena_free(&arena);
}

static void allocations_give_back(void **state)
{
	struct policy_file file;
	struct nas_arena arena;
	struct json_doc doc;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	CHECK_OK(json_read(&doc, PROBLEMS, &err), &err);
	CHECK_OK(policy_file_read(&file, &doc, doc.root, &arena, &err), &err);
	for (int k = 0; k < file.ncases; k++) {
		file.problem.limit = file.one[k].limit;
		does_not_grow(allocate_once, &file.problem);
	}
	json_free(&doc);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_give_back),
		cmocka_unit_test(certificates_give_back),
		cmocka_unit_test(allocations_give_back),
	};

	return CHECK_RUN("leaks", tests);
}
