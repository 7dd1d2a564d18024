/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a search space in a config. */
#include <string.h>

#include "spaces/arch_entry.h"
#include "spaces/space.h"

static const char *const expand_names[] = { "out", "in", NULL };

/* false, true, or both in a list. */
static enum nas_status read_se(const struct json_doc *doc, const cJSON *node,
			       void *out, struct nas_arena *arena,
			       struct nas_err *err)
{
	struct nas_stage *st =
		(void *)((char *)out - offsetof(struct nas_stage, nse));
	const cJSON *item = cJSON_IsArray(node) ? node->child : node;
	bool seen[2] = { false, false };

	for (; item; item = cJSON_IsArray(node) ? item->next : NULL) {
		if (!cJSON_IsBool(item))
			return json_fail(doc, item, err,
					 "must be true, false or a list of "
					 "both");
		seen[cJSON_IsTrue(item)] = true;
	}
	if (!seen[0] && !seen[1])
		return json_fail(doc, node, err, "must not be empty");
	st->se = NAS_NEW(arena, int, 2);
	if (!st->se)
		return nas_fail(err, NAS_ENOMEM, "out of memory for choices");
	st->nse = 0;
	for (int i = 0; i < 2; i++)
		if (seen[i])
			st->se[st->nse++] = i;
	return NAS_OK;
}

static cJSON *write_se(const void *in)
{
	const struct nas_stage *st =
		(const void *)((const char *)in -
			       offsetof(struct nas_stage, nse));
	cJSON *list;

	if (st->nse < 2)
		return cJSON_CreateBool(st->nse == 1 && st->se[0]);
	list = cJSON_CreateArray();
	json_append(list, cJSON_CreateFalse());
	return json_append(list, cJSON_CreateTrue());
}

static cJSON *se_schema(void)
{
	return cJSON_Parse("{\"anyOf\": [{\"type\": \"boolean\"}, {\"type\": "
			   "\"array\", \"items\": {\"type\": \"boolean\"}, "
			   "\"minItems\": 1, \"maxItems\": 2}]}");
}

static const struct form_custom se_custom = { .read = read_se,
					      .write = write_se,
					      .schema = se_schema };

/* ---- what each block chooses ---- */

static const struct {
	const char *name; /* a key of the stage */
	unsigned bit;
} each_names[] = { { "kernel", EACH_KERNEL }, { "expansion", EACH_EXPAND } };

#define EACH_NAMES (sizeof(each_names) / sizeof(each_names[0]))

static unsigned each_bit(const cJSON *node)
{
	for (size_t i = 0; cJSON_IsString(node) && i < EACH_NAMES; i++)
		if (strcmp(node->valuestring, each_names[i].name) == 0)
			return each_names[i].bit;
	return 0;
}

static enum nas_status read_each(const struct json_doc *doc,
				 const cJSON *node, void *out,
				 struct nas_arena *arena, struct nas_err *err)
{
	const cJSON *item = cJSON_IsArray(node) ? node->child : node;
	unsigned *each = out;

	(void)arena;
	for (; item; item = cJSON_IsArray(node) ? item->next : NULL) {
		if (!each_bit(item))
			return json_fail(doc, item, err, "must be \"kernel\", "
					 "\"expansion\" or a list of both");
		*each |= each_bit(item);
	}
	return NAS_OK;
}

static cJSON *write_each(const void *in)
{
	const unsigned *each = in;
	cJSON *list;

	if (!*each)
		return FORM_NOTHING;
	list = cJSON_CreateArray();
	for (size_t i = 0; i < EACH_NAMES; i++)
		if (*each & each_names[i].bit)
			json_append(list,
				    cJSON_CreateString(each_names[i].name));
	return list;
}

static cJSON *each_schema(void)
{
	return cJSON_Parse("{\"anyOf\": [{\"enum\": [\"kernel\", "
			   "\"expansion\"]}, {\"type\": \"array\", "
			   "\"items\": {\"enum\": [\"kernel\", "
			   "\"expansion\"]}}]}");
}

static const struct form_custom each_custom = { .read = read_each,
						.write = write_each,
						.schema = each_schema };

#define STAGE(member) .offset = offsetof(struct nas_stage, member)
#define LIST(member)                                                         \
	STAGE(member), .count_offset = offsetof(struct nas_stage, n##member)

static const struct form_field stage_fields[] = {
	{ .key = "type", .type = FORM_CHOICE, STAGE(kind),
	  FORM_ROWS(block_kinds, BLOCK_KINDS),
	  .help = BLOCK_HELP },
	{ .key = "width", .type = FORM_INTS, LIST(width), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .min_count = 1, .ranges = true,
	  .max_count = SPACE_WIDTHS_MAX, .unit = "channels",
	  .help = "output channels: a number, a list, or {min, max, step}" },
	{ .key = "kernel", .type = FORM_INTS, LIST(kernel),
	  .max_count = SPACE_CHOICES_MAX, .low = 1,
	  .high = 31, .min_count = 1, .fallback = "[3]",
	  .help = "kernel sides, odd" },
	{ .key = "expansion", .type = FORM_NUMBERS, LIST(expand),
	  .max_count = SPACE_CHOICES_MAX, .low = 0.01,
	  .high = 64, .fallback = "[]",
	  .help = "hidden width relative to the block's output or input, "
		  "rounded to a multiple of 8 (half to even, at least 8); "
		  "mbconv and bottleneck only" },
	{ .key = "expansion_of", .type = FORM_CHOICE, STAGE(expand_of),
	  .choices = expand_names, .fallback = "\"out\"",
	  .help = "the expansion is relative to the block's output or input" },
	{ .key = "depth", .type = FORM_INTS, LIST(depth), .low = 1,
	  .high = SPACE_DEPTH_MAX, .min_count = 1, .ranges = true,
	  .max_count = SPACE_CHOICES_MAX, .fallback = "[1]", .unit = "blocks",
	  .help = "blocks: a number, a list, or {min, max, step}" },
	{ .key = "stride", .type = FORM_INTS, LIST(stride),
	  .max_count = SPACE_CHOICES_MAX, .low = 1,
	  .high = 4, .min_count = 1, .fallback = "[1]",
	  .help = "stride of the first block; 4 is for a stem" },
	{ .key = "se", .type = FORM_CUSTOM, STAGE(nse), .custom = &se_custom,
	  .fallback = "false",
	  .help = "squeeze-and-excitation: false, true or [false, true]; "
		  "mbconv and mbconv1 only" },
	{ .key = "bits_a", .type = FORM_INTS, LIST(bits_a),
	  .max_count = SPACE_CHOICES_MAX, .low = 1,
	  .high = 32, .fallback = "[]", .unit = "bits",
	  .help = "bits of activations (inputs of the convolutions), chosen "
		  "for each block; none = full precision" },
	{ .key = "bits_w", .type = FORM_INTS, LIST(bits_w),
	  .max_count = SPACE_CHOICES_MAX, .low = 1,
	  .high = 32, .fallback = "[]", .unit = "bits",
	  .help = "bits of weights, chosen for each block" },
	{ .key = "each", .type = FORM_CUSTOM, STAGE(each),
	  .custom = &each_custom, .fallback = "",
	  .help = "what every block of the stage chooses by itself: kernel, "
		  "expansion or both; the rest is chosen once for all of its "
		  "blocks" },
	{ .key = "pool", .type = FORM_INT, STAGE(pool), .low = 2, .high = 3,
	  .fallback = "",
	  .help = "side of the max pooling, of convpool only; 3 where it is "
		  "not given" },
	{ .key = "shortcut", .type = FORM_CHOICE, STAGE(shortcut),
	  .choices = shortcut_names, .fallback = "\"identity\"",
	  .help = "identity: a residual where widths are equal at stride 1; "
		  "pool: also at stride 2, 2x2 average-pooled (mbconv only); "
		  "none. basic and bottleneck have a 1x1 convolution where "
		  "shapes differ" },
};

/* A key's place; the stage's where it comes from the defaults. */
static const cJSON *at_key(const cJSON *node, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(node, key);

	return item ? item : node;
}

static enum nas_status check_hidden(const struct json_doc *doc,
				    const cJSON *node,
				    const struct nas_stage *st,
				    struct nas_err *err)
{
	const struct nas_block_ops *ops = &block_kinds[st->kind];

	if (ops->has & BLOCK_HIDDEN && !st->nexpand)
		return json_fail(doc, node, err,
				 "missing key 'expansion' of a %s", ops->name);
	if (!(ops->has & BLOCK_HIDDEN) && st->nexpand &&
	    (st->nexpand > 1 || st->expand[0] != 1))
		return json_fail(doc,
				 at_key(node, "expansion"), err,
				 "a %s has no expansion", ops->name);
	if (!(ops->has & BLOCK_HIDDEN) && st->each & EACH_EXPAND)
		return json_fail(doc, at_key(node, "each"), err,
				 "a %s has no expansion", ops->name);
	if (st->shortcut == SHORTCUT_POOL && ops->has & BLOCK_SHORTCUT &&
	    !(ops->has & BLOCK_POOLS))
		return json_fail(doc, at_key(node, "shortcut"), err,
				 "a %s has no pooled shortcut", ops->name);
	if (!(ops->has & BLOCK_SQUEEZE) && (st->nse > 1 || st->se[0]))
		return json_fail(doc, at_key(node, "se"), err,
				 "a %s has no squeeze-and-excitation",
				 ops->name);
	if (!(ops->has & BLOCK_MAX_POOL) && st->pool)
		return json_fail(doc, at_key(node, "pool"), err,
				 "a %s has no max pooling", ops->name);
	return NAS_OK;
}

/* Sort ascending; a value that is there twice is an error. */
static enum nas_status check_list(const struct json_doc *doc,
				  const cJSON *node, const char *key,
				  const int *value, int n, struct nas_err *err)
{
	const cJSON *at = at_key(node, key);

	for (int i = 1; i < n; i++)
		if (value[i] <= value[i - 1])
			return json_fail(doc, at, err, "choices must ascend: "
					 "%d comes after %d", value[i],
					 value[i - 1]);
	return NAS_OK;
}

static enum nas_status check_numbers(const struct json_doc *doc,
				     const cJSON *node,
				     const struct nas_stage *st,
				     struct nas_err *err)
{
	for (int i = 0; i < st->nkernel; i++)
		if (st->kernel[i] % 2 == 0)
			return json_fail(doc,
					 at_key(node, "kernel"),
					 err, "%d is even", st->kernel[i]);
	for (int i = 1; i < st->nexpand; i++)
		if (st->expand[i] <= st->expand[i - 1])
			return json_fail(doc,
					 at_key(node, "expansion"),
					 err, "choices must ascend");
	if (!st->nbits_a != !st->nbits_w)
		return json_fail(doc, node, err, "bits_a and bits_w must be "
				 "given together");
	return NAS_OK;
}

static enum nas_status check_stage(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_stage *st = out;

	(void)arena;
	check_list(doc, node, "width", st->width, st->nwidth, err);
	check_list(doc, node, "kernel", st->kernel, st->nkernel, err);
	check_list(doc, node, "depth", st->depth, st->ndepth, err);
	check_list(doc, node, "stride", st->stride, st->nstride, err);
	check_list(doc, node, "bits_a", st->bits_a, st->nbits_a, err);
	check_list(doc, node, "bits_w", st->bits_w, st->nbits_w, err);
	if (err->code == NAS_OK)
		check_numbers(doc, node, st, err);
	if (err->code == NAS_OK)
		check_hidden(doc, node, st, err);
	return err->code;
}

/* Kind of a stage, by its own word or the defaults'; NULL = unknown. */
static const struct nas_block_ops *kind_of(const cJSON *node, const cJSON *base)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(node, "type");

	if (!type)
		type = cJSON_GetObjectItemCaseSensitive(base, "type");
	for (int k = 0; cJSON_IsString(type) && k < BLOCK_KINDS; k++)
		if (strcmp(block_kinds[k].name, type->valuestring) == 0)
			return &block_kinds[k];
	return NULL;
}

/* Defaults that do not apply to a kind of block are ignored there. */
static bool takes(const cJSON *node, const cJSON *base, const char *key)
{
	const struct nas_block_ops *ops = kind_of(node, base);

	if (!ops)
		return true;
	if (strcmp(key, "se") == 0)
		return ops->has & BLOCK_SQUEEZE;
	if (strcmp(key, "expansion") == 0 || strcmp(key, "each") == 0)
		return ops->has & BLOCK_HIDDEN;
	return true;
}

static const struct form stage_form = {
	.title = "a stage: one or more blocks of one kind, the first with the "
		 "stride",
	.size = sizeof(struct nas_stage),
	.fields = stage_fields,
	.nfields = sizeof(stage_fields) / sizeof(stage_fields[0]),
	.takes = takes,
	.check = check_stage,
};

/* Values are looked at where a stage takes them. */
static enum nas_status read_stage_defaults(const struct json_doc *doc,
					   const cJSON *node, void *out,
					   struct nas_arena *arena,
					   struct nas_err *err)
{
	(void)out;
	(void)arena;
	return form_check_keys(&stage_form, doc, node, err);
}

/* The stages are written in full. */
static cJSON *write_stage_defaults(const void *in)
{
	(void)in;
	return FORM_NOTHING;
}

static cJSON *stage_defaults_schema(void)
{
	cJSON *schema = form_part_schema(&stage_form);

	cJSON_DeleteItemFromObjectCaseSensitive(schema, "required");
	return schema;
}

static const struct form_custom stage_defaults_custom = {
	.read = read_stage_defaults,
	.write = write_stage_defaults,
	.schema = stage_defaults_schema
};

#define SIDES(member, text, otherwise)                                         \
	{                                                                      \
		.key = #member, .type = FORM_INTS,                             \
		.offset = offsetof(struct nas_space_input, member),            \
		.count_offset = offsetof(struct nas_space_input, n##member),   \
		.low = 1, .high = ARCH_SIDE_MAX,                               \
		.max_count = SPACE_CHOICES_MAX, .fallback = otherwise,         \
		.unit = "pixels", .help = text                                 \
	}

static const struct form_field input_fields[] = {
	SIDES(height, "height of the input; several values are choices", NULL),
	SIDES(width, "width, one per height; absent = square", "[]"),
	{ .key = "channels", .type = FORM_INT,
	  .offset = offsetof(struct nas_space_input, channels), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .fallback = "3", .help = "channels" },
};

static enum nas_status check_input(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_space_input *in = out;

	(void)arena;
	if (in->nheight < 1)
		return json_fail(doc, node, err, "height must not be empty");
	if (in->nwidth && in->nwidth != in->nheight)
		return json_fail(doc, node, err, "%d heights but %d widths",
				 in->nheight, in->nwidth);
	return NAS_OK;
}

static const struct form input_form = {
	.title = "the network's input",
	.size = sizeof(struct nas_space_input),
	.fields = input_fields,
	.nfields = sizeof(input_fields) / sizeof(input_fields[0]),
	.check = check_input,
};

static const struct form_field space_fields[] = {
	{ .key = "input", .type = FORM_OBJECT,
	  .offset = offsetof(struct nas_space, input), .form = &input_form,
	  .help = "the network's input" },
	{ .key = "monotone", .type = FORM_BOOL,
	  .offset = offsetof(struct nas_space, monotone), .fallback = "true",
	  .help = "widths never decrease from stage to stage" },
	{ .key = "stage_defaults", .type = FORM_CUSTOM,
	  .offset = offsetof(struct nas_space, stage),
	  .custom = &stage_defaults_custom, .fallback = "",
	  .help = "keys of stages: what a stage does not say it takes from "
		  "here, but for expansion, each and se where its blocks have "
		  "none" },
	{ .key = "stages", .type = FORM_OBJECTS, .base = "stage_defaults",
	  .offset = offsetof(struct nas_space, stage),
	  .count_offset = offsetof(struct nas_space, nstages), .min_count = 1,
	  .max_count = SPACE_STAGES_MAX, .form = &stage_form,
	  .help = "the chain of stages, stem and last convolution included" },
	{ .key = "head", .type = FORM_CUSTOM,
	  .offset = offsetof(struct nas_space, head),
	  .custom = &space_head_custom,
	  .fallback = "", .help = "the classifier; absent = a backbone" },
};

static enum nas_status check_space(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_err inner = { .code = NAS_OK };

	if (space_compile(out, arena, &inner) == NAS_OK)
		return NAS_OK;
	for (int i = 0; i < inner.kept; i++)
		json_fail(doc, node, err, "%s", nas_err_msg(&inner, i));
	return inner.code;
}

const struct form space_form = {
	.name = "nas/space/1",
	.title = "a search space: a chain of stages with choices",
	.size = sizeof(struct nas_space),
	.fields = space_fields,
	.nfields = sizeof(space_fields) / sizeof(space_fields[0]),
	.check = check_space,
};
