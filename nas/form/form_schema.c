/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms: to JSON Schema 2020-12, and the soundness of a form itself.
 */
#include <math.h>
#include <string.h>

#include "nas/form/form_read.h"

static cJSON *typed(const char *type)
{
	return json_add_string(cJSON_CreateObject(), "type", type);
}

static cJSON *add_bounds(cJSON *schema, const struct form_field *f)
{
	double low, high;

	form_bounds(f, &low, &high);
	if (isfinite(low))
		json_add_number(schema, f->exclusive_low ? "exclusiveMinimum"
							 : "minimum",
				low);
	if (isfinite(high))
		json_add_number(schema, "maximum", high);
	return schema;
}

cJSON *schema_any_of(cJSON *a, cJSON *b)
{
	cJSON *both = cJSON_CreateArray();

	json_append(both, a);
	json_append(both, b);
	return json_add(cJSON_CreateObject(), "anyOf", both);
}

static cJSON *text_like(const char *pattern)
{
	return json_add_string(typed("string"), "pattern", pattern);
}

static cJSON *string_schema(const struct form_field *f)
{
	cJSON *schema = typed("string");
	double low, high;

	form_bounds(f, &low, &high);
	/* Schema counts characters, the form bytes: only these agree. */
	if (low > 0)
		json_add_number(schema, "minLength", 1);
	if (isfinite(high))
		json_add_number(schema, "maxLength", high);
	return schema;
}

static cJSON *choice_schema(const struct form_field *f)
{
	cJSON *all = cJSON_CreateArray();
	int i;

	for (i = 0; i < form_count_choices(f); i++)
		json_append(all, cJSON_CreateString(form_choice(f, i)));
	return json_add(cJSON_CreateObject(), "enum", all);
}

static cJSON *list_schema(const struct form_field *f)
{
	cJSON *list = typed("array"), *item;
	const char *type = f->type == FORM_INTS ? "integer" : "number";

	item = f->type == FORM_OBJECTS ? form_part_schema(f->form)
				       : add_bounds(typed(type), f);
	if (f->base) /* an item may lack any key */
		cJSON_DeleteItemFromObjectCaseSensitive(item, "required");
	json_add(list, "items", item);
	if (f->min_count > 0)
		json_add_number(list, "minItems", f->min_count);
	if (f->max_count > 0)
		json_add_number(list, "maxItems", f->max_count);
	if (f->type == FORM_OBJECTS || f->min_count > 1)
		return list;
	list = schema_any_of(add_bounds(typed(type), f), list);
	return f->ranges ? schema_any_of(list, form_range_schema()) : list;
}

static cJSON *value_schema(const struct form_field *f)
{
	switch (f->type) {
	case FORM_INT:
		return add_bounds(typed("integer"), f);
	case FORM_INT64:
		return schema_any_of(add_bounds(typed("integer"), f),
			      text_like("^(0|-?[1-9][0-9]{0,18})$"));
	case FORM_NUMBER:
		return add_bounds(typed("number"), f);
	case FORM_BYTES:
		return schema_any_of(add_bounds(typed("number"), f),
			      text_like("^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)"
					"([eE][+-]?[0-9]+)?"
					"( *([kKMGT]i?[Bb]?|[Bb]))?$"));
	case FORM_BOOL:
		return typed("boolean");
	case FORM_STRING:
		return string_schema(f);
	case FORM_CHOICE:
		return choice_schema(f);
	case FORM_INTS:
	case FORM_NUMBERS:
	case FORM_OBJECTS:
		return list_schema(f);
	case FORM_KEYS:
	case FORM_OBJECT:
		return form_part_schema(f->form);
	case FORM_CUSTOM:
		return f->custom->schema ? f->custom->schema()
					 : cJSON_CreateObject();
	}
	nas_bug(__FILE__, __LINE__, "form type");
}

/* "networks kept by each island [bytes]" */
static void add_help(cJSON *schema, const struct form_field *f)
{
	char help[512];

	if (!f->help)
		return;
	if (f->unit && *f->unit)
		snprintf(help, sizeof(help), "%s [%s]", f->help, f->unit);
	else
		snprintf(help, sizeof(help), "%s", f->help);
	cJSON_DeleteItemFromObjectCaseSensitive(schema, "description");
	json_add_string(schema, "description", help);
}

static cJSON *field_schema(const struct form_field *f)
{
	cJSON *schema = value_schema(f);

	add_help(schema, f);
	if (f->fallback && *f->fallback)
		json_add(schema, "default", cJSON_Parse(f->fallback));
	return schema;
}

/* Those of other forms come first. */
static void add_keys(cJSON *keys, cJSON *required, const struct form *form)
{
	const struct form_field *f, *end = form->fields + form->nfields;

	for (f = form->fields; f < end; f++)
		if (f->type == FORM_KEYS)
			add_keys(keys, required, f->form);
	for (f = form->fields; f < end; f++) {
		if (f->type == FORM_KEYS)
			continue;
		cJSON_DeleteItemFromObjectCaseSensitive(keys, f->key);
		json_add(keys, f->key, field_schema(f));
		if (!f->fallback)
			json_append(required, cJSON_CreateString(f->key));
	}
}

cJSON *form_part_schema(const struct form *form)
{
	cJSON *schema = typed("object"), *keys = cJSON_CreateObject();
	cJSON *required = cJSON_CreateArray();

	if (form->title)
		json_add_string(schema, "description", form->title);
	json_add(keys, "$schema", typed("string"));
	json_add(keys, "comment", cJSON_CreateTrue());
	add_keys(keys, required, form);
	json_add(schema, "properties", keys);
	json_add(schema, "required", required);
	return json_add_bool(schema, "additionalProperties", 0);
}

cJSON *form_schema(const struct form *form)
{
	cJSON *schema = cJSON_CreateObject();

	json_add_string(schema, "$schema",
			"https://json-schema.org/draft/2020-12/schema");
	if (form->name)
		json_add_string(schema, "title", form->name);
	return json_take(schema, form_part_schema(form));
}

cJSON *form_part_schema_or_null(const struct form *form)
{
	return schema_any_of(form_part_schema(form), typed("null"));
}

static enum nas_status unsound(struct nas_err *err, const struct form *form,
			       const struct form_field *f, const char *why)
{
	return nas_fail(err, NAS_ERUN, "form '%s', field '%s': %s",
			form->name ? form->name : "", f->key ? f->key : "",
			why);
}

/* Why the record of a field is wrong, or NULL. */
static const char *fault(const struct form *form, const struct form_field *f)
{
	const struct form_field *other;
	bool nests = f->type == FORM_OBJECT || f->type == FORM_OBJECTS ||
		     f->type == FORM_KEYS;
	double low, high;

	if (!f->key || !*f->key)
		return "no key";
	for (other = form->fields; other < f; other++)
		if (!strcmp(other->key, f->key))
			return "duplicate key";
	form_bounds(f, &low, &high);
	if (!(low <= high))
		return "low is above high";
	if (f->max_count && f->min_count > f->max_count)
		return "min_count is above max_count";
	if (f->offset >= form->size ||
	    (form_is_list(f) && f->count_offset + sizeof(int) > form->size))
		return "outside its struct";
	if (f->type == FORM_CHOICE && form_count_choices(f) == 0)
		return "no choices";
	if (nests && !f->form)
		return "no form";
	if (f->type == FORM_CUSTOM &&
	    (!f->custom || !f->custom->read || !f->custom->write))
		return "no functions";
	return f->help ? NULL : "no help";
}

static enum nas_status check_field(const struct form *form,
				   const struct form_field *f, void *scratch,
				   struct nas_arena *arena, struct nas_err *err)
{
	const char *why = fault(form, f);
	struct nas_err inner = {0};

	if (why)
		return unsound(err, form, f, why);
	if (f->form && form_check(f->form, err) != NAS_OK)
		return err->code;
	if (f->fallback &&
	    form_read_fallback(f, scratch, arena, &inner) != NAS_OK)
		return unsound(err, form, f, nas_err_msg(&inner, 0));
	return NAS_OK;
}

enum nas_status form_check(const struct form *form, struct nas_err *err)
{
	enum nas_status status = NAS_OK;
	struct nas_arena arena;
	void *scratch;
	int i;

	arena_init(&arena, (size_t)64 << 20);
	scratch = arena_alloc(&arena, 1, form->size);
	if (!scratch)
		status = nas_fail(err, NAS_ENOMEM, "out of memory for '%s'",
				  form->name);
	for (i = 0; i < form->nfields && status == NAS_OK; i++)
		status = check_field(form, &form->fields[i], scratch, &arena,
				     err);
	arena_free(&arena);
	return status;
}
