/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A score that takes a while: how often a search asks for it. What it asked
 * once it does not ask again, and it asks for nothing more when time is over.
 */
#include "tests/check.h"

#include <signal.h>

#include "evolve/evolve.h"
#include "nas/base/clock.h"
#include "tests/evolve/small_space.h"

#define ISLANDS 8

static int asked, stop_at; /* stop_at > 0: a signal comes with that one */

static enum nas_status count(double *value, const struct nas_arch *arch,
			     const struct nas_score_options *options,
			     struct nas_err *err)
{
	(void)options;
	(void)err;
	if (++asked == stop_at)
		raise(SIGUSR1);
	*value = arch->nblocks + 1e-3 * arch->block[0].out;
	return NAS_OK;
}

static const struct nas_score_def slow = {
	.name = "slow", .title = "Slow", .help = "counts how often it is asked",
	.sampled = true, .value = count,
};

struct fixture {
	struct nas_arena arena;
	struct small small;
	struct nas_evolve_result result;
	struct nas_err err;
};

/* stop: with so many scores asked for, 0 = never. */
static void run(struct fixture *f, double time_s, int64_t evals, int stop)
{
	const struct nas_evolve_options options = {
		.seed = 1, .islands = ISLANDS, .population = 12,
		.mutated_stages = 2, .max_evals = evals, .epoch_evals = evals,
		.migrants = 1, .keep = 3, .time_s = time_s,
	};
	const struct nas_evolve_hooks hooks = { .threads = 1 };
	struct rng rng;

	stop_at = 0;
	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)256 << 20);
	rng_seed(&rng, 5, 11);
	do
		small_make_def(&f->small, &slow, &rng, 1e9, &f->arena);
	while (space_size(&f->small.space) < 1e6L);
	f->small.budgets.sram_bytes = HUGE_VAL;
	for (int r = 0; r < RESOURCES; r++)
		f->small.budgets.limit[r] = HUGE_VAL;
	CHECK_OK(problem_init(&f->small.problem, &f->small.space,
			      &f->small.budgets, &slow, &f->small.score,
			      &f->arena, &f->err), &f->err);
	asked = 0;
	stop_at = stop;
	CHECK_OK(evolve(&f->result, &f->small.problem, &options, &hooks,
			&f->arena, &f->err), &f->err);
}

/* The network that all islands begin with is the same one. */
static void no_time_is_one_network(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, 1e-9, 400, 0);
	assert_int_equal(f.result.end, END_TIME);
	assert_int_equal(f.result.evaluations,
			 ISLANDS * f.small.space.nvariants);
	assert_int_equal(asked, f.small.space.nvariants);
	assert_true(f.result.feasible);
	arena_free(&f.arena);
}

/* Once for each network, and never for what is reported. */
static void each_evaluation_asks_once(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, 0, 400, 0);
	assert_int_equal(f.result.end, END_EVALUATIONS);
	assert_int_equal(asked, f.result.evaluations -
				(ISLANDS - 1) * f.small.space.nvariants);
	for (int i = 0; i < f.result.nbest; i++)
		assert_true(f.result.best[i].total.score >= 1);
	arena_free(&f.arena);
}

/* An island that has not begun when the search is to stop does nothing. The
 * last test: the signal stays. */
static void a_signal_ends_it_at_once(void **state)
{
	struct fixture f;

	(void)state;
	stop_install();
	run(&f, 1e-9, 400, 0);
	arena_free(&f.arena);
	run(&f, 0, 400, f.small.space.nvariants + 1);
	assert_int_equal(f.result.end, END_SIGNAL);
	assert_int_equal(asked, stop_at);
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_time_is_one_network),
		cmocka_unit_test(each_evaluation_asks_once),
		cmocka_unit_test(a_signal_ends_it_at_once),
	};

	return CHECK_RUN("slow score", tests);
}
