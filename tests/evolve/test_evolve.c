/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search on small spaces: right, repeatable, without duplicates. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "nas/form/form.h"
#include "tests/check.h"

#include <stdatomic.h>
#include <time.h>

#include "evolve/island.h"
#include "tests/evolve/small_space.h"

/* The next space that a search of some thousands does not exhaust. */
static void open_large(struct small_fixture *f, uint64_t *seed)
{
	small_open(f, *seed, 1e9);
	while (space_size(&f->small.space) < 1e6L) {
		arena_free(&f->arena);
		small_open(f, ++*seed, 1e9);
	}
}

static struct nas_evolve_options options(int64_t evals)
{
	struct nas_evolve_options o = { .seed = 1,
				    .islands = 3,
				    .population = 16,
				    .mutated_stages = 2,
				    .max_evals = evals,
				    .epoch_evals = 500,
				    .migrants = 1,
				    .keep = 4 };

	return o;
}

static void run(struct small_fixture *f, const struct nas_evolve_options *o,
		int threads, struct nas_evolve_result *r)
{
	struct nas_evolve_hooks hooks = { .threads = threads };

	CHECK_OK(evolve(r, &f->small.problem, o, &hooks, &f->arena, &f->err),
		 &f->err);
}

/* On spaces of some thousand networks the search must find the optimum in
 * nearly all; it must never pass it, and budgets must hold. */
static void finds_the_optimum_of_small_spaces(void **state)
{
	int spaces = 0, found = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct small_fixture f;
		struct nas_evolve_options o = options(5000);
		struct nas_evolve_result r;
		double best;

		o.crossover = seed % 2 ? 0.5 : 0;
		small_open(&f, seed, 5000);
		best = small_enumerate(&f.small);
		run(&f, &o, 1, &r);
		assert_true(r.nbest >= 1);
		if (isinf(best)) {
			assert_false(r.feasible);
			assert_true(problem_excess(&f.small.problem,
						   &r.best[0].total) > 0);
		} else if (r.feasible) {
			spaces++;
			assert_true(r.best[0].total.score <= best + 1e-9);
			found += r.best[0].total.score > best - 1e-9;
			CHECK_CLOSE(problem_excess(&f.small.problem,
						   &r.best[0].total), 0, 0);
		} else {
			spaces++;
		}
		arena_free(&f.arena);
	}
	printf("# optimum found in %d of %d spaces\n", found, spaces);
	assert_true(spaces >= 20);
	assert_true(found >= spaces * 9 / 10);
}

static void threads_do_not_matter(void **state)
{
	static const int threads[] = { 1, 2, 3, 8 };

	(void)state;
	for (uint64_t seed = 0; seed < 6; seed++) {
		struct small_fixture f;
		struct nas_evolve_options o = options(6000);
		struct nas_evolve_result first, r;

		small_open(&f, seed, 1e9);
		run(&f, &o, 1, &first);
		for (size_t t = 0; t < 4; t++) {
			run(&f, &o, threads[t], &r);
			assert_int_equal(r.nbest, first.nbest);
			assert_int_equal(r.evaluations, first.evaluations);
			assert_int_equal(r.duplicates, first.duplicates);
			assert_int_equal(r.nrows, first.nrows);
			for (int i = 0; i < r.nbest; i++)
				assert_memory_equal(&r.best[i].genome,
						    &first.best[i].genome,
						    sizeof(struct nas_genome));
		}
		o.seed = 2;
		run(&f, &o, 1, &r);
		arena_free(&f.arena);
	}
}

/* A space smaller than the evaluations asked for ends by itself, and no
 * network was evaluated twice. */
static void a_small_space_is_exhausted(void **state)
{
	int ended = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct small_fixture f;
		struct nas_evolve_options o = options(10000000);
		struct nas_evolve_result r;

		small_open(&f, seed, 300);
		o.islands = 1;
		o.epoch_evals = 100000;
		run(&f, &o, 1, &r);
		assert_int_equal(r.end, END_EXHAUSTED);
		assert_true(r.evaluations <= (int64_t)space_size(
						     &f.small.space));
		ended++;
		arena_free(&f.arena);
	}
	assert_int_equal(ended, 10);
}

/* A second passes between two looks at the clock, on every machine. */
int clock_gettime(clockid_t id, struct timespec *t)
{
	static atomic_long looks;

	(void)id;
	*t = (struct timespec){ .tv_sec = ++looks };
	return 0;
}

static void ends_by_stall_and_time(void **state)
{
	struct small_fixture f;
	struct nas_evolve_options o = options(1000000000);
	struct nas_evolve_result r;

	(void)state;
	small_open(&f, 1, 1e9);
	while (f.small.space.nstages < 3 ||
	       space_size(&f.small.space) < 1e6L) {
		uint64_t seed = rng_next(&f.rng) % 1000;

		arena_free(&f.arena);
		small_open(&f, seed, 1e9);
	}
	o.stall_evals = 3000;
	run(&f, &o, 2, &r);
	assert_true(r.end == END_STALL || r.end == END_EXHAUSTED);
	o.stall_evals = 0;
	o.time_s = 20;
	run(&f, &o, 2, &r);
	assert_int_equal(r.end, END_TIME);
	assert_in_range(r.evaluations, 1, o.max_evals - 1);
	arena_free(&f.arena);
}

/* ---- what happens between epochs, from the history ---- */

#define ROWS_MOST 4000

struct story {
	int n;
	struct nas_evolve_row row[ROWS_MOST];
};

static void tell(void *context, const struct nas_evolve_row *row)
{
	struct story *story = context;

	if (story->n < ROWS_MOST)
		story->row[story->n++] = *row;
}

/* The best came stall_evals or more before the end, and never before had so
 * many gone by without a better one. */
static void check_stall(const struct story *story,
			const struct nas_evolve_options *o)
{
	int64_t better = 0;
	double best = -HUGE_VAL;

	for (int i = 0; i < story->n; i++) {
		const struct nas_evolve_row *row = &story->row[i];
		bool last = i + 1 == story->n;

		if (row->best > best) {
			best = row->best;
			better = row->evaluations;
		}
		assert_int_equal(row->evaluations - better >= o->stall_evals,
				 last);
	}
	assert_true(better > 0);
}

static void stall_counts_from_the_last_better_one(void **state)
{
	static struct story story;
	int stalled = 0, later = 0;

	(void)state;
	for (uint64_t seed = 0; stalled < 12; seed++) {
		struct small_fixture f;
		struct nas_evolve_options o = options(1000000);
		struct nas_evolve_hooks hooks = {
			.threads = 1, .progress = tell, .context = &story};
		struct nas_evolve_result r;

		open_large(&f, &seed);
		o.epoch_evals = 50;
		o.stall_evals = 1500;
		story.n = 0;
		CHECK_OK(evolve(&r, &f.small.problem, &o, &hooks, &f.arena,
				&f.err), &f.err);
		if (r.end == END_STALL && isfinite(story.row[0].best)) {
			check_stall(&story, &o);
			stalled++;
			later += r.evaluations > o.stall_evals + 300;
		}
		arena_free(&f.arena);
	}
	assert_true(later > 5);
}

/* How often an island's best is not at the next one an epoch later. */
static int not_delivered(struct small_fixture *f, int migrants)
{
	struct nas_evolve_options o = options(2400);
	struct nas_evolve_result r;
	int missing = 0;

	o.epoch_evals = 40;
	o.migrants = migrants;
	run(f, &o, 1, &r);
	assert_true(r.nrows > 3);
	for (int k = 0; k + 1 < r.nrows; k++)
		for (int i = 0; i < o.islands; i++) {
			const double *now = r.island_best + k * o.islands;
			int next = o.islands + (i + 1) % o.islands;

			missing += now[next] < now[i];
		}
	return missing;
}

static void migrants_arrive(void **state)
{
	int alone = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 8; seed++) {
		struct small_fixture f;

		open_large(&f, &seed);
		assert_int_equal(not_delivered(&f, 1), 0);
		alone += not_delivered(&f, 0) > 0;
		arena_free(&f.arena);
	}
	assert_true(alone >= 4);
}

static void best_differ_in_structure(void **state)
{
	struct small_fixture f;
	struct nas_evolve_options o = options(20000);
	struct nas_evolve_result r;

	(void)state;
	small_open(&f, 12, 1e9);
	run(&f, &o, 1, &r);
	for (int i = 0; i < r.nbest; i++)
		for (int j = 0; j < i; j++) {
			struct nas_genome a = r.best[i].genome;
			struct nas_genome b = r.best[j].genome;

			for (int s = 0; s < SPACE_STAGES_MAX; s++) {
				memset(a.stage[s].bits, 0, SPACE_DEPTH_MAX);
				memset(b.stage[s].bits, 0, SPACE_DEPTH_MAX);
			}
			assert_memory_not_equal(&a, &b, sizeof(a));
			assert_true(r.best[j].total.score >=
				    r.best[i].total.score);
		}
	arena_free(&f.arena);
}

/* ---- the parts ----------------------------------------------------------- */

/* The heap keeps the best N of what it was offered. */
static void a_population_keeps_the_best(void **state)
{
	struct small_fixture f;
	struct table table;
	struct population p;
	double last = HUGE_VAL, fitness[500];
	const struct member *best[50];

	(void)state;
	small_open(&f, 4, 1e9);
	CHECK_OK(table_init(&table, &f.small.problem, &f.arena, &f.err),
		 &f.err);
	CHECK_OK(population_init(&p, &table, 50, &f.arena, &f.err), &f.err);
	for (int i = 0; i < 500; i++) {
		struct member *m = p.child[0];

		memset(m, 0, p.stride);
		fitness[i] = rng_uniform(&f.rng);
		m->fitness = fitness[i];
		m->hash = (uint64_t)i + 1;
		population_offer(&p, m, true);
		assert_false(population_offer(&p, m, true)); /* is there */
	}
	assert_int_equal(population_best(&p, best, 50), 50);
	for (int i = 0; i < 50; i++) {
		int above = 0;

		assert_true(best[i]->fitness <= last);
		last = best[i]->fitness;
		for (int k = 0; k < 500; k++)
			above += fitness[k] > last;
		assert_int_equal(above, i);
	}
	assert_true(population_top(&p) == best[0]);
	arena_free(&f.arena);
}

static void seen_knows_what_it_saw(void **state)
{
	struct nas_arena arena;
	struct seen seen;
	struct rng rng;
	struct nas_err err = { 0 };
	int wrong = 0;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	CHECK_OK(seen_init(&seen, 100000, &arena, &err), &err);
	rng_seed(&rng, 1, 1);
	for (int i = 0; i < 100000; i++)
		wrong += seen_before(&seen, rng_next(&rng));
	assert_int_equal(wrong, 0);
	rng_seed(&rng, 1, 1);
	for (int i = 0; i < 100000; i++)
		wrong += !seen_before(&seen, rng_next(&rng));
	assert_int_equal(wrong, 0);
	assert_false(seen.forgot);
	arena_free(&arena);
}

static void the_form_is_sound(void **state)
{
	struct nas_err err = { 0 };

	(void)state;
	CHECK_OK(form_check(&evolve_form, &err), &err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_optimum_of_small_spaces),
		cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(a_small_space_is_exhausted),
		cmocka_unit_test(ends_by_stall_and_time),
		cmocka_unit_test(stall_counts_from_the_last_better_one),
		cmocka_unit_test(migrants_arrive),
		cmocka_unit_test(best_differ_in_structure),
		cmocka_unit_test(a_population_keeps_the_best),
		cmocka_unit_test(seen_knows_what_it_saw),
		cmocka_unit_test(the_form_is_sound),
	};
	return CHECK_RUN("evolve", tests);
}
