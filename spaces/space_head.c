/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classifier of a space: that of an architecture, but that the bits of its
 * weights may be choices. */
#include "spaces/arch_entry.h"
#include "spaces/space.h"

struct head_text { /* as it stands in a config */
	int type;
	struct nas_head head;
	int nbits_w, *bits_w;
};

#define AT(member) .offset = offsetof(struct head_text, member)

static const struct form_field fields[] = {
	ARCH_HEAD_FIELDS(struct head_text),
	{ .key = "bits_w", .type = FORM_INTS, AT(bits_w),
	  .count_offset = offsetof(struct head_text, nbits_w), .low = 1,
	  .high = ARCH_BITS_MAX, .max_count = SPACE_CHOICES_MAX,
	  .fallback = "[]", .unit = "bits",
	  .help = "of the linear layers' weights; several = choices" },
};

#undef AT

static enum nas_status check_head(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct head_text *h = out;

	(void)arena;
	for (int i = 1; i < h->nbits_w; i++)
		if (h->bits_w[i] <= h->bits_w[i - 1])
			return json_fail(doc, node, err, "bits_w: choices must "
					 "ascend: %d comes after %d",
					 h->bits_w[i], h->bits_w[i - 1]);
	return NAS_OK;
}

static const struct form head_form = {
	.name = "head",
	.title = "the classifier",
	.size = sizeof(struct head_text),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
	.check = check_head,
};

static enum nas_status read_head(const struct json_doc *doc,
				 const cJSON *node, void *out,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct nas_space_head *to = out;
	struct head_text text;

	if (cJSON_IsNull(node))
		return NAS_OK;
	if (form_read(&head_form, doc, node, &text, arena, err) != NAS_OK)
		return err->code;
	to->first = text.head;
	to->first.bits_w = text.nbits_w ? text.bits_w[0] : 0;
	to->nbits_w = text.nbits_w;
	to->bits_w = text.bits_w;
	return NAS_OK;
}

static cJSON *write_head(const void *in)
{
	const struct nas_space_head *h = in;
	cJSON *tree;

	if (!h->first.classes)
		return FORM_NOTHING;
	tree = arch_head_to_json(&h->first);
	if (h->nbits_w < 2)
		return tree;
	cJSON_DeleteItemFromObjectCaseSensitive(tree, "bits_w");
	return json_add_ints(tree, "bits_w", h->bits_w, h->nbits_w);
}

static cJSON *schema_head(void)
{
	return form_part_schema_or_null(&head_form);
}

const struct form_custom space_head_custom = {
	.read = read_head,
	.write = write_head,
	.schema = schema_head,
};

int space_head_choices(const struct nas_space_head *head)
{
	return head->nbits_w > 1 ? head->nbits_w : 1;
}

struct nas_head space_head_of(const struct nas_space *space, uint64_t variant)
{
	int n = space_head_choices(&space->head);
	struct nas_head head = space->head.first;

	if (n > 1)
		head.bits_w = space->head.bits_w[variant /
						 (uint64_t)(space->nvariants /
							    n)];
	return head;
}
