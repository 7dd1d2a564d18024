/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/file.h"
#include "nas/base/rng.h"
#include "tests/base/sample.h"

static void defaults_are_read(void **state)
{
	(void)state;
	CHECK_OK(read_sample("{\"$schema\": \"x\", \"comment\": [1]}"), &err);
	assert_int_equal(sample.number, 512);
	assert_int_equal(sample.seed, 1);
	CHECK_CLOSE(sample.rate, 0.25, 0);
	CHECK_CLOSE(sample.memory, 320000, 0);
	assert_true(sample.on);
	assert_string_equal(sample.text, "abc");
	assert_null(sample.absent);
	assert_int_equal(sample.choice, 1);
	assert_int_equal(sample.nints, 2);
	assert_int_equal(sample.ints[1], 5);
	assert_int_equal(sample.nnumbers, 0);
	assert_null(sample.numbers);
	assert_int_equal(sample.part.size, 3);
	assert_int_equal(sample.optional.size, 0);
	assert_int_equal(sample.nparts, 2);
	assert_int_equal(sample.parts[1].size, 4);
	assert_int_equal(sample.custom, 1);
}

static void values_are_read(void **state)
{
	(void)state;
	CHECK_OK(read_sample("{\"number\": 1e3, \"ints\": 7, \"numbers\": "
			     "[-1, 0.5], \"colour\": \"blue\", \"seed\": "
			     "\"-9223372036854775808\", \"parity\": \"even\","
			     " \"absent\": \"here\", \"optional\": {}}"),
		 &err);
	assert_int_equal(sample.number, 1000);
	assert_int_equal(sample.nints, 1);
	assert_int_equal(sample.ints[0], 7);
	assert_int_equal(sample.nnumbers, 2);
	CHECK_CLOSE(sample.numbers[1], 0.5, 0);
	assert_int_equal(sample.choice, 2);
	assert_true(sample.seed == INT64_MIN);
	assert_int_equal(sample.custom, 2);
	assert_string_equal(sample.absent, "here");
	assert_int_equal(sample.optional.size, 3);
}

static const struct {
	const char *text;
	double bytes; /* 0 = refused */
} sizes[] = {
	{"320000", 320000},   {"\"320 kB\"", 320000}, {"\"320kB\"", 320000},
	{"\"512KiB\"", 524288}, {"\"512 Ki\"", 524288}, {"\"1 MB\"", 1e6},
	{"\"1 MiB\"", 1048576}, {"\"1.5 MB\"", 1.5e6},  {"\"2G\"", 2e9},
	{"\"2 GiB\"", 2147483648.0}, {"\"64 B\"", 64},  {"\"64\"", 64},
	{"\"1KB\"", 1000},      {"1e3", 1000},
	{"\"1 kb\"", 1000},     {"\".5 MB\"", 500000}, {"\"5. MB\"", 5e6},
	{"\"\"", 0},	        {"\"kB\"", 0},	        {"\"-1 kB\"", 0},
	{"\"1.2.3 kB\"", 0},    {"\"0x10\"", 0},        {"\"1 kBB\"", 0},
	{"\"1 kB \"", 0},       {"\"99999 GB\"", 0},    {"\"inf\"", 0},
};

static void sizes_are_read(void **state)
{
	char text[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(text, sizeof(text), "{\"memory\": %s}", sizes[i].text);
		if (sizes[i].bytes > 0) {
			CHECK_OK(read_sample(text), &err);
			CHECK_CLOSE(sample.memory, sizes[i].bytes, 0);
		} else {
			assert_int_equal(read_sample(text), NAS_EINPUT);
			assert_string_equal(nas_err_path(&err, 0), "/memory");
		}
	}
}

static const struct {
	const char *text, *want;
} wrong[] = {
	{"[]", "1:1: : must be an object, not an array"},
	{"{\"numbr\": 3}", "1:2: /numbr: unknown key 'numbr' (did you mean "
			   "'number'?)"},
	{"{\"zzzzzz\": 3}", "1:2: /zzzzzz: unknown key 'zzzzzz'"},
	{"{\"number\": 1}", "1:12: /number: must be at least 2, not 1"},
	{"{\"number\": 65537}", "1:12: /number: must be at most 65536, not 65537"},
	{"{\"number\": 2.5}", "1:12: /number: must be an integer, not 2.5"},
	{"{\"number\": 1e300}", "1:12: /number: must be at most 65536, not 1e+300"},
	{"{\"number\": \"4\"}", "1:12: /number: must be an integer, not a "
				"string"},
	{"{\"number\": 13}", "1:12: /number: 13 is unlucky"},
	{"{\"seed\": 9007199254740994}", "1:10: /seed: an integer above 2^53 "
					 "must be written as a string"},
	{"{\"seed\": \"9223372036854775808\"}",
	 "1:10: /seed: '9223372036854775808' is not a 64-bit integer"},
	{"{\"seed\": \"007\"}", "1:10: /seed: '007' is not a 64-bit integer"},
	{"{\"seed\": true}", "1:10: /seed: must be an integer, not true"},
	{"{\"rate\": -0.5}", "1:10: /rate: must be at least 0, not -0.5"},
	{"{\"rate\": 1.0000000000000002}",
	 "1:10: /rate: must be at most 1, not 1.0000000000000002"},
	{"{\"rate\": null}", "1:10: /rate: must be a number, not null"},
	{"{\"above\": 0}", "1:11: /above: must be above 0, not 0"},
	{"{\"on\": 1}", "1:8: /on: must be true or false, not a number"},
	{"{\"text\": \"\"}", "1:10: /text: must not be empty"},
	{"{\"text\": \"123456789\"}", "1:10: /text: must be at most 8 "
				      "bytes long"},
	{"{\"colour\": \"gren\"}", "1:12: /colour: unknown value 'gren' (did "
				   "you mean 'green'?)"},
	{"{\"colour\": \"yellow\"}", "1:12: /colour: unknown value 'yellow', "
				     "must be one of 'red', 'green', 'blue'"},
	{"{\"ints\": []}", "1:10: /ints: must have at least 1 element, not 0"},
	{"{\"ints\": [1,2,3,4,5]}", "1:10: /ints: must have at most 4 elements, not 5"},
	{"{\"ints\": [1, 9]}", "1:14: /ints/1: must be at most 8, not 9"},
	{"{\"ints\": 9}", "1:10: /ints: must be at most 8, not 9"},
	{"{\"ints\": \"1\"}", "1:10: /ints: must be an array, not a string"},
	{"{\"numbers\": [0, \"x\"]}", "1:17: /numbers/1: must be a number, "
				      "not a string"},
	{"{\"part\": {\"size\": 0}}", "1:19: /part/size: must be at least 1, not 0"},
	{"{\"parts\": [{}, {\"sise\": 0}]}",
	 "1:17: /parts/1/sise: unknown key 'sise' (did you mean 'size'?)"},
	{"{\"parts\": 3}", "1:11: /parts: must be an array, not a number"},
	{"{\"parity\": 3}", "1:12: /parity: must be odd or even"},
};

static void bad_values_are_named_with_their_place(void **state)
{
	char got[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(read_sample(wrong[i].text), NAS_EINPUT);
		snprintf(got, sizeof(got), "%d:%d: %s: %s", err.diag[0].line,
			 err.diag[0].column, nas_err_path(&err, 0),
			 nas_err_msg(&err, 0));
		assert_string_equal(got, wrong[i].want);
	}
}

static void all_bad_values_come_at_once(void **state)
{
	(void)state;
	assert_int_equal(read_sample("{\"number\": 1, \"rate\": 2, \"x\": 0, "
				     "\"parts\": [{\"size\": 0}, {\"size\": "
				     "10}]}"),
			 NAS_EINPUT);
	assert_int_equal(err.count, 5);
}

/* For each field, from the table: texts that must be refused. */
static int bad_values(const struct form_field *f, char text[8][64])
{
	int n = 0;
	bool number = f->type == FORM_INT || f->type == FORM_NUMBER ||
		      f->type == FORM_BYTES || f->type == FORM_INTS ||
		      f->type == FORM_NUMBERS;

	if (number && (f->low != 0 || f->high != 0)) {
		snprintf(text[n++], 64, "%.17g", f->low - 1);
		snprintf(text[n++], 64, "%.17g", f->high * 2 + 1);
	}
	if (f->type == FORM_INT || f->type == FORM_INT64)
		snprintf(text[n++], 64, "%.17g", f->low + 0.5);
	if (f->type != FORM_BOOL)
		snprintf(text[n++], 64, "true");
	if (f->type != FORM_OBJECT)
		snprintf(text[n++], 64, "{}");
	if (f->type != FORM_STRING && f->type != FORM_CUSTOM)
		snprintf(text[n++], 64, "\"NaN\"");
	snprintf(text[n++], 64, "null");
	return n;
}

static void each_field_refuses_each_bad_value(void **state)
{
	char text[8][64], object[1000], path[100];
	int i, k, n;

	(void)state;
	for (i = 0; i < NFIELDS; i++) {
		n = bad_values(&fields[i], text);
		for (k = 0; k < n; k++) {
			snprintf(object, sizeof(object), "{\"%s\": %s}",
				 fields[i].key, text[k]);
			assert_int_equal(read_sample(object), NAS_EINPUT);
			snprintf(path, sizeof(path), "/%s", fields[i].key);
			assert_string_equal(nas_err_path(&err, 0), path);
			assert_true(err.diag[0].column > 1);
		}
	}
}

static void required_keys_are_missed(void **state)
{
	static const struct form_field needed[] = {
		{.key = "a", .type = FORM_INT, .help = "needed"},
		{.key = "b", .type = FORM_INT, .offset = sizeof(int),
		 .help = "needed"},
	};
	const struct form f = {.name = "two",
			       .size = 2 * sizeof(int),
			       .fields = needed,
			       .nfields = 2};
	int out[2];

	(void)state;
	CHECK_FAILS(read_text(&f, "{\"b\": 3}", out), NAS_EINPUT, &err,
		    "missing key 'a'");
	assert_int_equal(err.count, 1);
	CHECK_OK(read_text(&f, "{\"a\": -2147483648, \"b\": 2147483647}", out),
		 &err);
	assert_int_equal(out[0], INT32_MIN);
	CHECK_FAILS(read_text(&f, "{\"a\": 2147483648, \"b\": 0}", out),
		    NAS_EINPUT, &err, "32-bit");
}

static void every_request_of_memory_can_fail(void **state)
{
	enum nas_status status = NAS_ENOMEM;
	int n;

	(void)state;
	for (n = 0; n < 100 && status != NAS_OK; n++) {
		arena_fail_after(n);
		status = read_sample("{\"absent\": \"x\", \"numbers\": [1]}");
		arena_fail_after(-1);
		assert_true(status == NAS_OK || status == NAS_ENOMEM);
	}
	assert_int_equal(status, NAS_OK);
	assert_true(n > 4);
}

/* Values swapped for others of any type: refused or read, never a crash. */
static void mutated_objects_never_crash(void **state)
{
	static const char *const values[] = {
		"1", "-1", "1e308", "0.5", "true", "null", "\"red\"",
		"\"12 kB\"", "[]", "{}", "[1, 2]", "[{}]", "[[1]]",
		"{\"size\": 4}", "{\"size\": {}}", "\"9223372036854775807\"",
	};
	struct nas_text object = {0};
	struct rng rng;
	int i, k, accepted = 0;

	(void)state;
	rng_seed(&rng, check_seed(3), 0);
	for (i = 0; i < 5000; i++) {
		object.length = 0;
		text_add(&object, "{");
		for (k = 0; k < NFIELDS; k++)
			if (rng_below(&rng, 6) == 0)
				text_addf(&object, "%s\"%s\": %s",
					  object.length > 1 ? ", " : "",
					  fields[k].key,
					  values[rng_below(&rng, 16)]);
		text_add(&object, "}");
		accepted += read_sample(object.data) == NAS_OK;
		assert_int_equal(err.code == NAS_OK, err.count == 0);
	}
	assert_true(accepted > 100);
	text_free(&object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_read),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(bad_values_are_named_with_their_place),
		cmocka_unit_test(all_bad_values_come_at_once),
		cmocka_unit_test(each_field_refuses_each_bad_value),
		cmocka_unit_test(required_keys_are_missed),
		cmocka_unit_test(every_request_of_memory_can_fail),
		cmocka_unit_test(mutated_objects_never_crash),
	};
	return cmocka_run_group_tests_name("form read", tests, NULL,
					   teardown) != 0;
}
