/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/update.h"

void member_update_slowly(const struct population *p, struct member *m, int s,
			  int in, double *value)
{
	const struct table *table = p->table;
	const struct nas_gene *g = &member_genes(m)[s];

	if (!table->stage[m->variant * (uint64_t)p->nstages + (uint64_t)s].row)
		table_stage_slow(table, m->variant, s, g, in, value);
	if (table->memory)
		table_memory(table, m->variant, s, g, in,
			     member_memory(p, m) + s);
}

void member_update_all(const struct population *p, struct member *m)
{
	uint32_t all = UINT32_MAX >> (32 - p->nstages);

	memset(member_hashes(p, m), 0, (size_t)p->nstages * sizeof(uint64_t));
	m->hash = variant_hash(m->variant);
	member_update(p, m, all, p->table->lanes);
}
