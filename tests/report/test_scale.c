/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "nas/report/plot.h"

static void ticks_are_round_numbers(void **state)
{
	struct ticks t;

	(void)state;
	ticks_linear(&t, 0, 100, 6, false);
	assert_int_equal(t.n, 6);
	CHECK_CLOSE(t.step, 20, 0);
	CHECK_CLOSE(t.at[5], 100, 1e-9);
	assert_int_equal(t.decimals, 0);
	ticks_linear(&t, 0, 0, 5, false); /* not a range: ends at once */
	assert_int_equal(t.n, 1);
	assert_true(t.at[0] == 0);
	ticks_linear(&t, 1.23, 1.27, 5, false);
	assert_int_equal(t.decimals, 2);
	CHECK_CLOSE(t.at[0], 1.23, 1e-9);
}

static void whole_ticks_are_integers(void **state)
{
	struct ticks t;

	(void)state;
	ticks_linear(&t, 0.5, 3.5, 12, true);
	assert_int_equal(t.n, 3);
	CHECK_CLOSE(t.step, 1, 0);
	CHECK_CLOSE(t.at[0], 1, 0);
}

static void ticks_of_any_range_lie_inside_and_are_few(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(5), 1);
	for (int i = 0; i < 20000; i++) {
		double lo = (rng_uniform(&rng) - 0.5) *
			    pow(10, (int)rng_below(&rng, 24) - 12);
		double width = rng_uniform(&rng) *
			       pow(10, (int)rng_below(&rng, 12) - 6);
		int most = 2 + (int)rng_below(&rng, 14);
		struct ticks t;

		width = fmax(width, fabs(lo) * 1e-9);
		if (!(width > 0))
			continue;
		ticks_linear(&t, lo, lo + width, most, false);
		assert_true(t.n <= most);
		for (int k = 0; k < t.n; k++)
			assert_true(t.at[k] >= lo - 1e-6 * width &&
				    t.at[k] <= lo + 1.000001 * width);
	}
}

static void ticks_of_logarithmic_axes_are_powers(void **state)
{
	struct ticks t;

	(void)state;
	ticks_log(&t, 1e-3, 1e4, 20);
	assert_int_equal(t.n, 8);
	CHECK_REL(t.at[0], 1e-3, 1e-12);
	CHECK_REL(t.at[7], 1e4, 1e-12);
	ticks_log(&t, 1e-9, 1e9, 5);
	assert_true(t.n >= 2 && t.n <= 5);
	ticks_log(&t, 1.9e5, 2.1e6, 10);
	assert_int_equal(t.n, 4);
	CHECK_REL(t.at[0], 2e5, 1e-12);
	CHECK_REL(t.at[3], 2e6, 1e-12);
	ticks_log(&t, 1.9e5, 2.1e6, 3);
	assert_true(t.n <= 3);
}

static void scales_map_ends_to_ends(void **state)
{
	struct scale lin = { 2, 4, 100, 300, false };
	struct scale log = { 1e-2, 1e2, 0, 400, true };

	(void)state;
	CHECK_CLOSE(scale_at(&lin, 2), 100, 1e-9);
	CHECK_CLOSE(scale_at(&lin, 3), 200, 1e-9);
	CHECK_CLOSE(scale_at(&lin, 4), 300, 1e-9);
	CHECK_CLOSE(scale_at(&log, 1), 200, 1e-9);
	CHECK_CLOSE(scale_at(&log, 1e2), 400, 1e-9);
}

static void a_range_is_never_a_point(void **state)
{
	struct range r = RANGE_EMPTY;

	(void)state;
	range_add(&r, NAN);
	range_add(&r, HUGE_VAL);
	range_widen(&r, 0, 0);
	assert_true(r.lo < r.hi);
	r = (struct range)RANGE_EMPTY;
	range_add(&r, 1e9);
	range_widen(&r, 0.1, 0.1);
	assert_true(r.lo < 1e9 && 1e9 < r.hi);
	r = (struct range){ 0, 10 };
	range_widen(&r, 0.1, 0.2);
	CHECK_CLOSE(r.lo, -1, 1e-12);
	CHECK_CLOSE(r.hi, 12, 1e-12);
}

static void numbers_are_for_people(void **state)
{
	(void)state;
	assert_string_equal(number_count(309760).s, "309,760");
	assert_string_equal(number_count(-1234567).s, "-1,234,567");
	assert_string_equal(number_count(999).s, "999");
	assert_string_equal(number_count(-0.0).s, "0");
	assert_string_equal(number_fixed(1266.15648, 2).s, "1,266.16");
	assert_string_equal(number_digits(1234.5).s, "1,234.5");
	assert_string_equal(number_digits(-123456).s, "-123,456");
	assert_string_equal(number_digits(1.5e12).s, "1.5e+12");
	assert_string_equal(number_digits(2e12).s, "2e+12");
	assert_string_equal(number_digits(0.00001).s, "1e-05");
	assert_string_equal(number_count(UNKNOWN).s, "\xE2\x80\x93");
	assert_string_equal(number_si(320000, "B").s, "320\xC2\xA0kB");
	assert_string_equal(number_si(309760, "B").s, "309.8\xC2\xA0kB");
	assert_string_equal(number_si(12, "").s, "12");
	assert_string_equal(number_si(5.2288e9, "").s, "5.229\xC2\xA0G");
	assert_string_equal(number_percent(0.968).s, "96.80\xC2\xA0%");
	assert_string_equal(number_time(0.925).s, "925\xC2\xA0ms");
	assert_string_equal(number_time(300).s, "5\xC2\xA0min");
	assert_true(strlen(number_si(-1e300, "12345678").s) < 48);
	assert_true(strlen(number_fixed(-1e17, 9).s) < 48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_round_numbers),
		cmocka_unit_test(whole_ticks_are_integers),
		cmocka_unit_test(ticks_of_any_range_lie_inside_and_are_few),
		cmocka_unit_test(ticks_of_logarithmic_axes_are_powers),
		cmocka_unit_test(scales_map_ends_to_ends),
		cmocka_unit_test(a_range_is_never_a_point),
		cmocka_unit_test(numbers_are_for_people),
	};
	return CHECK_RUN("scale", tests);
}
