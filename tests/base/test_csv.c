/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/csv.h"
#include "nas/base/file.h"
#include "nas/base/rng.h"
#include "tests/check.h"

static enum nas_status parse(struct csv *csv, const char *text,
			     struct nas_arena *arena, struct nas_err *err)
{
	*err = (struct nas_err){ 0 };
	return csv_parse(csv, arena_strdup(arena, text), strlen(text), "t.csv",
			 arena, err);
}

static void cells(void **state)
{
	struct nas_err err;
	struct nas_arena arena;
	struct csv csv;
	double x;
	int i;

	(void)state;
	arena_init(&arena, 1 << 24);
	CHECK_OK(parse(&csv, "\xEF\xBB\xBF a ,\"b,\"\"c\"\"\",d\r\n"
			     "1, 2.5e1 ,x y\r\n\r\n\"-3\",\"\",\n",
		       &arena, &err), &err);
	assert_int_equal(csv.ncolumns, 3);
	assert_int_equal(csv.nrows, 2);
	assert_string_equal(csv.head[0].text, "a");
	assert_string_equal(csv.head[1].text, "b,\"c\"");
	assert_string_equal(csv_at(&csv, 0, 2)->text, "x y");
	assert_string_equal(csv_at(&csv, 1, 1)->text, "");
	assert_string_equal(csv_at(&csv, 1, 2)->text, "");
	assert_int_equal(csv_at(&csv, 1, 0)->line, 4);
	assert_int_equal(csv_column(&csv, "d"), 2);
	assert_int_equal(csv_column(&csv, "e"), -1);
	CHECK_OK(csv_number(&x, &csv, 0, 1, &err), &err);
	CHECK_CLOSE(x, 25, 0);
	CHECK_OK(csv_int(&i, &csv, 1, 0, -5, 5, &err), &err);
	assert_int_equal(i, -3);
	arena_free(&arena);
}

static void a_last_row_needs_no_line_end(void **state)
{
	struct nas_err err;
	struct nas_arena arena;
	struct csv csv;

	(void)state;
	arena_init(&arena, 1 << 24);
	CHECK_OK(parse(&csv, "a,b\n1,2", &arena, &err), &err);
	assert_int_equal(csv.nrows, 1);
	assert_string_equal(csv_at(&csv, 0, 1)->text, "2");
	CHECK_OK(parse(&csv, "a\n1\n2\n\"3\"", &arena, &err), &err);
	assert_int_equal(csv.nrows, 3);
	arena_free(&arena);
}

static void bad_tables(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "", "no rows" },
		{ "a,b\n", "no rows" },
		{ "a,b\n1\n", "1 cells" },
		{ "a,b\n1,2,3\n", "more than 2" },
		{ "a,a\n1,2\n", "duplicate column 'a'" },
		{ "a,b\n\"1,2\n", "unterminated quoted cell" },
		{ "a,b\n\"1\"x,2\n", "text after a quoted" },
	};
	struct nas_err err;
	struct nas_arena arena;
	struct csv csv;

	(void)state;
	arena_init(&arena, 1 << 24);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_FAILS(parse(&csv, bad[i].text, &arena, &err), NAS_EINPUT,
			    &err, bad[i].message);
	arena_free(&arena);
}

static void bad_cells(void **state)
{
	static const char *const bad[] = { "nan", "inf", "0x10", "1e999", "1 2",
					   "", "e", "1,5" };
	struct nas_err err;
	struct nas_arena arena;
	struct csv csv;
	char text[64];
	double x;
	int i;

	(void)state;
	arena_init(&arena, 1 << 24);
	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
		snprintf(text, sizeof(text), "a,b\n\"%s\",1\n", bad[k]);
		CHECK_OK(parse(&csv, text, &arena, &err), &err);
		assert_int_equal(csv_number(&x, &csv, 0, 0, &err), NAS_EINPUT);
		assert_int_equal(err.diag[0].line, 2);
	}
	CHECK_OK(parse(&csv, "a,bits\n2.5,9\n", &arena, &err), &err);
	CHECK_FAILS(csv_int(&i, &csv, 0, 0, 1, 8, &err), NAS_EINPUT, &err,
		    "whole number from 1 to 8");
	CHECK_OK(parse(&csv, "a,bits\n2.5,9\n", &arena, &err), &err);
	assert_int_equal(csv_int(&i, &csv, 0, 1, 1, 8, &err), NAS_EINPUT);
	err = (struct nas_err){ 0 };
	CHECK_FAILS(csv_need(&i, &csv, "bit", &err), NAS_EINPUT, &err, "'bits'");
	arena_free(&arena);
}

/* No text of these characters crashes; a written cell reads back. */
static void random_text(void **state)
{
	static const char alphabet[] = "ab,\"\n\r 1=+-@'\t.";
	struct nas_err err;
	struct nas_text t = { 0 };
	struct nas_arena arena;
	struct rng rng;
	struct csv csv;
	char s[24];

	(void)state;
	arena_init(&arena, (size_t)1 << 30);
	rng_seed(&rng, check_seed(12), 0);
	for (int k = 0; k < 3000; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		int n = (int)rng_below(&rng, sizeof(s));

		for (int i = 0; i < n; i++)
			s[i] = alphabet[rng_below(&rng, sizeof(alphabet) - 1)];
		s[n] = '\0';
		(void)!parse(&csv, s, &arena, &err);
		t.length = 0;
		text_add(&t, "h\n");
		csv_add(&t, s);
		text_add(&t, "\n");
		if (n > 0) {
			CHECK_OK(parse(&csv, t.data, &arena, &err), &err);
			assert_string_equal(csv_at(&csv, 0, 0)->text, s);
		}
		arena_rewind(&arena, mark);
	}
	text_free(&t);
	arena_free(&arena);
}

static void no_cell_is_a_formula(void **state)
{
	static const struct {
		const char *cell, *written;
	} cases[] = {
		{ "=1+1", "'=1+1" },     { "+1 2", "'+1 2" },
		{ "-a", "'-a" },         { "@SUM(A1)", "'@SUM(A1)" },
		{ "\t=1", "\"'\t=1\"" }, { "\r=1", "\"'\r=1\"" },
		{ "'=1", "''=1" },       { "=\"a\",1", "\"'=\"\"a\"\",1\"" },
		{ "-", "'-" },           { "-1-1", "'-1-1" },
		{ "-0x10", "'-0x10" },   { "-1.5e-3", "-1.5e-3" },
		{ "+7", "+7" },          { "'a", "'a" },
		{ "a=1", "a=1" },        { " =1", "\" =1\"" },
	};
	struct nas_text t = { 0 };
	struct nas_err err;
	struct nas_arena arena;
	struct csv csv;

	(void)state;
	arena_init(&arena, 1 << 24);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t.length = 0;
		csv_add(&t, cases[i].cell);
		assert_string_equal(t.data, cases[i].written);
		text_add(&t, ",h\n1,2\n");
		CHECK_OK(parse(&csv, t.data, &arena, &err), &err);
		assert_string_equal(csv.head[0].text, cases[i].cell);
	}
	text_free(&t);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(a_last_row_needs_no_line_end),
		cmocka_unit_test(bad_tables),
		cmocka_unit_test(bad_cells),
		cmocka_unit_test(random_text),
		cmocka_unit_test(no_cell_is_a_formula),
	};
	return CHECK_RUN("csv", tests);
}
