/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an architecture to its genome, if it is in the space.
 *
 * Blocks are handed to the stages in order: a stage's first block is tried
 * with every depth that fits, so that neighbouring stages of one width are
 * told apart (a small search; depth at most SPACE_DEPTH_MAX).
 */
#include <string.h>

#include "spaces/space.h"

struct encoder {
	const struct space *space;
	const struct arch *arch;
	struct genome *g;
	int far_stage; /* the furthest mismatch, for the message */
	int far_block;
};

static int find(const int *list, int n, int value)
{
	for (int i = 0; i < n; i++)
		if (list[i] == value)
			return i;
	return -1;
}

/* Index of the bits that all convs of a block share; 0 without bits; -1. */
static int find_bits(const int *list, int n, const int *bits, int nconvs)
{
	for (int c = 1; c < nconvs; c++)
		if (bits[c] != bits[0])
			return -1;
	return n ? find(list, n, bits[0]) : bits[0] ? -1 : 0;
}

static bool encode_bits(const struct stage *st, const struct block *b,
			uint8_t *bits)
{
	int n = block_kinds[b->kind].nconvs;
	int a = find_bits(st->bits_a, st->nbits_a, b->bits_a, n);
	int w = find_bits(st->bits_w, st->nbits_w, b->bits_w, n);

	if (a < 0 || w < 0)
		return false;
	*bits = gene_bits(a, w);
	return true;
}

/* The stage's shape (all but bits, depth, expansion) from its first block. */
static bool encode_shape(const struct stage *st, const struct block *b,
			 struct gene *g)
{
	int width = find(st->width, st->nwidth, b->out);
	int kernel = find(st->kernel, st->nkernel, b->kernel);
	int se = find(st->se, st->nse, b->squeeze > 0);

	if ((int)b->kind != st->kind || width < 0 || kernel < 0 || se < 0)
		return false;
	if (block_kinds[b->kind].has_shortcut &&
	    (int)b->shortcut != st->shortcut)
		return false;
	if (b->squeeze && b->squeeze != block_squeeze_channels(b->hidden))
		return false;
	g->width = (uint8_t)width;
	g->kernel = (uint8_t)kernel;
	g->se = (uint8_t)se;
	return true;
}

/* Block b is what the stage would repeat. */
static bool is_inner(const struct stage *st, const struct block *first,
		     const struct block *b, const struct gene *g)
{
	return b->kind == first->kind && b->in == first->out &&
	       b->out == first->out && b->stride == 1 &&
	       b->kernel == first->kernel &&
	       b->shortcut == first->shortcut &&
	       !b->squeeze == !first->squeeze &&
	       b->hidden == stage_hidden_inner(st, g->width, g->expand);
}

static bool encode_from(struct encoder *en, int s, int b, size_t stride_place);

/* Try the stage with its d-th depth. */
static bool encode_depth(struct encoder *en, int s, int b, int d,
			 size_t place)
{
	const struct stage *st = &en->space->stage[s];
	const struct block *block = &en->arch->block[b];
	struct gene *g = &en->g->stage[s];
	int depth = st->depth[d];

	if (b + depth > en->arch->nblocks)
		return false;
	memset(g->bits, 0, sizeof(g->bits));
	g->depth = (uint8_t)d;
	for (int i = 0; i < depth; i++)
		if ((i && !is_inner(st, block, &block[i], g)) ||
		    !encode_bits(st, &block[i], &g->bits[i]))
			return false;
	gene_canonical(st, g, block->in);
	return encode_from(en, s + 1, b + depth,
			   place * (size_t)st->nstride);
}

/* Try every expansion that gives the first block's hidden width, with every
 * depth. */
static bool encode_expand(struct encoder *en, int s, int b, size_t place)
{
	const struct stage *st = &en->space->stage[s];
	const struct block *block = &en->arch->block[b];
	struct gene *g = &en->g->stage[s];

	for (int e = 0; e < st->nexpand; e++) {
		if (stage_hidden_first(st, block->in, g->width, e) !=
		    block->hidden)
			continue;
		for (int d = 0; d < st->ndepth; d++) {
			g->expand = (uint8_t)e;
			if (encode_depth(en, s, b, d, place))
				return true;
		}
	}
	return false;
}

static bool encode_from(struct encoder *en, int s, int b, size_t place)
{
	const struct stage *st = &en->space->stage[s];
	uint64_t variant = en->g->variant;
	int stride;

	if (b > en->far_block) {
		en->far_block = b;
		en->far_stage = s;
	}
	if (s == en->space->nstages)
		return b == en->arch->nblocks;
	if (b >= en->arch->nblocks ||
	    !encode_shape(st, &en->arch->block[b], &en->g->stage[s]))
		return false;
	stride = find(st->stride, st->nstride, en->arch->block[b].stride);
	if (stride < 0)
		return false;
	en->g->variant += (uint64_t)stride * place;
	if (encode_expand(en, s, b, place))
		return true;
	en->g->variant = variant;
	return false;
}

static int find_side(const struct space *space, const struct arch *arch)
{
	const struct space_input *in = &space->input;

	for (int i = 0; i < in->nheight; i++)
		if (in->height[i] == arch->height &&
		    (in->nwidth ? in->width[i] : in->height[i]) == arch->width)
			return i;
	return -1;
}

enum nas_status space_encode(const struct space *space,
			     const struct arch *arch, struct genome *g,
			     struct nas_err *err)
{
	struct encoder en = { .space = space, .arch = arch, .g = g };
	int side = find_side(space, arch);

	memset(g, 0, sizeof(*g));
	if (side < 0 || arch->channels != space->input.channels)
		return nas_fail(err, NAS_EINPUT,
				"the architecture's input %dx%dx%d is not the "
				"space's", arch->height, arch->width,
				arch->channels);
	g->variant = (uint64_t)side;
	if (encode_from(&en, 0, 0, (size_t)space->input.nheight)) {
		if (space_contains(space, g))
			return NAS_OK;
		return nas_fail(err, NAS_EINPUT, "the architecture's widths "
				"fall from stage to stage, which the space "
				"does not allow");
	}
	return nas_fail(err, NAS_EINPUT,
			"the architecture is not in the space: block %d does "
			"not fit stage %d", en.far_block, en.far_stage);
}
