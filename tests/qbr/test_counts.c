/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact allocation where layers lose alike: branches on how many layers have
 * few bits find what the tree of items finds. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_boxes.h"
#include "qbr/allocate_counts.h"
#include "qbr/allocate_quantum.h"
#include "qbr/allocate_swaps.h"
#include "qbr/allocate_tree.h"
#include "tests/qbr/drawn.h"

#define LAYERS	DRAWN_LAYERS
#define LEVELS	3
#define CHOICES (LEVELS * LEVELS)
#define COSTS	DRAWN_COSTS

static struct nas_arena arena;
static struct nas_err err;

static void fill_layer(struct drawn *r, int i, int n, struct rng *rng)
{
	static const int bits[LEVELS] = {2, 4, 8};
	double size = 1 + rng_below(rng, 400);
	double macs = size * (1 + rng_below(rng, 50));

	r->layer[i].n = n;
	for (int c = 0; c < n; c++) {
		int w = bits[c % LEVELS], a = bits[c / LEVELS];
		struct policy_choice *x = &r->choice[i][c];
		double *cost = r->cost[i][c];

		cost[0] = size * w;
		cost[1] = macs * w * a;
		cost[2] = sqrt(macs) * (w + a);
		x->bits_w = w;
		x->bits_a = a;
		x->loss = pow(4, -w) + 0.3 * pow(4, -a);
	}
}

/* Layers of all choices or, the first and the last, of few; ties and orders in
 * some; limits a share of what may be used. */
static void fill(struct drawn *r, int layers, int costs, struct rng *rng)
{
	double share = 0.2 + 0.4 * rng_uniform(rng);

	drawn_clear(r, layers, CHOICES, costs);
	for (int i = 0; i < layers; i++) {
		fill_layer(r, i, i == 0 ? 1 : i + 1 < layers ? CHOICES : 4,
			   rng);
		for (int k = 0; k < costs; k++)
			r->limit[k] += r->cost[i][0][k] * (1 - share) +
				share * r->cost[i][r->layer[i].n - 1][k];
	}
	if (rng_below(rng, 3) == 0)
		for (int i = 1; i + 2 < layers; i += 5)
			r->tie[r->p.nties++] = (struct policy_pair){i, i + 1};
	if (rng_below(rng, 4) == 0)
		for (int i = 3; i + 4 < layers; i += 7)
			r->order[r->p.norders++] =
				(struct policy_pair){i, i + 2};
}

/* By the tree alone; by counts, without walking it before. */
static bool solve(struct item_search *s, const struct groups *g, bool by_counts)
{
	const struct counts_limits limits = {0, 3000, 3000};
	struct bound_prices prices;
	bool done = false;

	*s = (struct item_search){.enough = -HUGE_VAL, .method = "",
				  .best = NAS_NEW(&arena, struct item,
						  (size_t)g->n)};
	assert_true(chains_make(&s->chains, g, &arena));
	assert_true(prices_find(&prices, g, &s->chains, &arena));
	if (prices.hopeless)
		return false;
	if (by_counts)
		CHECK_OK(counts_search(s, g, &prices, &limits, &done, &arena,
				       &err), &err);
	else
		CHECK_OK(tree_search(s, g, &prices, 5000, &arena, &err), &err);
	return by_counts ? done : !s->gave_up;
}

static void counts_find_what_the_tree_finds(void **state)
{
	int compared = 0, nodes[2] = {0};
	struct drawn r;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(3), 0);
	for (int k = 0; k < 200; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct item_search tree, counts;
		struct groups g;

		fill(&r, k % 2 ? 4 + k % 17 : LAYERS, 1 + k % COSTS, &rng);
		CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
		quantum_tighten(&g);
		if (solve(&tree, &g, false) && solve(&counts, &g, true)) {
			assert_int_equal(tree.found, counts.found);
			if (tree.found)
				CHECK_CLOSE(tree.loss, counts.loss, 1e-12);
			nodes[0] += tree.nodes;
			nodes[1] += counts.nodes;
			compared++;
		}
		arena_rewind(&arena, mark);
	}
	printf("# %d compared; %d nodes of the tree, %d of boxes with whole "
	       "counts\n", compared, nodes[0], nodes[1]);
	assert_true(compared > 160);
	assert_true(nodes[0] > 2000 && nodes[1] < nodes[0] / 20);
	arena_free(&arena);
}

/* Layers that do not lose alike, or no budget: it is not tried. */
static void others_are_left_to_the_tree(void **state)
{
	struct item_search s;
	struct groups g;
	struct drawn r;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(4), 0);
	fill(&r, 10, 2, &rng);
	r.choice[4][1].loss *= 1.001;
	CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
	assert_false(solve(&s, &g, true));
	fill(&r, 10, 2, &rng);
	r.limit[0] = r.limit[1] = HUGE_VAL;
	CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
	assert_false(solve(&s, &g, true));
	arena_free(&arena);
}

/* As many layers at each number of bits as are wanted, and inside the limits
 * where swaps lead there. */
static void swaps_keep_counts(void **state)
{
	int fits = 0;
	struct drawn r;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(5), 0);
	for (int k = 0; k < 40; k++) {
		int want[2][SWAPS_LEVELS] = {{14, 26}, {14, 12, 14}};
		double price[GROUPS_USES] = {0}, use[GROUPS_USES];
		int item[LAYERS] = {0}, got[2][9] = {{0}};
		struct groups g;
		struct swaps s;
		bool in;

		fill(&r, LAYERS, 2, &rng);
		r.layer[0].n = r.layer[LAYERS - 1].n = CHOICES;
		fill_layer(&r, 0, CHOICES, &rng);
		fill_layer(&r, LAYERS - 1, CHOICES, &rng);
		r.p.nties = 0;
		CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
		assert_true(swaps_open(&s, &g, &arena));
		in = swaps_run(&s, want, price, item);
		assert_int_equal(in, groups_use(&g, item, use));
		fits += in;
		for (int i = 0; i < LAYERS; i++) {
			got[0][g.group[i].item[item[i]].bits_w]++;
			got[1][g.group[i].item[item[i]].bits_a]++;
		}
		for (int by = 0; by < 2; by++)
			for (int l = 0; l < LEVELS; l++)
				assert_int_equal(got[by][2 << l], want[by][l]);
	}
	printf("# %d of 40 fit\n", fits);
	assert_true(fits > 10);
	arena_free(&arena);
}

/* A bound may be off by a 1e-12 of the limits at their prices: of 1e12, by 1. */
static void large_prices_leave_boxes_open(void **state)
{
	struct groups g = {.nbudgets = 2, .limit = {1e6, -1e6}};
	struct item_search s = {.found = true, .loss = 1};
	struct tree t = {.s = &s, .whole = &g, .size = 1};
	struct node n = {.t = &t, .rest = {.g = g}};
	struct bound_prices p = {.bound = 1.5, .multiplier = {5e5, 5e5}};

	(void)state;
	assert_true(boxes_is_open(&n, &p));
	p.bound = 2.5;
	assert_false(boxes_is_open(&n, &p));
	p.bound = 1.25;
	p.multiplier[1] = 0;
	assert_true(boxes_is_open(&n, &p));
	p.multiplier[0] = 0;
	assert_false(boxes_is_open(&n, &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_find_what_the_tree_finds),
		cmocka_unit_test(others_are_left_to_the_tree),
		cmocka_unit_test(swaps_keep_counts),
		cmocka_unit_test(large_prices_leave_boxes_open),
	};

	return CHECK_RUN("counts", tests);
}
