/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>

#include "spaces/arch_entry.h"

struct checker {
	const struct nas_arch *arch;
	const struct json_doc *doc; /* NULL: no file */
	const cJSON *blocks;
	struct nas_err *err;
};

/* A failure at block b, or at the network for b < 0; key, if there is one, is
 * where it stands in the block's entry. */
static void complain(const struct checker *c, int b, const char *key,
		     const char *fmt, ...) NAS_FORMAT(4, 5);
static void complain(const struct checker *c, int b, const char *key,
		     const char *fmt, ...)
{
	const cJSON *node = c->blocks, *n;
	char msg[160], path[40] = "";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (c->doc) {
		if (b >= 0)
			node = cJSON_GetArrayItem(node,
						  c->arch->block[b].entry);
		n = key ? cJSON_GetObjectItemCaseSensitive(node, key) : NULL;
		json_fail(c->doc, n ? n : node, c->err, "%s", msg);
		return;
	}
	if (b >= 0)
		snprintf(path, sizeof(path), "/blocks/%d", b);
	nas_fail_at(c->err, NAS_EINPUT, c->arch->name, 0, 0, path, "%s", msg);
}

static void check_range(const struct checker *c, int b, const char *what,
			int x, int low, int high)
{
	if (x < low || x > high)
		complain(c, b, NULL, "%s %d is outside %d .. %d", what, x, low,
			 high);
}

static void check_input(const struct checker *c)
{
	const struct nas_arch *a = c->arch;

	check_range(c, -1, "input height", a->height, 1, ARCH_SIDE_MAX);
	check_range(c, -1, "input width", a->width, 1, ARCH_SIDE_MAX);
	check_range(c, -1, "channels", a->channels, 1, ARCH_CHANNELS_MAX);
	check_range(c, -1, "number of blocks", a->nblocks, 1,
		    ARCH_BLOCKS_MAX);
	check_range(c, -1, "classes", a->head.classes, 0, ARCH_CLASSES_MAX);
	check_range(c, -1, "head hidden", a->head.hidden, 0, ARCH_CHANNELS_MAX);
	check_range(c, -1, "head bits_a", a->head.bits_a, 0, ARCH_BITS_MAX);
	check_range(c, -1, "head bits_w", a->head.bits_w, 0, ARCH_BITS_MAX);
	check_range(c, -1, "number of stage weights", a->nstage_weights, 0,
		    ARCH_STAGES_MAX);
}

/* Numbers of one block; false when the kind itself is none. */
static bool check_numbers(const struct checker *c, int b)
{
	const struct nas_block *x = &c->arch->block[b];
	bool hidden;

	if ((unsigned)x->kind >= BLOCK_KINDS) {
		complain(c, b, NULL, "unknown kind of block");
		return false;
	}
	hidden = block_has(x, BLOCK_HIDDEN);
	check_range(c, b, "in", x->in, 1, ARCH_CHANNELS_MAX);
	check_range(c, b, "out", x->out, 1, ARCH_CHANNELS_MAX);
	check_range(c, b, "hidden", x->hidden, hidden,
		    hidden ? ARCH_CHANNELS_MAX : 0);
	check_range(c, b, "squeeze", x->squeeze, 0,
		    block_has(x, BLOCK_SQUEEZE) ? ARCH_CHANNELS_MAX : 0);
	if (x->pool)
		check_range(c, b, "pool", x->pool,
			    block_has(x, BLOCK_MAX_POOL) ? 2 : 0,
			    block_has(x, BLOCK_MAX_POOL) ? 3 : 0);
	check_range(c, b, "kernel", x->kernel, 1, ARCH_KERNEL_MAX);
	if (x->kernel % 2 == 0)
		complain(c, b, NULL, "kernel %d is even", x->kernel);
	check_range(c, b, "stride", x->stride, 1, ARCH_STRIDE_MAX);
	if (x->shortcut == SHORTCUT_POOL && block_has(x, BLOCK_SHORTCUT) &&
	    !block_has(x, BLOCK_POOLS))
		complain(c, b, "shortcut", "a '%s' has no pooled shortcut",
			 block_kinds[x->kind].name);
	return true;
}

/* All convolutions have bits, or none has. */
static bool check_bits(const struct checker *c, int b, bool quantised)
{
	const struct nas_block *x = &c->arch->block[b];

	for (int j = 0; j < block_kinds[x->kind].nconvs; j++) {
		check_range(c, b, "bits_a", x->bits_a[j], 0, ARCH_BITS_MAX);
		check_range(c, b, "bits_w", x->bits_w[j], 0, ARCH_BITS_MAX);
		if ((x->bits_a[j] > 0) == quantised &&
		    (x->bits_w[j] > 0) == quantised)
			continue;
		complain(c, b, NULL,
			 "some convolutions have bits and some have none");
		return false;
	}
	return true;
}

/* Widths meet. */
static void check_chain(const struct checker *c, int b)
{
	const struct nas_block *x = &c->arch->block[b];

	if (b == 0 && x->in != c->arch->channels)
		complain(c, b, "in", "in %d is not the %d channels of the "
			 "input", x->in, c->arch->channels);
	if (b > 0 && x->in != x[-1].out)
		complain(c, b, "in", "in %d is not the out %d of the block "
			 "before", x->in, x[-1].out);
}

/* The feature map, halved rounding down as the reference does, stays. */
static void check_sides(const struct checker *c)
{
	const struct nas_arch *a = c->arch;
	struct nas_place p = place_input(a->height, a->width);

	for (int b = 0; b < a->nblocks; b++) {
		p = place_after(&p, a->block[b].stride);
		if (p.floor_height > 0 && p.floor_width > 0)
			continue;
		complain(c, b, NULL,
			 "a feature map of %d x %d cannot be strided so far",
			 a->height, a->width);
		return;
	}
}

/* A network that brings stage weights brings one a stage. */
static void check_stages(const struct checker *c)
{
	int n = c->arch->nstage_weights, stages = arch_stages(c->arch, NULL);

	if (n > 0 && n != stages)
		complain(c, -1, NULL, "%d stage weights for %d stages", n,
			 stages);
}

enum nas_status arch_check_at(const struct nas_arch *arch,
			      const struct json_doc *doc, const cJSON *blocks,
			      struct nas_err *err)
{
	const struct checker c = { arch, doc, blocks, err };
	int before = err->count;
	bool same = true;

	check_input(&c);
	if (err->count > before)
		return NAS_EINPUT;
	for (int b = 0; b < arch->nblocks; b++) {
		if (!check_numbers(&c, b))
			continue;
		check_chain(&c, b);
		if (same)
			same = check_bits(&c, b, arch->block[0].bits_a[0] > 0);
	}
	if (err->count > before)
		return NAS_EINPUT;
	check_sides(&c);
	check_stages(&c);
	return err->count > before ? NAS_EINPUT : NAS_OK;
}

enum nas_status arch_check(const struct nas_arch *arch, struct nas_err *err)
{
	return arch_check_at(arch, NULL, NULL, err);
}
