/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/json.h"
#include "nas/base/rng.h"
#include "tests/check.h"

static const struct {
	const char *text, *want; /* "line:column: message" of the first */
} bad[] = {
	{"", "1:1: unexpected end of the text, expected a value"},
	{"  \n ", "2:2: unexpected end of the text, expected a value"},
	{"{", "1:2: expected a key in double quotes"},
	{"[", "1:2: unexpected end of the text, expected a value"},
	{"[1", "1:3: expected ',' or ']'"},
	{"[1 2]", "1:4: expected ',' or ']'"},
	{"[1,]", "1:4: trailing comma"},
	{"[,1]", "1:2: not a JSON value"},
	{"{\"a\" 1}", "1:6: expected ':' after a key"},
	{"{\"a\":}", "1:6: not a JSON value"},
	{"{\"a\":1,}", "1:8: trailing comma"},
	{"{\"a\":1 \"b\":2}", "1:8: expected ',' or '}'"},
	{"{a:1}", "1:2: expected a key in double quotes"},
	{"{'a':1}", "1:2: expected a key in double quotes"},
	{"['a']", "1:2: strings need double quotes"},
	{"[1]]", "1:4: unexpected text after the value"},
	{"[1]\n x", "2:2: unexpected text after the value"},
	{"// no\n[1]", "1:1: comments are not JSON"},
	{"[1, /* x */ 2]", "1:5: comments are not JSON"},
	{"NaN", "1:1: not a JSON value"},
	{"[Infinity]", "1:2: not a JSON value"},
	{"[-Infinity]", "1:2: not a JSON number"},
	{"nul", "1:1: not a JSON value"},
	{"True", "1:1: not a JSON value"},
	{"truefalse", "1:5: unexpected text after the value"},
	{"[01]", "1:2: not a JSON number"},
	{"[-]", "1:2: not a JSON number"},
	{"[+1]", "1:2: not a JSON value"},
	{"[1.]", "1:2: not a JSON number"},
	{"[.5]", "1:2: not a JSON value"},
	{"[1e]", "1:2: not a JSON number"},
	{"[1e+]", "1:2: not a JSON number"},
	{"[0x10]", "1:3: expected ',' or ']'"},
	{"[1e999]", "1:2: number is too large"},
	{"[1,\n  -1e999]", "2:3: number is too large"},
	{"\"abc", "1:1: unterminated string"},
	{"\"abc\\\"", "1:1: unterminated string"},
	{"\"abc\\", "1:5: unknown escape in a string"},
	{"\"a\nb\"", "1:1: unterminated string: line break inside"},
	{"\"a\tb\"", "1:3: control character in a string"},
	{"\"a\x01\"", "1:3: control character in a string"},
	{"\"\\x\"", "1:2: unknown escape in a string"},
	{"\"\\u12\"", "1:2: \\u needs four hexadecimal digits"},
	{"\"\\u12", "1:2: \\u needs four hexadecimal digits"},
	{"\"\\u\"", "1:2: \\u needs four hexadecimal digits"},
	{"\"\\u0000\"", "1:2: \\u0000 is not allowed"},
	{"{\"a\\u0000b\": 1}", "1:4: \\u0000 is not allowed"},
	{"\"\\ud800\"", "1:2: unpaired surrogate"},
	{"\"\\udc00\"", "1:2: unpaired surrogate"},
	{"\"\\ud800\\u0041\"", "1:2: unpaired surrogate"},
	{"\"\\ud800\\ud800\"", "1:2: unpaired surrogate"},
	{"\"\\ud800\\u12\"", "1:2: unpaired surrogate"},
	{"\"\x80\"", "1:2: not valid UTF-8"},
	{"\"\xC0\xAF\"", "1:2: not valid UTF-8"},
	{"\"\xC3\"", "1:2: not valid UTF-8"},
	{"\"\xC3", "1:2: not valid UTF-8"},
	{"\"\xE0\x80\x80\"", "1:2: not valid UTF-8"},
	{"\"\xED\xA0\x80\"", "1:2: not valid UTF-8"},
	{"\"\xF0\x80\x80\x80\"", "1:2: not valid UTF-8"},
	{"\"\xF4\x90\x80\x80\"", "1:2: not valid UTF-8"},
	{"\"\xF5\x80\x80\x80\"", "1:2: not valid UTF-8"},
	{"\"\xFF\"", "1:2: not valid UTF-8"},
	{"[\"\xC3\xBC\xC3\xBC\", x]", "1:8: not a JSON value"},
	{"{\"a\": 1, \"a\": 2}", "1:10: duplicate key 'a'"},
	{"{\"a\": 1,\n \"b\": 2, \"\\u0061\" : 3}", "2:10: duplicate key 'a'"},
	{"{\"\": 1, \"\": 2}", "1:9: duplicate key ''"},
	{"{\"x\\\"\\\\\": 1, \"x\\\"\\\\\" : 2}",
	 "1:14: duplicate key 'x\"\\'"},
};

static void bad_text_is_refused_with_its_place(void **state)
{
	struct nas_err err;
	struct json_doc doc;
	char got[400];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&err, 0, sizeof(err));
		assert_int_equal(json_parse(&doc, bad[i].text,
					    strlen(bad[i].text), "f", &err),
				 NAS_EINPUT);
		snprintf(got, sizeof(got), "%d:%d: %s", err.diag[0].line,
			 err.diag[0].column, nas_err_msg(&err, 0));
		assert_string_equal(got, bad[i].want);
		assert_null(doc.root);
		json_free(&doc);
	}
}

static const char *const good[] = {
	"0", "-0", "-0.0e-0", "1E5", "1e-999", "123.456e+7", "true", " null ",
	"\"\"", "\"\\u00fc\\ud83d\\ude00\\n\\/\"",
	"\"\xF0\x9F\x98\x80 \xEF\xBF\xBD\"",
	"[]", "{}", "[[],{}]", "\t\r\n[1 , 2]\n", "{\"a\":{\"a\":1}}",
	"\xEF\xBB\xBF{\"a\": 1}", "\"\x7F\"", "\"\\uFFFF\"",
	"{\"\": 0, \" \": 1}",
};

static void good_text_is_read(void **state)
{
	struct nas_err err = {0};
	struct json_doc doc;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK_OK(json_parse(&doc, good[i], strlen(good[i]), "f", &err),
			 &err);
		json_free(&doc);
		json_free(&doc);
	}
}

static enum nas_status parse(const char *text, size_t n, struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status;

	memset(err, 0, sizeof(*err));
	status = json_parse(&doc, text, n, "f", err);
	json_free(&doc);
	return status;
}

/* n times a, then what is between, then n times b */
static char *nested(const char *a, const char *between, const char *b, int n)
{
	size_t la = strlen(a), lb = strlen(b), lm = strlen(between);
	char *text = malloc((size_t)n * (la + lb) + lm + 1), *p = text;
	int i;

	assert_non_null(text);
	for (i = 0; i < n; i++, p += la)
		memcpy(p, a, la);
	memcpy(p, between, lm);
	p += lm;
	for (i = 0; i < n; i++, p += lb)
		memcpy(p, b, lb);
	*p = '\0';
	return text;
}

static enum nas_status parse_nested(const char *a, const char *between,
				    const char *b, int n, struct nas_err *err)
{
	char *text = nested(a, between, b, n);
	enum nas_status status = parse(text, strlen(text), err);

	free(text);
	return status;
}

static void limits_hold_at_the_limit_and_past_it(void **state)
{
	struct nas_err err;

	(void)state;
	assert_int_equal(parse_nested("[", "", "]", 64, &err), NAS_OK);
	CHECK_FAILS(parse_nested("[", "", "]", 65, &err), NAS_EINPUT, &err,
		    "deeper than 64");
	CHECK_FAILS(parse_nested("[", "", "]", 1000000, &err), NAS_EINPUT,
		    &err, "deeper than 64");
	assert_int_equal(parse_nested("{\"a\":", "1", "}", 64, &err), NAS_OK);
	CHECK_FAILS(parse_nested("{\"a\":", "1", "}", 65, &err), NAS_EINPUT,
		    &err, "deeper than 64");
	assert_int_equal(parse_nested("", "1", "0", 62, &err), NAS_OK);
	CHECK_FAILS(parse_nested("", "1", "0", 63, &err), NAS_EINPUT, &err,
		    "63 characters");
}

static void long_strings_and_files_are_refused(void **state)
{
	size_t n = (16 << 20) + 1;
	char *text = malloc(n);
	struct nas_err err;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', n);
	text[0] = text[65537] = '"';
	assert_int_equal(parse(text, 65538, &err), NAS_OK);
	text[65537] = 'a';
	text[65538] = '"';
	CHECK_FAILS(parse(text, 65539, &err), NAS_EINPUT, &err, "64 KiB");
	memset(text, ' ', n);
	text[n - 2] = '1';
	assert_int_equal(parse(text, n - 1, &err), NAS_OK);
	CHECK_FAILS(parse(text, n, &err), NAS_EINPUT, &err, "larger than");
	free(text);
}

/* "[1,1,...,1]" of n values, the array one of them */
static enum nas_status parse_list(int n, struct nas_err *err)
{
	char *list = nested("1,", "1]", "", n - 2), *text;
	enum nas_status status;
	size_t length = strlen(list) + 1;

	text = malloc(length);
	assert_non_null(text);
	text[0] = '[';
	memcpy(text + 1, list, length - 1);
	status = parse(text, length, err);
	free(list);
	free(text);
	return status;
}

static void many_values_are_refused(void **state)
{
	struct nas_err err;

	(void)state;
	assert_int_equal(parse_list(1000000, &err), NAS_OK);
	CHECK_FAILS(parse_list(1000001, &err), NAS_EINPUT, &err,
		    "too many values");
}

/* An object of many keys must not take forever, equal or not. */
static void many_keys_are_fast(void **state)
{
	struct nas_err err;
	char *text = malloc(4000000);
	size_t n = 0;
	int i;

	(void)state;
	assert_non_null(text);
	text[n++] = '{';
	for (i = 0; i < 150000; i++)
		n += (size_t)sprintf(text + n, "%s\"key%d\":%d", i ? "," : "",
				     i, i);
	text[n++] = '}';
	assert_int_equal(parse(text, n, &err), NAS_OK);
	n = 1;
	for (i = 0; i < 150000; i++)
		n += (size_t)sprintf(text + n, "%s\"k\":%d", i ? "," : "", i);
	text[n++] = '}';
	CHECK_FAILS(parse(text, n, &err), NAS_EINPUT, &err, "duplicate");
	assert_int_equal(err.count, 149999);
	free(text);
}

/* Text without a NUL after it, at the end of its block: see make check. */
static void nothing_is_read_past_the_end(void **state)
{
	const char *whole = "{\"a\": [1.5e3, true, \"\\u00fc\xC3\xBC\", null]}";
	size_t n, length = strlen(whole);
	struct nas_err err;
	char *part;

	(void)state;
	for (n = 0; n <= length; n++) {
		part = malloc(n ? n : 1);
		assert_non_null(part);
		memcpy(part, whole, n);
		assert_int_equal(parse(part, n, &err),
				 n == length ? NAS_OK : NAS_EINPUT);
		free(part);
	}
	assert_int_equal(parse("1\0", 2, &err), NAS_EINPUT);
	assert_int_equal(parse("\"a\0b\"", 5, &err), NAS_EINPUT);
}

static void expect_number(double x, const char *want)
{
	char text[32];

	json_format_number(text, x);
	assert_string_equal(text, want);
}

static void numbers_are_short(void **state)
{
	(void)state;
	expect_number(0, "0");
	expect_number(-0.0, "-0");
	expect_number(0.1, "0.1");
	expect_number(1.0 / 3, "0.3333333333333333");
	expect_number(0.1 + 0.2, "0.30000000000000004");
	expect_number(100000, "100000");
	expect_number(9007199254740991.0, "9007199254740991");
	expect_number(1e300, "1e+300");
	expect_number(5e-324, "4.94065645841247e-324");
}

static void every_double_reads_back_equal(void **state)
{
	struct nas_err err = {0};
	struct json_doc doc;
	struct rng rng;
	char text[32];
	uint64_t bits;
	double x;
	int i;

	(void)state;
	rng_seed(&rng, check_seed(1), 0);
	for (i = 0; i < 100000; i++) {
		bits = rng_next(&rng);
		memcpy(&x, &bits, sizeof(x));
		if (!isfinite(x))
			continue;
		json_format_number(text, i % 2 ? x : rng_normal(&rng));
		x = strtod(text, NULL);
		CHECK_OK(json_parse(&doc, text, strlen(text), "f", &err), &err);
		assert_memory_equal(&doc.root->valuedouble, &x, sizeof(x));
		json_free(&doc);
		if (i % 2)
			assert_memory_equal(&x, &bits, sizeof(x));
	}
}

/* Print, parse, print: a fixed point; and never a crash on the way. */
static void mutate(struct rng *rng, char *text, size_t *n, size_t room)
{
	static const char alphabet[] =
		"{}[]\",:0123456789.eE+-\\utfn \n\xC3\xBC";
	size_t at = rng_below(rng, (uint32_t)*n + 1), other;

	switch (rng_below(rng, 4)) {
	case 0:
		if (at < *n)
			text[at] = alphabet[rng_below(rng, sizeof(alphabet))];
		break;
	case 1:
		if (at < *n) {
			memmove(text + at, text + at + 1, *n - at - 1);
			--*n;
		}
		break;
	case 2:
		if (*n < room) {
			memmove(text + at + 1, text + at, *n - at);
			text[at] = (char)rng_next(rng);
			++*n;
		}
		break;
	default:
		other = rng_below(rng, (uint32_t)*n + 1);
		if (at < *n && other < *n)
			text[at] = text[other];
	}
}

static void expect_fixed_point(const struct json_doc *doc)
{
	struct nas_err err = {0};
	struct json_doc again;
	char *once = json_print(doc->root), *twice;

	CHECK_OK(json_parse(&again, once, strlen(once), "f", &err), &err);
	twice = json_print(again.root);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
	json_free(&again);
}

static void mutated_text_never_crashes(void **state)
{
	static const char seed_text[] =
		"{\"schema\": \"nas/config/1\", \"list\": [1, 2.5, -3e-2, "
		"true, null], \"deep\": {\"a\": [[], {}, [{\"b\": \"\\u00fc"
		"\\ud83d\\ude00\xC3\xBC\"}]]}, \"n\": 9007199254740993}";
	char text[512], *exact;
	struct nas_err err;
	struct json_doc doc;
	struct rng rng;
	size_t n = 0;
	int i, accepted = 0;

	(void)state;
	rng_seed(&rng, check_seed(2), 0);
	for (i = 0; i < 20000; i++) {
		if (i % 8 == 0) {
			n = sizeof(seed_text) - 1;
			memcpy(text, seed_text, n);
		}
		mutate(&rng, text, &n, sizeof(text));
		exact = malloc(n + 1);
		assert_non_null(exact);
		memcpy(exact, text, n);
		memset(&err, 0, sizeof(err));
		if (json_parse(&doc, exact, n, "f", &err) == NAS_OK) {
			accepted++;
			expect_fixed_point(&doc);
			json_fail(&doc, doc.root->child, &err, "x");
		}
		assert_int_not_equal(err.code == NAS_OK, err.count > 0);
		json_free(&doc);
		free(exact);
	}
	assert_true(accepted > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_text_is_refused_with_its_place),
		cmocka_unit_test(good_text_is_read),
		cmocka_unit_test(limits_hold_at_the_limit_and_past_it),
		cmocka_unit_test(long_strings_and_files_are_refused),
		cmocka_unit_test(many_values_are_refused),
		cmocka_unit_test(many_keys_are_fast),
		cmocka_unit_test(nothing_is_read_past_the_end),
		cmocka_unit_test(numbers_are_short),
		cmocka_unit_test(every_double_reads_back_equal),
		cmocka_unit_test(mutated_text_never_crashes),
	};
	return CHECK_RUN("json text", tests);
}
