/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/policy_form.h"

#include <math.h>

#include "nas/form/record.h"

#define AT(type, member) .offset = offsetof(struct type, member)

static enum nas_status read_map(const struct json_doc *doc, const cJSON *node,
				void *out, struct nas_arena *arena,
				struct nas_err *err)
{
	struct map *map = out;

	(void)arena;
	if (!cJSON_IsObject(node))
		return json_fail(doc, node, err, "must be an object, not %s",
				 json_type_text(node));
	map->node = node;
	for (const cJSON *n = node->child; n; n = n->next, map->n++)
		if (!cJSON_IsNumber(n))
			(void)json_fail(doc, n, err,
					"must be a number, not %s",
					json_type_text(n));
		else if (n->valuedouble < 0)
			(void)json_fail(doc, n, err, "must be at least 0, not "
						     "%g",
					n->valuedouble);
	return err->code;
}

static enum nas_status read_index(const struct json_doc *doc,
				  const cJSON *node, int *i,
				  struct nas_err *err)
{
	double x = cJSON_IsNumber(node) ? node->valuedouble : -1;

	if (x < 0 || x >= POLICY_LAYERS_MAX || x != floor(x))
		return json_fail(doc, node, err, "must be the number of a "
				 "layer, from 0");
	*i = (int)x;
	return NAS_OK;
}

/* [[i, j, ...], ...]: neighbours in a list become pairs. */
static enum nas_status read_pairs(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct pairs *p = out;
	int room = 0;
	const cJSON *set, *n;

	cJSON_ArrayForEach(set, node) {
		if (!cJSON_IsArray(set) || cJSON_GetArraySize(set) < 2)
			return json_fail(doc, set, err, "must be an array of "
					 "two or more layers");
		room += cJSON_GetArraySize(set) - 1;
	}
	if (!cJSON_IsArray(node))
		return json_fail(doc, node, err, "must be an array, not %s",
				 json_type_text(node));
	p->pair = NAS_NEW(arena, struct policy_pair, (size_t)room);
	if (!p->pair)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the pairs");
	cJSON_ArrayForEach(set, node)
		for (n = set->child; n->next; n = n->next, p->n++)
			if (read_index(doc, n, &p->pair[p->n].a, err) ||
			    read_index(doc, n->next, &p->pair[p->n].b, err))
				return err->code;
	return NAS_OK;
}

static cJSON *map_schema(void)
{
	cJSON *number = json_add_string(cJSON_CreateObject(), "type",
					"number");

	json_add_number(number, "minimum", 0);
	return json_add(json_add_string(cJSON_CreateObject(), "type",
					"object"),
			"additionalProperties", number);
}

static cJSON *pairs_schema(void)
{
	cJSON *index = json_add_string(cJSON_CreateObject(), "type",
				       "integer");
	cJSON *set = json_add_string(cJSON_CreateObject(), "type", "array");

	json_add_number(set, "minItems", 2);
	json_add(set, "items", json_add_number(index, "minimum", 0));
	return json_add(json_add_string(cJSON_CreateObject(), "type", "array"),
			"items", set);
}

static const struct form_custom map_custom = {
	.read = read_map, .schema = map_schema
};
static const struct form_custom pairs_custom = {
	.read = read_pairs, .schema = pairs_schema
};

static const struct form_field choice_fields[] = {
	{ .key = "bits_w", .type = FORM_INT, AT(choice_read, bits_w),
	  .low = 1, .high = 64, .help = "bits of the weights" },
	{ .key = "bits_a", .type = FORM_INT, AT(choice_read, bits_a),
	  .low = 1, .high = 64, .fallback = "32",
	  .help = "bits of the input" },
	{ .key = "loss", .type = FORM_NUMBER, AT(choice_read, loss),
	  .help = "what the choice loses" },
	{ .key = "cost", .type = FORM_CUSTOM, AT(choice_read, cost),
	  .custom = &map_custom, .fallback = "",
	  .help = "what it costs, by budget" },
};

static const struct form choice_form = {
	.title = "bits that a layer may have",
	.size = sizeof(struct choice_read),
	.fields = choice_fields,
	.nfields = sizeof(choice_fields) / sizeof(choice_fields[0]),
};

static const struct form_field layer_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(layer_read, name),
	  .fallback = "\"\"", .help = "for people" },
	{ .key = "choices", .type = FORM_OBJECTS, AT(layer_read, choice),
	  .count_offset = offsetof(struct layer_read, nchoices),
	  .min_count = 1, .max_count = POLICY_CHOICES_MAX,
	  .form = &choice_form, .help = "different bits each" },
};

static const struct form layer_form = {
	.title = "a layer",
	.size = sizeof(struct layer_read),
	.fields = layer_fields,
	.nfields = sizeof(layer_fields) / sizeof(layer_fields[0]),
};

static const struct form_field case_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(case_read, name),
	  .fallback = "\"\"", .help = "for people" },
	{ .key = "budgets", .type = FORM_CUSTOM, AT(case_read, budgets),
	  .custom = &map_custom, .help = "upper limits" },
	{ .key = "expect", .type = FORM_CUSTOM, AT(case_read, ignored),
	  .custom = &ignored_custom, .fallback = "null",
	  .help = "ignored" },
	{ .key = "published_bits", .type = FORM_CUSTOM,
	  AT(case_read, ignored), .custom = &ignored_custom,
	  .fallback = "null", .help = "ignored" },
};

static const struct form case_form = {
	.title = "budgets of one problem",
	.size = sizeof(struct case_read),
	.fields = case_fields,
	.nfields = sizeof(case_fields) / sizeof(case_fields[0]),
};

static const struct form_field file_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(file_read, name),
	  .fallback = "\"\"", .help = "for people" },
	{ .key = "layers", .type = FORM_OBJECTS, AT(file_read, layer),
	  .count_offset = offsetof(struct file_read, nlayers),
	  .min_count = 1, .max_count = POLICY_LAYERS_MAX,
	  .form = &layer_form, .help = "with their choices" },
	{ .key = "ties", .type = FORM_CUSTOM, AT(file_read, ties),
	  .custom = &pairs_custom, .fallback = "[]",
	  .help = "layers with equal bits" },
	{ .key = "orders", .type = FORM_CUSTOM, AT(file_read, orders),
	  .custom = &pairs_custom, .fallback = "[]",
	  .help = "[i, j]: i has no fewer bits than j" },
	{ .key = "budgets", .type = FORM_CUSTOM, AT(file_read, budgets),
	  .custom = &map_custom, .fallback = "", .help = "upper limits" },
	{ .key = "problems", .type = FORM_OBJECTS, AT(file_read, one),
	  .count_offset = offsetof(struct file_read, ncases),
	  .max_count = 10000, .form = &case_form, .fallback = "[]",
	  .help = "several sets of budgets" },
	{ .key = "about", .type = FORM_CUSTOM, AT(file_read, ignored),
	  .custom = &ignored_custom, .fallback = "null",
	  .help = "ignored" },
};

const struct form policy_file_form = {
	.name = "nas/problem/1",
	.title = "which bits each layer may have, and budgets",
	.size = sizeof(struct file_read),
	.fields = file_fields,
	.nfields = sizeof(file_fields) / sizeof(file_fields[0]),
};
