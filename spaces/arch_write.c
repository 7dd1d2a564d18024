/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/architecture/1, written: what does not apply is left out. */
#include "spaces/arch_entry.h"

/* Its squeeze is what "se" means. */
static bool has_se(const struct nas_block *b)
{
	return b->squeeze == block_se_channels(b);
}

/* b continues the entry of the block before it. */
static bool continues(const struct nas_block *first, const struct nas_block *b)
{
	return b->entry == first->entry && b->kind == first->kind &&
	       b->in == first->out && b->out == first->out &&
	       b->hidden == first->hidden && b->kernel == first->kernel &&
	       b->stride == 1 && b->shortcut == first->shortcut &&
	       b->pool == first->pool &&
	       (has_se(first) ? has_se(b) : b->squeeze == first->squeeze);
}

/* Bits of the convolutions of n blocks; weights or inputs. */
static void add_bits(cJSON *entry, const struct nas_block *b, int n,
		     bool weights)
{
	cJSON *list = cJSON_CreateArray();

	for (int d = 0; d < n; d++) {
		const int *bits = weights ? b[d].bits_w : b[d].bits_a;

		for (int j = 0; j < block_kinds[b->kind].nconvs; j++)
			json_append(list, json_int64(bits[j]));
	}
	json_add(entry, weights ? "bits_w" : "bits_a", list);
}

static void add_squeeze(cJSON *entry, const struct nas_block *b)
{
	if (!b->squeeze)
		return;
	if (has_se(b))
		json_add_bool(entry, "se", true);
	else
		json_add_int64(entry, "squeeze", b->squeeze);
}

/* n blocks as one entry. */
static cJSON *entry_of(const struct nas_block *b, int n, bool quantised)
{
	const struct nas_block_ops *ops = &block_kinds[b->kind];
	cJSON *entry = cJSON_CreateObject();

	json_add_string(entry, "type", ops->name);
	json_add_int64(entry, "in", b->in);
	json_add_int64(entry, "out", b->out);
	if (ops->has & BLOCK_HIDDEN)
		json_add_int64(entry, "hidden", b->hidden);
	json_add_int64(entry, "kernel", b->kernel);
	json_add_int64(entry, "stride", b->stride);
	if (n > 1)
		json_add_int64(entry, "depth", n);
	add_squeeze(entry, b);
	if (b->pool)
		json_add_int64(entry, "pool", b->pool);
	if (ops->has & BLOCK_SHORTCUT && b->shortcut != SHORTCUT_IDENTITY)
		json_add_string(entry, "shortcut", shortcut_names[b->shortcut]);
	if (quantised) {
		add_bits(entry, b, n, false);
		add_bits(entry, b, n, true);
	}
	return entry;
}

static void add_blocks(cJSON *root, const struct nas_arch *arch)
{
	cJSON *list = cJSON_CreateArray();
	bool quantised = arch_is_quantised(arch);
	int n;

	for (int b = 0; b < arch->nblocks; b += n) {
		const struct nas_block *first = &arch->block[b];

		for (n = 1; b + n < arch->nblocks; n++)
			if (!continues(first, &first[n]))
				break;
		json_append(list, entry_of(first, n, quantised));
	}
	json_add(root, "blocks", list);
}

cJSON *arch_head_to_json(const struct nas_head *h)
{
	cJSON *head;

	if (h->classes == 0)
		return NULL;
	head = json_add_string(cJSON_CreateObject(), "type", "classifier");
	json_add_int64(head, "classes", h->classes);
	if (h->hidden)
		json_add_int64(head, "hidden", h->hidden);
	if (h->bits_a)
		json_add_int64(head, "bits_a", h->bits_a);
	if (h->bits_w)
		json_add_int64(head, "bits_w", h->bits_w);
	return head;
}

/* What a record says of its score. */
static void add_score(cJSON *root, const struct nas_arch *arch)
{
	if (arch->nstage_weights)
		json_add_numbers(root, "stage_weights", arch->stage_weights,
				 arch->nstage_weights);
	if (arch->sigma_a > 0)
		json_add_number(root, "sigma_a", arch->sigma_a);
	if (arch->sigma_w > 0)
		json_add_number(root, "sigma_w", arch->sigma_w);
}

cJSON *arch_to_json(const struct nas_arch *arch)
{
	cJSON *root = cJSON_CreateObject(), *input = cJSON_CreateObject();

	json_add_string(root, "schema", "nas/architecture/1");
	if (arch->name)
		json_add_string(root, "name", arch->name);
	json_add_int64(input, "height", arch->height);
	json_add_int64(input, "width", arch->width);
	json_add_int64(input, "channels", arch->channels);
	json_add(root, "input", input);
	add_blocks(root, arch);
	if (arch->head.classes > 0)
		json_add(root, "head", arch_head_to_json(&arch->head));
	add_score(root, arch);
	return root;
}
