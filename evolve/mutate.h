/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/mutate.h - variation: small random changes of a genome.
 *
 * After the released code of Sun et al. (2022): pick a stage, pick what to
 * change, change it. Widths are scaled by a factor and rounded to a choice of
 * the space; kernels, expansions and depths are drawn anew; bits move by a
 * step. Ours: widths may also move to the next choice, bits move one block at
 * a time (at times all blocks of a stage), and a choice that a stage does not
 * have is never drawn.
 *
 * The search takes millions of these a second, and most of the time would go
 * to mispredicted branches. So a mutation is data: one byte of a gene goes
 * through a table of 256 new values, and what must follow (widths between
 * their neighbours', one name for equal expansions, bits of blocks that come
 * or go) is done for every mutation alike, without a branch.
 *
 * Usage:
 *	status = mutator_init(&m, space, true, &arena, err);
 *	changed = mutate(&m, &variant, genes, random);
 */
#ifndef EVOLVE_MUTATE_H
#define EVOLVE_MUTATE_H

#include <stddef.h>

#include "scoring/chain.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "genes are changed as little-endian words"
#endif

#define MUTATE_SLOTS 512
#define MUTATE_RANDOM_BITS 24 /* that one mutation uses up */

enum mutation {
	MUTATE_BYTE,
	MUTATE_BLOCK,
	MUTATE_ALL_BLOCKS,
	MUTATE_SHAPE, /* kernel or expansion of one block */
	MUTATE_ALIKE, /* other blocks become like one block */
	MUTATE_VARIANT
};

struct mutator_slot { /* one thing that can be changed */
	uint8_t stage, what; /* what: enum mutation */
	uint8_t byte;        /* of the gene; of MUTATE_BLOCK: of block 0 */
	uint8_t tables;      /* to draw from */
	const uint8_t (*table)[256]; /* (tables) new values */
};

struct mutator_stage {
	/* as in struct nas_stage; NULL = by the input */
	const uint8_t *canonical;
	int nexpand;
	int blocks[SPACE_CHOICES_MAX];       /* [depth] */
	uint64_t keep[SPACE_CHOICES_MAX][2]; /* [depth]: bits of its blocks and
					      * all else but shapes */
	/* [width of the neighbour]: the least and the largest index */
	uint8_t least[SPACE_WIDTHS_MAX], most[SPACE_WIDTHS_MAX];
	bool last;
	bool by_input; /* this stage's or the next one's canonical expansion
			* depends on the channels that reach it, or blocks
			* choose their shapes */
};

struct mutator {
	const struct nas_space *space;
	struct mutator_slot slot[MUTATE_SLOTS]; /* each as often as likely */
	struct mutator_stage *stage;            /* (stages) */
};

/* with_bits: false when something else decides the bits. */
enum nas_status mutator_init(struct mutator *m, const struct nas_space *space,
			     bool with_bits, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* The rare ones, out of line; as mutate(). */
uint32_t mutate_rarely(const struct mutator *m, const struct mutator_slot *slot,
		       uint64_t *variant, struct nas_gene *g, uint64_t random);

/* Canonical expansions where they depend on the input, and shapes of blocks
 * that come or go; out of line. depth: the stage's before, an index. */
void mutate_canonical(const struct mutator *m, struct nas_gene *g, int s,
		      int depth);

/*
 * A stretch of g's stages becomes that of another network of the same variant
 * or not; canonical again. Returns the mask of the stages whose values change;
 * 0 where widths would fall that must not.
 */
uint32_t mutate_cross(const struct mutator *m, struct nas_gene *g,
		      const struct nas_gene *with, uint64_t random);

/* A number below n from so many random bits; each of the n has a chance off
 * from 1 / n by less than 2^-bits. */
static inline uint32_t mutate_below(uint64_t random, int bits, uint32_t n)
{
	return ((uint32_t)(random & ((1u << bits) - 1)) * n) >> bits;
}

/* Which of the slot's tables. */
static inline uint32_t mutate_table(uint64_t random, uint32_t n)
{
	return mutate_below(random >> 9, 8, n);
}

/* The first half of a gene in two registers: bytes written to memory and read back as words
 * would wait for each other. */
struct mutate_words {
	uint64_t low, high;
};

/* The gene's byte goes through the table. */
static inline void mutate_byte(struct mutate_words *w, uint32_t byte,
			       const uint8_t *table)
{
	uint64_t word = byte < 8 ? w->low : w->high, changed;
	uint32_t shift = byte % 8 * 8;
	uint64_t old = word >> shift & 255;

	changed = word ^ (old ^ table[old]) << shift;
	w->low = byte < 8 ? changed : w->low;
	w->high = byte < 8 ? w->high : changed;
}

/* Where struct nas_gene has its members, in bits of the low word. */
enum {
	MUTATE_WIDTH_SHIFT = 8 * offsetof(struct nas_gene, width),
	MUTATE_EXPAND_SHIFT = 8 * offsetof(struct nas_gene, expand),
	MUTATE_DEPTH_SHIFT = 8 * offsetof(struct nas_gene, depth),
	MUTATE_BITS_SHIFT = 8 * offsetof(struct nas_gene, bits)
};

static inline uint8_t mutate_get(uint64_t word, int shift)
{
	return (uint8_t)(word >> shift);
}

static inline uint64_t mutate_put(uint64_t word, int shift, uint8_t value)
{
	return (word & ~((uint64_t)255 << shift)) | (uint64_t)value << shift;
}

static inline uint8_t mutate_clamp(uint8_t x, uint8_t low, uint8_t high)
{
	x = x < low ? low : x;
	return x > high ? high : x;
}

/* Blocks that are new get the bits of the first one, as in the released code;
 * of those that are gone nothing stays. first: the first block's bits. */
static inline uint64_t mutate_blocks(uint64_t word, uint64_t old_keep,
				     uint64_t new_keep, uint64_t first)
{
	return (word & old_keep & new_keep) |
	       (first * 0x0101010101010101u & ~old_keep & new_keep);
}

/*
 * Change one stage of g (S genes), or the variant. The low 24 bits of random
 * decide: 9 what, 8 how, 7 in which block. The genome stays in the space and
 * canonical. Returns a mask of the stages whose values change.
 */
static inline uint32_t
mutate(const struct mutator *m, uint64_t *variant, struct nas_gene *g,
       uint64_t random)
{
	const struct mutator_slot *slot = &m->slot[random % MUTATE_SLOTS];
	int s = slot->stage, width = g[s].width, old = g[s].depth;
	const struct mutator_stage *ms = &m->stage[s];
	uint32_t block = mutate_below(random >> 17, 7,
				      (uint32_t)ms->blocks[old]);
	const uint8_t *table = slot->table[mutate_table(random, slot->tables)];
	struct mutate_words w;
	uint8_t now, depth, first;

	if (slot->what >= MUTATE_ALL_BLOCKS)
		return mutate_rarely(m, slot, variant, g, random);
	memcpy(&w, &g[s], sizeof(w));
	mutate_byte(&w, slot->byte + (slot->what ? block : 0), table);
	now = mutate_clamp(mutate_get(w.low, MUTATE_WIDTH_SHIFT),
			   ms->least[s ? g[s - 1].width : 0],
			   ms->most[ms->last ? 0 : g[s + 1].width]);
	w.low = mutate_put(w.low, MUTATE_WIDTH_SHIFT, now);
	if (ms->canonical)
		w.low = mutate_put(w.low, MUTATE_EXPAND_SHIFT,
				   ms->canonical[now * ms->nexpand +
						 mutate_get(w.low,
							    MUTATE_EXPAND_SHIFT)]);
	depth = mutate_get(w.low, MUTATE_DEPTH_SHIFT);
	first = mutate_get(w.low, MUTATE_BITS_SHIFT);
	w.low = mutate_blocks(w.low, ms->keep[old][0], ms->keep[depth][0],
			      first);
	w.high = mutate_blocks(w.high, ms->keep[old][1], ms->keep[depth][1],
			       first);
	memcpy(&g[s], &w, sizeof(w));
	if (ms->by_input)
		mutate_canonical(m, g, s, old);
	return (1u + 2u * (now != width && !ms->last)) << s;
}

#endif
