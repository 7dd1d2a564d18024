/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/policy/1. */
#include <math.h>

#include "qbr/policy_answer.h"

static const char *const statuses[] = { "optimal", "infeasible", NULL };

/* ---- amounts: an object of numbers --------------------------------------- */

static enum nas_status read_amounts(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct policy_amounts *a = out;
	size_t n = (size_t)cJSON_GetArraySize(node); /* 0 of what has none */
	const cJSON *item;

	if (!cJSON_IsObject(node))
		return json_fail(doc, node, err, "must be an object, not %s",
				 json_type_text(node));
	a->present = true;
	a->name = NAS_NEW(arena, const char *, n);
	a->x = NAS_NEW(arena, double, n);
	cJSON_ArrayForEach(item, node) {
		if (!cJSON_IsNumber(item))
			return json_fail(doc, item, err, "must be a number, "
					 "not %s", json_type_text(item));
		if (arena->failed)
			break;
		a->name[a->n] = arena_strdup(arena, item->string);
		a->x[a->n++] = item->valuedouble;
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a policy");
	return NAS_OK;
}

static cJSON *write_amounts(const void *in)
{
	const struct policy_amounts *a = in;
	cJSON *o;

	if (!a->present)
		return FORM_NOTHING;
	o = cJSON_CreateObject();
	for (int i = 0; i < a->n; i++)
		json_add_number(o, a->name[i], a->x[i]);
	return o;
}

/* An object whose values are of one kind. */
static cJSON *map_schema(cJSON *value)
{
	return json_add(json_add_string(cJSON_CreateObject(), "type",
					"object"),
			"additionalProperties", value);
}

static cJSON *amounts_schema(void)
{
	return map_schema(json_add_string(cJSON_CreateObject(), "type",
					  "number"));
}

static const struct form_custom amounts_custom = {
	.read = read_amounts, .write = write_amounts, .schema = amounts_schema
};

/* ---- names of layers ----------------------------------------------------- */

static enum nas_status read_names(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct policy_names *names = out;
	const cJSON *item;

	if (!cJSON_IsArray(node))
		return json_fail(doc, node, err, "must be an array, not %s",
				 json_type_text(node));
	names->name = NAS_NEW(arena, char *,
			      (size_t)cJSON_GetArraySize(node));
	cJSON_ArrayForEach(item, node) {
		if (!cJSON_IsString(item))
			return json_fail(doc, item, err, "must be a string, "
					 "not %s", json_type_text(item));
		if (names->name)
			names->name[names->n++] =
				arena_strdup(arena, item->valuestring);
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a policy");
	return NAS_OK;
}

static cJSON *write_names(const void *in)
{
	const struct policy_names *names = in;
	cJSON *list;

	if (names->n == 0)
		return FORM_NOTHING;
	list = cJSON_CreateArray();
	for (int i = 0; i < names->n; i++)
		json_append(list, cJSON_CreateString(names->name[i]));
	return list;
}

static cJSON *names_schema(void)
{
	cJSON *item = json_add_string(cJSON_CreateObject(), "type", "string");

	return json_add(json_add_string(cJSON_CreateObject(), "type", "array"),
			"items", item);
}

static const struct form_custom names_custom = { .read = read_names,
						 .write = write_names,
						 .schema = names_schema };

/* ---- a policy ------------------------------------------------------------ */

#define BITS(member) offsetof(struct policy_bits, member)
#define LIST(name, at, what)                                                 \
	{ .key = #name, .type = FORM_INTS, .offset = (at) + BITS(name),      \
	  .count_offset = (at) + BITS(n##name), .low = 0, .high = 64,        \
	  .max_count = POLICY_LAYERS_MAX, .fallback = "", .unit = "bits",    \
	  .help = what }

/* what a policy has, in a struct at an offset */
#define POLICY_FIELDS(at)                                                    \
	{ .key = "loss", .type = FORM_CUSTOM, .offset = (at) + BITS(loss),   \
	  .custom = &number_slot_custom, .fallback = "",                     \
	  .help = "sum of the layers' losses" },                             \
	LIST(bits_w, at, "of the weights of each layer; 0 or 32 = float"),   \
	LIST(bits_a, at, "of the input of each layer; 0 or 32 = float"),     \
	{ .key = "layers", .type = FORM_CUSTOM,                              \
	  .offset = (at) + BITS(layers), .custom = &names_custom,            \
	  .fallback = "", .help = "their names" },                           \
	{ .key = "cost", .type = FORM_CUSTOM, .offset = (at) + BITS(cost),   \
	  .custom = &amounts_custom, .fallback = "",                         \
	  .help = "of all layers, by budget" }

static const struct form_field bits_fields[] = { POLICY_FIELDS(0) };

static const struct form bits_form = {
	.title = "bits of every layer",
	.size = sizeof(struct policy_bits),
	.fields = bits_fields,
	.nfields = sizeof(bits_fields) / sizeof(bits_fields[0]),
};

static enum nas_status read_nearest(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct policy_nearest *nearest = out;

	nearest->present = true;
	return form_read(&bits_form, doc, node, &nearest->bits, arena, err);
}

static cJSON *write_nearest(const void *in)
{
	const struct policy_nearest *nearest = in;

	return nearest->present ? form_write(&bits_form, &nearest->bits)
				: FORM_NOTHING;
}

static cJSON *nearest_schema(void)
{
	return form_part_schema(&bits_form);
}

static const struct form_custom nearest_custom = { .read = read_nearest,
						   .write = write_nearest,
						   .schema = nearest_schema };

/* ---- what is short, by budget -------------------------------------------- */

#define SHORT(name, what)                                                    \
	{ .key = #name, .type = FORM_NUMBER,                                 \
	  .offset = offsetof(struct policy_shortage, name),                  \
	  .low = -HUGE_VAL, .high = HUGE_VAL, .help = what }

static const struct form_field shortage_fields[] = {
	SHORT(limit, "the budget"),
	SHORT(least, "that any policy needs"),
	SHORT(over, "least - limit, 0 at least"),
};

static const struct form shortage_form = {
	.title = "a budget and what is needed of it",
	.size = sizeof(struct policy_shortage),
	.fields = shortage_fields,
	.nfields = sizeof(shortage_fields) / sizeof(shortage_fields[0]),
};

static enum nas_status read_shortages(const struct json_doc *doc,
				      const cJSON *node, void *out,
				      struct nas_arena *arena,
				      struct nas_err *err)
{
	struct policy_shortages *s = out;
	const cJSON *item;

	if (!cJSON_IsObject(node))
		return json_fail(doc, node, err, "must be an object, not %s",
				 json_type_text(node));
	s->present = true;
	s->one = NAS_NEW(arena, struct policy_shortage,
			 (size_t)cJSON_GetArraySize(node));
	if (!s->one)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a policy");
	cJSON_ArrayForEach(item, node) {
		struct policy_shortage *one = &s->one[s->n++];

		if (form_read(&shortage_form, doc, item, one, arena, err))
			return err->code;
		one->budget = arena_strdup(arena, item->string);
		if (!one->budget)
			return nas_fail(err, NAS_ENOMEM,
					"out of memory for a policy");
	}
	return NAS_OK;
}

static cJSON *write_shortages(const void *in)
{
	const struct policy_shortages *s = in;
	cJSON *o;

	if (!s->present)
		return FORM_NOTHING;
	o = cJSON_CreateObject();
	for (int i = 0; i < s->n; i++)
		json_add(o, s->one[i].budget,
			 form_write(&shortage_form, &s->one[i]));
	return o;
}

static cJSON *shortages_schema(void)
{
	return map_schema(form_part_schema(&shortage_form));
}

static const struct form_custom shortages_custom = {
	.read = read_shortages, .write = write_shortages,
	.schema = shortages_schema
};

/* ---- the whole ----------------------------------------------------------- */

#define AT(member) .offset = offsetof(struct policy_answer, member)
#define NUMBER(name, what)                                                   \
	{ .key = #name, .type = FORM_CUSTOM, AT(name),                       \
	  .custom = &number_slot_custom, .fallback = "", .help = what }
#define AMOUNTS(name, what)                                                  \
	{ .key = #name, .type = FORM_CUSTOM, AT(name),                       \
	  .custom = &amounts_custom, .fallback = "", .help = what }

static const char *const schemas[] = { "nas/policy/1", NULL };

static const struct form_field fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema),
	  .choices = schemas, .fallback = "\"nas/policy/1\"",
	  .help = "of this file" },
	{ .key = "name", .type = FORM_STRING, AT(name), .fallback = "",
	  .help = "of the problem" },
	{ .key = "status", .type = FORM_CHOICE, AT(status),
	  .choices = statuses, .fallback = "\"optimal\"",
	  .help = "optimal; infeasible: no policy meets the budgets" },
	POLICY_FIELDS(offsetof(struct policy_answer, policy)),
	NUMBER(bound, "no policy inside the budgets loses less"),
	NUMBER(gap, "(loss - bound) / |loss|"),
	AMOUNTS(budgets, "upper limits"),
	{ .key = "infeasible", .type = FORM_CUSTOM, AT(infeasible),
	  .custom = &shortages_custom, .fallback = "",
	  .help = "what is short, by budget" },
	NUMBER(budgets_times, "the smallest factor on all budgets that makes "
	       "a policy fit"),
	{ .key = "nearest", .type = FORM_CUSTOM, AT(nearest),
	  .custom = &nearest_custom, .fallback = "",
	  .help = "the least violating policy" },
	NUMBER(relaxed_bound, "bound of the relaxation alone"),
	AMOUNTS(worth, "loss that one more unit of each budget saves"),
	{ .key = "method", .type = FORM_STRING, AT(method), .fallback = "",
	  .help = "what proved it" },
	NUMBER(full_size, "bytes of the weights of 32 bits; of a trained "
	       "network"),
	NUMBER(full_bitops, "MACs x 32 x 32"),
	NUMBER(full_bitops_with_biases, "(MACs and one addition for each "
	       "value that layers put out) x 32 x 32, as some papers count"),
	NUMBER(full_bitops_with_norms, "(MACs and four operations for each "
	       "value of a convolution) x 32 x 32: normalisation as thop has "
	       "counted it"),
	NUMBER(compression, "full_bitops by those of the policy"),
	{ .key = "quantiser", .type = FORM_STRING, AT(quantiser),
	  .fallback = "", .help = "grid of the weights that the losses were "
				  "measured with" },
	{ .key = "latency_by", .type = FORM_STRING, AT(latency_by),
	  .fallback = "",
	  .help = "what latency_ms is counted by, and how far that is off; "
		  "absent when it is not counted" },
	NUMBER(sram_bytes, "of activations that are alive at once, at most; of "
	       "a trained network"),
	{ .key = "sram_at", .type = FORM_STRING, AT(sram_at), .fallback = "",
	  .help = "the operator that runs then" },
};

const struct form policy_form = {
	.name = "nas/policy/1",
	.title = "bits for every layer of a network",
	.size = sizeof(struct policy_answer),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};
