/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* gettimeofday */
#include "tests/check.h"

#include <stdatomic.h>
#include <sys/time.h>

#include "nas/base/lp.h"
#include "nas/base/parallel.h"
#include "nas/base/rng.h"

static const struct lp_result *solve(struct lp *lp,
				     const struct lp_options *options)
{
	static _Thread_local struct lp_result result;
	struct nas_err err = {0};

	CHECK_OK(lp_solve(lp, options, &result, &err), &err);
	return &result;
}

/* Wyndor Glass (Hillier and Lieberman): 36 at (2, 6), duals 0, 1.5, 1. */
static void the_textbook_problem_is_solved(void **state)
{
	const int both[] = {0, 1};
	const double row3[] = {3, 2}, one[] = {1}, two[] = {2};
	struct lp *lp = lp_new(LP_MAX);
	const struct lp_result *r;

	(void)state;
	assert_int_equal(lp_add_column(lp, 3, 0, HUGE_VAL, LP_REAL), 0);
	assert_int_equal(lp_add_column(lp, 5, 0, HUGE_VAL, LP_REAL), 1);
	assert_int_equal(lp_add_row(lp, -HUGE_VAL, 4, 1, both, one), 0);
	lp_add_row(lp, -HUGE_VAL, 12, 1, both + 1, two);
	lp_add_row(lp, -HUGE_VAL, 18, 2, both, row3);
	r = solve(lp, NULL);
	assert_int_equal(r->status, LP_OPTIMAL);
	CHECK_CLOSE(r->objective, 36, 1e-9);
	CHECK_CLOSE(r->bound, 36, 1e-9);
	CHECK_CLOSE(r->x[0], 2, 1e-9);
	CHECK_CLOSE(r->x[1], 6, 1e-9);
	CHECK_CLOSE(r->dual[0], 0, 1e-9);
	CHECK_CLOSE(r->dual[1], 1.5, 1e-9);
	CHECK_CLOSE(r->dual[2], 1, 1e-9);
	CHECK_CLOSE(r->reduced[0], 0, 1e-9);
	/* the dual of row 3 is what one more unit of it is worth */
	lp_set_row_bounds(lp, 2, -HUGE_VAL, 19);
	CHECK_CLOSE(solve(lp, NULL)->objective, 37, 1e-9);
	lp_set_cost(lp, 0, 0);
	CHECK_CLOSE(solve(lp, NULL)->objective, 30, 1e-9);
	lp_set_column_bounds(lp, 1, 0, 5);
	CHECK_CLOSE(solve(lp, NULL)->objective, 25, 1e-9);
	lp_free(lp);
}

static void infeasible_and_unbounded_are_results(void **state)
{
	const int first[] = {0};
	const double one[] = {1};
	struct lp *lp = lp_new(LP_MIN);

	(void)state;
	lp_add_column(lp, -1, 0, HUGE_VAL, LP_REAL);
	assert_int_equal(solve(lp, NULL)->status, LP_UNBOUNDED);
	lp_add_row(lp, 3, 5, 1, first, one);
	CHECK_CLOSE(solve(lp, NULL)->objective, -5, 1e-12);
	lp_set_column_bounds(lp, 0, 0, 2);
	assert_int_equal(solve(lp, NULL)->status, LP_INFEASIBLE);
	assert_null(solve(lp, NULL)->x);
	lp_free(lp);
	lp_free(NULL);
}

static void empty_programs_are_solved(void **state)
{
	struct lp *lp = lp_new(LP_MIN);

	(void)state;
	CHECK_CLOSE(solve(lp, NULL)->objective, 0, 0);
	lp_add_column(lp, 2, -3, 5, LP_REAL);
	CHECK_CLOSE(solve(lp, NULL)->objective, -6, 0);
	lp_add_column(lp, -2, 0, 1.5, LP_INTEGER);
	CHECK_CLOSE(solve(lp, NULL)->objective, -8, 0);
	lp_free(lp);
}

/* Two variables in a box, m half planes: the optimum is at a crossing of two
 * of the lines (all are bounded), found by trying all pairs. */
struct plane {
	double a[2], b; /* a x <= b */
};

static bool inside(const struct plane *p, int m, double x, double y)
{
	int i;

	for (i = 0; i < m; i++)
		if (p[i].a[0] * x + p[i].a[1] * y > p[i].b + 1e-9)
			return false;
	return true;
}

static bool best_vertex(const struct plane *p, int m, const double *c,
			double *best)
{
	double det, x, y;
	bool found = false;
	int i, k;

	for (i = 0; i < m; i++) {
		for (k = i + 1; k < m; k++) {
			det = p[i].a[0] * p[k].a[1] - p[i].a[1] * p[k].a[0];
			if (fabs(det) < 1e-9)
				continue;
			x = (p[i].b * p[k].a[1] - p[k].b * p[i].a[1]) / det;
			y = (p[i].a[0] * p[k].b - p[k].a[0] * p[i].b) / det;
			if (!inside(p, m, x, y))
				continue;
			if (!found || c[0] * x + c[1] * y > *best)
				*best = c[0] * x + c[1] * y;
			found = true;
		}
	}
	return found;
}

/* Rows come one at a time, each followed by a solve, as cutting planes do. */
static void random_programs_agree_with_their_vertices(void **state)
{
	struct plane p[12] = {{{1, 0}, 10}, {{-1, 0}, 10}, {{0, 1}, 10},
			      {{0, -1}, 10}};
	const struct lp_result *r;
	const int both[] = {0, 1};
	double c[2], best = 0;
	struct rng rng;
	struct lp *lp;
	int trial, m, infeasible = 0;

	(void)state;
	rng_seed(&rng, check_seed(1), 0);
	for (trial = 0; trial < 300; trial++) {
		lp = lp_new(LP_MAX);
		for (m = 0; m < 2; m++) {
			c[m] = rng_normal(&rng);
			lp_add_column(lp, c[m], -10, 10, LP_REAL);
		}
		for (m = 4; m < 12; m++) {
			p[m].a[0] = rng_normal(&rng);
			p[m].a[1] = rng_normal(&rng);
			p[m].b = 3 * rng_normal(&rng) + 3;
			lp_add_row(lp, -HUGE_VAL, p[m].b, 2, both, p[m].a);
			r = solve(lp, NULL);
			if (best_vertex(p, m + 1, c, &best)) {
				assert_int_equal(r->status, LP_OPTIMAL);
				CHECK_CLOSE(r->objective, best, 1e-6);
				CHECK_CLOSE(r->bound, best, 1e-6);
			} else {
				assert_int_equal(r->status, LP_INFEASIBLE);
				infeasible++;
			}
		}
		lp_free(lp);
	}
	assert_in_range(infeasible, 1, 2000);
}

/* Columns one at a time: x >= 0, sum x = 1 takes the least cost so far. */
static void columns_come_later(void **state)
{
	const int row[] = {0, 1};
	const double coef[] = {1, 2};
	struct lp *lp = lp_new(LP_MIN);
	double cost, least = HUGE_VAL;
	struct rng rng;
	int i;

	(void)state;
	rng_seed(&rng, check_seed(2), 0);
	lp_add_row(lp, 1, 1, 0, NULL, NULL);
	lp_add_row(lp, -HUGE_VAL, 5, 0, NULL, NULL);
	assert_int_equal(solve(lp, NULL)->status, LP_INFEASIBLE);
	for (i = 0; i < 50; i++) {
		cost = rng_normal(&rng);
		least = fmin(least, cost);
		assert_int_equal(lp_add_column_in_rows(lp, cost, 0, HUGE_VAL, 2,
						       row, coef),
				 i);
		CHECK_CLOSE(solve(lp, NULL)->objective, least, 1e-9);
		CHECK_CLOSE(solve(lp, NULL)->dual[0], least, 1e-9);
	}
	assert_int_equal(lp_columns(lp), 50);
	assert_int_equal(lp_rows(lp), 2);
	lp_free(lp);
}

struct knapsack { /* groups of 3, one of each, two budgets */
	int groups;
	double value[5][3], weight[5][3], volume[5][3];
	double max_weight, max_volume;
};

static struct knapsack random_knapsack(struct rng *rng)
{
	struct knapsack k = {.groups = 5};
	int g, i;

	for (g = 0; g < k.groups; g++) {
		for (i = 0; i < 3; i++) {
			k.value[g][i] = rng_uniform(rng);
			k.weight[g][i] = rng_uniform(rng);
			k.volume[g][i] = rng_uniform(rng);
		}
	}
	k.max_weight = 0.5 + 2 * rng_uniform(rng);
	k.max_volume = 0.5 + 2 * rng_uniform(rng);
	return k;
}

static double enumerate(const struct knapsack *k)
{
	double best = -1, value, weight, volume;
	int code, g, rest;

	for (code = 0; code < 243; code++) {
		value = weight = volume = 0;
		for (g = 0, rest = code; g < 5; g++, rest /= 3) {
			value += k->value[g][rest % 3];
			weight += k->weight[g][rest % 3];
			volume += k->volume[g][rest % 3];
		}
		if (weight <= k->max_weight && volume <= k->max_volume)
			best = fmax(best, value);
	}
	return best;
}

static struct lp *program_of(const struct knapsack *k)
{
	const double ones[] = {1, 1, 1};
	struct lp *lp = lp_new(LP_MAX);
	int g, i, column[15];

	for (g = 0; g < 5; g++) {
		for (i = 0; i < 3; i++)
			column[3 * g + i] = lp_add_column(lp, k->value[g][i], 0,
							  1, LP_INTEGER);
		lp_add_row(lp, 1, 1, 3, column + 3 * g, ones);
	}
	lp_add_row(lp, -HUGE_VAL, k->max_weight, 15, column, k->weight[0]);
	lp_add_row(lp, -HUGE_VAL, k->max_volume, 15, column, k->volume[0]);
	return lp;
}

static void integer_programs_agree_with_enumeration(void **state)
{
	const struct lp_result *r;
	struct knapsack k;
	struct rng rng;
	struct lp *lp;
	double best;
	int trial, j, infeasible = 0;

	(void)state;
	rng_seed(&rng, check_seed(3), 0);
	for (trial = 0; trial < 200; trial++) {
		k = random_knapsack(&rng);
		best = enumerate(&k);
		lp = program_of(&k);
		r = solve(lp, NULL);
		if (best < 0) {
			infeasible++;
			assert_int_equal(r->status, LP_INFEASIBLE);
		} else {
			assert_int_equal(r->status, LP_OPTIMAL);
			CHECK_CLOSE(r->objective, best, 1e-7);
			assert_true(r->bound >= r->objective);
			assert_null(r->dual);
			for (j = 0; j < 15; j++)
				assert_true(r->x[j] == 0 || r->x[j] == 1);
		}
		lp_free(lp);
	}
	assert_in_range(infeasible, 1, 150);
}

static void gaps_are_kept(void **state)
{
	const struct lp_options loose = {.gap = 0.2}, wide = {.gap_abs = 0.5};
	const struct lp_options *asked[] = {&loose, &wide};
	const struct lp_result *r;
	struct knapsack k;
	struct rng rng;
	struct lp *lp;
	double best;
	int trial;

	(void)state;
	rng_seed(&rng, check_seed(4), 0);
	for (trial = 0; trial < 100; trial++) {
		k = random_knapsack(&rng);
		best = enumerate(&k);
		lp = program_of(&k);
		r = solve(lp, asked[trial % 2]);
		if (best >= 0) {
			assert_int_equal(r->status, LP_OPTIMAL);
			assert_true(r->objective <= best + 1e-7);
			assert_true(r->bound >= best - 1e-7);
			assert_true(r->bound - r->objective <=
				    (trial % 2 ? 0.5
					       : 0.2 * r->objective + 1e-7));
		}
		lp_free(lp);
	}
}

static atomic_long looks; /* at the clock, by GLPK in any thread */

/* A millisecond passes between two looks, on every machine. */
int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	long now = ++looks;

	(void)zone;
	tv->tv_sec = now / 1000;
	tv->tv_usec = now % 1000 * 1000;
	return 0;
}

/* A market split problem (Cornuejols and Dawande), too hard for 200 looks. */
static void a_time_limit_leaves_a_bound(void **state)
{
	const struct lp_options quick = {.time_s = 0.2};
	int i, j, column[40];
	double coef[40], sum;
	const struct lp_result *r;
	struct lp *lp = lp_new(LP_MAX);
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(5), 0);
	for (j = 0; j < 40; j++)
		column[j] = lp_add_column(lp, 1 + rng_uniform(&rng), 0, 1,
					  LP_INTEGER);
	for (i = 0; i < 4; i++) {
		for (j = 0, sum = 0; j < 40; j++)
			sum += coef[j] = rng_below(&rng, 100);
		lp_add_row(lp, floor(sum / 2), floor(sum / 2), 40, column,
			   coef);
	}
	looks = 0;
	r = solve(lp, &quick);
	assert_in_range(looks, 200, 1000);
	assert_true(r->status == LP_UNKNOWN || r->status == LP_FEASIBLE);
	assert_true(isfinite(r->bound) && r->bound > 0 && r->bound < 80);
	lp_free(lp);
}

static void expect_refused(struct lp *lp, enum nas_status code,
			   const char *message)
{
	struct lp_result result;
	struct nas_err err = {0};

	CHECK_FAILS(lp_solve(lp, NULL, &result, &err), code, &err, message);
	lp_free(lp);
}

static struct lp *small(void)
{
	struct lp *lp = lp_new(LP_MIN);

	lp_add_column(lp, 1, 0, 1, LP_REAL);
	lp_add_column(lp, 1, 0, 1, LP_REAL);
	lp_add_row(lp, 0, 1, 0, NULL, NULL);
	return lp;
}

static void bad_numbers_never_reach_the_solver(void **state)
{
	const double nan = (double)NAN;
	struct lp *lp;

	(void)state;
	lp = small();
	assert_int_equal(lp_add_column(lp, nan, 0, 1, LP_REAL), -1);
	expect_refused(lp, NAS_ENUM, "nan");
	lp = small();
	lp_add_column(lp, HUGE_VAL, 0, 1, LP_REAL);
	expect_refused(lp, NAS_ENUM, "inf");
	lp = small();
	lp_set_cost(lp, 0, nan);
	expect_refused(lp, NAS_ENUM, "nan");
	lp = small();
	lp_set_row_bounds(lp, 0, nan, 1);
	expect_refused(lp, NAS_ENUM, "nan");
	lp = small();
	lp_add_column(lp, 1, HUGE_VAL, HUGE_VAL, LP_REAL);
	expect_refused(lp, NAS_ENUM, "inf");
	lp = small();
	lp_set_column_bounds(lp, 0, 2, 1);
	expect_refused(lp, NAS_ERUN, "above high");
	lp = small();
	lp_add_column(lp, 1, 0.2, 0.8, LP_INTEGER);
	expect_refused(lp, NAS_ERUN, "no integer");
}

static void bad_indices_never_reach_the_solver(void **state)
{
	const int twice[] = {1, 1}, far[] = {0, 2}, negative[] = {-1};
	const double coef[] = {1, 2}, nans[] = {1, (double)NAN};
	struct lp *lp;

	(void)state;
	lp = small();
	assert_int_equal(lp_add_row(lp, 0, 1, 2, twice, coef), -1);
	expect_refused(lp, NAS_ERUN, "duplicate index");
	lp = small();
	lp_add_row(lp, 0, 1, 2, far, coef);
	expect_refused(lp, NAS_ERUN, "no column 2 of 2");
	lp = small();
	lp_add_row(lp, 0, 1, 1, negative, coef);
	expect_refused(lp, NAS_ERUN, "no column -1");
	lp = small();
	lp_add_column_in_rows(lp, 0, 0, 1, 2, far, coef);
	expect_refused(lp, NAS_ERUN, "no row 2 of 1");
	lp = small();
	lp_add_row(lp, 0, 1, -1, far, coef);
	expect_refused(lp, NAS_ERUN, "-1 coefficients");
	lp = small();
	lp_set_cost(lp, 2, 0);
	expect_refused(lp, NAS_ERUN, "no column 2");
	lp = small();
	lp_add_row(lp, 0, 1, 2, far + 0, nans);
	expect_refused(lp, NAS_ERUN, "no column");
	lp = small();
	lp_add_row(lp, 0, 1, 1, far, nans + 1);
	expect_refused(lp, NAS_ENUM, "nan");
}

/* No assertion here: cmocka's jump back must not leave another thread. */
static void solve_one(void *context, int i)
{
	double *difference = context, best;
	struct nas_err err = {0};
	struct lp_result r;
	struct knapsack k;
	struct rng rng;
	struct lp *lp;

	rng_seed(&rng, 9, (uint64_t)i);
	k = random_knapsack(&rng);
	best = enumerate(&k);
	lp = program_of(&k);
	difference[i] = (double)NAN;
	if (lp_solve(lp, NULL, &r, &err) == NAS_OK)
		difference[i] = best < 0 ? (double)(r.status - LP_INFEASIBLE)
					 : r.objective - best;
	lp_free(lp);
}

static void threads_have_programs_of_their_own(void **state)
{
	double difference[64];
	int i;

	(void)state;
	parallel_for(64, 4, solve_one, difference);
	for (i = 0; i < 64; i++)
		CHECK_CLOSE(difference[i], 0, 1e-7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_textbook_problem_is_solved),
		cmocka_unit_test(infeasible_and_unbounded_are_results),
		cmocka_unit_test(empty_programs_are_solved),
		cmocka_unit_test(random_programs_agree_with_their_vertices),
		cmocka_unit_test(columns_come_later),
		cmocka_unit_test(integer_programs_agree_with_enumeration),
		cmocka_unit_test(gaps_are_kept),
		cmocka_unit_test(a_time_limit_leaves_a_bound),
		cmocka_unit_test(bad_numbers_never_reach_the_solver),
		cmocka_unit_test(bad_indices_never_reach_the_solver),
		cmocka_unit_test(threads_have_programs_of_their_own),
	};
	return CHECK_RUN("lp", tests);
}
