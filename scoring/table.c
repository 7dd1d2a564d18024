/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluating stages by the table, or by the chain where it has no row. */
#include <math.h>

#include "scoring/table_row.h"

void table_stage_slow(const struct table *table, uint64_t variant, int s,
		      const struct nas_gene *g, int in, double *value)
{
	const struct nas_problem *problem = table->problem;
	struct nas_terms t;

	chain_terms(&problem->chain[variant], s, g, in, 1, &t);
	for (int k = 0; k < table->lanes; k++)
		value[k] = 0;
	value[0] = t.score;
	for (int i = 0; i < problem->nactive; i++)
		value[i + 1] = t.res[problem->active[i]];
}

void table_stage(const struct table *table, uint64_t variant, int s,
		 const struct nas_gene *g, int in, double *value)
{
	int stages = table->problem->space->nstages;
	const struct table_stage *ts =
		&table->stage[variant * (uint64_t)stages + (uint64_t)s];

	if (!ts->row || in >= ts->channels)
		table_stage_slow(table, variant, s, g, in, value);
	else if (table->lanes == 2)
		table_row_values(ts, g, in, 2, value);
	else if (table->lanes == 4)
		table_row_values(ts, g, in, 4, value);
	else if (table->lanes == 8)
		table_row_values(ts, g, in, 8, value);
	else
		table_row_values(ts, g, in, TABLE_LANES_MAX, value);
}

void table_memory(const struct table *table, uint64_t variant, int s,
		  const struct nas_gene *g, int in, struct table_memory *m)
{
	struct nas_terms t;

	chain_terms(&table->problem->chain[variant], s, g, in, 1, &t);
	m->peak_bits = t.peak_bits;
	m->tail_bits = t.tail_bits;
	m->tail_out = t.tail_out;
	m->first_a = t.first_a;
}

double table_peak(const struct table *table, uint64_t variant,
		  const struct table_memory *m)
{
	const struct nas_chain *chain = &table->problem->chain[variant];
	double most = 0;

	for (int s = 0; s < chain->nstages; s++) {
		double next = s + 1 < chain->nstages ? m[s + 1].first_a
						     : chain->bits_after;

		most = fmax(most, m[s].peak_bits);
		most = fmax(most, m[s].tail_bits + m[s].tail_out * next);
	}
	return most / 8;
}
