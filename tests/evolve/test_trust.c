/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trust regions: certificate and search against enumeration.
 *
 * NAS_TEST_SCALE=n makes the spaces n times as large; SEED=n draws others.
 */
#include "evolve/evolve.h"
#include "scoring/trust.h"
#include "tests/evolve/proven.h"

#define SPACES 240

/* Any sum over blocks by shapes. */
static const struct nas_feature *any_held(struct rng *rng)
{
	const struct nas_feature *f;

	do
		f = &features[small_draw(rng, nfeatures)];
	while (!trust_can_hold(f));
	return f;
}

/* Ranges of some sums over one to three random networks of the space. */
static void hold(struct small *sm, struct rng *rng, struct nas_arena *arena)
{
	const struct nas_qe_options options = QE_DEFAULTS;
	int measured = 1 + small_draw(rng, 3), n = 1 + small_draw(rng, 5);
	double value[3][FEATURES_MAX];
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };

	CHECK_OK(space_sampler_init(&sampler, &sm->space, arena, &err), &err);
	for (int k = 0; k < measured; k++) {
		struct nas_block block[SPACE_BLOCKS_MAX];
		struct nas_genome g;
		struct nas_arch arch;

		space_sample(&sampler, &g, rng);
		space_decode_into(&sm->space, &g, &arch, block);
		feature_values(&arch, &options, value[k]);
	}
	for (int i = 0; i < n; i++) {
		const struct nas_feature *f = any_held(rng);
		double low = HUGE_VAL, high = -HUGE_VAL;

		for (int k = 0; k < measured; k++) {
			low = fmin(low, value[k][f - features]);
			high = fmax(high, value[k][f - features]);
		}
		assert_true(trust_hold(&sm->budgets, f->name, low, high));
	}
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

/* Sums, signed ones among them, and products; rho as well at times. */
static void make(struct small *sm, struct small_score *own, int i,
		 struct rng *rng, struct nas_arena *arena)
{
	double most = 3000 * scale();

	if (i % 4 == 0)
		small_make(sm, rng, most, arena);
	else if (i % 4 == 1)
		small_make_of(sm, small_products[i / 4 % 2], rng, most, arena);
	else
		small_make_def(sm, small_signed(own, rng), rng, most, arena);
	hold(sm, rng, arena);
	if (i % 6 == 0)
		limit_rho(sm, rng, arena);
}

static void optimum_equals_enumeration(void **state)
{
	int feasible = 0, rho = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(21), 0);
	for (int i = 0; i < SPACES; i++) {
		struct small_score own;
		struct nas_arena arena;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		make(&sm, &own, i, &rng, &arena);
		feasible += isfinite(small_enumerate(&sm)) != 0;
		proves(&sm, 1 + i % 3, &arena);
		rho += isfinite(sm.best) && isfinite(sm.budgets.rho);
		arena_free(&arena);
	}
	print_message("%d spaces, %d feasible, %d of them with rho\n", SPACES,
		      feasible, rho);
	assert_true(feasible > SPACES / 3 && rho > 5);
}

/* A search never leaves the region, and mostly finds the best inside. */
static void the_search_stays_inside(void **state)
{
	int feasible = 0, found = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(22), 0);
	for (int i = 0; i < 60; i++) {
		const struct nas_evolve_options o = {
			.seed = 1, .islands = 3, .population = 16,
			.mutated_stages = 2, .max_evals = 4000,
			.epoch_evals = 500, .migrants = 1, .keep = 3 };
		const struct nas_evolve_hooks hooks = { .threads = 1 };
		struct nas_err err = { 0 };
		struct nas_evolve_result r;
		struct small_score own;
		struct nas_arena arena;
		struct small sm;

		arena_init(&arena, (size_t)128 << 20);
		make(&sm, &own, i, &rng, &arena);
		small_enumerate(&sm);
		CHECK_OK(evolve(&r, &sm.problem, &o, &hooks, &arena, &err),
			 &err);
		for (int k = 0; r.feasible && k < r.nbest; k++) {
			assert_true(small_trust(&sm, &r.best[k].genome) <= 0);
			assert_true(r.best[k].total.score <=
				    sm.best + 1e-9 * fmax(1, fabs(sm.best)));
		}
		feasible += isfinite(sm.best) != 0;
		found += r.feasible && r.best[0].total.score >=
			 sm.best - 1e-9 * fmax(1, fabs(sm.best));
		arena_free(&arena);
	}
	print_message("best inside found in %d of %d\n", found, feasible);
	assert_true(found >= feasible * 8 / 10);
}

/* What a trust region can hold, and what it says of a network outside. */
static void ranges_are_checked(void **state)
{
	struct nas_budgets b = { .sram_bytes = HUGE_VAL, .rho = HUGE_VAL };
	double x[TRUST_MAX] = { 5, 10 };

	(void)state;
	assert_false(trust_hold(&b, "c_ln_k", 0, 1)); /* depends on the run */
	assert_false(trust_hold(&b, "la", 0, 1));     /* on bits */
	assert_false(trust_hold(&b, "macs", 0, 1));   /* a size is a budget */
	assert_false(trust_hold(&b, "ln_k", 2, 1));
	for (int i = 0; trust_features[i]; i++)
		assert_true(trust_can_hold(feature_find(trust_features[i])));
	assert_true(trust_hold(&b, "blocks", 3, 4));
	assert_true(trust_hold(&b, "ln_h", 10, 20));
	CHECK_CLOSE(trust_excess(&b, x), 0.25, 1e-8);
	x[0] = 4;
	CHECK_CLOSE(trust_excess(&b, x), 0, 0);
	x[1] = 5;
	CHECK_CLOSE(trust_excess(&b, x), 0.25, 1e-8);
	while (b.ntrust < TRUST_MAX)
		assert_true(trust_hold(&b, "ln_k", 0, 1));
	assert_false(trust_hold(&b, "ln_k", 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optimum_equals_enumeration),
		cmocka_unit_test(the_search_stays_inside),
		cmocka_unit_test(ranges_are_checked),
	};
	return CHECK_RUN("trust", tests);
}
