/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/arena.h"
#include "tests/check.h"

static void objects_are_zeroed_and_aligned(void **state)
{
	struct nas_arena a;
	unsigned char *p;
	size_t n, i;

	(void)state;
	arena_init(&a, 1 << 20);
	for (n = 0; n < 300; n += 7) {
		p = arena_alloc(&a, n, 1);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 64, 0);
		for (i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	assert_false(a.failed);
	arena_free(&a);
	arena_free(&a);
}

static void reused_memory_is_zeroed_again(void **state)
{
	struct nas_arena a;
	struct nas_arena_mark mark;
	unsigned char *p;
	size_t used;
	int round, i;

	(void)state;
	arena_init(&a, (size_t)64 << 20);
	assert_non_null(NAS_NEW(&a, int, 3));
	mark = arena_mark(&a);
	used = a.used;
	for (round = 0; round < 50; round++) {
		p = arena_alloc(&a, 100, 1000 + 4000 * (size_t)round);
		assert_non_null(p);
		for (i = 0; i < 100000; i += 97)
			assert_int_equal(p[i], 0);
		memset(p, 0xFF, 100000);
		arena_rewind(&a, mark);
		assert_int_equal(a.used, used);
	}
	assert_non_null(NAS_NEW(&a, int, 3));
	arena_free(&a);
}

static void a_mark_of_an_empty_arena_rewinds_to_nothing(void **state)
{
	struct nas_arena a;
	struct nas_arena_mark mark;

	(void)state;
	arena_init(&a, 4096);
	mark = arena_mark(&a);
	assert_non_null(NAS_NEW(&a, char, 4096));
	assert_null(NAS_NEW(&a, char, 1));
	arena_rewind(&a, mark);
	assert_non_null(NAS_NEW(&a, char, 4096));
	assert_true(a.failed); /* it stays told */
	arena_free(&a);
}

static void the_limit_holds(void **state)
{
	struct nas_arena a;

	(void)state;
	arena_init(&a, 1000);
	assert_non_null(arena_alloc(&a, 1, 900));
	assert_null(arena_alloc(&a, 1, 65));
	assert_true(a.failed);
	arena_free(&a);
	arena_init(&a, 0);
	assert_null(NAS_NEW(&a, char, 1));
	arena_free(&a);
}

static void overflow_is_refused(void **state)
{
	struct nas_arena a;

	(void)state;
	arena_init(&a, SIZE_MAX);
	assert_null(arena_alloc(&a, SIZE_MAX / 2, 3));
	assert_true(a.failed);
	a.failed = false;
	assert_null(arena_alloc2(&a, SIZE_MAX / 2, 3, 1));
	assert_true(a.failed);
	a.failed = false;
	assert_null(arena_alloc(&a, SIZE_MAX, 1));
	assert_true(a.failed);
	assert_null(arena_alloc(&a, SIZE_MAX / 2, 1)); /* no machine has it */
	assert_non_null(NAS_NEW2(&a, int, 3, 4));
	arena_free(&a);
}

/* A constructor of five requests, as others are written. */
static bool build(struct nas_arena *a)
{
	int *x = NAS_NEW(a, int, 10);
	double *y = NAS_NEW2(a, double, 10, 20);
	char *s = arena_strdup(a, "name");
	char *big = NAS_NEW(a, char, 1 << 20);

	(void)arena_alloc(a, 0, 8);
	if (a->failed)
		return false;
	x[9] = 1;
	y[199] = 2;
	big[(1 << 20) - 1] = 3;
	return !strcmp(s, "name");
}

static void every_request_can_fail(void **state)
{
	struct nas_arena a;
	bool built = false;
	int n;

	(void)state;
	for (n = 0; n < 100 && !built; n++) {
		arena_init(&a, (size_t)16 << 20);
		arena_fail_after(n);
		built = build(&a);
		arena_fail_after(-1);
		assert_int_equal(a.failed, !built);
		arena_free(&a);
	}
	assert_true(built);
	assert_int_equal(n, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_zeroed_and_aligned),
		cmocka_unit_test(reused_memory_is_zeroed_again),
		cmocka_unit_test(a_mark_of_an_empty_arena_rewinds_to_nothing),
		cmocka_unit_test(the_limit_holds),
		cmocka_unit_test(overflow_is_refused),
		cmocka_unit_test(every_request_can_fail),
	};
	return CHECK_RUN("arena", tests);
}
