/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas/policy/1: what is written is read back equal; what is no policy is said. */
#include "tests/check.h"

#include "nas/base/file.h"
#include "qbr/policy_answer.h"

#define FILE_12 "tests/data/hawq_resnet18_ilp.json"

static struct nas_err err;

static void fresh(void)
{
	memset(&err, 0, sizeof(err));
}

/* Write, read, write: the same text. */
static void same_text(const struct policy_answer *a, struct nas_arena *arena)
{
	struct nas_text first = {0}, second = {0};
	struct policy_answer again;
	struct json_doc doc;

	CHECK_OK(text_add_json(&first, form_write(&policy_form, a), &err),
		 &err);
	CHECK_OK(json_parse(&doc, first.data, first.length, "first", &err),
		 &err);
	CHECK_OK(form_read(&policy_form, &doc, doc.root, &again, arena, &err),
		 &err);
	json_free(&doc);
	CHECK_OK(text_add_json(&second, form_write(&policy_form, &again),
			       &err), &err);
	assert_string_equal(first.data, second.data);
	assert_int_equal(again.status, a->status);
	text_free(&first);
	text_free(&second);
}

/* The published problems with their budgets times a factor: 0.3 is less than
 * any policy needs, 0.94 is met by some. */
static void answers_read_back(void **state)
{
	static const double factors[] = { 1, 0.94, 0.3 };
	int optimal = 0, infeasible = 0;
	struct policy_file file;
	struct nas_arena arena;
	struct json_doc doc;

	(void)state;
	fresh();
	arena_init(&arena, 1 << 28);
	CHECK_OK(json_read(&doc, FILE_12, &err), &err);
	CHECK_OK(policy_file_read(&file, &doc, doc.root, &arena, &err), &err);
	for (int k = 0; k < 3 * file.ncases; k++) {
		struct policy_problem p = file.problem;
		struct policy_answer answer;
		struct allocation a;

		p.limit = NAS_NEW(&arena, double, (size_t)p.ncosts);
		for (int r = 0; r < p.ncosts; r++)
			p.limit[r] = factors[k / file.ncases] *
				     file.one[k % file.ncases].limit[r];
		CHECK_OK(allocate(&a, &p, &arena, &err), &err);
		CHECK_OK(policy_answer_make(&answer, "x", &p, &a, &arena,
					    &err), &err);
		same_text(&answer, &arena);
		assert_int_equal(policy_answer_verdict(&answer, &err),
				 answer.status ? NAS_EINFEASIBLE : NAS_OK);
		fresh();
		optimal += answer.status == ALLOCATE_OPTIMAL;
		infeasible += answer.status == ALLOCATE_INFEASIBLE;
	}
	assert_true(optimal >= 12 && infeasible >= 12);
	json_free(&doc);
	arena_free(&arena);
}

static void fails(const char *text, const char *with)
{
	struct policy_answer answer;
	struct nas_arena arena;
	struct json_doc doc;

	fresh();
	arena_init(&arena, 1 << 20);
	CHECK_OK(json_parse(&doc, text, strlen(text), "p", &err), &err);
	CHECK_FAILS(form_read(&policy_form, &doc, doc.root, &answer, &arena,
			      &err), NAS_EINPUT, &err, with);
	json_free(&doc);
	arena_free(&arena);
}

static void what_is_no_policy(void **state)
{
	(void)state;
	fails("{\"bits_w\": [4, 65]}", "65");
	fails("{\"bits_w\": [4, 2.5]}", "must be an integer, not 2.5");
	fails("{\"bit_w\": [4]}", "bits_w");
	fails("{\"bits_w\": [4], \"status\": \"good\"}", "unknown value");
	fails("{\"bits_w\": [4], \"cost\": {\"size\": \"x\"}}", "number");
	fails("{\"bits_w\": [4], \"layers\": [1]}", "string");
	fails("{\"infeasible\": {\"size\": {\"limit\": 1}}}", "least");
	fails("[4]", "object");
}

static void the_form_is_sound(void **state)
{
	(void)state;
	fresh();
	CHECK_OK(form_check(&policy_form, &err), &err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_read_back),
		cmocka_unit_test(what_is_no_policy),
		cmocka_unit_test(the_form_is_sound),
	};

	return CHECK_RUN("policy_answer", tests);
}
