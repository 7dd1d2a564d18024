/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/table_row.h - a stage by its table row, inlined into the search.
 *
 * No branch here depends on the genome. lanes is a constant wherever it is
 * called, so that each number of lanes gets its own copy of the code.
 *
 * Usage:
 *	if (ts->row && in < ts->channels)
 *		table_row_values(ts, &gene, in, 2, value);
 */
#ifndef SCORING_TABLE_ROW_H
#define SCORING_TABLE_ROW_H

#include <string.h>

#include "scoring/table.h"
#include "scoring/table_columns.h"

#define TABLE_INLINE static inline __attribute__((always_inline))

/* Two lanes: what every x86-64 and arm64 adds and multiplies at once. */
typedef double pair __attribute__((vector_size(16)));

TABLE_INLINE pair pair_load(const double *x)
{
	pair p;

	memcpy(&p, x, sizeof(p));
	return p;
}

TABLE_INLINE void pair_store(double *x, pair p)
{
	memcpy(x, &p, sizeof(p));
}

TABLE_INLINE const double *table_row(const struct table_stage *ts,
				     const struct nas_gene *g)
{
	return ts->row + g->width * ts->width_step +
	       g->expand * ts->expand_step + g->kernel * ts->kernel_step +
	       g->se * ts->se_step;
}

/* Blocks beyond the depth find the row of zeros. */
TABLE_INLINE pair row_pair(const struct table_stage *ts,
			   const struct nas_gene *g, const double *row,
			   const double *bits, double in, double equal,
			   int lanes)
{
	const uint8_t *dead = ts->dead[g->depth];
	pair sum = { 0, 0 }, m0 = pair_load(bits + g->bits[0] * lanes);
	pair times_m, alone;

	for (int b = 1; b < ts->max_depth; b++)
		sum += pair_load(bits + (g->bits[b] | dead[b]) * lanes);
	times_m = (pair_load(row + SLOPE * lanes) * in +
		   pair_load(row + BASE * lanes)) * m0 +
		  pair_load(row + INNER * lanes) * sum;
	alone = pair_load(row + FIXED_SLOPE * lanes) * in +
		pair_load(row + FIXED * lanes) +
		pair_load(row + FIXED_INNER * lanes) * ts->inner[g->depth] +
		pair_load(row + EQUAL * lanes) * equal;
	return times_m + alone;
}

/* The same where inner blocks choose their shapes. k: the first lane. */
TABLE_INLINE pair row_pair_each(const struct table_stage *ts,
				const struct nas_gene *g, const double *row,
				int k, double in, double equal, int lanes)
{
	const double *bits = ts->bits + k;
	pair sum = (pair_load(row + SLOPE * lanes + k) * in +
		    pair_load(row + BASE * lanes + k)) *
			   pair_load(bits + g->bits[0] * lanes) +
		   pair_load(row + FIXED_SLOPE * lanes + k) * in +
		   pair_load(row + FIXED * lanes + k) +
		   pair_load(row + EQUAL * lanes + k) * equal;

	for (int b = 1; b < ts->each->depth[g->depth]; b++) {
		struct nas_gene own = gene_of_block(ts->each, g, b);
		const double *inner = table_row(ts, &own) + k;

		sum += pair_load(inner + INNER * lanes) *
			       pair_load(bits + g->bits[b] * lanes) +
		       pair_load(inner + FIXED_INNER * lanes);
	}
	return sum;
}

TABLE_INLINE void table_row_values(const struct table_stage *ts,
				   const struct nas_gene *g, int in, int lanes,
				   double *value)
{
	const double *row = table_row(ts, g);
	double equal = in == ts->width[g->width];

	for (int k = 0; k < lanes; k += 2) {
		pair ln = { k ? 0 : ts->ln_in[in], 0 };

		pair_store(value + k,
			   ln + (ts->each ? row_pair_each(ts, g, row, k, in,
							  equal, lanes)
					  : row_pair(ts, g, row + k,
						     ts->bits + k, in, equal,
						     lanes)));
	}
}

/* Sum over the stages of value (S, lanes) into total (lanes). */
TABLE_INLINE void table_total(const double *value, int stages, int lanes,
			      double *total)
{
	for (int k = 0; k < lanes; k += 2) {
		pair sum = { 0, 0 };

		for (int s = 0; s < stages; s++)
			sum += pair_load(value + s * lanes + k);
		pair_store(total + k, sum);
	}
}

#endif
