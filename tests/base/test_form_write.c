/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/record.h"
#include "tests/base/sample.h"

static void what_is_written_is_read_back(void **state)
{
	struct sample first;
	char *once, *twice;
	cJSON *tree;

	(void)state;
	CHECK_OK(read_sample("{\"number\": 77, \"seed\": \"-7\", \"rate\": "
			     "0.1, \"ints\": [1, 2], \"numbers\": 0.5, "
			     "\"parts\": [{\"name\": \"x\"}], \"colour\": "
			     "\"blue\", \"parity\": \"even\"}"),
		 &err);
	first = sample;
	tree = form_write(&form, &first);
	once = json_print(tree);
	cJSON_Delete(tree);
	assert_non_null(strstr(once, "\"memory\": 320000"));
	assert_null(strstr(once, "absent"));
	assert_null(strstr(once, "optional"));
	CHECK_OK(read_sample(once), &err);
	tree = form_write(&form, &sample);
	twice = json_print(tree);
	cJSON_Delete(tree);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
}

/* ---- forms that only write ---- */

struct leaf {
	int number;
	double twice;
};

struct record {
	int schema, zero;
	bool has_zero;
	const char *name;
	int nints, ncount;
	const int *ints;
	struct texts names;
	struct figures figures;
	int bits;
	struct leaf inner;
};

static void make_leaf(const void *in, int i, void *item)
{
	const struct record *r = in;
	struct leaf *leaf = item;

	assert_int_equal(leaf->number, 0); /* it is all zero before */
	leaf->number = r->ints[i];
	leaf->twice = 2 * leaf->number;
}

#define RECORD struct leaf
static const struct form_field leaf_fields[] = {
	ROW(INT, number, "of the leaf"),
	ROW(NUMBER, twice, "the same number"),
};
static const struct form leaf_form = RECORD_FORM(NULL, "a leaf", leaf_fields);

#undef RECORD
#define RECORD struct record
static const struct form_field record_fields[] = {
	ROW_SCHEMA("nas/sample/1"),
	ROW_GIVEN(INT, zero, "there although it is zero"),
	ROW_MAY(STRING, name, "may be absent"),
	ROW_LIST(INTS, ints, "numbers"),
	ROW(CUSTOM, names, "texts", .custom = &texts_custom),
	ROW(CUSTOM, figures, "numbers", .custom = &figures_custom),
	ROW(CUSTOM, bits, "null = none", .custom = &integer_or_null),
	ROW_MADE_OBJECT("first", &leaf_form, make_leaf, "of ints"),
	ROW_MADE_LIST("leaves", ncount, &leaf_form, make_leaf, "all of ints"),
	{ .type = FORM_KEYS, .form = &leaf_form,
	  .offset = offsetof(RECORD, inner) },
};
static const struct form record_form =
	RECORD_FORM("nas/sample/1", "a record", record_fields);

static void a_record_is_written_as_its_rows_say(void **state)
{
	static const int ints[] = { 3, 0 };
	static const char *const names[] = { "a", "b" };
	static const double x[] = { 0.5 };
	struct record r = {
		.has_zero = true, .nints = 2, .ncount = 2, .ints = ints,
		.names = { 2, names }, .figures = { 1, x },
		.inner = { 7, 14 },
	};
	cJSON *tree = form_write(&record_form, &r);
	char *text = json_print_line(tree);

	(void)state;
	assert_string_equal(text,
		"{\"schema\": \"nas/sample/1\", \"zero\": 0, \"ints\": [3, 0], "
		"\"names\": [\"a\", \"b\"], \"figures\": [0.5], "
		"\"bits\": null, \"first\": {\"number\": 3, \"twice\": 6}, "
		"\"leaves\": [{\"number\": 3, \"twice\": 6}, "
		"{\"number\": 0, \"twice\": 0}], "
		"\"number\": 7, \"twice\": 14}\n");
	free(text);
	cJSON_Delete(tree);
	r = (struct record){ .name = "x", .bits = 8, .nints = 1,
			     .ints = ints };
	tree = form_write(&record_form, &r);
	text = json_print_line(tree);
	assert_non_null(strstr(text, "\"name\": \"x\""));
	assert_null(strstr(text, "zero"));
	assert_non_null(strstr(text, "\"bits\": 8"));
	assert_non_null(strstr(text, "\"leaves\": []"));
	free(text);
	cJSON_Delete(tree);
}

static void the_schema_of_a_record_has_all_its_keys(void **state)
{
	cJSON *schema = form_schema(&record_form);
	cJSON *keys = cJSON_GetObjectItemCaseSensitive(schema, "properties");
	cJSON *needed = cJSON_GetObjectItemCaseSensitive(schema, "required");

	(void)state;
	for (int i = 0; record_fields[i].key; i++)
		assert_true(cJSON_HasObjectItem(keys, record_fields[i].key));
	assert_true(cJSON_HasObjectItem(keys, "twice"));
	/* all but zero and name; number and twice, which come first */
	assert_int_equal(cJSON_GetArraySize(needed), 9);
	assert_string_equal(needed->child->valuestring, "number");
	cJSON_Delete(schema);
}

static void defaults_equal_an_empty_object(void **state)
{
	struct sample defaults;
	char *a, *b;
	cJSON *tree;

	(void)state;
	CHECK_OK(read_sample("{}"), &err);
	tree = form_write(&form, &sample);
	a = json_print(tree);
	cJSON_Delete(tree);
	form_defaults(&form, &defaults, &arena);
	tree = form_write(&form, &defaults);
	b = json_print(tree);
	cJSON_Delete(tree);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void the_schema_says_what_the_form_checks(void **state)
{
	cJSON *tree = form_schema(&form);
	char *text = json_print(tree);
	struct json_doc doc;

	(void)state;
	assert_non_null(text);
	memset(&err, 0, sizeof(err));
	CHECK_OK(json_parse(&doc, text, strlen(text), "schema", &err), &err);
	json_free(&doc);
	assert_non_null(strstr(text, "draft/2020-12/schema"));
	assert_non_null(strstr(text, "\"maximum\": 65536"));
	assert_non_null(strstr(text, "\"exclusiveMinimum\": 0"));
	assert_non_null(strstr(text, "\"enum\": [\"red\", \"green\", "
				     "\"blue\"]"));
	assert_non_null(strstr(text, "\"default\": 512"));
	assert_non_null(strstr(text, "a number [networks]"));
	assert_non_null(strstr(text, "\"additionalProperties\": false"));
	free(text);
	cJSON_Delete(tree);
}

static void unsound_forms_are_found(void **state)
{
	struct form_field f[2] = {
		{.key = "a", .type = FORM_INT, .low = 1, .high = 5,
		 .fallback = "3", .help = "h"},
		{.key = "b", .type = FORM_INT, .fallback = "0", .help = "h"},
	};
	const struct form bad = {.name = "bad", .size = 8, .fields = f,
				 .nfields = 2};
	struct nas_err e = {0};

	(void)state;
	CHECK_OK(form_check(&form, &e), &e);
	CHECK_OK(form_check(&bad, &e), &e);
#define UNSOUND(change, undo, what)                                          \
	do {                                                                 \
		memset(&e, 0, sizeof(e));                                    \
		change;                                                      \
		CHECK_FAILS(form_check(&bad, &e), NAS_ERUN, &e, what);       \
		undo;                                                        \
	} while (0)
	UNSOUND(f[1].key = "a", f[1].key = "b", "duplicate");
	UNSOUND(f[0].fallback = "9", f[0].fallback = "3", "must be at most 5, not 9");
	UNSOUND(f[0].fallback = "{", f[0].fallback = "3", "expected a key");
	UNSOUND(f[0].high = 0, f[0].high = 5, "low is above high");
	UNSOUND(f[0].help = NULL, f[0].help = "h", "no help");
	UNSOUND(f[1].type = FORM_CHOICE, f[1].type = FORM_INT, "no choices");
	UNSOUND(f[1].type = FORM_OBJECT, f[1].type = FORM_INT, "no form");
	UNSOUND(f[1].type = FORM_CUSTOM, f[1].type = FORM_INT, "no functions");
	UNSOUND(f[1].offset = 8, f[1].offset = 4, "outside");
}

/* ---- memory that fails: never a key less ---- */

struct lossy {
	int *even, neven, custom, unsaid;
};

static cJSON *write_nothing(const void *in)
{
	return *(const int *)in ? cJSON_CreateTrue() : FORM_NOTHING;
}

static const struct form_custom unsaid = {read_parity, write_nothing, NULL};

static const struct form_field lossy_fields[] = {
	{.key = "even", .type = FORM_INTS,
	 .offset = offsetof(struct lossy, even),
	 .count_offset = offsetof(struct lossy, neven), .ranges = true,
	 .help = "a list with even steps"},
	{.key = "custom", .type = FORM_CUSTOM, .custom = &parity,
	 .offset = offsetof(struct lossy, custom), .help = "odd or even"},
	{.key = "unsaid", .type = FORM_CUSTOM, .custom = &unsaid,
	 .offset = offsetof(struct lossy, unsaid), .help = "may say nothing"},
};

static const struct form lossy_form = {.name = "lossy/1",
				       .size = sizeof(struct lossy),
				       .fields = lossy_fields,
				       .nfields = 3};

static int mallocs_left;

static void *failing_malloc(size_t n)
{
	return mallocs_left-- == 0 ? NULL : malloc(n);
}

static char *write_with(int mallocs)
{
	static int even[] = {2, 4, 6, 8};
	const struct lossy lossy = {even, 4, 2, 0};
	cJSON_Hooks hooks = {failing_malloc, free};
	cJSON *tree;
	char *text;

	mallocs_left = mallocs;
	cJSON_InitHooks(&hooks);
	tree = form_write(&lossy_form, &lossy);
	cJSON_InitHooks(NULL);
	text = json_print(tree);
	cJSON_Delete(tree);
	return text;
}

static void no_memory_is_no_absent_key(void **state)
{
	char *whole = write_with(-1), *text = NULL;
	int n;

	(void)state;
	assert_string_equal(whole, "{\n  \"even\": {\"min\": 2, \"max\": 8, "
				   "\"step\": 2},\n  \"custom\": \"even\"\n"
				   "}\n");
	for (n = 0; n < 100 && !text; n++)
		text = write_with(n);
	assert_string_equal(text, whole);
	assert_true(n > 8);
	free(text);
	free(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_record_is_written_as_its_rows_say),
		cmocka_unit_test(the_schema_of_a_record_has_all_its_keys),
		cmocka_unit_test(defaults_equal_an_empty_object),
		cmocka_unit_test(the_schema_says_what_the_form_checks),
		cmocka_unit_test(unsound_forms_are_found),
		cmocka_unit_test(no_memory_is_no_absent_key),
	};
	return cmocka_run_group_tests_name("form write", tests, NULL,
					   teardown) != 0;
}
