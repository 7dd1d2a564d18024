/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/json.h"
#include "tests/check.h"

static void places_are_found(void **state)
{
	const char *text = "{\"a\": [10,\n  {\"b/~\": 2, \"c\" : \"x\"}],\n"
			   "\t\"d\":{}}";
	struct nas_err err = {0};
	struct json_doc doc;
	const cJSON *a, *c;

	(void)state;
	CHECK_OK(json_parse(&doc, text, strlen(text), "f.json", &err), &err);
	a = cJSON_GetObjectItem(doc.root, "a");
	c = a->child->next->child->next;
	json_fail(&doc, doc.root, &err, "%s", "root");
	json_fail(&doc, a->child, &err, "ten");
	json_fail(&doc, a->child->next->child, &err, "two");
	json_fail(&doc, c, &err, "x");
	json_fail_key(&doc, c, &err, "key c");
	json_fail(&doc, a->next, &err, "d");
	json_fail_key(&doc, a->next, &err, "key d");
	json_fail(&doc, NULL, &err, "nowhere");
#define PLACE(i, l, col, p)                                                  \
	assert_int_equal(err.diag[i].line, l);                               \
	assert_int_equal(err.diag[i].column, col);                           \
	assert_string_equal(nas_err_path(&err, i), p)
	PLACE(0, 1, 1, "");
	PLACE(1, 1, 8, "/a/0");
	PLACE(2, 2, 11, "/a/1/b~1~0");
	PLACE(3, 2, 20, "/a/1/c");
	PLACE(4, 2, 14, "/a/1/c");
	PLACE(5, 3, 6, "/d");
	PLACE(6, 3, 2, "/d");
	PLACE(7, 0, 0, "");
	assert_string_equal(nas_err_source(&err, 7), "f.json");
	json_free(&doc);
}

static void set(struct json_doc *doc, const char *assignment)
{
	struct nas_err err = {0};

	CHECK_OK(json_set(doc, assignment, &err), &err);
}

static void expect_printed(const cJSON *node, const char *want)
{
	char *text = json_print(node);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static void sets_change_the_tree(void **state)
{
	const char *text = "{\"a\": [1, 2, 3], \"b\": {\"c\": 4}}";
	struct nas_err err = {0};
	struct json_doc doc;

	(void)state;
	CHECK_OK(json_parse(&doc, text, strlen(text), "f", &err), &err);
	set(&doc, "a.1=[7, {\"x\": 8}]");
	set(&doc, "b.c=text=with=signs");
	set(&doc, "/b/n~1ew.key=true");
	set(&doc, "p.q.r=1.5");
	set(&doc, "p.q.s=");
	set(&doc, "a.0=\"9\"");
	set(&doc, "a.1.1.x=null");
	expect_printed(doc.root,
		       "{\n  \"a\": [\n    \"9\",\n    [\n      7,\n"
		       "      {\"x\": null}\n    ],\n    3\n  ],\n"
		       "  \"b\": {\"c\": \"text=with=signs\", "
		       "\"n/ew.key\": true},\n"
		       "  \"p\": {\n    \"q\": {\"r\": 1.5, \"s\": \"\"}\n"
		       "  }\n}\n");
	json_free(&doc);
}

/* Nodes of the file keep their place, those of --set say so. */
static void places_survive_sets(void **state)
{
	const char *text = "{\"a\": [1, [2, 2], 3],\n \"b\": {\"c\": 4},\n"
			   " \"d\": 5}";
	struct nas_err err = {0};
	struct json_doc doc;
	const cJSON *a, *b;

	(void)state;
	CHECK_OK(json_parse(&doc, text, strlen(text), "f", &err), &err);
	set(&doc, "a.1={\"x\": [1, 2, 3], \"y\": 6}");
	set(&doc, "b.new.deep=7");
	set(&doc, "b.c=8");
	set(&doc, "z=9");
	set(&doc, "a.1=0");
	a = cJSON_GetObjectItem(doc.root, "a");
	b = a->next;
	json_fail(&doc, a->child->next, &err, "set");
	json_fail(&doc, a->child->next->next, &err, "three");
	json_fail(&doc, b->child, &err, "set");
	json_fail_key(&doc, b->child->next->child, &err, "set");
	json_fail(&doc, b->next, &err, "five");
	json_fail(&doc, b->next->next, &err, "nine");
	PLACE(0, 0, 0, "/a/1");
	assert_string_equal(nas_err_source(&err, 0), "--set");
	PLACE(1, 1, 19, "/a/2");
	assert_string_equal(nas_err_source(&err, 1), "f");
	PLACE(2, 0, 0, "/b/c");
	PLACE(3, 0, 0, "/b/new/deep");
	assert_string_equal(nas_err_source(&err, 3), "--set");
	PLACE(4, 3, 7, "/d");
	PLACE(5, 0, 0, "/z");
	assert_string_equal(nas_err_source(&err, 5), "--set");
	json_free(&doc);
}

static void bad_sets_change_nothing(void **state)
{
	static const char *const wrong[] = {
		"", "a", "=1", "a..b=1", ".a=1", "a.=1", "/=1", "a.3=1",
		"a.-1=1", "a.01=1", "a.x=1", "a.0.b=1", "s.x=1",
		"x=\xFF", "\xFF=1", "a.99999999999999999999=1",
		"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d."
		"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d."
		"a.b.c.d.e.f=1",
	};
	const char *text = "{\"a\": [1, 2, 3], \"s\": \"x\"}";
	struct nas_err err;
	struct json_doc doc;
	size_t i;

	(void)state;
	memset(&err, 0, sizeof(err));
	CHECK_OK(json_parse(&doc, text, strlen(text), "f", &err), &err);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(&err, 0, sizeof(err));
		assert_int_equal(json_set(&doc, wrong[i], &err), NAS_EUSAGE);
		assert_string_equal(nas_err_source(&err, 0), "--set");
	}
	expect_printed(doc.root,
		       "{\n  \"a\": [1, 2, 3],\n  \"s\": \"x\"\n}\n");
	json_free(&doc);
}

static void integers_are_exact(void **state)
{
	cJSON *o = cJSON_CreateObject();
	int ints[] = {-1, 2};
	double doubles[] = {0.5, 1e30};

	(void)state;
	json_add_int64(o, "a", INT64_C(9007199254740992));
	json_add_int64(o, "b", INT64_C(9007199254740993));
	json_add_int64(o, "c", INT64_MIN);
	json_add_ints(o, "i", ints, 2);
	json_add_numbers(o, "n", doubles, 2);
	json_add_bool(o, "t", 5);
	json_add_string(o, "s", "q\"\\\n\x01\xC3\xBC\x7F\xC2\x9B");
	expect_printed(o, "{\n  \"a\": 9007199254740992,\n"
			  "  \"b\": \"9007199254740993\",\n"
			  "  \"c\": \"-9223372036854775808\",\n"
			  "  \"i\": [-1, 2],\n  \"n\": [0.5, 1e+30],\n"
			  "  \"t\": true,\n"
			  "  \"s\": \"q\\\"\\\\\\n\\u0001\xC3\xBC\\u007f"
			  "\\u009b\"\n}\n");
	cJSON_Delete(o);
}

static void lines_break_at_100_columns(void **state)
{
	cJSON *o = cJSON_CreateObject(), *list = cJSON_CreateArray();
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 30; i++)
		json_append(list, json_number(10));
	json_add(o, "k", list); /* 2 + 5 + 30 * 4 - 2 + 2 columns */
	text = json_print(o);
	assert_non_null(strstr(text, "\"k\": [\n    10,\n"));
	free(text);
	for (i = 0; i < 7; i++)
		cJSON_DeleteItemFromArray(list, 0);
	text = json_print(o);
	assert_non_null(strstr(text, "\"k\": [10, 10,"));
	free(text);
	cJSON_Delete(o);
}

static void what_is_lost_is_noticed(void **state)
{
	cJSON *o = cJSON_CreateObject(), *top = cJSON_CreateArray();

	(void)state;
	json_add_number(o, "a", 1);
	json_add(o, "b", NULL);
	json_add_number(o, "c", 2);
	json_append(top, o);
	assert_null(json_print(top));
	assert_null(json_print(NULL));
	assert_null(json_add_number(NULL, "a", 1));
	cJSON_Delete(top);
}

static int mallocs_left = -1;

static void *failing_malloc(size_t size)
{
	if (mallocs_left == 0)
		return NULL;
	if (mallocs_left > 0)
		mallocs_left--;
	return malloc(size);
}

/* Parse, set, find a place and write: each without leaks (make check). */
static enum nas_status work(void)
{
	const char *text = "{\"a\": [1, \"x\"], \"b\": {\"c\": 4}}";
	struct nas_err err = {0};
	struct json_doc doc;
	cJSON *copy;
	char *out;

	if (json_parse(&doc, text, strlen(text), "f", &err) != NAS_OK)
		return err.code;
	if (json_set(&doc, "b.n.m=[1]", &err) != NAS_OK ||
	    json_set(&doc, "b.c={\"d\": 5}", &err) != NAS_OK) {
		json_fail(&doc, doc.root->child->next, &err, "b");
		assert_int_equal(err.diag[1].column, 22);
		json_free(&doc);
		return err.code;
	}
	copy = cJSON_CreateArray();
	json_append(copy, json_add_string(cJSON_CreateObject(), "k", "v"));
	json_append(copy, json_add_ints(cJSON_CreateObject(), "k", NULL, 0));
	out = json_print(copy);
	err.code = out ? NAS_OK : NAS_ENOMEM;
	free(out);
	cJSON_Delete(copy);
	json_free(&doc);
	return err.code;
}

static void every_request_of_memory_can_fail(void **state)
{
	cJSON_Hooks hooks = {failing_malloc, free};
	enum nas_status status = NAS_ENOMEM;
	int n;

	(void)state;
	cJSON_InitHooks(&hooks);
	for (n = 0; n < 200 && status != NAS_OK; n++) {
		mallocs_left = n;
		status = work();
		assert_true(status == NAS_OK || status == NAS_ENOMEM);
	}
	cJSON_InitHooks(NULL);
	assert_int_equal(status, NAS_OK);
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_found),
		cmocka_unit_test(sets_change_the_tree),
		cmocka_unit_test(places_survive_sets),
		cmocka_unit_test(bad_sets_change_nothing),
		cmocka_unit_test(integers_are_exact),
		cmocka_unit_test(lines_break_at_100_columns),
		cmocka_unit_test(what_is_lost_is_noticed),
		cmocka_unit_test(every_request_of_memory_can_fail),
	};
	return CHECK_RUN("json tree", tests);
}
