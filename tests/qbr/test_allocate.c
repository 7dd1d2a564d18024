/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact allocation: published problems, brute force, limits. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate.h"
#include "qbr/allocate_program.h"
#include "qbr/allocate_relax.h"

#define FILE_12 "tests/data/hawq_resnet18_ilp.json"

static struct nas_err err;

static void fresh(void)
{
	memset(&err, 0, sizeof(err));
}

static const cJSON *get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* Bits and loss of all 12 as in the file. */
static void published_problems(void **state)
{
	struct policy_file file;
	struct json_doc doc;
	struct arena arena;
	const cJSON *problem;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	CHECK_OK(json_read(&doc, FILE_12, &err), &err);
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

#define LAYERS 6 /* that brute force goes through */
#define LAYERS_MOST 16
#define CHOICES 4
#define COSTS 3

struct random_problem {
	struct policy_problem p;
	struct policy_layer layer[LAYERS_MOST];
	struct policy_choice choice[LAYERS_MOST][CHOICES];
	double cost[LAYERS_MOST][CHOICES][COSTS], limit[COSTS];
	struct policy_pair tie[2], order[3];
	const char *name[COSTS];
};

static void fill(struct random_problem *r, struct rng *rng, int layers,
		 bool ordered)
{
	static const char *const names[COSTS] = { "size", "bitops", "ms" };

	memset(r, 0, sizeof(*r));
	for (int i = 0; i < layers; i++) {
		double scale = 0.1 + rng_uniform(rng);

		r->layer[i] = (struct policy_layer){ "", CHOICES,
						     r->choice[i] };
		for (int c = 0; c < CHOICES; c++) {
			struct policy_choice *x = &r->choice[i][c];

			x->bits_w = c < 2 ? 4 : 8;
			x->bits_a = c % 2 ? 8 : 4;
			x->loss = rng_normal(rng) * scale;
			x->cost = r->cost[i][c];
			for (int k = 0; k < COSTS; k++)
				x->cost[k] = rng_below(rng, 20) * scale;
		}
	}
	for (int k = 0; k < COSTS; k++) {
		r->name[k] = names[k];
		r->limit[k] = rng_below(rng, 4)
				      ? 10 * layers * rng_uniform(rng)
				      : HUGE_VAL;
	}
	r->tie[0] = (struct policy_pair){ 1, 3 };
	r->tie[1] = (struct policy_pair){ 3, 4 };
	r->order[0] = (struct policy_pair){ 0, 2 };
	r->order[1] = (struct policy_pair){ 2, 5 };
	r->order[2] = (struct policy_pair){ 0, 5 }; /* then no chain */
	r->p = (struct policy_problem){
		.name = "", .nlayers = layers, .layer = r->layer,
		.nties = (int)rng_below(rng, 3), .tie = r->tie,
		.norders = ordered ? 1 + (int)rng_below(rng, 3) : 0, .order = r->order,
		.ncosts = COSTS, .cost_name = r->name, .limit = r->limit,
	};
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
	struct random_problem r;
	struct arena arena;
	struct rng rng;
	int solved = 0, programs = 0;

	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(5), ordered);
	for (int k = 0; k < runs; k++) {
		struct arena_mark mark = arena_mark(&arena);
		struct allocation a;
		double loss = 0;

		fill(&r, &rng, LAYERS, ordered);
		CHECK_OK(allocate(&a, &r.p, &arena, &err), &err);
		assert_int_equal(a.status == ALLOCATE_OPTIMAL,
				 brute_force(&r.p, &loss));
		if (a.status == ALLOCATE_OPTIMAL) {
			solved++;
			programs += strcmp(a.method, "labels") != 0;
			CHECK_CLOSE(a.policy.loss, loss,
				    strcmp(a.method, "labels") ? 1e-6 : 1e-12);
			CHECK_CLOSE(a.bound, loss, 1e-6);
			assert_true(a.relaxed <= loss + 1e-9);
			assert_true(policy_holds(&r.p, &a.policy));
		}
		arena_rewind(&arena, mark);
	}
	assert_true(solved > runs / 10 && solved < runs);
	assert_true(ordered ? programs > 0 && programs < solved : !programs);
	arena_free(&arena);
}

static void ties_and_budgets(void **state)
{
	(void)state;
	like_brute_force(false, 300);
}

static void orders(void **state)
{
	(void)state;
	like_brute_force(true, 300);
}

/* ---- bounds and reduction, on groups ---- */

/* The least loss of items that fit; HUGE_VAL = none. */
static double best_items(const struct groups *g)
{
	int item[LAYERS] = { 0 }, k;
	double use[POLICY_COSTS_MAX], best = HUGE_VAL;

	do {
		if (groups_use(g, item, use))
			best = fmin(best, groups_loss(g, item));
		for (k = 0; k < g->n && ++item[k] == g->group[k].n; k++)
			item[k] = 0;
	} while (k < g->n);
	return best;
}

static int items_of(const struct groups *g)
{
	int n = 0;

	for (int k = 0; k < g->n; k++)
		n += g->group[k].n;
	return n;
}

/* A bound is one for any multipliers; a repaired policy fits, an improved one
 * too; what the reduction leaves holds the best. Returns how many items went,
 * or -1. */
static int reduce_one(struct groups *g, const double *multiplier, bool improve)
{
	double use[POLICY_COSTS_MAX], best = best_items(g), loss;
	double bound = relax_price(g, multiplier);
	int item[LAYERS], n = items_of(g), left;

	assert_true(bound <= best + 1e-9);
	if (!relax_repair(g, item))
		return -1;
	assert_true(groups_use(g, item, use));
	loss = groups_loss(g, item);
	if (improve) {
		relax_improve(g, item);
		assert_true(groups_use(g, item, use));
		assert_true(groups_loss(g, item) <= loss);
		loss = groups_loss(g, item);
	}
	assert_true(loss >= best - 1e-12);
	left = relax_reduce(g, loss - bound + 1e-12, item);
	assert_int_equal(left, items_of(g));
	CHECK_CLOSE(groups_loss(g, item), loss, 0);
	CHECK_CLOSE(best_items(g), best, 1e-12);
	return n - left;
}

/* Groups of a random problem and its multipliers; false: infeasible. */
static bool make_groups(struct groups *g, struct random_problem *r,
			double *multiplier, struct arena *arena)
{
	bool feasible;
	double bound;

	CHECK_OK(groups_make(g, &r->p, arena, &err), &err);
	CHECK_OK(milp_relax(&feasible, &bound, multiplier, g, arena, &err),
		 &err);
	return feasible;
}

static void reduction_leaves_the_best(void **state)
{
	struct random_problem r;
	struct arena arena;
	struct rng rng;
	int repaired = 0, gone = 0;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(6), 0);
	for (int k = 0; k < 200; k++) {
		struct arena_mark mark = arena_mark(&arena);
		double multiplier[POLICY_COSTS_MAX] = { 0 };
		struct groups g;
		int n = -1;

		fill(&r, &rng, LAYERS, false);
		if (make_groups(&g, &r, multiplier, &arena)) {
			for (int b = 0; k % 3 == 0 && b < g.nbudgets; b++)
				multiplier[b] *= 2 * rng_uniform(&rng);
			n = reduce_one(&g, multiplier, k % 2);
		}
		repaired += n >= 0;
		gone += n > 0 ? n : 0;
		arena_rewind(&arena, mark);
	}
	printf("# %d repaired, %d items gone\n", repaired, gone);
	assert_true(repaired > 40 && gone > 200);
	arena_free(&arena);
}

/* The integer program on what the reduction leaves, against all items. */
static void programs_find_the_best(void **state)
{
	struct random_problem r;
	struct arena arena;
	struct rng rng;
	int found = 0, fewer = 0;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	rng_seed(&rng, check_seed(7), 0);
	for (int k = 0; k < 60; k++) {
		struct arena_mark mark = arena_mark(&arena);
		double multiplier[POLICY_COSTS_MAX] = { 0 };
		struct milp_answer answer, all = { 0 };
		struct groups g;
		int item[LAYERS_MOST], n;

		fill(&r, &rng, LAYERS_MOST, false);
		if (make_groups(&g, &r, multiplier, &arena)) {
			n = items_of(&g);
			CHECK_OK(milp_solve(&all, &g, MILP_LOSS, 0, item,
					    &arena, &err), &err);
			CHECK_OK(program_solve(&answer, &g, multiplier, item,
					       &arena, &err), &err);
			assert_int_equal(answer.found, all.found);
			found += all.found;
			fewer += items_of(&g) < n;
		}
		if (all.found) {
			CHECK_CLOSE(answer.value, all.value, 1e-6);
			CHECK_CLOSE(answer.bound, all.value, 1e-6);
			CHECK_CLOSE(groups_loss(&g, item), all.value, 1e-6);
		}
		arena_rewind(&arena, mark);
	}
	printf("# %d found, %d of them among fewer items\n", found, fewer);
	assert_true(found > 20 && fewer > 20);
	arena_free(&arena);
}

static enum nas_status read_text(struct policy_file *file, const char *text,
				 struct arena *arena)
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
	struct arena arena;

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
		  "layer 2: there are 2" },
		{ "{" TWO ", \"ties\": [[0]]}", "/ties/0", "two or more" },
		{ "{" TWO ", \"ties\": 3}", "/ties", "must be an array" },
		{ "{" TWO ", \"ties\": [[0, 0.5]]}", "/ties/0/1",
		  "number of a layer" },
		{ "{" TWO ", \"budget\": {}}", "/budget", "did you mean" },
		{ "{\"layers\": [" LAYER(CHOICE(4, 1, 1), CHOICE(4, 2, 2))
		  "]}", "/layers/0/choices/1", "same bits as choice 0" },
		{ "{\"layers\": [" LAYER(CHOICE(4, 1, 1), CHOICE(8, 2, -2))
		  "]}", "/layers/0/choices/1/cost/size", "below 0" },
		{ "{\"layers\": [" LAYER(CHOICE(4, 1, 1),
		  "{\"bits_w\": 8, \"loss\": 1}") "]}",
		  "/layers/0/choices/1", "no cost 'size'" },
	};
	struct policy_file file;
	struct arena arena;

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
	struct arena arena;

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
		cmocka_unit_test(reduction_leaves_the_best),
		cmocka_unit_test(programs_find_the_best),
		cmocka_unit_test(infeasible_says_what),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(tied_layers_need_common_bits),
	};
	return CHECK_RUN("allocate", tests);
}
