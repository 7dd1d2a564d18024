/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children whose bits something else decides (qbr.in_search). */
#include <string.h>

#include "evolve/island.h"
#include "evolve/update.h"

/* Score of the structure with the most bits everywhere: no refinement of it
 * scores higher. */
static double most_score(const struct population *p, const struct member *m)
{
	const struct table *table = p->table;
	const struct nas_space *space = table->problem->space;
	double value[TABLE_LANES_MAX], score = 0;
	int in = p->channels;
	struct nas_genome all;

	member_genome(p, m, &all);

	for (int s = 0; s < p->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		struct nas_gene g = member_genes(m)[s];
		int a = st->nbits_a ? st->nbits_a - 1 : 0;
		int w = st->nbits_w ? st->nbits_w - 1 : 0;

		memset(g.bits, gene_bits(a, w), (size_t)st->depth[g.depth]);
		all.stage[s] = g;
		table_stage(table, m->variant, s, &g, in, value);
		score += value[0];
		in = st->width[g.width];
	}
	if (table->problem->whole)
		return problem_whole(table->problem, &all);
	return score;
}

bool island_refine(struct island *is, struct member *child)
{
	const struct population *p = &is->population;
	struct nas_genome g;

	if (p->n == p->size && most_score(p, child) <= p->fitness[0])
		return false;
	member_genome(p, child, &g);
	is->setup->refine(p->table->problem, &g);
	memcpy(member_genes(child), g.stage,
	       (size_t)p->nstages * sizeof(struct nas_gene));
	member_update_all(p, child);
	return true;
}
