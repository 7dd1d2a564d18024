/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate against enumeration of whole spaces.
 *
 * NAS_TEST_SCALE=n makes the spaces n times as large (50: about a million
 * networks each); SEED=n draws others.
 */
#include "evolve/certify/certify_dp.h"
#include "tests/evolve/proven.h"

#define SPACES 240
#define NETWORKS 20000.0
static void optimum_equals_enumeration(void **state)
{
	struct nas_arena arena = { 0 };
	struct rng rng;
	int infeasible = 0;
	double networks = 0;

	(void)state;
	rng_seed(&rng, check_seed(1), 0);
	for (int i = 0; i < SPACES; i++) {
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		small_make(&sm, &rng, NETWORKS * scale(), &arena);
		networks += (double)space_size(&sm.space);
		infeasible += !isfinite(small_enumerate(&sm));
		proves(&sm, 1 + i % 3, &arena);
		arena_free(&arena);
	}
	assert_true(infeasible > SPACES / 50 && infeasible < SPACES / 2);
	print_message("%d spaces, %.3g networks, %d without a feasible one\n",
		      SPACES, networks, infeasible);
}

/* Scores of random signed weights over all features: shares that a run of
 * shortcuts carries on from stage to stage are exact. */
static void signed_weights_are_proven(void **state)
{
	struct rng rng;
	int shared = 0, whole = 0;

	(void)state;
	rng_seed(&rng, check_seed(5), 0);
	for (int i = 0; i < 300; i++) {
		struct small_score own;
		struct nas_arena arena;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		do
			small_make_def(&sm, small_signed(&own, &rng), &rng,
				       1000 * scale(), &arena);
		while (i % 2 && !sm.problem.whole);
		if (i % 5 == 0)
			limit_rho(&sm, &rng, &arena);
		shared += sm.problem.linear->shared;
		whole += sm.problem.whole;
		small_enumerate(&sm);
		proves(&sm, 1, &arena);
		arena_free(&arena);
	}
	print_message("%d of 300 weigh shares, %d across stages\n", shared,
		      whole);
	assert_true(whole >= 150);
}

/* Other scores, and a budget of rho. */
static void other_scores_and_rho_are_proven(void **state)
{
	static const char *const name[] = { "rqe", "mae", "params", "macs",
					    "bitops", "depth", "rqe", "rqe" };
	struct rng rng;
	int n = 0, whole = 0, rho = 0;

	(void)state;
	rng_seed(&rng, check_seed(3), 0);
	for (int i = 0; i < 240; i++) {
		struct nas_arena arena;
		struct small sm;

		arena_init(&arena, (size_t)256 << 20);
		do /* now and then a run of shortcuts across stages */
			small_make_of(&sm, name[i % 8], &rng, 300, &arena);
		while (i % 8 == 6 && !sm.problem.whole);
		if (i % 3 == 0)
			limit_rho(&sm, &rng, &arena);
		small_enumerate(&sm);
		proves(&sm, 1, &arena);
		n += isfinite(sm.best) != 0;
		whole += sm.problem.whole;
		rho += isfinite(sm.best) && isfinite(sm.budgets.rho);
		arena_free(&arena);
	}
	print_message("%d feasible, %d with runs across stages, %d with rho\n",
		      n, whole, rho);
	assert_true(n > 100 && whole > 5 && rho > 40);
}

/* Any multipliers give a bound. */
static void any_multipliers_bound(void **state)
{
	struct nas_arena arena = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(2), 0);
	for (int i = 0; i < 100; i++) {
		struct cert_price p = { .score = 1 };
		struct cert_model m;
		struct cert_dp dp;
		struct small sm;
		double most = -HUGE_VAL;

		arena_init(&arena, (size_t)64 << 20);
		small_make(&sm, &rng, 1000, &arena);
		small_enumerate(&sm);
		for (int k = 0; k < sm.problem.nactive; k++) {
			enum nas_resource r = sm.problem.active[k];

			p.use[r] = 100 * rng_uniform(&rng) /
				   sm.budgets.limit[r];
		}
		for (int v = 0; v < sm.space.nvariants; v++) {
			assert_true(cert_model_init(&m, &sm.problem,
						    &sm.problem, v, 1, &arena));
			assert_true(cert_weights_make(&m, 1, &arena));
			assert_true(cert_dp_init(&dp, &m, &arena));
			cert_dp_run(&dp, &m, &p);
			most = fmax(most, dp.bound);
		}
		assert_true(most >= sm.best - 1e-9 * fabs(sm.best));
		arena_free(&arena);
	}
}

/* Limits that cut in leave a bound that holds, with or without a start. */
static void cut_short_still_holds(void **state)
{
	struct nas_arena arena = { 0 };
	struct rng rng;
	static const struct nas_certify_options late = { 1e15, 0, 0, 64e6, false };
	int unfinished = 0, bounds = 0;

	(void)state;
	rng_seed(&rng, check_seed(3), 0);
	for (int i = 0; i < 60; i++) {
		struct nas_err err = { 0 };
		struct nas_certificate c, from;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		small_make(&sm, &rng, 5000, &arena);
		small_enumerate(&sm);
		for (double work = 16; work < 1e7; work *= 2) {
			struct nas_certify_options cut = { work, 1e9, 0, 64e6, false };

			CHECK_OK(certify(&c, &sm.problem, NULL, &cut, 1,
					 &arena, &err), &err);
			CHECK_OK(certify(&from, &sm.problem, NULL, &cut, 2,
					 &arena, &err), &err);
			from.seconds = c.seconds;
			assert_memory_equal(&from, &c, sizeof(c));
			unfinished += c.status == CERTIFY_UNFINISHED;
			bounds += c.end == CERTIFY_END_WORK &&
				  c.status == CERTIFY_BOUND;
			if (isfinite(sm.best))
				assert_true(c.upper_bound >= sm.best);
		}
		CHECK_OK(certify(&c, &sm.problem, NULL, &late, 1, &arena, &err),
			 &err);
		assert_int_equal(c.status, CERTIFY_UNFINISHED);
		assert_int_equal(c.end, CERTIFY_END_TIME);
		CHECK_OK(certify(&c, &sm.problem, NULL, &prove, 1, &arena,
				 &err), &err);
		if (c.status == CERTIFY_BOUND) {
			CHECK_OK(certify(&from, &sm.problem, &c.best, &prove, 1,
					 &arena, &err), &err);
			assert_false(from.improved);
			certified(&sm, &from);
		}
		arena_free(&arena);
	}
	printf("# %d ended without a bound, %d with one\n", unfinished, bounds);
	assert_true(unfinished >= 60 && bounds >= 20);
}

/* ---- the published space ---- */

struct published {
	struct nas_space space;
	struct nas_stage stage[7];
	struct nas_problem problem;
};

static void published_stage(struct nas_stage *st, int s)
{
	static int width[160], first[] = { 8, 16, 24, 32 }, last[] = { 1280 };
	static int k1[] = { 1 }, k3[] = { 3 }, k35[] = { 3, 5 };
	static int d1[] = { 1 }, d123[] = { 1, 2, 3 }, eight[] = { 8 };
	static int bits[] = { 3, 4, 5, 6 }, none[] = { 0 };
	static int s1[] = { 1 }, s2[] = { 2 };
	static double expand[] = { 1.5, 2, 2.5, 3, 3.5, 4 };
	bool stem = s == 0, tail = s == 6, inner = !stem && !tail;

	for (int i = 0; i < 160; i++)
		width[i] = 8 * (i + 1);
	*st = (struct nas_stage){
		.kind = inner ? BLOCK_MBCONV : BLOCK_CONV,
		.shortcut = SHORTCUT_POOL,
		.nwidth = stem ? 4 : tail ? 1 : 160,
		.width = stem ? first : tail ? last : width,
		.nkernel = inner ? 2 : 1,
		.kernel = stem ? k3 : tail ? k1 : k35,
		.nexpand = inner ? 6 : 1, .expand = expand,
		.ndepth = inner ? 3 : 1, .depth = inner ? d123 : d1,
		.nstride = 1, .stride = s == 4 || tail ? s1 : s2,
		.nse = 1, .se = none,
		.nbits_a = stem ? 1 : 4, .bits_a = stem ? eight : bits,
		.nbits_w = stem ? 1 : 4, .bits_w = stem ? eight : bits,
	};
}

static void published_make(struct published *p, double flops,
			   struct nas_arena *arena)
{
	static int side[] = { 224 };
	struct nas_score_options score = {
		.qe = { 5, 4, 5, { 0, 0, 1, 1, 6 } } };
	struct nas_err err = { 0 };
	struct nas_budgets b = { .sram_bytes = HUGE_VAL, .rho = HUGE_VAL };

	for (int s = 0; s < 7; s++)
		published_stage(&p->stage[s], s);
	p->space = (struct nas_space){ .input = { 1, side, 0, NULL, 3 },
				   .monotone = true, .nstages = 7,
				   .stage = p->stage,
				   .head.first = { .classes = 1000,
						 .bits_a = 8,
						 .bits_w = 8 } };
	for (int r = 0; r < RESOURCES; r++)
		b.limit[r] = HUGE_VAL;
	b.limit[RES_FLOPS] = flops;
	b.limit[RES_LAYERS] = 47;
	CHECK_OK(space_compile(&p->space, arena, &err), &err);
	CHECK_OK(problem_init(&p->problem, &p->space, &b, score_find("qe"),
			      &score, arena, &err),
		 &err);
}

/* Random networks, made feasible by smaller widths. */
static void samples_below(const struct published *p, double bound,
			  struct nas_arena *arena)
{
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };
	struct rng rng;
	int feasible = 0;

	rng_seed(&rng, check_seed(4), 0);
	CHECK_OK(space_sampler_init(&sampler, &p->space, arena, &err), &err);
	for (int i = 0; i < 20000; i++) {
		struct nas_genome g;
		struct nas_total t;

		space_sample(&sampler, &g, &rng);
		for (int s = 1; s < 6; s++)
			g.stage[s].width /= 6;
		problem_evaluate(&p->problem, &g, &t);
		if (problem_excess(&p->problem, &t) > 0)
			continue;
		feasible++;
		assert_true(t.score <= bound);
	}
	assert_true(feasible > 1000);
}

/* Between the network and the bound that another program found. */
static void published_bounds(void **state)
{
	static const double flops[] = { 109e6, 300e6 };
	static const double found[] = { 1233.1536, 1298.1594 };
	static const double bound[] = { 1233.5516, 1298.8214 };
	struct nas_arena arena = { 0 };
	struct nas_certificate c, again;
	struct nas_err err = { 0 };
	struct published p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		arena_init(&arena, (size_t)64 << 20);
		published_make(&p, flops[i], &arena);
		CHECK_OK(certify(&c, &p.problem, NULL, &prove, 2, &arena, &err),
			 &err);
		CHECK_OK(certify(&again, &p.problem, NULL, &prove, 1, &arena,
				 &err), &err);
		assert_true(c.optimal);
		assert_true(c.score >= found[i]);
		assert_true(c.upper_bound <= c.root_bound * (1 + ROUNDED));
		assert_true(c.root_bound <= bound[i]);
		samples_below(&p, c.upper_bound, &arena);
		again.seconds = c.seconds;
		assert_memory_equal(&again, &c, sizeof(c));
		arena_free(&arena);
	}
}

/* With "any" the answer is whether there is a network, for less work. */
static void any_network_ends_it(void **state)
{
	struct nas_certify_options any = { 1e15, 1e9, 0, 64e6, true };
	struct nas_arena arena = { 0 };
	int found = 0, none = 0, early = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(8), 0);
	for (int i = 0; i < 60; i++) {
		struct nas_err err = { 0 };
		struct nas_certificate c, whole;
		struct small sm;

		arena_init(&arena, (size_t)64 << 20);
		small_make(&sm, &rng, 5000, &arena);
		CHECK_OK(certify(&c, &sm.problem, NULL, &any, 1, &arena, &err),
			 &err);
		CHECK_OK(certify(&whole, &sm.problem, NULL, &prove, 1, &arena,
				 &err), &err);
		assert_int_equal(isfinite(c.score), isfinite(whole.score));
		assert_int_equal(c.status == CERTIFY_INFEASIBLE,
				 whole.status == CERTIFY_INFEASIBLE);
		assert_true(c.score <= whole.score);
		found += isfinite(c.score);
		none += c.status == CERTIFY_INFEASIBLE;
		early += c.score < whole.score;
		arena_free(&arena);
	}
	assert_true(found > 5 && none > 0 && early > 0);
}

static void bad_numbers_are_refused(void **state)
{
	static const struct nas_certify_options bad[] = {
		{ NAN, 1, 0, 1e8, false },
		{ -1, 1, 0, 1e8, false },
		{ 1, NAN, 0, 1e8, false },
		{ 1, -1, 0, 1e8, false },
		{ 1, 1, NAN, 1e8, false },
		{ 1, 1, -1, 1e8, false },
		{ 1, 1, HUGE_VAL, 1e8, false },
		{ 1, 1, 0, NAN, false },
	};
	struct nas_arena arena = { 0 };
	struct nas_err err = { 0 };
	struct nas_certificate c;
	struct nas_genome g = { .variant = 99 };
	struct published p;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	published_make(&p, 1e8, &arena);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct nas_err){ 0 };
		CHECK_FAILS(certify(&c, &p.problem, NULL, &bad[i], 1, &arena,
				    &err), NAS_EINPUT, &err, "must be at least 0");
	}
	err = (struct nas_err){ 0 };
	CHECK_FAILS(certify(&c, &p.problem, &g, &prove, 1, &arena, &err),
		    NAS_EINPUT, &err, "not in the space");
	p.problem.budgets.limit[RES_FLOPS] = NAN;
	err = (struct nas_err){ 0 };
	CHECK_FAILS(certify(&c, &p.problem, NULL, &prove, 1, &arena, &err),
		    NAS_ENUM, &err, "flops");
	p.problem.budgets.limit[RES_FLOPS] = 1e8;
	p.problem.chain[0].stage[2].gain[0][1][1] = NAN;
	err = (struct nas_err){ 0 };
	CHECK_FAILS(certify(&c, &p.problem, NULL, &prove, 1, &arena, &err),
		    NAS_ENUM, &err, "score");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optimum_equals_enumeration),
		cmocka_unit_test(signed_weights_are_proven),
		cmocka_unit_test(other_scores_and_rho_are_proven),
		cmocka_unit_test(any_multipliers_bound),
		cmocka_unit_test(cut_short_still_holds),
		cmocka_unit_test(published_bounds),
		cmocka_unit_test(any_network_ends_it),
		cmocka_unit_test(bad_numbers_are_refused),
	};
	return CHECK_RUN("certify", tests);
}
