/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/bits.h - the blocks of one network with their bits open: what a change
 * of bits does to score, budgets and memory.
 *
 * Symbols: B blocks in network order; used and limit run over the additive
 * budgets that bits change (flops, BitOps, size, flash).
 *
 * Usage:
 *	ok = bits_open(&bits, problem, genome);
 *	bits_all_at(&bits, SPACE_CHOICES_MAX);
 *	bits_sum(&bits);
 *	if (bits_move(&bits, 3, 0, -1, &move))    block 3, weights down
 *		bits_apply(&bits, &move);
 *	bits_close(&bits, genome);
 */
#ifndef QBR_BITS_H
#define QBR_BITS_H

#include "scoring/chain.h"

#define BITS_BLOCKS_MAX (SPACE_STAGES_MAX * SPACE_DEPTH_MAX)

struct bits_block {
	const struct nas_chain_stage *stage;
	struct nas_coef coef;
	int na, nw; /* levels */
	int a, w;   /* the level now */
	double share; /* of the block in its stream */
	double weight; /* of what it adds: of a product the ends at or behind
			* the block, which its structure decides; else 1 */
};

/* What the block's bits add to the score at some levels. */
static inline double bits_gain(const struct bits_block *b, int a, int w)
{
	const struct nas_linear_coef *k = &b->coef.score;
	const struct nas_chain_stage *cs = b->stage;

	return b->weight *
	       (cs->gain[0][a][w] + b->share * cs->gain[1][a][w] +
		(k->root + b->share * k->root_c) * cs->root[a][w] +
		k->aw * cs->aw[a][w]);
}

struct bits {
	const struct nas_problem *problem;
	const struct nas_chain *chain;
	int n;
	bool memory;
	double sram_bits;
	int nlimits;
	enum nas_resource resource[RESOURCES];
	double limit[RESOURCES], used[RESOURCES];
	double share[RESOURCES]; /* 1 / limit: of the budget, a unit */
	double fixed[RESOURCES]; /* what does not depend on bits */
	struct bits_block block[BITS_BLOCKS_MAX]; /* (B) */
};

struct bits_move {
	int block, a, w; /* levels after the move */
	double score;    /* change */
	double use[RESOURCES];
};

/* False when a budget that bits do not change is exceeded. */
bool bits_open(struct bits *bits, const struct nas_problem *problem,
	       const struct nas_genome *g);
/* Every block at level u, or at its highest; at level u or lower. */
void bits_all_at(struct bits *bits, int u);
void bits_at_most(struct bits *bits, int u);
void bits_sum(struct bits *bits); /* used, from the levels */
void bits_close(const struct bits *bits, struct nas_genome *g);

/* The move of block i by levels; false when there is no such level. */
bool bits_move(const struct bits *bits, int i, int da, int dw,
	       struct bits_move *m);
void bits_apply(struct bits *bits, const struct bits_move *m);

/* Bits of memory of a block's steps but the last, and of its last one. */
double bits_own_peak(const struct bits_block *b);
double bits_tail_peak(const struct bits *bits, int i);
bool bits_memory_fits(const struct bits *bits, const struct bits_move *m);

#endif
