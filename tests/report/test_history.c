/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

#include "nas/run/history.h"

#define HEAD "evaluations,feasible,duplicates,best,median,best_bitops"

static enum nas_status parse(struct history *h, const char *text,
			     struct nas_arena *arena, struct nas_err *err)
{
	memset(err, 0, sizeof(*err));
	arena_init(arena, (size_t)1 << 20);
	return history_parse(h, text, "history.csv", arena, err);
}

static void rows_are_read(void **state)
{
	struct history h;
	struct nas_arena arena;
	static struct nas_err err;

	(void)state;
	CHECK_OK(parse(&h, HEAD ",island_1,island_2\n"
		       "10,0,1,,,,,\r\n20,5,2,1.5,-1e-3,7,1.5,1\n", &arena,
		       &err), &err);
	assert_true(h.present);
	assert_int_equal(h.nrows, 2);
	assert_int_equal(h.islands, 2);
	assert_true(isnan(h.row[0].best) && isnan(h.island[1]));
	CHECK_CLOSE(h.row[1].median, -1e-3, 0);
	CHECK_CLOSE(h.island[3], 1, 0);
	arena_free(&arena);
}

static void a_head_alone_is_no_rows(void **state)
{
	struct history h;
	struct nas_arena arena;
	static struct nas_err err;

	(void)state;
	CHECK_OK(parse(&h, HEAD "\n", &arena, &err), &err);
	assert_int_equal(h.nrows, 0);
	assert_int_equal(h.islands, 0);
	arena_free(&arena);
}

static void faults_have_a_place(void **state)
{
	static const struct {
		const char *text, *message;
		int line, column;
	} bad[] = {
		{ "", "column 1 must be 'evaluations'", 1, 1 },
		{ "evaluations,feasible\n", "the header is incomplete", 1, 21 },
		{ "evaluations,x\n", "column 2 must be 'feasible'", 1, 13 },
		{ HEAD ",island_2\n", "column 7 must be", 1, 57 },
		{ HEAD "\n1,2,3,,,\n1,2\n", "too few", 3, 4 },
		{ HEAD "\n1,2,3,,,,5\n", "too many", 2, 9 },
		{ HEAD "\n,2,3,,,\n", "must be a number", 2, 1 },
		{ HEAD "\n1,2,3,nan,,\n", "must be a number", 2, 7 },
		{ HEAD "\n1,2,3,1e999,,\n", "must be a number", 2, 7 },
		{ HEAD "\n1,2,3,0x1p3,,\n", "must be a number", 2, 7 },
		{ HEAD "\n1,2,3,1 ,,\n", "must be a number", 2, 7 },
		{ HEAD "\n\n", "must be a number", 2, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct history h;
		struct nas_arena arena;
		static struct nas_err err;

		CHECK_FAILS(parse(&h, bad[i].text, &arena, &err), NAS_EINPUT,
			    &err, bad[i].message);
		assert_int_equal(err.diag[0].line, bad[i].line);
		assert_int_equal(err.diag[0].column, bad[i].column);
		assert_string_equal(nas_err_source(&err, 0), "history.csv");
		arena_free(&arena);
	}
}

static void memory_out_is_said(void **state)
{
	struct history h;
	struct nas_arena arena;
	static struct nas_err err;

	(void)state;
	memset(&err, 0, sizeof(err));
	arena_init(&arena, 64);
	assert_int_equal(history_parse(&h, HEAD "\n1,2,3,,,\n1,2,3,,,\n",
				       "h", &arena, &err), NAS_ENOMEM);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(a_head_alone_is_no_rows),
		cmocka_unit_test(faults_have_a_place),
		cmocka_unit_test(memory_out_is_said),
	};
	return CHECK_RUN("history", tests);
}
