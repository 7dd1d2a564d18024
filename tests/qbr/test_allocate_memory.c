/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies under a limit of memory, against all that there are. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_memory.h"
#include "qbr/allocate_sram.h"
#include "spaces/graph/graph_live.h"
#include "spaces/import/layers.h"
#include "spaces/import/onnx.h"

#define BRANCHES "tests/data/failing/branches.onnx"
#define L 16
#define CHOICES 3

static const int integers[CHOICES] = { 2, 4, 8 };
static const int floats[CHOICES] = { 4, 8, 32 };

/* Each layer's input and output are alive at once, so that bits that fit alone
 * do not fit together. */
static const char short_chain[] =
	"{\"schema\": \"nas/graph/1\", \"name\": \"short\", \"height\": 8, "
	"\"width\": 8, \"layers\": [{\"type\": \"conv\", \"out\": 8}, "
	"{\"type\": \"conv\", \"out\": 12}, "
	"{\"type\": \"mbconv\", \"out\": 12, \"expansion\": 2}, "
	"{\"type\": \"conv\", \"out\": 6, \"stride\": 2}, "
	"{\"type\": \"global_pool\"}, {\"type\": \"dense\", \"out\": 4}]}";
/* An average of the widest tensor: whether any layer reads integers decides. */
static const char pooled[] =
	"{\"schema\": \"nas/graph/1\", \"name\": \"pooled\", \"height\": 8, "
	"\"width\": 8, \"layers\": [{\"type\": \"conv\", \"out\": 8}, "
	"{\"type\": \"global_pool\"}, {\"type\": \"dense\", \"out\": 4}]}";
static const char long_chain[] =
	"{\"schema\": \"nas/graph/1\", \"name\": \"long\", \"height\": 8, "
	"\"width\": 8, \"layers\": [{\"type\": \"conv\", \"out\": 8}, "
	"{\"type\": \"conv\", \"out\": 8, \"depth\": 14}, "
	"{\"type\": \"global_pool\"}, {\"type\": \"dense\", \"out\": 4}]}";

struct fixture {
	struct nas_arena arena;
	struct nas_err err;
	struct graph g;
	struct graph_live live;
	struct policy_problem p;
	struct policy_layer layer[L];
	struct policy_choice choice[L][CHOICES];
	double cost[L][CHOICES], limit;
	const char *name;
	const int *bits; /* (CHOICES) */
	int cap[L];
};

static struct fixture *open_fixture(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	arena_init(&f->arena, 1 << 28);
	f->bits = integers;
	return f;
}

static void open_layers(struct fixture *f, const char *text)
{
	CHECK_OK(graph_from_layers(&f->g, text, strlen(text), "text", NULL,
				   &f->arena, &f->err), &f->err);
	assert_true(f->g.nlayers <= L);
	CHECK_OK(graph_live_init(&f->live, &f->g, false, &f->arena, &f->err),
		 &f->err);
}

static void close_fixture(struct fixture *f)
{
	arena_free(&f->arena);
	free(f);
}

/* Losses that fall with the bits, by 0 to 1 or by 1 to 1 + spread; costs that
 * rise. */
static void make(struct fixture *f, struct rng *rng, double spread)
{
	f->name = "size";
	f->limit = HUGE_VAL;
	f->p = (struct policy_problem){ .nlayers = f->g.nlayers,
					.layer = f->layer, .ncosts = 1,
					.cost_name = &f->name,
					.limit = &f->limit, .graph = &f->g };
	for (int i = 0; i < f->g.nlayers; i++) {
		double loss = 0, cost = 0;

		for (int k = CHOICES - 1; k >= 0; k--) {
			loss += spread > 1 ? rng_uniform(rng)
					   : 1 + spread * rng_uniform(rng);
			f->choice[i][k].loss = loss;
			f->choice[i][k].bits_a = f->bits[k];
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

static double peak_of(struct fixture *f, const int *a)
{
	int node;

	return graph_live_peak(&f->live, a,
			       graph_live_other_bits(a, f->g.nlayers), &node);
}

/* What some policy needs. */
static double some_peak(struct fixture *f, struct rng *rng)
{
	int a[L];

	for (int i = 0; i < f->g.nlayers; i++)
		a[i] = f->bits[rng_below(rng, CHOICES)];
	return peak_of(f, a);
}

/* The least loss of all policies; HUGE_VAL where none is inside. */
static double least(struct fixture *f)
{
	double best = HUGE_VAL;
	int policies = 1;

	for (int i = 0; i < f->g.nlayers; i++)
		policies *= CHOICES;
	for (int code = 0; code < policies; code++) {
		double loss = 0, cost = 0;
		int a[L], rest = code;

		for (int i = 0; i < f->g.nlayers; i++, rest /= CHOICES) {
			a[i] = f->bits[rest % CHOICES];
			loss += f->choice[i][rest % CHOICES].loss;
			cost += f->cost[i][rest % CHOICES];
		}
		if (cost <= f->limit && loss < best &&
		    peak_of(f, a) <= f->p.sram_bytes)
			best = loss;
	}
	return best;
}

static double peak_picked(struct fixture *f, const struct allocation *a)
{
	int picked[L];

	for (int i = 0; i < f->g.nlayers; i++)
		picked[i] = f->bits[a->policy.pick[i]];
	return peak_of(f, picked);
}

static void check_one(struct fixture *f, int *solved)
{
	double want = least(f);
	struct allocation a;

	CHECK_OK(allocate_in_memory(&a, &f->p, &f->arena, &f->err), &f->err);
	if (want >= HUGE_VAL) {
		assert_true(a.status == ALLOCATE_INFEASIBLE ||
			    peak_picked(f, &a) > f->p.sram_bytes);
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
	struct fixture *f = open_fixture();
	struct rng rng;
	int solved = 0;

	(void)state;
	rng_seed(&rng, check_seed(5), 1);
	CHECK_OK(graph_read(&f->g, BRANCHES, &options, &f->arena, &f->err),
		 &f->err);
	assert_int_equal(f->g.nlayers, 5);
	CHECK_OK(graph_live_init(&f->live, &f->g, false, &f->arena, &f->err),
		 &f->err);
	for (int k = 0; k < 180; k++) {
		make(f, &rng, 2);
		f->p.sram_bytes = memory[k % 9];
		if (k % 2)
			f->limit = 5 + 4 * rng_uniform(&rng);
		check_one(f, &solved);
	}
	assert_true(solved > 60);
	close_fixture(f);
}

/* Bits that must be weighed against each other; inputs that may be floats. */
static int weigh(const char *text, uint64_t seed, int problems)
{
	struct fixture *f = open_fixture();
	struct rng rng;
	int solved = 0;

	rng_seed(&rng, check_seed(seed), 1);
	open_layers(f, text);
	for (int k = 0; k < problems; k++) {
		struct nas_arena_mark mark = arena_mark(&f->arena);

		f->bits = k % 3 ? integers : floats;
		make(f, &rng, 2);
		f->p.sram_bytes = some_peak(f, &rng);
		if (k % 2)
			f->limit = f->g.nlayers * (0.8 + rng_uniform(&rng));
		check_one(f, &solved);
		arena_rewind(&f->arena, mark);
	}
	close_fixture(f);
	return solved;
}

static void bits_fit_together(void **state)
{
	(void)state;
	assert_true(weigh(short_chain, 6, 120) > 60);
	assert_true(weigh(pooled, 8, 120) > 60);
}

/* Whether two neighbours can have these bits, all others the least. */
static bool fits(struct fixture *f, int i, int before, int here)
{
	int a[L];

	for (int k = 0; k < f->g.nlayers; k++)
		a[k] = f->bits[0];
	a[i - 1] = f->bits[before];
	a[i] = f->bits[here];
	return peak_of(f, a) <= f->p.sram_bytes;
}

/* The least loss of a chain: only neighbours are alive together. */
static double chain_least(struct fixture *f)
{
	double best[CHOICES], next[CHOICES];

	for (int k = 0; k < CHOICES; k++)
		best[k] = f->choice[0][k].loss;
	for (int i = 1; i < f->g.nlayers; i++) {
		for (int k = 0; k < CHOICES; k++) {
			next[k] = HUGE_VAL;
			for (int j = 0; j < CHOICES; j++)
				if (fits(f, i, j, k))
					next[k] = fmin(next[k], best[j]);
			next[k] += f->choice[i][k].loss;
		}
		memcpy(best, next, sizeof(best));
	}
	return fmin(fmin(best[0], best[1]), best[2]);
}

/* With losses nearly alike there are more branches than are tried: the answer
 * fits, and its bound holds. */
static void a_search_cut_short_is_honest(void **state)
{
	struct fixture *f = open_fixture();
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(7), 1);
	open_layers(f, long_chain);
	for (int k = 0; k < 3; k++) {
		struct nas_arena_mark mark = arena_mark(&f->arena);
		const struct sram_choices choices = { integers, CHOICES, 0 };
		struct allocation a;
		double want;

		make(f, &rng, 0.01);
		f->p.sram_bytes = 700;
		want = chain_least(f);
		CHECK_OK(allocate_sram(f->cap, &f->g, &choices, f->p.sram_bytes,
				       &f->arena, &f->err),
			 &f->err);
		f->p.cap = f->cap;
		CHECK_OK(allocate_in_memory(&a, &f->p, &f->arena, &f->err),
			 &f->err);
		assert_int_equal(a.status, ALLOCATE_OPTIMAL);
		assert_true(peak_picked(f, &a) <= f->p.sram_bytes);
		assert_true(a.policy.loss >= want - 1e-9);
		assert_true(a.bound <= want + 1e-9 && a.bound > 0.8 * want);
		assert_true(a.gap > 0); /* it was cut short */
		CHECK_CLOSE(a.gap, 1 - a.bound / a.policy.loss, 1e-9);
		arena_rewind(&f->arena, mark);
	}
	close_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_that_fits),
		cmocka_unit_test(bits_fit_together),
		cmocka_unit_test(a_search_cut_short_is_honest),
	};
	return CHECK_RUN("allocate_memory", tests);
}
