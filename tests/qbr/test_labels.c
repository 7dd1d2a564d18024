/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact allocation: a list that is cut keeps the labels with the least
 * bounds, so that what it finds is near the best, and says that it is cut. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_labels.h"
#include "qbr/allocate_relax.h"
#include "qbr/allocate_search.h"
#include "tests/qbr/drawn.h"

#define LAYERS 30
#define CHOICES 4
#define COSTS 2

static struct nas_arena arena;
static struct nas_err err;

/* More bits cost more and lose less; half of all that can be used. */
static void fill(struct drawn *r, struct rng *rng)
{
	drawn_clear(r, LAYERS, CHOICES, COSTS);
	for (int i = 0; i < LAYERS; i++) {
		double scale = 0.2 + rng_uniform(rng);

		for (int c = 0; c < CHOICES; c++) {
			struct policy_choice *x = &r->choice[i][c];
			double *cost = r->cost[i][c];

			for (int k = 0; k < COSTS; k++) {
				cost[k] = (c + rng_uniform(rng)) * scale;
				r->limit[k] += cost[k] / CHOICES;
			}
			x->bits_w = 2 + 2 * c;
			x->bits_a = 8;
			x->loss = (CHOICES - c + rng_uniform(rng)) *
				  (0.2 + rng_uniform(rng));
		}
	}
}

/* Loss beyond the best that a list of so many finds, relative; -1: it says
 * that nothing was left out. */
static double excess(const struct groups *g, double best, int list)
{
	const struct labels_limits limits = { 1e9, list };
	struct labels_outcome outcome;
	double use[POLICY_COSTS_MAX];
	struct chains chains;
	struct bound_prices prices;
	struct line line;
	int item[LAYERS];

	assert_true(chains_make(&chains, g, &arena));
	assert_true(prices_find(&prices, g, &chains, &arena));
	assert_true(line_make(&line, g, &chains, prices.multiplier, true,
			      &arena));
	CHECK_OK(labels_solve(&outcome, &line, &limits, item, &arena, &err),
		 &err);
	assert_true(outcome.found);
	assert_true(groups_use(g, item, use));
	assert_true(groups_loss(g, item) >= best - 1e-9);
	return outcome.all ? -1 : groups_loss(g, item) / best - 1;
}

static void cut_lists_are_near_the_best(void **state)
{
	double most = 0, sum = 0;
	struct drawn r;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(4), 0);
	for (int k = 0; k < 40; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct item_search all;
		struct groups g;
		double more;

		fill(&r, &rng);
		CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
		CHECK_OK(search_run(&all, &g, &search_usual, &arena, &err),
			 &err);
		assert_true(all.found);
		more = excess(&g, all.loss, 15);
		assert_true(more > -1e-12); /* it was cut, and says so */
		most = fmax(most, more);
		sum += more;
		arena_rewind(&arena, mark);
	}
	printf("# %.2g beyond the best, %.2g at most\n", sum / 40, most);
	assert_true(most < 0.02);
	assert_true(sum / 40 < 0.001);
	arena_free(&arena);
}

/* Each allocation fails once; long lists are cut, fronts are kept. */
static void memory_runs_out_politely(void **state)
{
	const struct labels_limits limits = { 1e9, 15 };
	struct labels_outcome outcome;
	struct drawn r;
	struct groups g;
	struct chains chains;
	struct bound_prices prices;
	struct line line;
	struct rng rng;
	int item[LAYERS], tries = 0;
	bool done = false;

	(void)state;
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(5), 0);
	fill(&r, &rng);
	CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
	assert_true(chains_make(&chains, &g, &arena));
	assert_true(prices_find(&prices, &g, &chains, &arena));
	assert_true(line_make(&line, &g, &chains, prices.multiplier, true,
			      &arena));
	for (; !done; tries++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct nas_err why = {0};
		enum nas_status status;

		arena_fail_after(tries);
		status = labels_solve(&outcome, &line, &limits, item, &arena,
				      &why);
		arena_fail_after(-1);
		done = status == NAS_OK;
		assert_true(done || status == NAS_ENOMEM);
		arena.failed = false;
		arena_rewind(&arena, mark);
	}
	assert_true(outcome.found && tries > 100);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_lists_are_near_the_best),
		cmocka_unit_test(memory_runs_out_politely),
	};
	return CHECK_RUN("labels", tests);
}
