/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an island looks at from time to time: prices, duplicates. */
#include "evolve/island.h"
#include "evolve/update.h"
#include "nas/base/rng.h"

#define LOOK 32 /* candidates from look to look, for each member */
#define WINDOW 8192 /* over which duplicates are counted */

/* Changes of the network that founds the next population: 1 .. KICKS. */
#define KICKS 12

static bool can_price(const struct island *is)
{
	const struct population *p = &is->population;

	return !is->setup->refine && p->n == p->size &&
	       population_top(p)->fitness > INFEASIBLE;
}

static void look_at_prices(struct island *is)
{
	if (is->prices.on &&
	    (double)(is->feasible - is->look_feasible) <
		    0.75 * (double)(is->evaluations - is->look_evaluations))
		prices_move(&is->prices, &is->population);
	else if (!is->prices.on && can_price(is))
		prices_begin(&is->prices, &is->population);
}

static void forget(struct island *is)
{
	seen_clear(&is->seen);
	is->seen_from = is->evaluations;
}

static void mark(struct island *is)
{
	is->mark_evaluations = is->evaluations;
	is->mark_candidates = island_candidates(is);
}

/* One of the elite with several changes founds a new population. */
static void next_round(struct island *is)
{
	struct population *p = &is->population;
	struct member *m = p->child[0];
	uint32_t n = (uint32_t)is->elite.n;
	uint32_t kicks = 1 + rng_below(&is->rng, KICKS);

	member_copy(p, m, population_member(&is->elite,
					    (int)rng_below(&is->rng, n)));
	for (uint32_t i = 0; i < kicks; i++)
		mutate(is->setup->mutator, &m->variant, member_genes(m),
		       rng_next(&is->rng));
	member_update_all(p, m);
	p->n = 0;
	forget(is);
	is->seen.forgot = false;
	if (!island_knows(is, m))
		island_evaluate(is, m);
	is->bred = false;
	is->rounds++;
	mark(is);
}

void island_look(struct island *is)
{
	int64_t candidates = island_candidates(is) - is->mark_candidates;
	int64_t evaluations = is->evaluations - is->mark_evaluations;

	is->look = island_candidates(is) + LOOK * is->population.size;
	look_at_prices(is);
	is->look_feasible = is->feasible;
	is->look_evaluations = is->evaluations;
	if (is->evaluations - is->seen_from > seen_room(&is->seen)) {
		forget(is);
		is->seen.forgot = true;
	}
	if (candidates < WINDOW)
		return;
	if (2 * evaluations < candidates)
		next_round(is);
	mark(is);
}
