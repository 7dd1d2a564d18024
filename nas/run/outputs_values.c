/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schemas of values in outputs; nothing is read or written by them. */
#include "nas/run/outputs.h"
#include "nas/run/records.h"

static cJSON *typed(const char *type)
{
	return json_add_string(cJSON_CreateObject(), "type", type);
}

static cJSON *list_of(cJSON *item)
{
	return json_add(typed("array"), "items", item);
}

static cJSON *by_name(const char *type)
{
	return json_add(typed("object"), "additionalProperties", typed(type));
}

static cJSON *texts_schema(void)
{
	return list_of(typed("string"));
}

static cJSON *numbers_schema(void)
{
	return list_of(typed("number"));
}

static cJSON *by_name_schema(void)
{
	return by_name("number");
}

static cJSON *texts_by_name_schema(void)
{
	return by_name("string");
}

static cJSON *bools_by_name_schema(void)
{
	return by_name("boolean");
}

static cJSON *integer_or_null_schema(void)
{
	cJSON *both = cJSON_CreateArray();

	json_append(both, typed("integer"));
	json_append(both, typed("null"));
	return json_add(cJSON_CreateObject(), "anyOf", both);
}

const struct form_custom out_texts = { .schema = texts_schema };
const struct form_custom out_numbers = { .schema = numbers_schema };
const struct form_custom out_by_name = { .schema = by_name_schema };
const struct form_custom out_texts_by_name = { .schema = texts_by_name_schema };
const struct form_custom out_bools_by_name = { .schema = bools_by_name_schema };
const struct form_custom out_integer_or_null = {
	.schema = integer_or_null_schema
};
