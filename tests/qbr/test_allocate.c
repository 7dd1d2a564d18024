/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact allocation: published problems, brute force, limits. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate.h"

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

#define LAYERS 6
#define CHOICES 4
#define COSTS 3

struct random_problem {
	struct policy_problem p;
	struct policy_layer layer[LAYERS];
	struct policy_choice choice[LAYERS][CHOICES];
	double cost[LAYERS][CHOICES][COSTS], limit[COSTS];
	struct policy_pair tie[2], order[3];
	const char *name[COSTS];
};

static void fill(struct random_problem *r, struct rng *rng, bool ordered)
{
	static const char *const names[COSTS] = { "size", "bitops", "ms" };

	memset(r, 0, sizeof(*r));
	for (int i = 0; i < LAYERS; i++) {
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
		r->limit[k] = rng_below(rng, 4) ? 60 * rng_uniform(rng)
						: HUGE_VAL;
	}
	r->tie[0] = (struct policy_pair){ 1, 3 };
	r->tie[1] = (struct policy_pair){ 3, 4 };
	r->order[0] = (struct policy_pair){ 0, 2 };
	r->order[1] = (struct policy_pair){ 2, 5 };
	r->order[2] = (struct policy_pair){ 0, 5 }; /* then no chain */
	r->p = (struct policy_problem){
		.name = "", .nlayers = LAYERS, .layer = r->layer,
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

		fill(&r, &rng, ordered);
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
		assert_string_equal(err.diag[0].path, bad[i].path);
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
		cmocka_unit_test(infeasible_says_what),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(tied_layers_need_common_bits),
	};
	return CHECK_RUN("allocate", tests);
}
