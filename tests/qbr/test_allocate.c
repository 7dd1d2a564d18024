/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact allocation: published problems, brute force, limits. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate.h"
#include "qbr/allocate_relax.h"
#include "qbr/allocate_search.h"
#include "tests/qbr/drawn.h"

#define RESNET18 "tests/data/hawq_resnet18_ilp.json"
#define RESNET50 "tests/data/hawq_resnet50_ilp.json"

static struct nas_err err;

static void fresh(void)
{
	memset(&err, 0, sizeof(err));
}

static const cJSON *get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* Bits and loss of all 12 of a file as it has them. */
static void problems_of(const char *path)
{
	struct policy_file file;
	struct json_doc doc;
	struct nas_arena arena;
	const cJSON *problem;

	fresh();
	arena_init(&arena, 1 << 28);
	CHECK_OK(json_read(&doc, path, &err), &err);
	CHECK_OK(policy_file_read(&file, &doc, doc.root, &arena, &err), &err);
	assert_int_equal(file.ncases, 12);
	problem = get(doc.root, "problems")->child;
	for (int k = 0; k < file.ncases; k++, problem = problem->next) {
		const cJSON *expect = get(problem, "expect");
		const cJSON *bits = get(expect, "bits_w")->child;
		struct allocation a;

		file.problem.limit = file.one[k].limit;
		CHECK_OK(allocate(&a, &file.problem, &arena, &err), &err);
		assert_int_equal(a.status, ALLOCATE_OPTIMAL);
		CHECK_CLOSE(a.policy.loss, get(expect, "loss")->valuedouble,
			    1e-12);
		CHECK_CLOSE(a.gap, 0, 0);
		for (int i = 0; i < file.problem.nlayers; i++) {
			const struct policy_layer *l = &file.problem.layer[i];

			assert_int_equal(l->choice[a.policy.pick[i]].bits_w,
					 (int)bits->valuedouble);
			bits = bits->next;
		}
	}
	json_free(&doc);
	arena_free(&arena);
}

static void published_problems(void **state)
{
	(void)state;
	problems_of(RESNET18);
	problems_of(RESNET50);
}

#define LAYERS 6 /* that brute force goes through */
#define LAYERS_MOST 16
#define CHOICES 4
#define COSTS 3

/* Losses and costs are multiples of 1/8 below 2^20: sums of them are exact, so
 * that brute force is too. */
enum kind { RANDOM, CORRELATED, EQUAL, KINDS };

static double whole_loss(struct rng *rng, enum kind kind, int c, double size)
{
	static const double equal[CHOICES] = { 40, 25, 9.5, 1 };

	if (kind == EQUAL)
		return equal[c];
	return kind == CORRELATED ? 64 - size
				  : (double)rng_below(rng, 800) / 8 - 50;
}

static void make_whole(struct drawn *r, struct rng *rng, int layers,
		       enum kind kind)
{
	for (int i = 0; i < layers; i++)
		for (int c = 0; c < CHOICES; c++) {
			struct policy_choice *x = &r->choice[i][c];

			for (int k = 0; k < COSTS; k++)
				x->cost[k] = (double)rng_below(rng, 200) / 8;
			x->loss = whole_loss(rng, kind, c, x->cost[0]);
		}
	for (int k = 0; k < COSTS; k++)
		if (isfinite(r->limit[k]))
			r->limit[k] = floor(layers * 200 * rng_uniform(rng)) /
				      8;
}

static void fill(struct drawn *r, struct rng *rng, int layers, bool ordered)
{
	drawn_clear(r, layers, CHOICES, COSTS);
	for (int i = 0; i < layers; i++) {
		double scale = 0.1 + rng_uniform(rng);

		for (int c = 0; c < CHOICES; c++) {
			struct policy_choice *x = &r->choice[i][c];

			x->bits_w = c < 2 ? 4 : 8;
			x->bits_a = c % 2 ? 8 : 4;
			x->loss = rng_normal(rng) * scale;
			for (int k = 0; k < COSTS; k++)
				x->cost[k] = rng_below(rng, 20) * scale;
		}
	}
	for (int k = 0; k < COSTS; k++)
		r->limit[k] = rng_below(rng, 4)
				      ? 10 * layers * rng_uniform(rng)
				      : HUGE_VAL;
	r->tie[0] = (struct policy_pair){ 1, 3 };
	r->tie[1] = (struct policy_pair){ 3, 4 };
	r->order[0] = (struct policy_pair){ 0, 2 };
	r->order[1] = (struct policy_pair){ 2, 5 };
	r->order[2] = (struct policy_pair){ 1, 5 }; /* then no chain */
	r->p.nties = (int)rng_below(rng, 3);
	r->p.norders = ordered ? 1 + (int)rng_below(rng, 3) : 0;
}

/* The best of all policies; false when none holds. */
static bool brute_force(const struct policy_problem *p, double *loss)
{
	int pick[LAYERS] = { 0 };
	struct policy policy = { .pick = pick };
	bool found = false;

	for (int code = 0; code < 1 << (2 * LAYERS); code++) {
		for (int i = 0; i < LAYERS; i++)
			pick[i] = code >> (2 * i) & 3;
		policy_sum(&policy, p);
		if (!policy_holds(p, &policy))
			continue;
		if (!found || policy.loss < *loss)
			*loss = policy.loss;
		found = true;
	}
	return found;
}

static void like_brute_force(bool ordered, int runs)
{
	struct drawn r;
	struct nas_arena arena;
	struct rng rng;
	int solved = 0;

	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(5), ordered);
	for (int k = 0; k < runs; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct allocation a;
		double loss = 0;
		bool whole = k % 4 != 0;

		fill(&r, &rng, LAYERS, ordered);
		if (whole)
			make_whole(&r, &rng, LAYERS, (enum kind)(k % 4 - 1));
		CHECK_OK(allocate(&a, &r.p, &arena, &err), &err);
		assert_int_equal(a.status == ALLOCATE_OPTIMAL,
				 brute_force(&r.p, &loss));
		if (a.status == ALLOCATE_OPTIMAL) {
			solved++;
			CHECK_CLOSE(a.policy.loss, loss, whole ? 0 : 1e-12);
			CHECK_CLOSE(a.bound, loss, 1e-12);
			CHECK_CLOSE(a.gap, 0, 0);
			assert_true(a.relaxed <= loss + 1e-9);
			assert_true(policy_holds(&r.p, &a.policy));
		}
		arena_rewind(&arena, mark);
	}
	printf("# %d of %d have an answer\n", solved, runs);
	assert_true(solved > runs / 10 && solved < runs);
	arena_free(&arena);
}

static void ties_and_budgets(void **state)
{
	(void)state;
	like_brute_force(false, 400);
}

static void orders(void **state)
{
	(void)state;
	like_brute_force(true, 400);
}

/* ---- parts of the search, on groups ---- */

/* The least loss of items that fit and are in order; HUGE_VAL = none. */
static double best_items(const struct groups *g)
{
	struct policy policy = { .pick = (int[LAYERS]){ 0 } };
	struct item best[LAYERS];
	int item[LAYERS] = { 0 }, k;
	double least = HUGE_VAL;

	do {
		for (int i = 0; i < g->n; i++)
			best[i] = g->group[i].item[item[i]];
		groups_take(&policy, g, best);
		if (policy_holds(g->problem, &policy))
			least = fmin(least, policy.loss);
		for (k = 0; k < g->n && ++item[k] == g->group[k].n; k++)
			item[k] = 0;
	} while (k < g->n);
	return least;
}

/* Prices give a bound; what they call hopeless is; a repaired policy fits, an
 * improved one too. Returns whether there was one. */
static bool price_one(struct groups *g, struct nas_arena *arena)
{
	double use[POLICY_COSTS_MAX], best = best_items(g), loss;
	struct chains chains;
	struct bound_prices prices;
	struct relax r = { g, &chains, prices.multiplier, 1000 };

	assert_true(chains_make(&chains, g, arena));
	assert_true(prices_find(&prices, g, &chains, arena));
	assert_true(prices.bound <= best + 1e-9);
	if (prices.hopeless)
		assert_true(isinf(best));
	if (!relax_repair(&r, prices.item))
		return false;
	assert_true(groups_use(g, prices.item, use));
	loss = groups_loss(g, prices.item);
	relax_improve(&r, prices.item);
	assert_true(groups_use(g, prices.item, use));
	assert_true(groups_loss(g, prices.item) <= loss);
	if (chains_broken(&chains, g, prices.item) < 0)
		assert_true(groups_loss(g, prices.item) >= best - 1e-9);
	return true;
}

static void prices_are_bounds(void **state)
{
	struct drawn r;
	struct nas_arena arena;
	struct rng rng;
	int repaired = 0;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(6), 0);
	for (int k = 0; k < 200; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct groups g;

		fill(&r, &rng, LAYERS, k % 2);
		CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
		repaired += price_one(&g, &arena);
		arena_rewind(&arena, mark);
	}
	printf("# %d repaired\n", repaired);
	assert_true(repaired > 40);
	arena_free(&arena);
}

/* Lists of one or two labels force cuts and branches, and without branches
 * lists do it alone: the answer stays. Nodes that were put off are what their
 * ancestors left: 263 in all, some 11,000 where they begin from the root. */
static void short_lists_find_the_best(void **state)
{
	const struct search_limits tiny = { 1, 2, 1, 100000 };
	const struct search_limits lists = { 400, 102400, 0, 100000 };
	struct drawn r;
	struct nas_arena arena;
	struct rng rng;
	int branches = 0, labels = 0, nodes = 0;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(7), 0);
	for (int k = 0; k < 150; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct item_search all, few, other;
		struct groups g;

		fill(&r, &rng, LAYERS_MOST, k % 2);
		if (k % 3)
			make_whole(&r, &rng, LAYERS_MOST,
				   (enum kind)(k % KINDS));
		CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
		CHECK_OK(search_run(&all, &g, &search_usual, &arena, &err),
			 &err);
		CHECK_OK(search_run(&few, &g, &tiny, &arena, &err), &err);
		CHECK_OK(search_run(&other, &g, &lists, &arena, &err), &err);
		assert_int_equal(few.found, all.found);
		assert_int_equal(other.found, all.found);
		assert_false(few.gave_up || other.gave_up);
		if (all.found) {
			CHECK_CLOSE(few.loss, all.loss, 1e-12);
			CHECK_CLOSE(other.loss, all.loss, 1e-12);
		}
		labels += strcmp(other.method, "labels") == 0;
		branches += few.nodes > 1;
		nodes += all.nodes;
		arena_rewind(&arena, mark);
	}
	printf("# %d of 150 by branches, %d by lists, %d nodes\n", branches,
	       labels, nodes);
	assert_true(branches > 10 && labels > 10);
	assert_true(nodes < 2000);
	arena_free(&arena);
}

/* With no more nodes the answer says how far from the best it may be. */
static void an_ended_search_has_a_gap(void **state)
{
	const struct search_limits none = { 1, 1, 0, 0 };
	struct drawn r;
	struct nas_arena arena;
	struct rng rng;
	int gaps = 0;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(8), 0);
	for (int k = 0; k < 200; k++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct item_search all, few;
		struct groups g;

		fill(&r, &rng, LAYERS_MOST, false);
		if (k % 2)
			make_whole(&r, &rng, LAYERS_MOST,
				   (enum kind)(k % KINDS));
		CHECK_OK(groups_make(&g, &r.p, &arena, &err), &err);
		CHECK_OK(search_run(&all, &g, &search_usual, &arena, &err),
			 &err);
		CHECK_OK(search_run(&few, &g, &none, &arena, &err), &err);
		if (few.found && few.gave_up) {
			assert_true(few.bound <= all.loss + 1e-9);
			assert_true(few.loss >= all.loss - 1e-9);
			gaps += few.bound < few.loss;
		}
		arena_rewind(&arena, mark);
	}
	printf("# %d gaps\n", gaps);
	assert_true(gaps > 3);
	arena_free(&arena);
}

static enum nas_status read_text(struct policy_file *file, const char *text,
				 struct nas_arena *arena)
{
	struct json_doc doc;
	enum nas_status status;

	fresh();
	if (json_parse(&doc, text, strlen(text), "p.json", &err) != NAS_OK)
		return err.code;
	status = policy_file_read(file, &doc, doc.root, arena, &err);
	json_free(&doc);
	return status;
}

#define CHOICE(w, loss, size)                                                \
	"{\"bits_w\": " #w ", \"loss\": " #loss ", \"cost\": {\"size\": "    \
	#size "}}"
#define LAYER(a, b) "{\"choices\": [" a ", " b "]}"
#define TWO                                                                  \
	"\"layers\": [" LAYER(CHOICE(4, 3, 1), CHOICE(8, 0, 2)) ", "         \
	LAYER(CHOICE(4, 5, 1), CHOICE(8, 1, 2)) "]"

static void infeasible_says_what(void **state)
{
	struct policy_file file;
	struct allocation a;
	struct nas_arena arena;

	(void)state;
	arena_init(&arena, 1 << 26);
	CHECK_OK(read_text(&file, "{" TWO ", \"budgets\": {\"size\": 1.5}}",
			   &arena), &err);
	CHECK_OK(allocate(&a, &file.problem, &arena, &err), &err);
	assert_int_equal(a.status, ALLOCATE_INFEASIBLE);
	CHECK_CLOSE(a.least[0], 2, 1e-12);
	CHECK_CLOSE(a.scale, 2 / 1.5, 1e-9);
	CHECK_OK(read_text(&file, "{" TWO ", \"budgets\": {\"size\": 3}}",
			   &arena), &err);
	CHECK_OK(allocate(&a, &file.problem, &arena, &err), &err);
	assert_int_equal(a.policy.pick[0], 0);
	assert_int_equal(a.policy.pick[1], 1);
	CHECK_CLOSE(a.policy.loss, 4, 0);
	arena_free(&arena);
}

static void bad_files(void **state)
{
	static const struct {
		const char *text, *path, *message;
	} bad[] = {
		{ "{}", "", "missing key 'layers'" },
		{ "{" TWO ", \"budgets\": {\"sise\": 3}}", "/budgets/sise",
		  "unknown cost 'sise'" },
		{ "{" TWO ", \"ties\": [[0, 2]]}", "/ties",
		  "layer 2 does not exist; there are 2" },
		{ "{" TWO ", \"ties\": [[0]]}", "/ties/0", "two or more" },
		{ "{" TWO ", \"ties\": 3}", "/ties", "must be an array" },
		{ "{" TWO ", \"ties\": [[0, 0.5]]}", "/ties/0/1",
		  "number of a layer" },
		{ "{" TWO ", \"budget\": {}}", "/budget", "did you mean" },
		{ "{\"layers\": [" LAYER(CHOICE(4, 1, 1), CHOICE(4, 2, 2))
		  "]}", "/layers/0/choices/1", "same bits as choice 0" },
		{ "{\"layers\": [" LAYER(CHOICE(4, 1, 1), CHOICE(8, 2, -2))
		  "]}", "/layers/0/choices/1/cost/size", "at least 0" },
		{ "{\"layers\": [" LAYER(CHOICE(4, 1, 1),
		  "{\"bits_w\": 8, \"loss\": 1}") "]}",
		  "/layers/0/choices/1", "no cost 'size'" },
	};
	struct policy_file file;
	struct nas_arena arena;

	(void)state;
	arena_init(&arena, 1 << 26);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_FAILS(read_text(&file, bad[i].text, &arena), NAS_EINPUT,
			    &err, bad[i].message);
		assert_string_equal(nas_err_path(&err, 0), bad[i].path);
		assert_true(err.diag[0].line > 0);
	}
	arena_free(&arena);
}

static void tied_layers_need_common_bits(void **state)
{
	struct policy_file file;
	struct allocation a;
	struct nas_arena arena;

	(void)state;
	arena_init(&arena, 1 << 26);
	CHECK_OK(read_text(&file, "{\"layers\": [" LAYER(CHOICE(4, 1, 1),
			   CHOICE(8, 0, 2)) ", " LAYER(CHOICE(3, 1, 1),
			   CHOICE(5, 0, 2)) "], \"ties\": [[0, 1]]}", &arena),
		 &err);
	CHECK_FAILS(allocate(&a, &file.problem, &arena, &err), NAS_EINPUT,
		    &err, "no bits in common");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_problems),
		cmocka_unit_test(ties_and_budgets),
		cmocka_unit_test(orders),
		cmocka_unit_test(prices_are_bounds),
		cmocka_unit_test(short_lists_find_the_best),
		cmocka_unit_test(an_ended_search_has_a_gap),
		cmocka_unit_test(infeasible_says_what),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(tied_layers_need_common_bits),
	};
	return CHECK_RUN("allocate", tests);
}
