/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates of scores that are products, against enumeration.
 *
 * NAS_TEST_SCALE=n makes the spaces n times as large; SEED=n draws others.
 */
#include "evolve/certify/certify_dp.h"
#include "tests/evolve/proven.h"

#define PRODUCTS 240

static void products_equal_enumeration(void **state)
{
	struct rng rng;
	int infeasible = 0, penalties = 0, given = 0;

	(void)state;
	rng_seed(&rng, check_seed(11), 0);
	for (int i = 0; i < PRODUCTS; i++) {
		struct nas_arena arena;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		small_make_of(&sm, small_products[i % 2], &rng, 4000 * scale(),
			      &arena);
		small_product_options(&sm, &rng, &arena);
		if (i % 7 == 0)
			limit_rho(&sm, &rng, &arena);
		penalties += i % 2 && sm.score.depth_penalty > 0;
		given += sm.score.qe.nstage_weights > 0;
		infeasible += !isfinite(small_enumerate(&sm));
		proves(&sm, 1 + i % 3, &arena);
		arena_free(&arena);
	}
	print_message("%d products, %d with a penalty, %d with weights, %d "
		      "without a feasible network\n", PRODUCTS, penalties,
		      given, infeasible);
	assert_true(penalties > PRODUCTS / 8 && given > PRODUCTS / 10);
}

/* A model of one variant of a product with few classes of weights, and the
 * bound at a price. */
static double grid_bound(const struct small *sm, int v, int classes,
			 const struct nas_genome *at,
			 const struct cert_price *price, bool *exact,
			 struct nas_arena *arena)
{
	struct cert_model m;
	struct cert_dp dp;

	assert_true(cert_model_init(&m, &sm->problem, sm->problem.summed, v, 1,
				    arena));
	assert_true(cert_weights_make(&m, classes, arena));
	assert_true(cert_penalty_fit(&m, at));
	assert_true(cert_dp_init(&dp, &m, arena));
	cert_dp_run(&dp, &m, price);
	*exact = m.weights.exact;
	return dp.bound;
}

/* Without budgets nothing hides what a grid rounds. */
static void lift_budgets(struct small *sm)
{
	for (int r = 0; r < RESOURCES; r++)
		sm->budgets.limit[r] = HUGE_VAL;
	sm->budgets.sram_bytes = HUGE_VAL;
}

/* Of products, from above and from below, with any number of classes of weights
 * and any plane below the penalty. */
static void any_grid_bounds(void **state)
{
	struct rng rng;
	int rounded = 0;

	(void)state;
	rng_seed(&rng, check_seed(12), 0);
	for (int i = 0; i < 2 * PRODUCTS; i++) {
		struct cert_price p = { .score = 1 };
		static const struct cert_price least = { .score = -1 };
		struct nas_space_sampler sampler;
		struct nas_err err = { 0 };
		struct nas_arena arena;
		struct nas_genome g;
		struct small sm;
		double most = -HUGE_VAL;
		bool exact;

		arena_init(&arena, (size_t)64 << 20);
		small_make_of(&sm, small_products[i % 2], &rng, 1000, &arena);
		if (i % 4 < 2)
			lift_budgets(&sm);
		small_product_options(&sm, &rng, &arena);
		small_enumerate(&sm);
		CHECK_OK(space_sampler_init(&sampler, &sm.space, &arena, &err),
			 &err);
		for (int k = 0; k < sm.problem.nactive; k++) {
			enum nas_resource r = sm.problem.active[k];

			p.use[r] = 100 * rng_uniform(&rng) /
				   sm.budgets.limit[r];
		}
		for (int v = 0; v < sm.space.nvariants; v++) {
			int classes = 1 + small_draw(&rng, 6);
			double low;

			space_sample(&sampler, &g, &rng);
			most = fmax(most, grid_bound(&sm, v, classes,
						     small_draw(&rng, 2) ? &g
									 : NULL,
						     &p, &exact, &arena));
			rounded += !exact;
			low = -grid_bound(&sm, v, classes, NULL, &least, &exact,
					  &arena);
			/* dominated bits and memory leave networks out */
			for (int k = 0; i % 4 == 1 && k < 30; k++) {
				space_sample(&sampler, &g, &rng);
				g.variant = (uint64_t)v;
				assert_true(problem_whole(&sm.problem, &g) >=
					    low - 1e-9 * fabs(low));
			}
		}
		assert_true(most >= sm.best - 1e-9 * fabs(sm.best));
		arena_free(&arena);
	}
	assert_true(rounded > PRODUCTS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_equal_enumeration),
		cmocka_unit_test(any_grid_bounds),
	};
	return CHECK_RUN("products", tests);
}
