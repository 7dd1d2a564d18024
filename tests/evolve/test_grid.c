/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A grid of certificates against enumeration of whole spaces, and against a
 * certificate of each point alone.
 *
 * NAS_TEST_SCALE=n makes the spaces n times as large; SEED=n draws others.
 */
#include "evolve/certify/certify_grid.h"
#include "tests/evolve/grid.h"
#include "tests/evolve/proven.h"

#define SPACES 60
#define NETWORKS 1500.0

static void point_is_the_optimum(struct small *sm, const struct nas_grid *grid,
				 const struct nas_grid_cell *c)
{
	struct nas_certificate alone = { 0 };
	struct nas_err err = { 0 };
	double best, tol;

	best = grid_enumerate(sm, grid, c->budget);
	tol = ROUNDED * fmax(1, fabs(best));
	CHECK_OK(certify(&alone, &sm->problem, NULL, &prove, 1, NULL, &err),
		 &err);
	if (!isfinite(best)) {
		assert_int_equal(c->state, GRID_INFEASIBLE);
		assert_int_equal(alone.status, CERTIFY_INFEASIBLE);
		return;
	}
	assert_int_equal(c->state, GRID_FOUND);
	assert_true(c->optimal);
	CHECK_CLOSE(c->score, best, tol);
	CHECK_CLOSE(c->upper_bound, alone.upper_bound, tol);
	assert_true(c->upper_bound >= best);
	assert_true(space_contains(&sm->space, &c->best));
	assert_true(problem_excess(&sm->problem, &c->total) == 0);
}

static void grid_equals_enumeration(void **state)
{
	int points = 0, taken = 0, infeasible = 0, axes[GRID_AXES + 1] = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(1), 0);
	for (int i = 0; i < SPACES; i++) {
		struct nas_grid_options o = { .certify = &prove };
		struct nas_arena arena;
		struct nas_err err = { 0 };
		struct nas_grid grid;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		grid_make(&grid, &sm, &rng, NETWORKS * scale(), &arena);
		CHECK_OK(certify_grid(&grid, &sm.problem, &o, 1 + i % 3, &arena,
				      &err), &err);
		assert_int_equal(grid.done, grid.n);
		axes[grid.naxes]++;
		for (int k = 0; k < grid.n; k++) {
			point_is_the_optimum(&sm, &grid, &grid.cell[k]);
			taken += grid.cell[k].taken;
			infeasible += grid.cell[k].state == GRID_INFEASIBLE;
		}
		points += grid.n;
		arena_free(&arena);
	}
	print_message("%d spaces, %d points, %d of them answered by others, %d "
		      "without a network\n", SPACES, points, taken, infeasible);
	assert_true(axes[1] && axes[2] && axes[3]);
	assert_true(taken > points / 10 && taken < points);
	assert_true(infeasible > 0 && infeasible < points / 2);
}

/* The threads have no say in any figure. */
static void threads_change_nothing(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(2), 0);
	for (int i = 0; i < 10; i++) {
		struct nas_grid_options o = { .certify = &prove };
		struct nas_arena arena;
		struct nas_err err = { 0 };
		struct nas_grid one, four;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		grid_make(&one, &sm, &rng, 4 * NETWORKS, &arena);
		four = one;
		CHECK_OK(certify_grid(&one, &sm.problem, &o, 1, &arena, &err),
			 &err);
		CHECK_OK(certify_grid(&four, &sm.problem, &o, 4, &arena, &err),
			 &err);
		for (int k = 0; k < one.n; k++) {
			const struct nas_grid_cell *p = &one.cell[k];
			const struct nas_grid_cell *q = &four.cell[k];

			assert_int_equal(p->state, q->state);
			assert_true(p->score == q->score);
			assert_true(p->upper_bound == q->upper_bound);
			assert_int_equal(p->total.hash, q->total.hash);
		}
		arena_free(&arena);
	}
}

/* What a certificate cannot prove within its work stays open, and a bound that
 * holds of more holds of less. */
static void little_work_leaves_gaps(void **state)
{
	const struct nas_certify_options little = { 3000, 1e9, 0, 64e6, false };
	struct nas_grid_options o = { .certify = &little };
	int open = 0, found = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(3), 0);
	for (int i = 0; i < 100; i++) {
		struct nas_arena arena;
		struct nas_err err = { 0 };
		struct nas_grid grid;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		grid_make(&grid, &sm, &rng, NETWORKS, &arena);
		CHECK_OK(certify_grid(&grid, &sm.problem, &o, 2, &arena, &err),
			 &err);
		for (int k = 0; k < grid.n; k++) {
			const struct nas_grid_cell *c = &grid.cell[k];
			double best = grid_enumerate(&sm, &grid, c->budget);

			if (c->state == GRID_INFEASIBLE)
				assert_false(isfinite(best));
			else
				assert_true(c->upper_bound >= best);
			if (isfinite(c->score))
				assert_true(c->score <=
					    best + ROUNDED * fabs(best));
			if (isfinite(c->score) && isfinite(c->upper_bound)) {
				assert_int_equal(c->state, GRID_FOUND);
				assert_true(c->optimal ||
					    c->upper_bound - c->score >
						    1e-9 * fabs(c->score));
			} else {
				assert_int_not_equal(c->state, GRID_FOUND);
			}
			open += c->state == GRID_UNKNOWN || !c->optimal;
			found += c->state == GRID_FOUND;
			for (int a = 0; a < grid.naxes; a++)
				if (grid_at(&grid, k, a) + 1 < grid.axis[a].n)
					assert_true(c->upper_bound <=
						    c[grid_step(&grid, a)]
							    .upper_bound);
		}
		arena_free(&arena);
	}
	print_message("%d points open, %d with a network and a bound\n", open,
		      found);
	assert_true(open > 10 && found > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grid_equals_enumeration),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(little_work_leaves_gaps),
	};

	return CHECK_RUN("grid", tests);
}
