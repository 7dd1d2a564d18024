/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiling a space: checks, variants, tables; and questions about genes. */
#include "spaces/space.h"

#include <string.h>

int stage_hidden_first(const struct nas_stage *st, int in, int width,
		       int expand)
{
	int base = st->expand_of == EXPAND_OF_IN ? in : st->width[width];

	if (!(block_kinds[st->kind].has & BLOCK_HIDDEN))
		return 0;
	return round_to_8(st->expand[expand] * base);
}

int stage_hidden_inner(const struct nas_stage *st, int width, int expand)
{
	if (!(block_kinds[st->kind].has & BLOCK_HIDDEN))
		return 0;
	return round_to_8(st->expand[expand] * st->width[width]);
}

/* Two expansions are one when they round to the same hidden widths, in the
 * first block and, if there are any that share it, in the inner ones. */
int canonical_expand(const struct nas_stage *st, const struct nas_gene *g,
		     int in)
{
	int first = stage_hidden_first(st, in, g->width, g->expand);
	int inner = stage_hidden_inner(st, g->width, g->expand);
	int e;

	for (e = 0; e < g->expand; e++)
		if (stage_hidden_first(st, in, g->width, e) == first &&
		    (st->each & EACH_EXPAND || st->depth[g->depth] == 1 ||
		     stage_hidden_inner(st, g->width, e) == inner))
			break;
	return e;
}

void canonical_shapes(const struct nas_stage *st, struct nas_gene *g)
{
	const uint8_t *same = st->inner_canonical + g->width * st->nexpand;

	for (int b = 1; b < st->depth[g->depth]; b++)
		g->shape[b] = gene_shape(g->shape[b] >> 4,
					 same[g->shape[b] & 15]) &
			      stage_each_mask(st);
}

void space_smallest(const struct nas_space *space, struct nas_genome *g)
{
	int least = 0;

	memset(g, 0, sizeof(*g));
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		struct nas_gene *gene = &g->stage[s];

		while (space->monotone && st->width[gene->width] < least)
			gene->width++;
		least = st->width[gene->width];
	}
}

static bool gene_in_range(const struct nas_stage *st, const struct nas_gene *g)
{
	int na = st->nbits_a ? st->nbits_a : 1;
	int nw = st->nbits_w ? st->nbits_w : 1;

	if (g->width >= st->nwidth || g->kernel >= st->nkernel ||
	    g->expand >= st->nexpand || g->depth >= st->ndepth ||
	    g->se >= st->nse)
		return false;
	for (int b = 0; b < st->depth[g->depth]; b++) {
		struct nas_gene own = gene_of_block(st, g, b);

		if (gene_bits_a(g->bits[b]) >= na ||
		    gene_bits_w(g->bits[b]) >= nw ||
		    own.kernel >= st->nkernel || own.expand >= st->nexpand)
			return false;
	}
	return true;
}

bool space_contains(const struct nas_space *space, const struct nas_genome *g)
{
	int last = 0;

	if (g->variant >= (uint64_t)space->nvariants)
		return false;
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];

		if (!gene_in_range(st, &g->stage[s]))
			return false;
		if (space->monotone && st->width[g->stage[s].width] < last)
			return false;
		last = st->width[g->stage[s].width];
	}
	return true;
}

static bool ascending(const int *x, int n)
{
	for (int i = 1; i < n; i++)
		if (x[i] <= x[i - 1])
			return false;
	return true;
}

static enum nas_status check_stage(const struct nas_stage *st, int s,
				   struct nas_err *err)
{
	bool ok = ascending(st->width, st->nwidth) &&
		  ascending(st->kernel, st->nkernel) &&
		  ascending(st->depth, st->ndepth) &&
		  ascending(st->stride, st->nstride) &&
		  ascending(st->se, st->nse) &&
		  ascending(st->bits_a, st->nbits_a) &&
		  ascending(st->bits_w, st->nbits_w);

	for (int e = 1; e < st->nexpand; e++)
		ok = ok && st->expand[e] > st->expand[e - 1];
	if (!ok)
		return nas_fail(err, NAS_EINPUT,
				"space stage %d: choices must ascend", s);
	if (!st->nbits_a != !st->nbits_w)
		return nas_fail(err, NAS_EINPUT,
				"space stage %d: bits_a and bits_w must be "
				"given together",
				s);
	return NAS_OK;
}

/* Some width of every stage must be reachable without falling. */
static enum nas_status check_widths(const struct nas_space *space,
				    struct nas_err *err)
{
	int least = 0;

	for (int s = 0; s < space->nstages && space->monotone; s++) {
		const struct nas_stage *st = &space->stage[s];
		int w = 0;

		while (w < st->nwidth && st->width[w] < least)
			w++;
		if (w == st->nwidth)
			return nas_fail(err, NAS_EINPUT,
					"space stage %d: every width is below "
					"%d, the smallest of the stage "
					"before, and widths must not decrease", s, least);
		least = st->width[w];
	}
	return NAS_OK;
}

static enum nas_status check_bits(const struct nas_space *space,
				  struct nas_err *err)
{
	for (int s = 1; s < space->nstages; s++)
		if (!space->stage[s].nbits_a != !space->stage[0].nbits_a)
			return nas_fail(err, NAS_EINPUT,
					"space stage %d: either all stages "
					"have bits or none has", s);
	return NAS_OK;
}

static enum nas_status make_canonical(struct nas_stage *st,
				      struct nas_arena *arena)
{
	int n = st->nexpand;
	uint8_t *same = NAS_NEW2(arena, uint8_t, (size_t)st->nwidth, (size_t)n);

	if (!same)
		return NAS_ENOMEM;
	for (int w = 0; w < st->nwidth; w++)
		for (int e = 0; e < n; e++) {
			int h = stage_hidden_inner(st, w, e), c = 0;

			while (stage_hidden_inner(st, w, c) != h)
				c++;
			same[w * n + e] = (uint8_t)c;
		}
	st->inner_canonical = same;
	st->canonical = st->expand_of == EXPAND_OF_OUT ? same : NULL;
	return NAS_OK;
}

/* A kind without hidden channels has one expansion, which is not used. */
static enum nas_status make_expand(struct nas_stage *st,
				   struct nas_arena *arena)
{
	if (st->nexpand)
		return NAS_OK;
	st->expand = NAS_NEW(arena, double, 1);
	if (!st->expand)
		return NAS_ENOMEM;
	st->expand[0] = 1;
	st->nexpand = 1;
	return NAS_OK;
}

static void make_masks(struct nas_stage *st)
{
	for (int d = 0; d < st->ndepth; d++) {
		struct nas_gene g;

		memset(&g, 0xff, sizeof(g));
		memset(g.bits + st->depth[d], 0,
		       (size_t)(SPACE_DEPTH_MAX - st->depth[d]));
		memset(g.shape + st->depth[d], 0,
		       (size_t)(SPACE_DEPTH_MAX - st->depth[d]));
		memcpy(st->keep[d], &g, sizeof(g));
	}
}

/* Every combination of input side, strides and head is a variant. */
static enum nas_status make_variants(struct nas_space *space,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	size_t n = (size_t)space->input.nheight *
		   (size_t)space_head_choices(&space->head);

	for (int s = 0; s < space->nstages && n <= SPACE_VARIANTS_MAX; s++)
		n *= (size_t)space->stage[s].nstride;
	if (n > SPACE_VARIANTS_MAX)
		return nas_fail(err, NAS_EINPUT,
				"space: more than %d combinations of strides, "
				"input sides and bits of the classifier",
				SPACE_VARIANTS_MAX);
	space->nvariants = (int)n;
	space->side_of = NAS_NEW(arena, uint8_t, n);
	space->stride_of = NAS_NEW2(arena, uint8_t, n, (size_t)space->nstages);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the space");
	for (size_t v = 0; v < n; v++) {
		size_t rest = v;

		space->side_of[v] =
			(uint8_t)(rest % (size_t)space->input.nheight);
		rest /= (size_t)space->input.nheight;
		for (int s = 0; s < space->nstages; s++) {
			size_t k = (size_t)space->stage[s].nstride;

			space->stride_of[v * (size_t)space->nstages +
					 (size_t)s] = (uint8_t)(rest % k);
			rest /= k;
		}
	}
	return NAS_OK;
}

/* Every stride must leave a map of at least one element, rounded down. */
static enum nas_status check_sides(const struct nas_space *space,
				   struct nas_err *err)
{
	for (int v = 0; v < space->nvariants; v++) {
		int side = space->side_of[v], height = space->input.height[side];
		int width = space->input.nwidth ? space->input.width[side]
						: height;
		struct nas_place p = place_input(height, width);

		for (int s = 0; s < space->nstages; s++) {
			const struct nas_stage *st = &space->stage[s];
			int i = space->stride_of[v * space->nstages + s];

			p = place_after(&p, st->stride[i]);
			if (p.floor_height < 1 || p.floor_width < 1)
				return nas_fail(err, NAS_EINPUT,
						"space stage %d: strides leave "
						"nothing of a %dx%d input", s,
						height, width);
		}
	}
	return NAS_OK;
}

enum nas_status space_compile(struct nas_space *space, struct nas_arena *arena,
			      struct nas_err *err)
{
	for (int s = 0; s < space->nstages; s++) {
		struct nas_stage *st = &space->stage[s];

		if (make_expand(st, arena) != NAS_OK)
			return nas_fail(err, NAS_ENOMEM,
					"out of memory for the space");
		make_masks(st);
		if (check_stage(st, s, err) == NAS_OK &&
		    make_canonical(st, arena) != NAS_OK)
			return nas_fail(err, NAS_ENOMEM,
					"out of memory for the space");
	}
	if (err->code != NAS_OK || check_widths(space, err) != NAS_OK ||
	    check_bits(space, err) != NAS_OK)
		return err->code;
	if (make_variants(space, arena, err) != NAS_OK)
		return err->code;
	return check_sides(space, err);
}
