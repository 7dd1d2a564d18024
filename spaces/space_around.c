/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The space of one architecture's structure with its bits left open: every
 * block is a stage of one choice. For refining the bits of any network.
 */
#include <string.h>

#include "spaces/space.h"

static int *one(struct nas_arena *arena, int value)
{
	int *list = NAS_NEW(arena, int, 1);

	if (list)
		*list = value;
	return list;
}

/* Expansion of the output that rounds back to the hidden width. */
static double *expansion(struct nas_arena *arena, const struct nas_block *b)
{
	double *list = NAS_NEW(arena, double, 1);

	if (list)
		*list = b->hidden ? (double)b->hidden / b->out : 1;
	return list;
}

/* The choices of bits that a stage of the kind has in the other space; the
 * first one with a choice, else the first one. */
static const struct nas_stage *bits_of_kind(const struct nas_space *from,
					    enum nas_block_kind kind)
{
	const struct nas_stage *found = NULL;

	for (int s = 0; s < from->nstages; s++) {
		const struct nas_stage *st = &from->stage[s];

		if (st->kind != (int)kind)
			continue;
		if (!found || (found->nbits_a < 2 && found->nbits_w < 2))
			found = st;
	}
	return found;
}

/* First block: the bits of the other space's first stage. */
static const struct nas_stage *bits_of_block(const struct nas_space *from,
					     const struct nas_arch *arch, int b)
{
	if (b == 0)
		return &from->stage[0];
	if (b == arch->nblocks - 1)
		return &from->stage[from->nstages - 1];
	return bits_of_kind(from, arch->block[b].kind);
}

static enum nas_status fill_stage(struct nas_stage *st,
				  const struct nas_block *b,
				  const struct nas_stage *bits,
				  struct nas_arena *arena)
{
	memset(st, 0, sizeof(*st));
	st->kind = (int)b->kind;
	st->shortcut = (int)b->shortcut;
	st->pool = b->pool;
	st->nwidth = st->nkernel = st->nexpand = st->ndepth = 1;
	st->nstride = st->nse = 1;
	st->width = one(arena, b->out);
	st->kernel = one(arena, b->kernel);
	st->expand = expansion(arena, b);
	st->depth = one(arena, 1);
	st->stride = one(arena, b->stride);
	st->se = one(arena, b->squeeze > 0);
	if (bits) {
		st->nbits_a = bits->nbits_a;
		st->bits_a = bits->bits_a;
		st->nbits_w = bits->nbits_w;
		st->bits_w = bits->bits_w;
	}
	return arena->failed ? NAS_ENOMEM : NAS_OK;
}

enum nas_status space_around(struct nas_space *space,
			     const struct nas_arch *arch,
			     const struct nas_space *from,
			     struct nas_arena *arena, struct nas_err *err)
{
	int n = arch->nblocks;

	memset(space, 0, sizeof(*space));
	if (n > SPACE_STAGES_MAX)
		return nas_fail(err, NAS_EINPUT, "the architecture has %d "
				"blocks, more than the %d that can be refined "
				"outside a space", n, SPACE_STAGES_MAX);
	space->input.nheight = space->input.nwidth = 1;
	space->input.height = one(arena, arch->height);
	space->input.width = one(arena, arch->width);
	space->input.channels = arch->channels;
	space->head.first = arch->head;
	space->nstages = n;
	space->stage = NAS_NEW(arena, struct nas_stage, (size_t)n);
	for (int b = 0; !arena->failed && b < n; b++) {
		const struct nas_stage *bits = bits_of_block(from, arch, b);

		if (!bits)
			return nas_fail(err, NAS_EINPUT, "the config's space "
					"has no %s to take bits from",
					block_kinds[arch->block[b].kind].name);
		if (fill_stage(&space->stage[b], &arch->block[b], bits,
			       arena) != NAS_OK)
			break;
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the space");
	return space_compile(space, arena, err);
}
