/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate against enumeration of whole spaces.
 *
 * NAS_TEST_SCALE=n makes the spaces n times as large (50: about a million
 * networks each); SEED=n draws others.
 */
#include "evolve/certify.h"
#include "evolve/certify_dp.h"
#include "tests/evolve/small_space.h"

#define SPACES 240
#define NETWORKS 20000.0

static const struct certify_options prove = { 20, 0, 64e6 };

static double scale(void)
{
	const char *s = getenv("NAS_TEST_SCALE");
	double x = s ? strtod(s, NULL) : 1;

	return x > 0 ? x : 1;
}

static void certified(const struct small *sm, const struct certificate *c)
{
	double best = sm->best, tol = 1e-8 * fmax(1, fabs(best));

	if (!isfinite(best)) {
		assert_int_equal(c->status, CERTIFY_INFEASIBLE);
		return;
	}
	assert_int_equal(c->status, CERTIFY_BOUND);
	CHECK_CLOSE(c->score, best, tol);
	assert_true(c->upper_bound >= best);
	CHECK_CLOSE(c->upper_bound, best, tol);
	assert_true(c->root_bound >= best - tol);
	assert_true(c->optimal);
}

/* The network reported is in the space, feasible, and has that score. */
static void sound(const struct small *sm, const struct certificate *c,
		  struct arena *arena)
{
	struct excess excess[RESOURCES + 1];
	struct nas_err err = { 0 };
	struct arch arch;
	struct cost cost;
	double score;

	if (c->status != CERTIFY_BOUND)
		return;
	assert_true(space_contains(&sm->space, &c->best));
	CHECK_OK(problem_recompute(&sm->problem, &c->best, &arch, &cost,
				   &score, arena, &err), &err);
	assert_int_equal(problem_violations(&sm->problem, &cost, excess), 0);
	CHECK_CLOSE(score, c->score, 1e-12 * fmax(1, fabs(score)));
}

static void optimum_equals_enumeration(void **state)
{
	struct arena arena = { 0 };
	struct rng rng;
	int infeasible = 0;
	double networks = 0;

	(void)state;
	rng_seed(&rng, check_seed(1), 0);
	for (int i = 0; i < SPACES; i++) {
		struct nas_err err = { 0 };
		struct certificate c;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		small_make(&sm, &rng, NETWORKS * scale(), &arena);
		networks += (double)space_size(&sm.space);
		infeasible += !isfinite(small_enumerate(&sm));
		CHECK_OK(certify(&c, &sm.problem, NULL, &prove, 1 + i % 3,
				 &arena, &err), &err);
		certified(&sm, &c);
		sound(&sm, &c, &arena);
		arena_free(&arena);
	}
	assert_true(infeasible > SPACES / 50 && infeasible < SPACES / 2);
	print_message("%d spaces, %.3g networks, %d without a feasible one\n",
		      SPACES, networks, infeasible);
}

/* Any multipliers give a bound. */
static void any_multipliers_bound(void **state)
{
	struct arena arena = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(2), 0);
	for (int i = 0; i < 100; i++) {
		struct cert_price p = { .score = 1 };
		struct cert_model m;
		struct cert_dp dp;
		struct small sm;
		double most = -INFINITY;

		arena_init(&arena, (size_t)64 << 20);
		small_make(&sm, &rng, 1000, &arena);
		small_enumerate(&sm);
		for (int k = 0; k < sm.problem.nactive; k++) {
			enum resource r = sm.problem.active[k];

			p.use[r] = 100 * rng_uniform(&rng) /
				   sm.budgets.limit[r];
		}
		for (int v = 0; v < sm.space.nvariants; v++) {
			assert_true(cert_model_init(&m, &sm.problem, v, 1,
						    &arena));
			assert_true(cert_dp_init(&dp, &m, &arena));
			cert_dp_run(&dp, &m, &p);
			most = fmax(most, dp.bound);
		}
		assert_true(most >= sm.best - 1e-9 * fabs(sm.best));
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optimum_equals_enumeration),
		cmocka_unit_test(any_multipliers_bound),
	};
	return CHECK_RUN("certify", tests);
}
