/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/update.h - what follows from a member's genes, stage by stage.
 *
 * In a header of its own because the search spends its time here: lanes is a
 * constant wherever it is called.
 *
 * Usage:
 *	member_update(&population, child, mask, 2);   the stages that changed
 *	member_update_all(&population, m);
 */
#ifndef EVOLVE_UPDATE_H
#define EVOLVE_UPDATE_H

#include "evolve/population.h"
#include "scoring/table_row.h"

/* Everything anew, hashes too, from genes and variant. */
void member_update_all(const struct population *p, struct member *m);

/* A stage without a row, and its memory. */
void member_update_slowly(const struct population *p, struct member *m, int s,
			  int in, double *value);

/* Values and hashes of the stages in mask, and the hash of the whole. */
TABLE_INLINE void member_update(const struct population *p, struct member *m,
				uint32_t mask, int lanes)
{
	const struct table_stage *stage =
		p->table->stage + m->variant * (uint64_t)p->nstages;
	const struct nas_gene *g = member_genes(m);
	double *value = member_values(p, m);
	uint64_t *hash = member_hashes(p, m), sum = m->hash;

	for (; mask; mask &= mask - 1) {
		int s = __builtin_ctz(mask), before = s ? s - 1 : 0;
		int in = stage[before].width[g[before].width];
		uint64_t now = gene_hash(&g[s], s);

		in = s ? in : p->channels;
		sum += now - hash[s];
		hash[s] = now;
		if (stage[s].row)
			table_row_values(&stage[s], &g[s], in, lanes,
					 value + s * lanes);
		if (p->slow)
			member_update_slowly(p, m, s, in, value + s * lanes);
	}
	m->hash = sum;
}

#endif
