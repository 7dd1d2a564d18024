/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The public reference's own form: a list of blocks with class, in, out, s, k,
 * btn, L, nbitsA, nbitsW, bare or in a record with an image size and the
 * score's settings. Its networks have no classifier, and their shortcuts are
 * pooled where a block strides.
 */
#include "nas/form/record.h"
#include "spaces/arch_entry.h"

#define DEFAULT_SIDE 224

static const char *const classes[] = {
	"ConvKXBNRELU", "SuperQuantResK1DWK1", "SuperResK1DWK1",
	"SuperResK1DWSEK1", NULL,
};

static enum nas_status check_entry(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	static const char *const keys[2] = { "nbitsA", "nbitsW" };
	struct arch_entry *e = out;

	(void)arena;
	e->kind = e->class == 0 ? BLOCK_CONV : BLOCK_MBCONV;
	e->shortcut = e->class == 0 ? SHORTCUT_IDENTITY : SHORTCUT_POOL;
	e->se = e->class == 3;
	return arch_entry_check(e, keys, doc, node, err);
}

#define AT(member) .offset = offsetof(struct arch_entry, member)

static const struct form_field entry_fields[] = {
	{ .key = "class", .type = FORM_CHOICE, AT(class), .choices = classes,
	  .help = "the reference's name of the block" },
	{ .key = "in", .type = FORM_INT, AT(in), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .unit = "channels", .help = "input" },
	{ .key = "out", .type = FORM_INT, AT(out), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .unit = "channels", .help = "output" },
	{ .key = "s", .type = FORM_INT, AT(stride), .low = 1,
	  .high = ARCH_STRIDE_MAX, .fallback = "1", .help = "stride" },
	{ .key = "k", .type = FORM_INT, AT(kernel), .low = 1,
	  .high = ARCH_KERNEL_MAX, .help = "kernel" },
	{ .key = "btn", .type = FORM_INT, AT(hidden), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .fallback = "", .unit = "channels",
	  .help = "hidden channels" },
	{ .key = "L", .type = FORM_INT, AT(depth), .low = 1,
	  .high = ARCH_BLOCKS_MAX, .fallback = "1", .unit = "blocks",
	  .help = "depth" },
	{ .key = "nbitsA", .type = FORM_INTS, AT(bits_a),
	  .count_offset = offsetof(struct arch_entry, nbits_a), .low = 1,
	  .high = ARCH_BITS_MAX, .min_count = 1,
	  .max_count = ARCH_BLOCKS_MAX * BLOCK_CONVS_MAX, .fallback = "",
	  .unit = "bits", .help = "of each convolution's input" },
	{ .key = "nbitsW", .type = FORM_INTS, AT(bits_w),
	  .count_offset = offsetof(struct arch_entry, nbits_w), .low = 1,
	  .high = ARCH_BITS_MAX, .min_count = 1,
	  .max_count = ARCH_BLOCKS_MAX * BLOCK_CONVS_MAX, .fallback = "",
	  .unit = "bits", .help = "of each convolution's weights" },
};

#undef AT

static const struct form entry_form = {
	.name = "reference block",
	.title = "a stage of the reference",
	.size = sizeof(struct arch_entry),
	.fields = entry_fields,
	.nfields = sizeof(entry_fields) / sizeof(entry_fields[0]),
	.check = check_entry,
};

struct record {
	char *name;
	int nsides, *side; /* side, or height and width */
	int nstage_weights;
	double *stage_weights;
	double sigma_a, sigma_w;
	int nentries;
	struct arch_entry *entry;
	struct arch_accuracy accuracy;
	bool ignored;
};

static enum nas_status read_sigma(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	(void)arena;
	if (cJSON_IsNull(node))
		return NAS_OK;
	if (!cJSON_IsNumber(node))
		return json_fail(doc, node, err, "must be a number or null");
	if (!(node->valuedouble >= ARCH_SIGMA_MIN &&
	      node->valuedouble <= ARCH_SIGMA_MAX))
		return json_fail(doc, node, err, "%g is outside %g .. %g",
				 node->valuedouble, ARCH_SIGMA_MIN,
				 ARCH_SIGMA_MAX);
	*(double *)out = node->valuedouble;
	return NAS_OK;
}

/* The form is only read, never written. */
static cJSON *write_nothing(const void *in)
{
	(void)in;
	return FORM_NOTHING;
}

static cJSON *schema_any(void)
{
	return cJSON_CreateObject();
}

static const struct form_custom sigma_custom = {
	.read = read_sigma,
	.write = write_nothing,
	.schema = schema_any,
};

#define AT(member) .offset = offsetof(struct record, member)

static const struct form_field record_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(name), .high = 200,
	  .fallback = "", .help = "for people" },
	{ .key = "image_size", .type = FORM_INTS, AT(side),
	  .count_offset = offsetof(struct record, nsides), .low = 1,
	  .high = ARCH_SIDE_MAX, .min_count = 1, .max_count = 2,
	  .fallback = "", .unit = "pixels",
	  .help = "side, or height and width" },
	{ .key = "stage_weights", .type = FORM_NUMBERS, AT(stage_weights),
	  .count_offset = offsetof(struct record, nstage_weights),
	  .low = -ARCH_STAGE_WEIGHT_MAX, .high = ARCH_STAGE_WEIGHT_MAX,
	  .max_count = ARCH_STAGES_MAX, .fallback = "",
	  .help = "for the score, one a stage" },
	{ .key = "sigma_a", .type = FORM_CUSTOM, AT(sigma_a),
	  .custom = &sigma_custom, .fallback = "",
	  .help = "for the score, or null" },
	{ .key = "sigma_w", .type = FORM_CUSTOM, AT(sigma_w),
	  .custom = &sigma_custom, .fallback = "",
	  .help = "for the score, or null" },
	{ .key = "structure", .type = FORM_OBJECTS, AT(entry),
	  .count_offset = offsetof(struct record, nentries),
	  .form = &entry_form, .min_count = 1, .max_count = ARCH_BLOCKS_MAX,
	  .help = "the list of blocks" },
	ARCH_ACCURACY_FIELDS(struct record),
	{ .key = "expect", .type = FORM_CUSTOM, AT(ignored),
	  .custom = &ignored_custom, .fallback = "", .help = "ignored" },
	{ .key = "paper", .type = FORM_CUSTOM, AT(ignored),
	  .custom = &ignored_custom, .fallback = "", .help = "ignored" },
};

#undef AT

const struct form arch_record_form = {
	.name = "reference record",
	.title = "a network in the reference's form",
	.size = sizeof(struct record),
	.fields = record_fields,
	.nfields = sizeof(record_fields) / sizeof(record_fields[0]),
};

static enum nas_status finish(struct nas_arch *arch, const struct record *r,
			      const struct nas_arch_defaults *defaults,
			      const struct json_doc *doc,
			      const cJSON *blocks, struct nas_arena *arena,
			      struct nas_err *err)
{
	int height = defaults ? defaults->height : 0;
	int width = defaults ? defaults->width : 0;
	enum nas_status status;

	*arch = (struct nas_arch){ .name = r->name };
	arch->height = height ? height : DEFAULT_SIDE;
	arch->width = width ? width : arch->height;
	if (r->nsides > 0) {
		arch->height = r->side[0];
		arch->width = r->side[r->nsides - 1];
	}
	arch->channels = r->entry[0].in;
	arch->sigma_a = r->sigma_a;
	arch->sigma_w = r->sigma_w;
	arch->nstage_weights = r->nstage_weights;
	for (int s = 0; s < r->nstage_weights; s++)
		arch->stage_weights[s] = r->stage_weights[s];
	status = arch_expand(arch, r->entry, r->nentries, doc, blocks, arena,
			     err);
	if (status != NAS_OK ||
	    arch_set_measured(arch, &r->accuracy, arena, err) != NAS_OK)
		return err->code;
	return arch_check_at(arch, doc, blocks, err);
}

enum nas_status arch_read_record(struct nas_arch *arch,
				 const struct json_doc *doc,
				 const cJSON *node,
				 const struct nas_arch_defaults *defaults,
				 struct nas_arena *arena, struct nas_err *err)
{
	enum nas_status status;
	struct record r;

	status = form_read(&arch_record_form, doc, node, &r, arena, err);
	if (status != NAS_OK)
		return status;
	return finish(arch, &r, defaults, doc,
		      cJSON_GetObjectItemCaseSensitive(node, "structure"),
		      arena, err);
}
enum nas_status
arch_read_structure(struct nas_arch *arch, const struct json_doc *doc,
		    const cJSON *node, const struct nas_arch_defaults *defaults,
		    struct nas_arena *arena, struct nas_err *err)
{
	enum nas_status status = NAS_OK, s;
	int n = cJSON_GetArraySize(node);
	struct record r = {0};
	const cJSON *item;

	if (n > ARCH_BLOCKS_MAX)
		return json_fail(doc, node, err, "%d blocks, at most %d", n,
				 ARCH_BLOCKS_MAX);
	r.entry = NAS_NEW(arena, struct arch_entry, (size_t)n);
	if (!r.entry)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d blocks", n);
	cJSON_ArrayForEach(item, node) {
		s = form_read(&entry_form, doc, item, &r.entry[r.nentries++],
			      arena, err);
		if (status == NAS_OK)
			status = s;
	}
	if (status != NAS_OK)
		return status;
	return finish(arch, &r, defaults, doc, node, arena, err);
}
