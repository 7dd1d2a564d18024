/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How levels are computed from levels: numbers worked out by hand. */
#include "tests/check.h"

#include <math.h>

#include "spaces/graph/integer.h"

static void factors(void **state)
{
	static const struct {
		float x;
		int32_t m;
		int shift;
	} good[] = {
		{0.75F, 3, 2},	      {6, 6, 0},
		{1, 1, 0},	      {0x1p23F, 1 << 23, 0},
		{0x1p-40F, 1, 40},    {0x1.000002p0F, (1 << 23) + 1, 23},
		{0x1.8p-3F, 3, 4},
	};
	static const float bad[] = {0, -1, 0x1p24F, 0x1p-41F, INFINITY, NAN};
	int shift;
	int32_t m;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(integer_factor(good[i].x, &m, &shift));
		assert_int_equal(m, good[i].m);
		assert_int_equal(shift, good[i].shift);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(integer_factor(bad[i], &m, &shift));
}

/* The larger one has 20 bits behind its first, or 21 in all. */
static void sums(void **state)
{
	static const struct {
		float x[2];
		int32_t in[2];
		int shift;
	} good[] = {
		{{1, 0.5F}, {1 << 20, 1 << 19}, 20},
		{{0.25F, 0.75F}, {524288, 1572864}, 21},
		{{0x1p19F, 1}, {1 << 20, 2}, 1},
		{{0x1p-11F, 0}, {1 << 20, 0}, 31},
		{{1, 0x1.8p-20F}, {1 << 20, 2}, 20}, /* 1.5 */
	};
	static const float bad[][2] = {
		{0, 0}, {0x1p20F, 1}, {0x1p-12F, 0x1p-12F}, {INFINITY, 1}};
	int32_t in[2];
	int shift;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(integer_add_factors(good[i].x, in, &shift));
		assert_int_equal(in[0], good[i].in[0]);
		assert_int_equal(in[1], good[i].in[1]);
		assert_int_equal(shift, good[i].shift);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(integer_add_factors(bad[i], in, &shift));
}

static void halves_go_to_even(void **state)
{
	static const int of[][3] = {{5, 2, 2},	 {7, 2, 4},  {-5, 2, -2},
				    {-7, 2, -4}, {7, 3, 2},  {8, 3, 3},
				    {-8, 3, -3}, {-7, 3, -2}, {0, 9, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		assert_int_equal(integer_nearest(of[i][0], of[i][1]), of[i][2]);
}

static void exponentials(void **state)
{
	uint32_t e[INTEGER_LEVELS];

	(void)state;
	integer_exp(e, 1);
	assert_int_equal(e[0], 1 << 30);
	assert_int_equal(e[1], 395007542); /* exp(-1) = 0.367879441... */
	assert_int_equal(e[20], 2);
	assert_int_equal(e[INTEGER_LEVELS - 1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors),
		cmocka_unit_test(sums),
		cmocka_unit_test(halves_go_to_even),
		cmocka_unit_test(exponentials),
	};
	return cmocka_run_group_tests_name("levels from levels", tests, NULL,
					   NULL) != 0;
}
