/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/island.h"

#include <math.h>
#include <string.h>

#include "scoring/table_row.h"

/* Give up on a space where so many children in a row were known. */
#define DUPLICATES_IN_A_ROW 20000

static void update_slowly(const struct population *p, struct member *m, int s,
			  int in, double *value)
{
	const struct table *table = p->table;
	const struct gene *g = &member_genes(m)[s];

	if (!table->stage[m->variant * (uint64_t)p->nstages + (uint64_t)s].row)
		table_stage_slow(table, m->variant, s, g, in, value);
	if (table->memory)
		table_memory(table, m->variant, s, g, in,
			     member_memory(p, m) + s);
}

/* Values and hashes of the stages in mask, and the hash of the whole. */
TABLE_INLINE void update(const struct population *p, struct member *m,
			 uint32_t mask, int lanes)
{
	const struct table_stage *stage =
		p->table->stage + m->variant * (uint64_t)p->nstages;
	const struct gene *g = member_genes(m);
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
			update_slowly(p, m, s, in, value + s * lanes);
	}
	m->hash = sum;
}

/* How far the network is outside the budgets, summed; 0 = inside. */
TABLE_INLINE double excess_of(const struct population *p,
			      const struct member *m, const double *total)
{
	const struct problem *problem = p->table->problem;
	const struct budgets *b = &problem->budgets;
	double excess = 0;

	for (int i = 0; i < problem->nactive; i++) {
		double limit = b->limit[problem->active[i]];

		if (total[i + 1] > limit)
			excess += total[i + 1] / limit - 1;
	}
	if (p->table->memory) {
		double peak = table_peak(p->table, m->variant,
					 member_memory(p, m));

		if (peak > b->sram_bytes)
			excess += peak / b->sram_bytes - 1;
	}
	return excess;
}

/* Fitness by figures of the whole network: total[0] is one of them. */
static double whole_fitness(const struct population *p, const struct member *m,
			    double score, double excess)
{
	const struct problem *problem = p->table->problem;
	struct genome g;

	member_genome(p, m, &g);
	if (isfinite(problem->budgets.rho)) {
		double rho = problem_rho(problem, &g);

		if (rho > problem->budgets.rho)
			excess += rho / problem->budgets.rho - 1;
	}
	if (excess > 0)
		return INFEASIBLE * (1 + excess);
	return problem->whole ? problem_whole(problem, &g) : score;
}

/* A population that is full and inside the budgets takes nothing outside
 * them: how far outside does not matter then. */
TABLE_INLINE double fitness_of(const struct population *p,
			       const struct member *m, int lanes)
{
	double total[TABLE_LANES_MAX], excess;
	bool outside = false;

	table_total(member_values(p, m), p->nstages, lanes, total);
	for (int k = 1; k < lanes; k++)
		outside |= total[k] > p->limit[k];
	if (!outside && !p->table->memory && !p->whole)
		return total[0];
	if (outside && p->n == p->size && p->fitness[0] > INFEASIBLE)
		return INFEASIBLE;
	excess = excess_of(p, m, total);
	if (p->whole)
		return whole_fitness(p, m, total[0], excess);
	return excess > 0 ? INFEASIBLE * (1 + excess) : total[0];
}

double member_complete(const struct population *p, struct member *m)
{
	uint32_t all = UINT32_MAX >> (32 - p->nstages);

	memset(member_hashes(p, m), 0, (size_t)p->nstages * sizeof(uint64_t));
	m->hash = variant_hash(m->variant);
	update(p, m, all, p->table->lanes);
	return fitness_of(p, m, p->table->lanes);
}

/* Mutations beyond those that one draw is enough for. */
static uint32_t mutate_more(struct island *is, struct member *child)
{
	uint32_t mask = 0;

	for (int i = 2; i < is->setup->options->mutated_stages; i++)
		mask |= mutate(is->setup->mutator, &child->variant,
			       member_genes(child), rng_next(&is->rng));
	return mask;
}

/* A copy of a random member with some stages mutated. */
TABLE_INLINE void breed(struct island *is, struct member *child, int lanes)
{
	const struct mutator *mutator = is->setup->mutator;
	struct population *p = &is->population;
	uint64_t random = rng_next(&is->rng);
	uint64_t parent = ((random & 0xffff) * (uint64_t)p->n) >> 16, variant;
	uint32_t mask;

	member_copy(p, child, population_member(p, (int)parent));
	variant = child->variant;
	random >>= 16;
	mask = mutate(mutator, &child->variant, member_genes(child), random);
	random >>= MUTATE_RANDOM_BITS;
	if (is->setup->options->mutated_stages > 1)
		mask |= mutate(mutator, &child->variant, member_genes(child),
			       random);
	if (is->setup->options->mutated_stages > 2)
		mask |= mutate_more(is, child);
	if (child->variant != variant)
		child->hash += variant_hash(child->variant) -
			       variant_hash(variant);
	update(p, child, mask, lanes);
	seen_prefetch(&is->seen, child->hash);
}

/* Score of the structure with the most bits everywhere: no refinement of it
 * scores higher. */
static double most_score(const struct population *p, const struct member *m)
{
	const struct table *table = p->table;
	const struct space *space = table->problem->space;
	double value[TABLE_LANES_MAX], score = 0;
	int in = p->channels;
	struct genome all;

	member_genome(p, m, &all);

	for (int s = 0; s < p->nstages; s++) {
		const struct stage *st = &space->stage[s];
		struct gene g = member_genes(m)[s];
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

/* False: refining cannot make the network good enough to be taken in. */
static bool refine(struct island *is, struct member *child)
{
	const struct population *p = &is->population;
	struct genome g;
	uint32_t all = UINT32_MAX >> (32 - p->nstages);

	if (p->n == p->size && most_score(p, child) <= p->fitness[0])
		return false;
	member_genome(p, child, &g);
	is->setup->refine(p->table->problem, &g);
	memcpy(member_genes(child), g.stage,
	       (size_t)p->nstages * sizeof(struct gene));
	update(p, child, all, p->table->lanes);
	return true;
}

TABLE_INLINE void evaluate(struct island *is, struct member *child, int lanes)
{
	bool check = is->seen.forgot;

	is->evaluations++;
	if (is->setup->refine) {
		if (!refine(is, child))
			return;
		check = true;
	}
	child->fitness = fitness_of(&is->population, child, lanes);
	is->feasible += child->fitness > INFEASIBLE;
	population_offer(&is->population, child, check);
}

/* Whether the network was tried. Bits that will be refined do not tell
 * networks apart. */
TABLE_INLINE bool is_known(struct island *is, const struct member *m)
{
	if (is->setup->refine)
		return seen_before(&is->seen,
				   genes_structure(m->variant, member_genes(m),
						   is->population.nstages));
	return seen_before(&is->seen, m->hash);
}

/* Evaluate a bred child unless it is known. */
TABLE_INLINE void judge(struct island *is, struct member *child, int lanes)
{
	if (is_known(is, child)) {
		is->duplicates++;
		is->exhausted = ++is->in_a_row > DUPLICATES_IN_A_ROW;
		return;
	}
	is->in_a_row = 0;
	evaluate(is, child, lanes);
}

/* A child is bred before the one ahead of it is judged, so that its slot in
 * the table of known networks has come from memory when it is needed. */
TABLE_INLINE void run(struct island *is, int64_t evaluations, int lanes)
{
	struct member *ahead = is->population.child[0];
	struct member *behind = is->population.child[1];
	int64_t until = is->evaluations + evaluations;

	breed(is, ahead, lanes);
	while (is->evaluations < until && !is->exhausted) {
		struct member *judged = ahead;

		breed(is, behind, lanes);
		judge(is, judged, lanes);
		ahead = behind;
		behind = judged;
	}
}

void island_run(struct island *island, int64_t evaluations)
{
	switch (island->population.table->lanes) {
	case 2:
		run(island, evaluations, 2);
		break;
	case 4:
		run(island, evaluations, 4);
		break;
	default:
		run(island, evaluations, TABLE_LANES_MAX);
		break;
	}
}

static void add_start(struct island *is, const struct genome *g)
{
	struct population *p = &is->population;
	struct member *m = p->child[0];
	uint32_t all = UINT32_MAX >> (32 - p->nstages);

	memset(m, 0, p->stride);
	m->variant = g->variant;
	m->hash = variant_hash(g->variant);
	memcpy(member_genes(m), g->stage,
	       (size_t)p->nstages * sizeof(struct gene));
	update(p, m, all, p->table->lanes);
	if (!is_known(is, m))
		evaluate(is, m, p->table->lanes);
}

enum nas_status island_init(struct island *island,
			    const struct island_setup *setup, int index,
			    struct arena *arena, struct nas_err *err)
{
	const struct evolve_options *o = setup->options;
	const struct space *space = setup->table->problem->space;
	struct genome g;

	memset(island, 0, sizeof(*island));
	island->setup = setup;
	rng_seed(&island->rng, (uint64_t)o->seed, (uint64_t)index);
	if (population_init(&island->population, setup->table, o->population,
			    arena, err) != NAS_OK ||
	    seen_init(&island->seen, o->max_evals / o->islands, arena, err) !=
		    NAS_OK)
		return err->code;
	space_smallest(space, &g);
	for (uint64_t v = 0; v < (uint64_t)space->nvariants; v++) {
		g.variant = v;
		add_start(island, &g);
	}
	for (int i = 0; i < setup->nstart; i++)
		add_start(island, &setup->start[i]);
	return NAS_OK;
}
