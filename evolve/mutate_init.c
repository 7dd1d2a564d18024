/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the mutations of a space, and the rare mutations. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "evolve/mutate.h"

#define WIDTH_MOVES 8
#define BITS_MOVES 16
#define SHARES 40 /* of a stage, at most */

/* Factors of the released code, then a step down and up. */
static const double width_scale[WIDTH_MOVES] = { 2.0, 1.5, 1.25, 0.8,
						 0.6, 0.5, -1,	 +1 };

/* Steps of activation and weight bits: alone, and together. */
static const int bits_step[BITS_MOVES][2] = {
	{ -1, 0 }, { +1, 0 }, { -1, 0 },  { +1, 0 },  { -1, 0 },  { +1, 0 },
	{ 0, -1 }, { 0, +1 }, { 0, -1 },  { 0, +1 },  { 0, -1 },  { 0, +1 },
	{ -1, -1 }, { -1, +1 }, { +1, -1 }, { +1, +1 },
};

/* Index of the choice nearest to a width; the lower one of two. */
static int nearest_width(const struct nas_stage *st, double width)
{
	int low = 0, high = st->nwidth - 1;

	while (high - low > 1) { /* width[low] <= width <= width[high], if any */
		int mid = (low + high) / 2;

		if (st->width[mid] <= width)
			low = mid;
		else
			high = mid;
	}
	return fabs(st->width[high] - width) < fabs(st->width[low] - width)
		       ? high
		       : low;
}

static int step_index(int i, int n, int step)
{
	int to = i + step;

	return to < 0 || to >= n ? i : to;
}

static int moved_width(const struct nas_stage *st, int w, int move)
{
	double scale = width_scale[move];

	if (move >= WIDTH_MOVES - 2)
		return step_index(w, st->nwidth, (int)scale);
	return nearest_width(st, round_to_8(st->width[w] * scale));
}

static void fill_widths(const struct nas_stage *st, uint8_t (*table)[256])
{
	for (int i = 0; i < WIDTH_MOVES; i++)
		for (int w = 0; w < st->nwidth; w++)
			table[i][w] = (uint8_t)moved_width(st, w, i);
}

static void fill_bits(const struct nas_stage *st, uint8_t (*table)[256])
{
	for (int i = 0; i < BITS_MOVES; i++)
		for (int a = 0; a < st->nbits_a; a++)
			for (int w = 0; w < st->nbits_w; w++)
				table[i][gene_bits(a, w)] = gene_bits(
					step_index(a, st->nbits_a,
						   bits_step[i][0]),
					step_index(w, st->nbits_w,
						   bits_step[i][1]));
}

/* Table i moves kernels, or expansions, to the i-th of the other choices. */
static void fill_shapes(const struct nas_stage *st, bool kernels,
			uint8_t (*table)[256])
{
	int n = kernels ? st->nkernel : st->nexpand;

	for (int i = 0; i < n - 1; i++)
		for (int k = 0; k < st->nkernel; k++)
			for (int e = 0; e < st->nexpand; e++)
				table[i][gene_shape(k, e)] = kernels
					? gene_shape((k + 1 + i) % n, e)
					: gene_shape(k, (e + 1 + i) % n);
}

/* Table i moves to the i-th of the other choices, counted from the next. */
static void fill_choices(int n, uint8_t (*table)[256])
{
	for (int i = 0; i < n - 1; i++)
		for (int c = 0; c < n; c++)
			table[i][c] = (uint8_t)((c + 1 + i) % n);
}

struct change { /* a kind of change that a stage may allow */
	enum mutation what;
	size_t byte;
	int choices, tables;
	int share; /* how often, of the stage's changes */
};

/* Room for the tables of a stage's change, and the tables. */
static enum nas_status make_tables(const struct nas_stage *st,
				   const struct change *c,
				   struct mutator_slot *slot,
				   struct nas_arena *arena)
{
	uint8_t(*table)[256] = arena_alloc(arena, (size_t)c->tables, 256);

	if (!table)
		return NAS_ENOMEM;
	if (c->what == MUTATE_SHAPE)
		fill_shapes(st, c->byte == offsetof(struct nas_gene, kernel),
			    table);
	else if (c->tables == WIDTH_MOVES && c->byte == 0)
		fill_widths(st, table);
	else if (c->what == MUTATE_BYTE)
		fill_choices(c->choices, table);
	else if (c->what != MUTATE_ALIKE) /* which looks at no table */
		fill_bits(st, table);
	slot->what = (uint8_t)c->what;
	slot->byte = (uint8_t)c->byte;
	slot->tables = (uint8_t)c->tables;
	slot->table = (const uint8_t(*)[256])table;
	return NAS_OK;
}

/*
 * What a stage can change, a slot a share; returns the number. Shares by
 * median scores of ten to twenty runs of imagenet-7.0g and -19.2g: all equal
 * 1232.15 and 1296.83; widths, expansions and single blocks four times as
 * often 1233.03 and 1297.87; widths eight times 1233.04 and 1298.25. Those of
 * stages whose blocks choose their shapes by searches of configs/ for
 * microcontrollers (evolve/README.md).
 */
static int list_changes(const struct nas_stage *st, int s, bool with_bits,
			struct mutator_slot *slot, struct nas_arena *arena)
{
	int bits = with_bits ? st->nbits_a + st->nbits_w - 1 : 0;
	bool kernels = st->each & EACH_KERNEL, expands = st->each & EACH_EXPAND;
	const struct change all[] = {
		{ MUTATE_BYTE, offsetof(struct nas_gene, width), st->nwidth,
		  WIDTH_MOVES, 8 },
		{ kernels ? MUTATE_SHAPE : MUTATE_BYTE,
		  offsetof(struct nas_gene, kernel), st->nkernel,
		  st->nkernel - 1, kernels ? 2 : 1 },
		{ expands ? MUTATE_SHAPE : MUTATE_BYTE,
		  offsetof(struct nas_gene, expand), st->nexpand,
		  st->nexpand - 1, expands ? 8 : 4 },
		{ MUTATE_BYTE, offsetof(struct nas_gene, depth), st->ndepth,
		  st->ndepth - 1, st->each ? 4 : 1 },
		{ MUTATE_BYTE, offsetof(struct nas_gene, se), st->nse,
		  st->nse - 1, 1 },
		{ MUTATE_BLOCK, offsetof(struct nas_gene, bits), bits,
		  BITS_MOVES, 4 },
		{ MUTATE_ALL_BLOCKS, offsetof(struct nas_gene, bits),
		  st->depth[st->ndepth - 1] > 1 ? bits : 0, BITS_MOVES, 1 },
		{ MUTATE_ALIKE, 0, st->each ? st->depth[st->ndepth - 1] : 0,
		  1, 12 },
	};
	int n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].choices < 2)
			continue;
		slot[n].stage = (uint8_t)s;
		if (make_tables(st, &all[i], &slot[n], arena) != NAS_OK)
			return 0;
		for (int k = 1; k < all[i].share; k++, n++)
			slot[n + 1] = slot[n];
		n++;
	}
	return n;
}

/* Slots are dealt evenly to the stages that can change, and those of a stage
 * evenly to its changes; the variant counts as a stage. */
static void fill_slots(struct mutator *m, bool with_bits,
		       struct nas_arena *arena)
{
	static const uint8_t same[1][256] = { { 0 } };
	const struct nas_space *space = m->space;
	struct mutator_slot change[SPACE_STAGES_MAX + 1][SHARES];
	int changes[SPACE_STAGES_MAX + 1], n = 0;

	memset(change, 0, sizeof(change));
	for (int s = 0; s < space->nstages; s++) {
		changes[n] = list_changes(&space->stage[s], s, with_bits,
					  change[n], arena);
		n += changes[n] > 0;
	}
	if (space->nvariants > 1 || n == 0) {
		change[n][0] = (struct mutator_slot){
			.what = MUTATE_VARIANT, .tables = 1, .table = same };
		changes[n++] = 1;
	}
	for (int i = 0; i < MUTATE_SLOTS; i++)
		m->slot[i] = change[i % n][i / n % changes[i % n]];
}

/* Index bounds of a stage's width by that of the stage before and behind. */
static void fill_bounds(const struct nas_space *space, int s,
			struct mutator_stage *ms)
{
	const struct nas_stage *st = &space->stage[s];

	ms->last = s == space->nstages - 1;
	memset(ms->least, 0, sizeof(ms->least));
	memset(ms->most, st->nwidth - 1, sizeof(ms->most));
	if (s > 0 && space->monotone)
		for (int w = 0; w < st[-1].nwidth; w++)
			while (ms->least[w] < st->nwidth - 1 &&
			       st->width[ms->least[w]] < st[-1].width[w])
				ms->least[w]++;
	if (!ms->last && space->monotone)
		for (int w = 0; w < st[1].nwidth; w++)
			while (ms->most[w] > 0 &&
			       st->width[ms->most[w]] > st[1].width[w])
				ms->most[w]--;
}

static void fill_stage(const struct nas_space *space, int s,
		       struct mutator_stage *ms)
{
	const struct nas_stage *st = &space->stage[s];

	ms->canonical = st->canonical;
	ms->nexpand = st->nexpand;
	for (int d = 0; d < st->ndepth; d++) {
		memcpy(ms->keep[d], st->keep[d], sizeof(ms->keep[d]));
		ms->blocks[d] = st->depth[d];
	}
	fill_bounds(space, s, ms);
	ms->by_input = st->each || !st->canonical ||
		       (!ms->last && !st[1].canonical);
}

enum nas_status mutator_init(struct mutator *m, const struct nas_space *space,
			     bool with_bits, struct nas_arena *arena,
			     struct nas_err *err)
{
	memset(m, 0, sizeof(*m));
	m->space = space;
	m->stage = NAS_NEW(arena, struct mutator_stage,
			   (size_t)space->nstages);
	if (!m->stage)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the mutations");
	for (int s = 0; s < space->nstages; s++)
		fill_stage(space, s, &m->stage[s]);
	fill_slots(m, with_bits, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the mutations");
	return NAS_OK;
}

/* Blocks that are new get the shape of the first one. */
static void new_shapes(const struct mutator_stage *ms, struct nas_gene *g,
		       int depth)
{
	for (int b = ms->blocks[depth]; b < ms->blocks[g->depth]; b++)
		g->shape[b] = gene_shape(g->kernel, g->expand);
}

void mutate_canonical(const struct mutator *m, struct nas_gene *g, int s,
		      int depth)
{
	const struct nas_space *space = m->space;

	if (space->stage[s].each)
		new_shapes(&m->stage[s], &g[s], depth);

	for (int i = s; i < s + 2 && i < space->nstages; i++) {
		int in = i ? space->stage[i - 1].width[g[i - 1].width]
			   : space->input.channels;

		gene_canonical(&space->stage[i], &g[i], in);
	}
}

/* Kernel or expansion of one block. */
static uint32_t mutate_shape(const struct mutator *m,
			     const struct mutator_slot *slot,
			     struct nas_gene *g, uint64_t random)
{
	const uint8_t *table = slot->table[mutate_table(random, slot->tables)];
	struct nas_gene *gene = &g[slot->stage];
	int blocks = m->stage[slot->stage].blocks[gene->depth];
	uint32_t b = mutate_below(random >> 17, 7, (uint32_t)blocks);
	uint8_t shape = gene->shape[b];

	if (b == 0)
		shape = gene_shape(gene->kernel, gene->expand);
	shape = table[shape];
	if (b == 0) {
		gene->kernel = shape >> 4;
		gene->expand = shape & 15;
	} else {
		gene->shape[b] = shape;
	}
	mutate_canonical(m, g, slot->stage, gene->depth);
	return 1u << slot->stage;
}

/* All inner blocks, or one, get shape and bits of one block. */
static uint32_t mutate_alike(const struct mutator *m, int s,
			     struct nas_gene *g, uint64_t random)
{
	struct nas_gene *gene = &g[s];
	uint32_t blocks = (uint32_t)m->stage[s].blocks[gene->depth];
	uint32_t from = mutate_below(random >> 17, 7, blocks);
	uint32_t to = mutate_below(random >> 9, 7, blocks);
	bool all = random >> 16 & 1;
	uint8_t shape = from ? gene->shape[from]
			     : gene_shape(gene->kernel, gene->expand);

	for (uint32_t b = all ? 1 : to; b < (all ? blocks : to + 1); b++) {
		gene->bits[b] = gene->bits[from];
		if (b) {
			gene->shape[b] = shape;
		} else {
			gene->kernel = shape >> 4;
			gene->expand = shape & 15;
		}
	}
	mutate_canonical(m, g, s, gene->depth);
	return 1u << s;
}

/* Another combination of strides and input side: every stage changes. */
static uint32_t mutate_variant(const struct nas_space *space, uint64_t *variant,
			       uint64_t random)
{
	uint64_t n = (uint64_t)space->nvariants;

	if (n > 1)
		*variant = (*variant + 1 +
			    mutate_table(random, (uint32_t)n - 1)) % n;
	return UINT32_MAX >> (32 - space->nstages);
}

uint32_t mutate_rarely(const struct mutator *m, const struct mutator_slot *slot,
		       uint64_t *variant, struct nas_gene *g, uint64_t random)
{
	const uint8_t *table = slot->table[mutate_table(random, slot->tables)];
	struct nas_gene *gene = &g[slot->stage];

	if (slot->what == MUTATE_VARIANT)
		return mutate_variant(m->space, variant, random);
	if (slot->what == MUTATE_SHAPE)
		return mutate_shape(m, slot, g, random);
	if (slot->what == MUTATE_ALIKE)
		return mutate_alike(m, slot->stage, g, random);
	for (int b = 0; b < m->stage[slot->stage].blocks[gene->depth]; b++)
		gene->bits[b] = table[gene->bits[b]];
	return 1u << slot->stage;
}

/* Widths do not fall from stage s - 1 to s, or may. */
static bool rises(const struct nas_space *space, int s, const struct nas_gene *a,
		  const struct nas_gene *b)
{
	const struct nas_stage *st = &space->stage[s];

	return !space->monotone || s == 0 || s == space->nstages ||
	       st[-1].width[a[s - 1].width] <= st->width[b[s].width];
}

uint32_t mutate_cross(const struct mutator *m, struct nas_gene *g,
		      const struct nas_gene *with, uint64_t random)
{
	const struct nas_space *space = m->space;
	uint32_t n = (uint32_t)space->nstages;
	int from = (int)mutate_below(random, 16, n);
	int to = (int)mutate_below(random >> 16, 16, n - (uint32_t)from) +
		 from + 1;
	uint32_t mask = 0;

	if (!rises(space, from, g, with) || !rises(space, to, with, g))
		return 0;
	memcpy(&g[from], &with[from],
	       (size_t)(to - from) * sizeof(struct nas_gene));
	for (int s = from; s < to + 1 && s < space->nstages; s++) {
		int in = s ? space->stage[s - 1].width[g[s - 1].width]
			   : space->input.channels;

		if (s == from || s == to)
			gene_canonical(&space->stage[s], &g[s], in);
		mask |= 1u << s;
	}
	return mask;
}
