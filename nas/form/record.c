/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/record.h"

static cJSON *typed(const char *type)
{
	return json_add_string(cJSON_CreateObject(), "type", type);
}

static cJSON *list_of(const char *type)
{
	return json_add(typed("array"), "items", typed(type));
}

static cJSON *by_name(const char *type)
{
	return json_add(typed("object"), "additionalProperties", typed(type));
}

cJSON *schema_texts(void)
{
	return list_of("string");
}

cJSON *schema_numbers(void)
{
	return list_of("number");
}

cJSON *schema_by_name(void)
{
	return by_name("number");
}

cJSON *schema_texts_by_name(void)
{
	return by_name("string");
}

cJSON *schema_bools_by_name(void)
{
	return by_name("boolean");
}

static cJSON *write_texts(const void *in)
{
	const struct texts *x = in;
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < x->n; i++)
		json_append(list, cJSON_CreateString(x->text[i]));
	return list;
}

enum nas_status texts_read(const struct json_doc *doc, const cJSON *node,
			   void *out, struct nas_arena *arena,
			   struct nas_err *err)
{
	const char **text = NAS_NEW(arena, const char *,
				    (size_t)cJSON_GetArraySize(node) + 1);
	struct texts *texts = out;

	if (!cJSON_IsArray(node))
		return json_fail(doc, node, err, "must be a list of strings, "
				 "not %s", json_type_text(node));
	for (const cJSON *i = node->child; text && i; i = i->next) {
		if (!cJSON_IsString(i))
			return json_fail(doc, i, err, "must be a string, not %s",
					 json_type_text(i));
		text[texts->n++] = arena_strdup(arena, i->valuestring);
	}
	texts->text = text;
	return arena->failed ? nas_fail(err, NAS_ENOMEM,
					"out of memory for texts")
			     : NAS_OK;
}

const struct form_custom texts_custom = { .write = write_texts,
					  .schema = schema_texts };

static cJSON *write_figures(const void *in)
{
	const struct figures *x = in;
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < x->n; i++)
		json_append(list, json_number(x->x[i]));
	return list;
}

const struct form_custom figures_custom = { .write = write_figures,
					    .schema = schema_numbers };

static cJSON *write_integer(const void *in)
{
	int x = *(const int *)in;

	return x ? json_int64(x) : cJSON_CreateNull();
}

static cJSON *integer_schema(void)
{
	return schema_any_of(typed("integer"), typed("null"));
}

const struct form_custom integer_or_null = { .write = write_integer,
					     .schema = integer_schema };

static enum nas_status read_ignored(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	(void)doc, (void)node, (void)out, (void)arena, (void)err;
	return NAS_OK;
}

static cJSON *write_ignored(const void *in)
{
	(void)in;
	return FORM_NOTHING;
}

static cJSON *ignored_schema(void)
{
	return cJSON_CreateObject();
}

const struct form_custom ignored_custom = { .read = read_ignored,
					    .write = write_ignored,
					    .schema = ignored_schema };
