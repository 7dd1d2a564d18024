/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history of a search: its last rows, which no thinning drops.
 */
#include "tests/check.h"

#include "evolve/rows.h"

struct fixture {
	struct nas_arena arena;
	struct nas_err err;
	struct rows rows;
	struct nas_evolve_result result;
};

static void begin(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)16 << 20);
	CHECK_OK(rows_init(&f->rows, 2, &f->arena, &f->err), &f->err);
}

static struct nas_evolve_row row_of(int64_t epoch)
{
	return (struct nas_evolve_row){ .epoch = epoch,
					.evaluations = 100 * epoch };
}

static void add(struct fixture *f, int64_t epoch)
{
	struct nas_evolve_row row = row_of(epoch);
	double best[] = { (double)epoch, -(double)epoch };

	CHECK_OK(rows_add(&f->rows, &row, best, &f->arena, &f->err), &f->err);
}

static void add_cut(struct fixture *f, const struct nas_evolve_row *row)
{
	double best[] = { 0.5, -0.5 };

	CHECK_OK(rows_add_cut(&f->rows, row, best, &f->arena, &f->err),
		 &f->err);
	rows_give(&f->rows, &f->result);
}

/* As many epochs, one of which is cut: it is the last row, and the one before
 * it is that of the last whole epoch. */
static void check_cut(int epochs)
{
	struct fixture f;
	struct nas_evolve_row row = row_of(epochs + 1);
	const struct nas_evolve_row *last;

	begin(&f);
	for (int i = 1; i <= epochs; i++)
		add(&f, i);
	add_cut(&f, &row);
	last = &f.result.row[f.result.nrows - 1];
	assert_int_equal(last->epoch, epochs + 1);
	assert_int_equal(last[-1].epoch, epochs);
	assert_true(f.result.island_best[2 * f.result.nrows - 2] == 0.5);
	assert_true(f.result.island_best[2 * f.result.nrows - 3] == -epochs);
	arena_free(&f.arena);
}

static void a_cut_epoch_is_the_last_row(void **state)
{
	(void)state;
	for (int epochs = 1; epochs < 200; epochs++)
		check_cut(epochs);
	check_cut(rows_most(2) + 1); /* thinned out once */
}

static void one_that_did_nothing_is_no_row(void **state)
{
	struct fixture f;
	struct nas_evolve_row row = row_of(3);

	(void)state;
	begin(&f);
	for (int i = 1; i <= 3; i++)
		add(&f, i);
	add_cut(&f, &row);
	assert_int_equal(f.result.nrows, 3);
	row.duplicates = 1;
	add_cut(&f, &row);
	assert_int_equal(f.result.nrows, 4);
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_epoch_is_the_last_row),
		cmocka_unit_test(one_that_did_nothing_is_no_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
