/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/quantity.h"
#include "tests/check.h"

static const struct {
	const char *text;
	double x;
} good[] = {
	{ "0", 0 },	     { "64", 64 },	 { "-0.5", -0.5 },
	{ "1e6", 1e6 },	     { ".25", 0.25 },	 { "7.", 7 },
	{ "+3", 3 },	     { "2E-3", 0.002 },	 { "100k", 1e5 },
	{ "100K", 1e5 },     { "0.1G", 1e8 },	 { "1M", 1e6 },
	{ "2T", 2e12 },	     { "20kb", 20000 },	 { "20kB", 20000 },
	{ "320 kB", 320000 }, { "64 B", 64 },	 { "64b", 64 },
	{ "512KiB", 524288 }, { "2 Mi", 2097152 }, { "1Gi", 1073741824.0 },
	{ "1TiB", 1099511627776.0 }, { "1e3k", 1e6 }, { "-1k", -1000 },
};

static const char *const bad[] = {
	"",	"k",	"kB",	" 1",	"1 ",	"1k ",	"1.2.3", "1e",	"1e+",
	"--1",	"nan",	"inf",	"0x10",	"1m",	"1g",	"1kk",	"1Bk",	"1iB",
	"1kBB", "1,5",	"1 2",	"1e999", "1e308k", "1/2", "-",	".",
	"1111111111111111111111111111111111111111111111111111111111111111",
};

static void numbers_and_units_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		double x = -1;

		if (!quantity_parse(good[i].text, &x))
			fail_msg("'%s' is refused", good[i].text);
		CHECK_REL(x, good[i].x, 1e-15);
	}
}

static void other_text_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double x = 42;

		if (quantity_parse(bad[i], &x))
			fail_msg("'%s' is read as %g", bad[i], x);
		CHECK_CLOSE(x, 42, 0);
	}
}

static void ranges_are_read(void **state)
{
	static const char *const others[] = {
		"", "size", "size=1", "size=1:2", "size=1:2:0", "size=1:2:2.5",
		"size=1:2:11", "size=2:1:3", "size=-1:2:3", "size=1:2:3:4",
		"size=1:2:3x", "=1:2:3", "size=:2:3", "size=a:2:3",
	};
	struct quantity_range r;

	(void)state;
	assert_true(quantity_range_parse(&r, "flash_bytes=10kB:0.03M:10", 10));
	assert_string_equal(r.name, "flash_bytes");
	CHECK_CLOSE(r.low, 10000, 0);
	CHECK_CLOSE(r.high, 30000, 0);
	assert_int_equal(r.n, 10);
	assert_true(quantity_range_parse(&r, "size=0:0:1", 10));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (quantity_range_parse(&r, others[i], 10))
			fail_msg("'%s' is read", others[i]);
}

static void spans_are_read(void **state)
{
	static const char *const others[] = { "", "3", "1.2", "1..a", "a..1",
					      "1..2 ", "1..2..3" };
	struct quantity_span s;

	(void)state;
	assert_true(quantity_span_parse(&s, "200kB..1MB", 10));
	assert_true(s.has_low && s.has_high);
	CHECK_CLOSE(s.low, 200000, 0);
	CHECK_CLOSE(s.high, 1e6, 0);
	assert_true(quantity_span_parse(&s, "1..23,4", 5));
	CHECK_CLOSE(s.high, 23, 0);
	assert_true(quantity_span_parse(&s, "..7", 3));
	assert_true(!s.has_low && s.has_high);
	assert_true(quantity_span_parse(&s, "7..", 3));
	assert_true(s.has_low && !s.has_high);
	assert_false(quantity_span_parse(&s, "1..2", 2)); /* "1." */
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (quantity_span_parse(&s, others[i], strlen(others[i])))
			fail_msg("'%s' is read", others[i]);
}

static void limits_are_kept(void **state)
{
	const struct quantity_limits limits = { "--n", 1, 100, 3 };
	struct nas_err err = { 0 };
	double x[3] = { 0 };
	int64_t whole = 0;
	int n;

	(void)state;
	CHECK_OK(quantity_read(x, &limits, "0.1k", &err), &err);
	CHECK_CLOSE(x[0], 100, 0);
	CHECK_OK(quantity_read_whole(&whole, &limits, "7", &err), &err);
	assert_int_equal(whole, 7);
	CHECK_OK(quantity_read_list(x, &n, &limits, "1,2.5,3", &err), &err);
	assert_int_equal(n, 3);
	CHECK_CLOSE(x[1], 2.5, 0);
	CHECK_FAILS(quantity_read(x, &limits, "0", &err), NAS_EUSAGE, &err,
		    "--n must be at least 1, not 0");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(quantity_read(x, &limits, "101", &err), NAS_EUSAGE, &err,
		    "--n must be at most 100");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(quantity_read_whole(&whole, &limits, "7.5", &err),
		    NAS_EUSAGE, &err, "--n must be a whole number");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(quantity_read_list(x, &n, &limits, "1,2,3,4", &err),
		    NAS_EUSAGE, &err, "--n: more than 3");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(quantity_read_list(x, &n, &limits, "1,,3", &err),
		    NAS_EUSAGE, &err, "--n: '' is not a number");
}

static void several_whole_numbers_are_read(void **state)
{
	const struct quantity_limits limits = { "--bits", 2, 32, 3 };
	struct nas_err err = { 0 };
	int x[3] = { 0 }, n;

	(void)state;
	assert_int_equal(quantity_read_ascending(x, &n, &limits, "2,4,8", &err),
			 NAS_OK);
	assert_int_equal(n, 3);
	assert_int_equal(x[0] * 100 + x[1] * 10 + x[2], 248);
	assert_int_equal(quantity_read_pair(x, &limits, '/', "A/W", "8/4", &err),
			 NAS_OK);
	assert_int_equal(x[0] * 10 + x[1], 84);
	assert_int_equal(quantity_read_size(x, &limits, "32x16", &err), NAS_OK);
	assert_int_equal(x[0] * 100 + x[1], 3216);
	assert_int_equal(quantity_read_size(x, &limits, "24", &err), NAS_OK);
	assert_int_equal(x[0] * 100 + x[1], 2424);
}

static void several_others_are_refused(void **state)
{
	static const char *const lists[] = { "", "4,2", "2,2", "2,3,4,5", "1",
					     "2,x", "2.5" };
	static const char *const pairs[] = { "", "8", "8/", "/4", "8/4/2",
					     "1/4", "8/33" };
	static const char *const sizes[] = { "", "32x", "x32", "1", "33x8" };
	const struct quantity_limits limits = { "--bits", 2, 32, 3 };
	int x[3], n;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct nas_err err = { 0 };

		assert_int_equal(quantity_read_ascending(x, &n, &limits,
							 lists[i], &err),
				 NAS_EUSAGE);
	}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct nas_err err = { 0 };

		assert_int_equal(quantity_read_pair(x, &limits, '/', "A/W",
						    pairs[i], &err),
				 NAS_EUSAGE);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct nas_err err = { 0 };

		assert_int_equal(quantity_read_size(x, &limits, sizes[i], &err),
				 NAS_EUSAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_units_are_read),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(ranges_are_read),
		cmocka_unit_test(spans_are_read),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(several_whole_numbers_are_read),
		cmocka_unit_test(several_others_are_refused),
	};
	return CHECK_RUN("quantity", tests);
}
