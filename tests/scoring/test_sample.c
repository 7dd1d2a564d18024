/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampling inside budgets against the list of all feasible networks. */
#include <math.h>
#include <stdlib.h>

#include "scoring/sample.h"
#include "scoring/sample_ways.h"
#include "tests/evolve/small_space.h"

#define MOST 2000 /* networks of a small space */
#define A_CELL 15 /* samples for each feasible network */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static struct nas_sample_options options_of(int n, enum nas_sample_from from,
					    uint64_t stream)
{
	struct nas_sample_options o = SAMPLE_DEFAULTS;

	o.n = n;
	o.from = from;
	o.stream = stream;
	o.threads = 2;
	return o;
}

/* Chi-square of the counts against equal ones, as a normal deviate (Wilson
 * and Hilferty 1931): above 4.5 with a chance of 3e-6. */
static double deviate(const int64_t *count, int64_t cells, int n)
{
	double expected = (double)n / (double)cells, chi2 = 0;
	double df = (double)cells - 1, a = 2 / (9 * df);

	for (int64_t i = 0; i < cells; i++)
		chi2 += (count[i] - expected) * (count[i] - expected) /
			expected;
	return (cbrt(chi2 / df) - (1 - a)) / sqrt(a);
}

/* Every sample is one of the feasible networks, all equally often. */
static void check_uniform(const struct small *sm, const struct nas_sample *s,
			  int64_t *count)
{
	memset(count, 0, (size_t)sm->nhash * sizeof(*count));
	for (int i = 0; i < s->n; i++) {
		const uint64_t *at = bsearch(&s->total[i].hash, sm->hash,
					     (size_t)sm->nhash,
					     sizeof(*sm->hash), by_value);

		assert_non_null(at);
		count[at - sm->hash]++;
	}
	if (sm->nhash > 1 && s->n >= 5 * sm->nhash)
		assert_true(deviate(count, sm->nhash, s->n) < 4.5);
}

/* The share's interval, at five instead of two standard deviations. */
static void check_share(const struct small *sm, const struct nas_sample *s)
{
	double share = (double)sm->nhash /
		       (double)space_size(&sm->space);
	double room = 5.0 / 1.96 * (s->high - s->low) / 2 + 1e-12;

	assert_true(share <= s->set_share * (1 + 1e-9));
	assert_true(fabs(s->share - share) <= room);
}

static void check_from(const struct small *sm, enum nas_sample_from from,
		       int64_t *count, struct nas_arena *arena, uint64_t stream)
{
	struct nas_sample_options o =
		options_of((int)sm->nhash * A_CELL, from, stream);
	struct nas_arena_mark mark = arena_mark(arena);
	struct nas_err err = { 0 };
	struct nas_sample s;

	o.max_draws = 200000;
	CHECK_OK(sample_feasible(&s, &sm->problem, &o, arena, &err), &err);
	assert_true(s.n == o.n || s.draws >= o.max_draws);
	check_uniform(sm, &s, count);
	check_share(sm, &s);
	arena_rewind(arena, mark);
}

static void test_uniform(void **state)
{
	struct small *sm = calloc(1, sizeof(*sm));
	uint64_t *hash = calloc(MOST, sizeof(*hash));
	int64_t *count = calloc(MOST, sizeof(*count));
	int feasible = 0;

	(void)state;
	for (uint64_t i = 0; i < 50; i++) {
		struct nas_arena arena;
		struct rng rng;

		arena_init(&arena, (size_t)1 << 30);
		rng_seed(&rng, 4711, i);
		small_make(sm, &rng, MOST, &arena);
		sm->hash = hash;
		small_enumerate(sm);
		qsort(hash, (size_t)sm->nhash, sizeof(*hash), by_value);
		if (sm->nhash > 0) {
			check_from(sm, SAMPLE_FROM_SPACE, count, &arena, i);
			check_from(sm, SAMPLE_FROM_COUNTED, count, &arena, i);
			feasible++;
		}
		arena_free(&arena);
	}
	assert_true(feasible > 25);
	free(count);
	free(hash);
	free(sm);
}

/* Without budgets everything is counted, in whatever units. */
static void test_counts_all(void **state)
{
	struct small *sm = calloc(1, sizeof(*sm));

	(void)state;
	for (uint64_t i = 0; i < 40; i++) {
		struct nas_err err = { 0 };
		struct nas_arena arena;
		struct ways ways;
		struct rng rng;
		double weight[RESOURCES] = { [RES_MACS] = 0.5,
					     [RES_SIZE] = 0.5 };

		arena_init(&arena, (size_t)1 << 30);
		rng_seed(&rng, 99, i);
		small_make(sm, &rng, 1e9, &arena);
		for (int r = 0; r < RESOURCES; r++)
			sm->problem.budgets.limit[r] = 1e18;
		sm->problem.budgets.sram_bytes = 1e18;
		CHECK_OK(ways_init(&ways, &sm->problem, weight, 32, 1, &arena,
				   &err), &err);
		CHECK_CLOSE(ways.share, 1, 1e-12);
		arena_free(&arena);
	}
	free(sm);
}

static void test_infeasible(void **state)
{
	struct small *sm = calloc(1, sizeof(*sm));
	int proven = 0;

	(void)state;
	for (uint64_t i = 0; i < 60; i++) {
		struct nas_sample_options o =
			options_of(10, SAMPLE_FROM_ANY, i);
		struct nas_err err = { 0 };
		struct nas_sample s;
		struct nas_arena arena;
		struct rng rng;

		arena_init(&arena, (size_t)1 << 30);
		rng_seed(&rng, 7, i);
		small_make(sm, &rng, MOST, &arena);
		sm->problem.budgets.sram_bytes = 1;
		o.max_draws = 5000;
		CHECK_OK(sample_feasible(&s, &sm->problem, &o, &arena, &err),
			 &err);
		assert_int_equal(s.n, 0);
		assert_true(s.share == 0);
		proven += s.proven_empty;
		arena_free(&arena);
	}
	assert_true(proven > 0);
	free(sm);
}

/* Threads do not matter; streams do; the draws of a block are limited. */
static void test_repeats(void **state)
{
	struct small *sm = calloc(1, sizeof(*sm));
	struct nas_sample_options o = options_of(1000, SAMPLE_FROM_ANY, 0);
	struct nas_err err = { 0 };
	struct nas_sample a, b, c, few;
	struct nas_arena arena;
	struct rng rng;

	(void)state;
	arena_init(&arena, (size_t)1 << 30);
	rng_seed(&rng, 5, 0);
	do {
		small_make(sm, &rng, 1e6, &arena);
		small_enumerate(sm);
	} while (sm->feasible < 10000);
	o.genomes = true;
	CHECK_OK(sample_feasible(&a, &sm->problem, &o, &arena, &err), &err);
	o.threads = 1;
	CHECK_OK(sample_feasible(&b, &sm->problem, &o, &arena, &err), &err);
	assert_int_equal(a.n, 1000);
	assert_true(a.draws == b.draws && a.share == b.share);
	assert_memory_equal(a.total, b.total, 1000 * sizeof(*a.total));
	assert_memory_equal(a.genome, b.genome, 1000 * sizeof(*a.genome));
	o.stream = 1;
	CHECK_OK(sample_feasible(&c, &sm->problem, &o, &arena, &err), &err);
	assert_true(a.total[0].hash != c.total[0].hash ||
		    a.total[1].hash != c.total[1].hash);
	o.max_draws = 40;
	CHECK_OK(sample_feasible(&few, &sm->problem, &o, &arena, &err), &err);
	assert_true(few.n < 1000 && few.draws <= 40 + 4);
	for (int i = 0; i < few.n; i++)
		assert_true(space_contains(&sm->space, &few.genome[i]));
	arena_free(&arena);
	free(sm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_counts_all),
		cmocka_unit_test(test_infeasible),
		cmocka_unit_test(test_repeats),
	};

	return CHECK_RUN("sample", tests);
}
