/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/architecture/1. */
#include "spaces/arch_entry.h"

struct native {
	int schema;
	char *name;
	struct native_input {
		int height, width, channels;
	} input;
	int nentries;
	struct arch_entry *entry;
	struct nas_head head;
	int nstage_weights;
	double *stage_weights;
	double sigma_a, sigma_w;
	struct arch_accuracy accuracy;
	double latency_ms;
};

static const char *const schemas[] = { "nas/architecture/1", NULL };
const char *const arch_head_types[] = { "classifier", NULL };

/* in the order of the enums of spaces/block.h */

static enum nas_status check_entry(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	static const char *const keys[2] = { "bits_a", "bits_w" };
	const struct arch_entry *e = out;

	(void)arena;
	if (e->squeeze && !e->se && cJSON_HasObjectItem(node, "se"))
		return json_fail(doc, node, err,
				 "squeeze is given, but se is false");
	return arch_entry_check(e, keys, doc, node, err);
}

#define AT(member) .offset = offsetof(struct arch_entry, member)

static const struct form_field entry_fields[] = {
	{ .key = "type", .type = FORM_CHOICE, AT(kind), 
	  FORM_ROWS(block_kinds, BLOCK_KINDS),
	  .help = BLOCK_HELP },
	{ .key = "in", .type = FORM_INT, AT(in), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .unit = "channels",
	  .help = "the out of the block before" },
	{ .key = "out", .type = FORM_INT, AT(out), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .unit = "channels",
	  .help = "of every block of the entry" },
	{ .key = "hidden", .type = FORM_INT, AT(hidden), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .fallback = "", .unit = "channels",
	  .help = "between the 1x1 convolutions; mbconv and bottleneck only, "
		  "required there" },
	{ .key = "kernel", .type = FORM_INT, AT(kernel), .low = 1,
	  .high = ARCH_KERNEL_MAX, .help = "side of the kernel, odd" },
	{ .key = "stride", .type = FORM_INT, AT(stride), .low = 1,
	  .high = ARCH_STRIDE_MAX, .fallback = "1",
	  .help = "of the entry's first block" },
	{ .key = "depth", .type = FORM_INT, AT(depth), .low = 1,
	  .high = ARCH_BLOCKS_MAX, .fallback = "1", .unit = "blocks",
	  .help = "the first has in and stride, the others out and 1" },
	{ .key = "se", .type = FORM_BOOL, AT(se), .fallback = "false",
	  .help = "squeeze-and-excitation on the hidden channels (mbconv1: "
		  "on in), with a quarter of them, rounded to a multiple of "
		  "8" },
	{ .key = "squeeze", .type = FORM_INT, AT(squeeze), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .fallback = "", .unit = "channels",
	  .help = "squeeze-and-excitation with this many channels" },
	{ .key = "pool", .type = FORM_INT, AT(pool), .low = 2, .high = 3,
	  .fallback = "",
	  .help = "side of the max pooling, of convpool only; 3 where it is "
		  "not given" },
	{ .key = "shortcut", .type = FORM_CHOICE, AT(shortcut),
	  .choices = shortcut_names, .fallback = "\"identity\"",
	  .help = "where in = out: a residual at stride 1; pool: at stride 2 "
		  "as well, average-pooled (mbconv only); none. basic and "
		  "bottleneck have a 1x1 convolution where shapes differ" },
	{ .key = "bits_a", .type = FORM_INTS, AT(bits_a),
	  .count_offset = offsetof(struct arch_entry, nbits_a), .low = 1,
	  .high = ARCH_BITS_MAX, .min_count = 1,
	  .max_count = ARCH_BLOCKS_MAX * BLOCK_CONVS_MAX, .fallback = "",
	  .unit = "bits",
	  .help = "of each convolution's input; one number for all" },
	{ .key = "bits_w", .type = FORM_INTS, AT(bits_w),
	  .count_offset = offsetof(struct arch_entry, nbits_w), .low = 1,
	  .high = ARCH_BITS_MAX, .min_count = 1,
	  .max_count = ARCH_BLOCKS_MAX * BLOCK_CONVS_MAX, .fallback = "",
	  .unit = "bits",
	  .help = "of each convolution's weights; one number for all" },
};

#undef AT

static const struct form entry_form = {
	.name = "block",
	.title = "a run of equal blocks",
	.size = sizeof(struct arch_entry),
	.fields = entry_fields,
	.nfields = sizeof(entry_fields) / sizeof(entry_fields[0]),
	.check = check_entry,
};

static const struct form_field input_fields[] = {
	{ .key = "height", .type = FORM_INT,
	  .offset = offsetof(struct native_input, height), .low = 1,
	  .high = ARCH_SIDE_MAX, .unit = "pixels", .help = "of the image" },
	{ .key = "width", .type = FORM_INT,
	  .offset = offsetof(struct native_input, width), .low = 1,
	  .high = ARCH_SIDE_MAX, .unit = "pixels", .help = "of the image" },
	{ .key = "channels", .type = FORM_INT,
	  .offset = offsetof(struct native_input, channels), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .fallback = "3", .unit = "channels",
	  .help = "of the image" },
};

static const struct form input_form = {
	.name = "input",
	.title = "the image",
	.size = sizeof(struct native_input),
	.fields = input_fields,
	.nfields = 3,
};

struct native_head { /* struct nas_head with the choice of one type */
	int type;
	struct nas_head head;
};

#define AT(member) .offset = offsetof(struct native_head, member)

static const struct form_field head_fields[] = {
	ARCH_HEAD_FIELDS(struct native_head),
	{ .key = "bits_w", .type = FORM_INT, AT(head.bits_w), .low = 1,
	  .high = ARCH_BITS_MAX, .fallback = "", .unit = "bits",
	  .help = "of the linear layers' weights" },
};

#undef AT

static const struct form head_form = {
	.name = "head",
	.title = "the classifier",
	.size = sizeof(struct native_head),
	.fields = head_fields,
	.nfields = sizeof(head_fields) / sizeof(head_fields[0]),
};

static enum nas_status read_head(const struct json_doc *doc,
				 const cJSON *node, void *out,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct native_head given;
	enum nas_status status;

	if (cJSON_IsNull(node))
		return NAS_OK;
	status = form_read(&head_form, doc, node, &given, arena, err);
	if (status == NAS_OK)
		*(struct nas_head *)out = given.head;
	return status;
}

static cJSON *write_head(const void *in)
{
	const struct nas_head *h = in;

	return h->classes ? arch_head_to_json(h) : FORM_NOTHING;
}

static cJSON *schema_head(void)
{
	return form_part_schema_or_null(&head_form);
}

static const struct form_custom head_custom = {
	.read = read_head,
	.write = write_head,
	.schema = schema_head,
};

#define AT(member) .offset = offsetof(struct native, member)

static const struct form_field native_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .fallback = "\"nas/architecture/1\"", .help = "form of the file" },
	{ .key = "name", .type = FORM_STRING, AT(name), .high = 200,
	  .fallback = "", .help = "for people" },
	{ .key = "input", .type = FORM_OBJECT, AT(input), .form = &input_form,
	  .help = "the image" },
	{ .key = "blocks", .type = FORM_OBJECTS, AT(entry),
	  .count_offset = offsetof(struct native, nentries),
	  .form = &entry_form, .min_count = 1, .max_count = ARCH_BLOCKS_MAX,
	  .help = "the chain, from the image on" },
	{ .key = "head", .type = FORM_CUSTOM, AT(head), .custom = &head_custom,
	  .fallback = "", .help = "the classifier; null or absent: backbone" },
	{ .key = "stage_weights", .type = FORM_NUMBERS, AT(stage_weights),
	  .count_offset = offsetof(struct native, nstage_weights),
	  .low = -ARCH_STAGE_WEIGHT_MAX, .high = ARCH_STAGE_WEIGHT_MAX,
	  .max_count = ARCH_STAGES_MAX, .fallback = "",
	  .help = "for the score, one a stage" },
	{ .key = "sigma_a", .type = FORM_NUMBER, AT(sigma_a),
	  .low = ARCH_SIGMA_MIN, .high = ARCH_SIGMA_MAX, .fallback = "",
	  .help = "for the score: spread of the activations" },
	{ .key = "sigma_w", .type = FORM_NUMBER, AT(sigma_w),
	  .low = ARCH_SIGMA_MIN, .high = ARCH_SIGMA_MAX, .fallback = "",
	  .help = "for the score: spread of the weights" },
	ARCH_ACCURACY_FIELDS(struct native),
	{ .key = "latency_ms", .type = FORM_NUMBER, AT(latency_ms),
	  .high = 1e12, .exclusive_low = true, .fallback = "", .unit = "ms",
	  .help = "measured on a board, for nas latency fit" },
};

#undef AT

const struct form arch_native_form = {
	.name = "nas/architecture/1",
	.title = "a network: image, chain of blocks, classifier",
	.size = sizeof(struct native),
	.fields = native_fields,
	.nfields = sizeof(native_fields) / sizeof(native_fields[0]),
};

enum nas_status arch_read_native(struct nas_arch *arch,
				 const struct json_doc *doc,
				 const cJSON *node, struct nas_arena *arena,
				 struct nas_err *err)
{
	const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(node, "blocks");
	enum nas_status status;
	struct native n;

	status = form_read(&arch_native_form, doc, node, &n, arena, err);
	if (status != NAS_OK)
		return status;
	*arch = (struct nas_arch){
		.name = n.name,
		.height = n.input.height,
		.width = n.input.width,
		.channels = n.input.channels,
		.head = n.head,
		.nstage_weights = n.nstage_weights,
		.sigma_a = n.sigma_a,
		.sigma_w = n.sigma_w,
		.latency_ms = n.latency_ms,
	};
	for (int s = 0; s < n.nstage_weights; s++)
		arch->stage_weights[s] = n.stage_weights[s];
	status = arch_expand(arch, n.entry, n.nentries, doc, blocks, arena,
			     err);
	if (status != NAS_OK ||
	    arch_set_measured(arch, &n.accuracy, arena, err) != NAS_OK)
		return err->code;
	return arch_check_at(arch, doc, blocks, err);
}

cJSON *arch_schema(void)
{
	return form_schema(&arch_native_form);
}

cJSON *arch_part_schema(void)
{
	return form_part_schema(&arch_native_form);
}
