/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/table.h - the additive chain, tabulated for millions of evaluations
 * a second.
 *
 * For one choice of width, kernel, expansion and squeeze of a stage, what the
 * first block adds is affine in the channels c that reach it, and its entropy
 * is (weight / 2) ln c plus a constant; inner blocks add constants. With m_b
 * the factor of block b's bits (A W / 64 for flops and BitOps, W / 8 for bytes,
 * 0 for the rest), a resource of a stage is
 *	(slope c + base) m_0 + sum_{b > 0} inner m_b
 *	  + fixed_slope c + fixed + fixed_inner (depth - 1)  [+ equal if c = out]
 * and the score has the same form with the bits' gain for m, base = inner = 1,
 * plus the logarithm. The score and the limited resources are lanes of one
 * row, so that one pass computes them all.
 *
 * The coefficients are not written down again here: table_init reads them off
 * the chain's own (scoring/chain.h) at some inputs and checks them at
 * another; a stage that is not affine (hidden widths relative to the input) is
 * evaluated by the chain.
 *
 * Lanes: score, then problem->active in order; padded with zeros to 2, 4, 8 or
 * TABLE_LANES_MAX, where all resources are limited.
 *
 * Usage:
 *	status = table_init(&table, &problem, &arena, err);
 *	table_stage(&table, variant, s, &gene, in, &value[s * table.lanes]);
 *	table_memory(&table, variant, s, &gene, in, &memory[s]);
 */
#ifndef SCORING_TABLE_H
#define SCORING_TABLE_H

#include "scoring/chain.h"

#define TABLE_LANES_MAX ((RESOURCES + 2) / 2 * 2)
_Static_assert(TABLE_LANES_MAX >= 8, "lanes are 2, 4, 8 or the most");
#define TABLE_BITS 256 /* values of a gene's bits */

struct table_memory { /* of a stage, as in struct nas_terms */
	double peak_bits, tail_bits, tail_out, first_a;
};

struct table_stage {
	const double *row;  /* (width, expand, kernel, se; columns, lanes);
			     * NULL = not affine */
	const double *bits; /* (TABLE_BITS, lanes) gain and factors m; the last
			     * row, no block's, is 0 */
	uint8_t dead[SPACE_CHOICES_MAX][SPACE_DEPTH_MAX]; /* [depth][b]: or'ed
					* to bits, all ones from block depth on */
	double inner[SPACE_CHOICES_MAX]; /* [depth]: inner blocks */
	int width_step, expand_step, kernel_step, se_step; /* in a row's
							    * index, doubles */
	const struct nas_stage *each; /* inner blocks choose their shapes, and have
				       * INNER and FIXED_INNER of their own row;
				       * else NULL */
	int max_depth;
	int channels; /* one more than can reach the stage */
	const double *ln_in; /* (channels) weight / 2 ln c */
	const int *width;
};

struct table {
	const struct nas_problem *problem;
	int lanes;
	bool memory; /* there is a memory budget */
	struct table_stage *stage; /* (variants, stages) */
};

enum nas_status table_init(struct table *table,
			   const struct nas_problem *problem,
			   struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

/* Lanes of stage s with gene g (canonical), reached by in channels. */
void table_stage(const struct table *table, uint64_t variant, int s,
		 const struct nas_gene *g, int in, double *value);

/* The same for a stage without a row. */
void table_stage_slow(const struct table *table, uint64_t variant, int s,
		      const struct nas_gene *g, int in, double *value);

void table_memory(const struct table *table, uint64_t variant, int s,
		  const struct nas_gene *g, int in, struct table_memory *m);

/* Peak memory in bytes of a network from that of its stages. */
double table_peak(const struct table *table, uint64_t variant,
		  const struct table_memory *m);

#endif
