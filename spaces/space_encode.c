/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an architecture to its genome, if it is in the space.
 *
 * Blocks are handed to the stages in order: a stage's first block is tried
 * with every depth that fits, so that neighbouring stages of one width are
 * told apart (a small search; depth at most SPACE_DEPTH_MAX). Where that fails
 * it is done again to say why: of the ways that come furthest, the one with
 * the fewest things wrong.
 */
#include <string.h>

#include "spaces/space_fit.h"

struct encoder {
	const struct nas_space *space;
	const struct nas_arch *arch;
	struct nas_genome *g;
	int far_block; /* the first block that no way gets past */
	bool explain;  /* the second time: why it does not fit */
	int least;     /* fewest things that are wrong with it; 0 = none yet */
	struct nas_text why;
};

/* Why block b is where a way ends, unless another comes further. */
static bool is_far(struct encoder *en, int b)
{
	if (!en->explain && b > en->far_block)
		en->far_block = b;
	return en->explain && b == en->far_block;
}

static void offer(struct encoder *en, int wrong, struct nas_text *why)
{
	if (en->least && wrong >= en->least) {
		text_free(why);
		return;
	}
	text_free(&en->why);
	en->least = wrong;
	text_take(&en->why, why);
}

static void offer_depth(struct encoder *en, int s, int depth)
{
	const struct nas_stage *st = &en->space->stage[s];
	struct nas_text why = { 0 };

	if (choice_find(st->depth, st->ndepth, depth) >= 0)
		return;
	text_addf(&why, "/space/stages/%d: depth %d (allowed: ", s, depth);
	text_add_choices(&why, st->depth, st->ndepth);
	text_add(&why, ")");
	offer(en, 1, &why);
}

/* Block b is what stage s would repeat, as its block i. */
static bool fits_inner(struct encoder *en, int s, int b, int i)
{
	const struct nas_stage *st = &en->space->stage[s];
	const struct nas_block *block = &en->arch->block[b];
	const struct nas_gene *g = &en->g->stage[s];
	struct nas_text why = { 0 };

	if (!stage_misfit_inner(st, g, block - i, block, NULL))
		return true;
	if (!is_far(en, b))
		return false;
	text_addf(&why, "/space/stages/%d: ", s);
	offer(en, stage_misfit_inner(st, g, block - i, block, &why), &why);
	offer_depth(en, s, i);
	return false;
}

/* The stage before s cannot go on with block b, since it has its depth. */
static void offer_deeper(struct encoder *en, int s, int b)
{
	const struct nas_gene *g = &en->g->stage[s];
	const struct nas_stage *st = &en->space->stage[s];
	int depth = st->depth[g->depth];
	const struct nas_block *block = &en->arch->block[b];

	if (!stage_misfit_inner(st, g, block - depth, block, NULL))
		offer_depth(en, s, depth + 1);
}

/* Block b can be the first of stage s; the network ends with the space. */
static bool fits_first(struct encoder *en, int s, int b)
{
	const struct nas_arch *arch = en->arch;
	bool behind = s == en->space->nstages;
	struct nas_text why = { 0 };
	int wrong = 1;

	if (b == arch->nblocks ? behind
			       : !behind && !stage_misfit_first(
						    &en->space->stage[s],
						    &arch->block[b], NULL))
		return true;
	if (!is_far(en, b))
		return false;
	if (s > 0 && b < arch->nblocks)
		offer_deeper(en, s - 1, b);
	if (behind)
		text_addf(&why, "the last stage is /space/stages/%d", s - 1);
	else
		text_addf(&why, "/space/stages/%d", s);
	if (!behind && b == arch->nblocks) {
		text_add(&why, " has no block");
	} else if (!behind) {
		text_add(&why, ": ");
		wrong = stage_misfit_first(&en->space->stage[s],
					   &arch->block[b], &why);
	}
	offer(en, wrong, &why);
	return false;
}

static bool encode_from(struct encoder *en, int s, int b, size_t stride_place);

/* Try the stage with its d-th depth. */
static bool encode_depth(struct encoder *en, int s, int b, int d,
			 size_t place)
{
	const struct nas_stage *st = &en->space->stage[s];
	const struct nas_block *block = &en->arch->block[b];
	struct nas_gene *g = &en->g->stage[s];
	int depth = st->depth[d];

	memset(g->bits, 0, sizeof(g->bits));
	memset(g->shape, 0, sizeof(g->shape));
	g->depth = (uint8_t)d;
	for (int i = 0; i < depth; i++) {
		if (b + i == en->arch->nblocks) {
			if (is_far(en, b + i))
				offer_depth(en, s, i);
			return false;
		}
		if (i && !fits_inner(en, s, b + i, i))
			return false;
		g->bits[i] = stage_bits(st, &block[i]);
		if (i)
			g->shape[i] = stage_shape(st, g->width, &block[i]);
	}
	gene_canonical(st, g, block->in);
	return encode_from(en, s + 1, b + depth,
			   place * (size_t)st->nstride);
}

/* Try every expansion that gives the first block's hidden width, with every
 * depth. */
static bool encode_expand(struct encoder *en, int s, int b, size_t place)
{
	const struct nas_stage *st = &en->space->stage[s];
	const struct nas_block *block = &en->arch->block[b];
	struct nas_gene *g = &en->g->stage[s];

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
	const struct nas_stage *st = &en->space->stage[s];
	const struct nas_block *block = &en->arch->block[b];
	uint64_t variant = en->g->variant;
	struct nas_gene *g = &en->g->stage[s];
	int stride;

	if (!fits_first(en, s, b))
		return false;
	if (s == en->space->nstages)
		return true;
	g->width = (uint8_t)choice_find(st->width, st->nwidth, block->out);
	g->kernel = (uint8_t)choice_find(st->kernel, st->nkernel,
					 block->kernel);
	g->se = (uint8_t)choice_find(st->se, st->nse, block->squeeze > 0);
	stride = choice_find(st->stride, st->nstride, block->stride);
	en->g->variant += (uint64_t)stride * place;
	if (encode_expand(en, s, b, place))
		return true;
	en->g->variant = variant;
	return false;
}

static int find_side(const struct nas_space *space, const struct nas_arch *arch)
{
	const struct nas_space_input *in = &space->input;

	for (int i = 0; i < in->nheight; i++)
		if (in->height[i] == arch->height &&
		    (in->nwidth ? in->width[i] : in->height[i]) == arch->width)
			return i;
	return -1;
}

/* Where in the file block b stands. */
static void add_place(struct nas_text *t, const struct nas_arch *arch, int b)
{
	int entry, first = b, behind = b;

	if (b == arch->nblocks) {
		text_addf(t, "it ends after %d blocks", b);
		return;
	}
	entry = arch->block[b].entry;
	while (first > 0 && arch->block[first - 1].entry == entry)
		first--;
	while (behind < arch->nblocks && arch->block[behind].entry == entry)
		behind++;
	text_addf(t, "/blocks/%d", entry);
	if (behind - first > 1)
		text_addf(t, ", block %d of its %d,", b - first + 1,
			  behind - first);
	text_add(t, " does not fit");
}

static enum nas_status fail_where(struct encoder *en, struct nas_err *err)
{
	struct nas_text t = { 0 };
	enum nas_status status;

	en->explain = true;
	memset(en->g, 0, sizeof(*en->g));
	NAS_BUG_IF(encode_from(en, 0, 0, 1));
	add_place(&t, en->arch, en->far_block);
	text_add(&t, "; ");
	text_take(&t, &en->why);
	status = t.failed ? nas_fail(err, NAS_ENOMEM, "out of memory")
			  : nas_fail(err, NAS_EINPUT,
				     "the architecture is not in the space: "
				     "%s", t.data);
	text_free(&t);
	return status;
}

static enum nas_status fail_input(const struct nas_space *space,
				  const struct nas_arch *arch,
				  struct nas_err *err)
{
	const struct nas_space_input *in = &space->input;
	struct nas_text t = { 0 };
	enum nas_status status;

	for (int i = 0; i < in->nheight; i++)
		text_addf(&t, "%s%d x %d", i ? ", " : "", in->height[i],
			  in->nwidth ? in->width[i] : in->height[i]);
	status = t.failed ? nas_fail(err, NAS_ENOMEM, "out of memory")
			  : nas_fail(err, NAS_EINPUT, "the architecture is "
				     "not in the space: /input; /space/input: "
				     "%d x %d, channels %d (allowed: %s, "
				     "channels %d)", arch->height, arch->width,
				     arch->channels, t.data, in->channels);
	text_free(&t);
	return status;
}

/* An architecture without a head says nothing about it: the authors' records
 * are such. */
static bool fits_head(const struct nas_head *a, const struct nas_head *b)
{
	return !a->classes ||
	       (a->classes == b->classes && a->bits_a == b->bits_a &&
		a->bits_w == b->bits_w && a->hidden == b->hidden);
}

static enum nas_status fail_head(const struct nas_head *a,
				 const struct nas_space_head *b,
				 struct nas_err *err)
{
	struct nas_text t = { 0 };
	enum nas_status status;

	if (b->nbits_w)
		text_add_choices(&t, b->bits_w, b->nbits_w);
	else
		text_addf(&t, "%d", b->first.bits_w);
	status = t.failed ? nas_fail(err, NAS_ENOMEM, "out of memory")
			  : nas_fail(err, NAS_EINPUT, "the architecture is "
				     "not in the space: /head; /space/head: "
				     "classes %d, hidden %d, bits_a %d, bits_w "
				     "%d (allowed: %d, %d, %d, %s)",
				     a->classes, a->hidden, a->bits_a,
				     a->bits_w, b->first.classes,
				     b->first.hidden, b->first.bits_a, t.data);
	text_free(&t);
	return status;
}

/* The first variant with the head, or -1. */
static int find_head(const struct nas_space *space, const struct nas_head *head)
{
	int n = space_head_choices(&space->head), step = space->nvariants / n;

	for (int i = 0; i < n; i++) {
		struct nas_head of = space_head_of(space, (uint64_t)(i * step));

		if (fits_head(head, &of))
			return i * step;
	}
	return -1;
}

static enum nas_status fail_falling(const struct nas_space *space,
				    const struct nas_genome *g,
				    struct nas_err *err)
{
	int width = 0, before = 0, s = -1;

	while (width >= before && ++s < space->nstages) {
		before = width;
		width = space->stage[s].width[g->stage[s].width];
	}
	return nas_fail(err, NAS_EINPUT, "the architecture is not in the "
			"space: /space/stages/%d: width %d after %d; "
			"/space/monotone does not allow falling widths", s,
			width, before);
}

enum nas_status space_encode(const struct nas_space *space,
			     const struct nas_arch *arch, struct nas_genome *g,
			     struct nas_err *err)
{
	struct encoder en = { .space = space, .arch = arch, .g = g };
	int side = find_side(space, arch), head = find_head(space, &arch->head);

	memset(g, 0, sizeof(*g));
	if (side < 0 || arch->channels != space->input.channels)
		return fail_input(space, arch, err);
	if (head < 0)
		return fail_head(&arch->head, &space->head, err);
	g->variant = (uint64_t)(head + side);
	if (!encode_from(&en, 0, 0, (size_t)space->input.nheight))
		return fail_where(&en, err);
	if (space_contains(space, g))
		return NAS_OK;
	return fail_falling(space, g, err);
}
