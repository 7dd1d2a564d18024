/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/arch_entry.h"

/* The key where it stands, else the entry. */
static const cJSON *at_key(const cJSON *node, const char *key)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(node, key);

	return n ? n : node;
}

static void check_bits(const struct arch_entry *e, const char *key, int n,
		       const struct json_doc *doc, const cJSON *node,
		       struct nas_err *err)
{
	int nconvs = block_kinds[e->kind].nconvs * e->depth;

	if (n > 1 && n != nconvs)
		json_fail(doc, at_key(node, key), err,
			  "%d values for %d convolution%s", n, nconvs,
			  nconvs > 1 ? "s (one for all will do)" : "");
}

static void check_hidden(const struct arch_entry *e, const char *type,
			 const struct json_doc *doc, const cJSON *node,
			 struct nas_err *err)
{
	if (block_kinds[e->kind].has & BLOCK_HIDDEN && !e->hidden)
		json_fail(doc, node, err, "hidden channels are missing (%s)",
			  type);
	if (!(block_kinds[e->kind].has & BLOCK_HIDDEN) && e->hidden)
		json_fail(doc, at_key(node, "hidden"), err,
			  "a '%s' has no hidden channels", type);
	if (!(block_kinds[e->kind].has & BLOCK_SQUEEZE) && (e->se || e->squeeze))
		json_fail(doc, at_key(node, e->se ? "se" : "squeeze"), err,
			  "a '%s' has no squeeze-and-excitation", type);
	if (!(block_kinds[e->kind].has & BLOCK_SHORTCUT) &&
	    cJSON_HasObjectItem(node, "shortcut"))
		json_fail(doc, at_key(node, "shortcut"), err,
			  "a '%s' has no shortcut", type);
	if (!(block_kinds[e->kind].has & BLOCK_MAX_POOL) && e->pool)
		json_fail(doc, at_key(node, "pool"), err,
			  "a '%s' has no max pooling", type);
}

enum nas_status arch_entry_check(const struct arch_entry *e,
				 const char *const keys[2],
				 const struct json_doc *doc,
				 const cJSON *node, struct nas_err *err)
{
	int before = err->count;

	check_hidden(e, block_kinds[e->kind].name, doc, node, err);
	check_bits(e, keys[0], e->nbits_a, doc, node, err);
	check_bits(e, keys[1], e->nbits_w, doc, node, err);
	if (!e->nbits_a != !e->nbits_w)
		json_fail(doc, node, err, "%s without %s",
			  keys[!e->nbits_a], keys[!!e->nbits_a]);
	return err->count > before ? NAS_EINPUT : NAS_OK;
}

/* Value i of a list that holds all, one for all, or none. */
static int pick(const int *list, int n, int i)
{
	return n == 0 ? 0 : list[n == 1 ? 0 : i];
}

/* Block d of the entry. */
static void expand_one(struct nas_block *b, const struct arch_entry *e, int d)
{
	int nconvs = block_kinds[e->kind].nconvs;

	b->kind = (enum nas_block_kind)e->kind;
	b->shortcut = (enum nas_shortcut)e->shortcut;
	b->in = d == 0 ? e->in : e->out;
	b->out = e->out;
	b->hidden = e->hidden;
	b->kernel = e->kernel;
	b->stride = d == 0 ? e->stride : 1;
	b->squeeze = e->squeeze;
	b->pool = e->pool;
	if (e->se && !e->squeeze)
		b->squeeze = block_se_channels(b);
	for (int j = 0; j < nconvs; j++) {
		b->bits_a[j] = pick(e->bits_a, e->nbits_a, d * nconvs + j);
		b->bits_w[j] = pick(e->bits_w, e->nbits_w, d * nconvs + j);
	}
}

enum nas_status arch_expand(struct nas_arch *arch,
			    const struct arch_entry *entry, int n,
			    const struct json_doc *doc, const cJSON *node,
			    struct nas_arena *arena, struct nas_err *err)
{
	int64_t total = 0;

	for (int i = 0; i < n; i++)
		total += entry[i].depth;
	if (total > ARCH_BLOCKS_MAX)
		return json_fail(doc, node, err, "%lld blocks, at most %d",
				 (long long)total, ARCH_BLOCKS_MAX);
	arch->block = NAS_NEW(arena, struct nas_block, (size_t)total);
	if (!arch->block)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %lld blocks",
				(long long)total);
	for (int i = 0; i < n; i++) {
		for (int d = 0; d < entry[i].depth; d++) {
			struct nas_block *b = &arch->block[arch->nblocks++];

			expand_one(b, &entry[i], d);
			b->entry = i;
		}
	}
	return NAS_OK;
}
