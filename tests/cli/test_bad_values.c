/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every key of every form that is read: missing, misspelt, twice, null, of
 * another type, beyond its bounds, not whole, no number. All from the forms'
 * tables and one good file each, so that a new key cannot go untested: each
 * such file is refused as bad input, at the place of the value.
 */
#include <math.h>
#include <stdlib.h>

#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/run/config.h"
#include "nas/run/score_file.h"
#include "qbr/policy_form.h"
#include "spaces/latency.h"
#include "tests/check.h"

#define MARK "\"@@@\"" /* stands where raw text is to go */
#define VALUES 16

static int tried;

/* What reading such a text says. */
static void refuse(const struct form *form, const char *text, const char *path,
		   const char *what)
{
	struct nas_err err = { 0 };
	struct nas_arena arena;
	struct json_doc doc = { 0 };
	void *out = calloc(1, form->size);
	bool named = false;

	arena_init(&arena, (size_t)1 << 30);
	if (json_parse(&doc, text, strlen(text), "file", &err) == NAS_OK)
		(void)!form_read(form, &doc, doc.root, out, &arena, &err);
	json_free(&doc);
	for (int i = 0; i < err.kept; i++)
		if (strncmp(nas_err_path(&err, i), path, strlen(path)) == 0)
			named = true;
	if (err.code != NAS_EINPUT || !named)
		fail_msg("%s: %s at '%s': code %d, '%s' at '%s'", form->name,
			 what, path, err.code, nas_err_msg(&err, 0),
			 nas_err_path(&err, 0));
	tried++;
	arena_free(&arena);
	free(out);
}

/* The file with raw text in the place of the mark. A text that is no JSON has
 * no path. */
static void refuse_with(const struct form *form, const cJSON *root,
			const char *raw, const char *path, const char *what)
{
	char *text = json_print(root), *at = text ? strstr(text, MARK) : NULL;
	struct nas_text whole = { 0 };

	assert_non_null(at);
	text_addn(&whole, text, (size_t)(at - text));
	text_add(&whole, raw);
	text_add(&whole, at + strlen(MARK));
	refuse(form, whole.data, path, what);
	text_free(&whole);
	free(text);
}

static bool is_number(const struct form_field *f)
{
	return f->type == FORM_INT || f->type == FORM_INT64 ||
	       f->type == FORM_INTS || f->type == FORM_NUMBER ||
	       f->type == FORM_NUMBERS || f->type == FORM_BYTES;
}

/* Numbers that the field may not have. */
static int wrong_numbers(const struct form_field *f, char raw[][64])
{
	bool list = f->type == FORM_INTS || f->type == FORM_NUMBERS;
	double low, high;
	int n = 0;

	form_bounds(f, &low, &high);
	snprintf(raw[n++], 64, "\"NaN\"");
	if (f->type == FORM_INT || f->type == FORM_INT64 ||
	    f->type == FORM_INTS)
		snprintf(raw[n++], 64, list ? "[2.5]" : "2.5");
	if (list)
		snprintf(raw[n++], 64, "[null]");
	if (isfinite(low))
		snprintf(raw[n++], 64, list ? "[%.17g]" : "%.17g",
			 f->exclusive_low ? low : low - fabs(low) - 1);
	if (isfinite(high) && high < 1e300)
		snprintf(raw[n++], 64, list ? "[%.17g]" : "%.17g",
			 high + fabs(high) + 1);
	return n;
}

/* Texts that the field may not have as its value. */
static int wrong_values(const struct form_field *f, char raw[][64])
{
	int n = 0;

	snprintf(raw[n++], 64, "[[[]]]");
	if (f->type == FORM_CUSTOM)
		return n;
	snprintf(raw[n++], 64, "null");
	snprintf(raw[n++], 64, f->type == FORM_OBJECT ? "7" : "{\"a\": {}}");
	if (f->type != FORM_BOOL)
		snprintf(raw[n++], 64, "true");
	if (f->type != FORM_STRING)
		snprintf(raw[n++], 64, "\"no such value\"");
	if (f->type == FORM_STRING && f->low > 0)
		snprintf(raw[n++], 64, "\"\"");
	if (!is_number(f) && f->type != FORM_BOOL)
		snprintf(raw[n++], 64, "17");
	return n + (is_number(f) ? wrong_numbers(f, raw + n) : 0);
}

/* The value of the key in the object as raw text, then as it was. */
static void try_value(const struct form *form, const cJSON *root, cJSON *object,
		      const char *key, const char *raw, const char *path)
{
	cJSON *old = cJSON_DetachItemFromObjectCaseSensitive(object, key);

	cJSON_AddItemToObject(object, key, cJSON_CreateString("@@@"));
	refuse_with(form, root, raw, path, raw);
	cJSON_DeleteItemFromObjectCaseSensitive(object, key);
	cJSON_AddItemToObject(object, key, old);
}

/* No number of C: the text is refused as a whole, without a path. */
static void try_no_numbers(const struct form *form, const cJSON *root,
			   cJSON *object, const char *key)
{
	static const char *const raw[] = { "1e999", "-1e999", "NaN", "01", "" };

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
		try_value(form, root, object, key, raw[i], "");
}

static void try_key(const struct form *form, const cJSON *root, cJSON *object,
		    const struct form_field *f, const char *at)
{
	char path[256], misspelt[80], *twice;
	cJSON *old = cJSON_DetachItemFromObjectCaseSensitive(object, f->key);

	snprintf(path, sizeof(path), "%s/%s", at, f->key);
	snprintf(misspelt, sizeof(misspelt), "%sx", f->key);
	cJSON_AddItemToObject(object, misspelt, old);
	twice = json_print(root);
	snprintf(path, sizeof(path), "%s/%s", at, misspelt);
	refuse(form, twice, path, "misspelt");
	free(twice);
	old = cJSON_DetachItemFromObjectCaseSensitive(object, misspelt);
	if (!f->fallback) {
		twice = json_print(root);
		refuse(form, twice, at, "missing");
		free(twice);
	}
	snprintf(path, sizeof(path), "%s/%s", at, f->key);
	cJSON_AddItemToObject(object, f->key, old);
	cJSON_AddItemToObject(object, f->key, cJSON_Duplicate(old, true));
	twice = json_print(root);
	refuse(form, twice, path, "twice");
	free(twice);
	cJSON_Delete(cJSON_DetachItemViaPointer(object, object->child->prev));
}

static void try_form(const struct form *whole, const struct form *form,
		     const cJSON *root, cJSON *object, const char *at)
{
	for (int i = 0; i < form->nfields; i++) {
		const struct form_field *f = &form->fields[i];
		cJSON *node = cJSON_GetObjectItemCaseSensitive(object, f->key);
		char raw[VALUES][64], path[256];
		int n = wrong_values(f, raw);

		if (!node)
			continue;
		snprintf(path, sizeof(path), "%s/%s", at, f->key);
		try_key(whole, root, object, f, at);
		try_no_numbers(whole, root, object, f->key);
		for (int k = 0; k < n; k++)
			try_value(whole, root, object, f->key, raw[k], path);
		node = cJSON_GetObjectItemCaseSensitive(object, f->key);
		if (f->type == FORM_OBJECT)
			try_form(whole, f->form, root, node, path);
		if (f->type != FORM_OBJECTS || !node->child)
			continue;
		snprintf(path, sizeof(path), "%s/%s/0", at, f->key);
		try_form(whole, f->form, root, node->child, path);
	}
}

static void try_text(const struct form *form, const char *text, int least)
{
	struct nas_err err = { 0 };
	struct nas_arena arena;
	struct json_doc doc;
	void *out = calloc(1, form->size);
	int before = tried;

	arena_init(&arena, (size_t)1 << 30);
	assert_int_equal(json_parse(&doc, text, strlen(text), "file", &err),
			 NAS_OK);
	if (form_read(form, &doc, doc.root, out, &arena, &err) != NAS_OK)
		fail_msg("%s: the good file: %s at '%s'", form->name,
			 nas_err_msg(&err, 0), nas_err_path(&err, 0));
	try_form(form, form, doc.root, doc.root, "");
	print_message("# %s: %d bad files\n", form->name, tried - before);
	assert_true(tried - before >= least);
	json_free(&doc);
	arena_free(&arena);
	free(out);
}

static void config(void **state)
{
	struct nas_err err = { 0 };
	struct nas_arena arena;
	static struct nas_config c;
	cJSON *tree;
	char *text;

	(void)state;
	arena_init(&arena, (size_t)1 << 30);
	assert_int_equal(config_read(&c, "configs/quick.json", NULL, 0, &arena,
				     &err), NAS_OK);
	tree = config_write(&c);
	text = json_print(tree);
	try_text(&config_form, text, 500);
	free(text);
	cJSON_Delete(tree);
	arena_free(&arena);
}

static void files(void **state)
{
	(void)state;
	try_text(&latency_form,
		 "{\"schema\": \"nas/latency/1\", \"name\": \"n\", "
		 "\"board\": \"b\", \"runtime\": \"r\", \"source\": \"s\", "
		 "\"clock_mhz\": 1, \"coefficients\": {\"macs_conv\": 1, "
		 "\"macs_depthwise\": 2}}", 60);
	try_text(&score_file_form,
		 "{\"schema\": \"nas/score/1\", \"name\": \"n\", \"features\": "
		 "[{\"feature\": \"blocks\", \"weight\": 1, \"scale\": 2}]}",
		 30);
	try_text(&policy_file_form,
		 "{\"layers\": [{\"name\": \"l\", \"choices\": [{\"bits_w\": 2, "
		 "\"bits_a\": 8, \"loss\": 1, \"cost\": {\"size\": 5}}]}], "
		 "\"budgets\": {\"size\": 9}}", 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
