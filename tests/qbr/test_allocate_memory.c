/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies under a limit of memory, against all that there are. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_memory.h"
#include "spaces/graph/graph_live.h"
#include "spaces/import/onnx.h"

#define BRANCHES "tests/data/failing/branches.onnx"
#define L 5
#define CHOICES 3

static const int bits[CHOICES] = { 2, 4, 8 };

struct fixture {
	struct nas_arena arena;
	struct nas_err err;
	struct graph g;
	struct policy_problem p;
	struct policy_layer layer[L];
	struct policy_choice choice[L][CHOICES];
	double cost[L][CHOICES], limit;
	const char *name;
};

/* Any losses that fall with the bits; costs that rise. */
static void make(struct fixture *f, struct rng *rng)
{
	f->name = "size";
	f->limit = HUGE_VAL;
	f->p = (struct policy_problem){ .nlayers = L, .layer = f->layer,
					.ncosts = 1, .cost_name = &f->name,
					.limit = &f->limit, .graph = &f->g };
	for (int i = 0; i < L; i++) {
		double loss = 0, cost = 0;

		for (int k = CHOICES - 1; k >= 0; k--) {
			loss += rng_uniform(rng);
			f->choice[i][k].loss = loss;
			f->choice[i][k].bits_a = bits[k];
			f->choice[i][k].bits_w = 4;
		}
		for (int k = 0; k < CHOICES; k++) {
			cost += rng_uniform(rng);
			f->cost[i][k] = cost;
			f->choice[i][k].cost = &f->cost[i][k];
		}
		f->layer[i] = (struct policy_layer){ .name = "l",
						     .n = CHOICES,
						     .choice = f->choice[i] };
	}
}

/* The least loss of all 3^5 policies; HUGE_VAL where none is inside. */
static double least(struct fixture *f, struct graph_live *live)
{
	double best = HUGE_VAL;

	for (int code = 0; code < 243; code++) {
		double loss = 0, cost = 0;
		int a[L], rest = code, node;

		for (int i = 0; i < L; i++, rest /= 3) {
			a[i] = bits[rest % 3];
			loss += f->choice[i][rest % 3].loss;
			cost += f->cost[i][rest % 3];
		}
		if (cost <= f->limit &&
		    graph_live_peak(live, a, 8, &node) <= f->p.sram_bytes)
			best = fmin(best, loss);
	}
	return best;
}

static void check_one(struct fixture *f, struct graph_live *live, int *solved)
{
	double want = least(f, live);
	struct allocation a;

	CHECK_OK(allocate_in_memory(&a, &f->p, &f->arena, &f->err), &f->err);
	if (want >= HUGE_VAL) {
		int picked[L], node;

		for (int i = 0; i < L; i++)
			picked[i] = bits[a.policy.pick[i]];
		assert_true(a.status == ALLOCATE_INFEASIBLE ||
			    graph_live_peak(live, picked, 8, &node) >
				    f->p.sram_bytes);
		return;
	}
	assert_int_equal(a.status, ALLOCATE_OPTIMAL);
	CHECK_CLOSE(a.policy.loss, want, 1e-12);
	CHECK_CLOSE(a.bound, want, 1e-9);
	CHECK_CLOSE(a.gap, 0, 0);
	(*solved)++;
}

static void the_best_that_fits(void **state)
{
	static const double memory[] = { 1663, 1664, 1700, 1792, 1800, 1900,
					 2000, 2047, 2048 };
	const struct graph_options options = { 0 };
	struct fixture *f = calloc(1, sizeof(*f));
	struct graph_live live;
	struct rng rng;
	int solved = 0;

	(void)state;
	assert_non_null(f);
	arena_init(&f->arena, 1 << 28);
	rng_seed(&rng, check_seed(5), 1);
	CHECK_OK(graph_read(&f->g, BRANCHES, &options, &f->arena, &f->err),
		 &f->err);
	assert_int_equal(f->g.nlayers, L);
	CHECK_OK(graph_live_init(&live, &f->g, false, &f->arena, &f->err),
		 &f->err);
	for (int k = 0; k < 180; k++) {
		make(f, &rng);
		f->p.sram_bytes = memory[k % 9];
		if (k % 2)
			f->limit = 5 + 4 * rng_uniform(&rng);
		check_one(f, &live, &solved);
	}
	assert_true(solved > 60);
	arena_free(&f->arena);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_that_fits),
	};
	return CHECK_RUN("allocate_memory", tests);
}
