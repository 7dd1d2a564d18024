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

/* ---- a form's keys, and those of another ---- */

/* Moves the keys of more, and those that it requires, into schema. */
static cJSON *merge(cJSON *schema, const struct form *form)
{
	static const char *const parts[] = { "properties", "required" };
	cJSON *more = form_schema(form);

	for (int i = 0; i < 2; i++) {
		cJSON *to = cJSON_GetObjectItemCaseSensitive(schema, parts[i]);
		cJSON *from = cJSON_GetObjectItemCaseSensitive(more, parts[i]);

		for (cJSON *n; from && (n = from->child);) {
			cJSON_DetachItemViaPointer(from, n);
			if (i == 0 && !cJSON_HasObjectItem(to, n->string))
				json_add(to, n->string, n);
			else if (i == 1)
				json_append(to, n);
			else
				cJSON_Delete(n);
		}
	}
	if (!more || cJSON_IsInvalid(more))
		json_add(schema, "", NULL);
	cJSON_Delete(more);
	return schema;
}

static const struct form_field judged_fields[] = {
	OUT("in_space", BOOL, "the config's space holds the network"),
	OUT("feasible", BOOL, "it is inside the budgets"),
	OUT_MAY("outside", STRING, "where it leaves the space first, and what "
				   "is allowed there"),
	OUT_MAY("violations", OBJECTS, "budgets that it exceeds",
		.form = &violation_form),
	OUT_MAY("gap", NUMBER, "how far it can be below the best possible, "
			       "relative"),
};
OUT_PART(judged_form, "a network that was judged", judged_fields);

static cJSON *judged_schema(void)
{
	cJSON *schema = merge(form_schema(&network_form), &judged_form);

	cJSON_DeleteItemFromObjectCaseSensitive(schema, "$schema");
	return schema;
}

static cJSON *judged_list_schema(void)
{
	return list_of(judged_schema());
}

static const struct form_custom out_judged = { .schema = judged_schema };
const struct form_custom out_judged_list = { .schema = judged_list_schema };

static const struct form_field certified_fields[] = {
	OUT_SCHEMA("nas/certify/1"),
	OUT("name", STRING, "of the config"),
	OUT("seconds", NUMBER, "that it took"),
	OUT_MAY("best", OBJECT, "the best network known",
		.form = &network_form),
	OUT_MAY("architecture", CUSTOM, "the network that was given",
		.custom = &out_judged),
};
OUT_PART(certified_form, "a certificate, and the networks it is about",
	 certified_fields);

cJSON *output_certify_schema(void)
{
	cJSON *schema = merge(form_schema(&certificate_form), &certified_form);

	cJSON_ReplaceItemInObjectCaseSensitive(
		schema, "title", cJSON_CreateString("nas/certify/1"));
	return schema;
}
