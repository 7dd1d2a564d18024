/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/island.h"

#include "evolve/update.h"
#include "nas/base/clock.h"

/* Children made, for each that may be evaluated in an epoch. */
#define CANDIDATES 4

/* Candidates between two looks at the clock: some tens of microseconds. */
#define CHUNK 256

/* ---- one child ----------------------------------------------------------- */

/* Mutations beyond those that one draw is enough for. */
static uint32_t mutate_more(struct island *is, struct member *child)
{
	uint32_t mask = 0;

	for (int i = 2; i < is->setup->options->mutated_stages; i++)
		mask |= mutate(is->setup->mutator, &child->variant,
			       member_genes(child), rng_next(&is->rng));
	return mask;
}

/* At times a stretch of the child's stages is another member's. */
static uint32_t cross(struct island *is, struct member *child)
{
	struct population *p = &is->population;
	uint64_t random = rng_next(&is->rng);
	uint64_t with;

	if ((random & 0xffff) >= is->setup->crossings)
		return 0;
	random >>= 16;
	with = ((random & 0xffff) * (uint64_t)p->n) >> 16;
	return mutate_cross(is->setup->mutator, member_genes(child),
			    member_genes(population_member(p, (int)with)),
			    random >> 16);
}

/* A copy of a random member with some stages mutated. */
TABLE_INLINE void breed(struct island *is, struct member *child, int lanes)
{
	const struct mutator *mutator = is->setup->mutator;
	struct population *p = &is->population;
	uint64_t random = rng_next(&is->rng);
	uint64_t parent = ((random & 0xffff) * (uint64_t)p->n) >> 16, variant;
	uint32_t mask = 0;

	member_copy(p, child, population_member(p, (int)parent));
	variant = child->variant;
	random >>= 16;
	if (is->setup->crossings)
		mask = cross(is, child);
	mask |= mutate(mutator, &child->variant, member_genes(child), random);
	random >>= MUTATE_RANDOM_BITS;
	if (is->setup->options->mutated_stages > 1)
		mask |= mutate(mutator, &child->variant, member_genes(child),
			       random);
	if (is->setup->options->mutated_stages > 2)
		mask |= mutate_more(is, child);
	if (child->variant != variant)
		child->hash += variant_hash(child->variant) -
			       variant_hash(variant);
	member_update(p, child, mask, lanes);
	seen_prefetch(&is->seen, child->hash);
}

/* What takes a closer look than a network inside the budgets of sums. */
TABLE_INLINE void offer_weighed(struct island *is, struct member *child,
				const double *total, bool check)
{
	const struct population *p = &is->population;
	struct weight w = weigh(p, &is->prices, child, total);

	child->score = total[0];
	if (p->whole)
		weigh_whole(p, &is->prices, child, &w);
	is->feasible += w.excess == 0;
	child->fitness = fitness_plain(child->score, &w);
	population_offer(&is->elite, child, true);
	child->fitness = fitness_priced(&is->prices, child->score, &w);
	population_offer(&is->population, child, check);
}

/* Whether nothing outside the budgets finds room any more. */
static inline bool is_closed(const struct island *is)
{
	return !is->prices.on &&
	       !population_wants(&is->population, INFEASIBLE) &&
	       !population_wants(&is->elite, INFEASIBLE);
}

TABLE_INLINE void evaluate(struct island *is, struct member *child, int lanes)
{
	const struct population *p = &is->population;
	double total[TABLE_LANES_MAX];
	bool check = is->seen.forgot, over = false;

	is->evaluations++;
	if (is->setup->refine) {
		if (!island_refine(is, child))
			return;
		check = true;
	}
	table_total(member_values(p, child), p->nstages, lanes, total);
	for (int k = 1; k < lanes; k++)
		over |= !budget_met(total[k], p->limit[k]);
	if (over && is_closed(is))
		return;
	if (over || p->table->memory || p->whole) {
		offer_weighed(is, child, total, check);
		return;
	}
	is->feasible++;
	child->fitness = child->score = total[0];
	population_offer(&is->elite, child, true);
	population_offer(&is->population, child, check);
}

void island_evaluate(struct island *is, struct member *m)
{
	evaluate(is, m, is->population.table->lanes);
}

/* Bits that will be refined do not tell networks apart. */
TABLE_INLINE bool is_known(struct island *is, const struct member *m)
{
	if (is->setup->refine)
		return seen_before(&is->seen,
				   genes_structure(m->variant, member_genes(m),
						   is->population.nstages));
	return seen_before(&is->seen, m->hash);
}

bool island_knows(struct island *is, const struct member *m)
{
	return is_known(is, m);
}

/* ---- many ---------------------------------------------------------------- */

/* A child is bred before the one ahead of it is judged, so that its slot in
 * the table of known networks has come from memory when it is needed. */
TABLE_INLINE void run_lanes(struct island *is, int64_t candidates, int lanes)
{
	struct member *ahead = is->population.child[0];
	struct member *behind = is->population.child[1];

	if (!is->bred)
		breed(is, ahead, lanes);
	while (is->evaluations < is->until &&
	       island_candidates(is) < candidates) {
		struct member *judged = ahead;

		breed(is, behind, lanes);
		if (is_known(is, judged))
			is->duplicates++;
		else
			evaluate(is, judged, lanes);
		ahead = behind;
		behind = judged;
	}
	is->population.child[0] = ahead;
	is->population.child[1] = behind;
	is->bred = true;
}

static void run_bred(struct island *is, int64_t candidates)
{
	switch (is->population.table->lanes) {
	case 2:
		run_lanes(is, candidates, 2);
		break;
	case 4:
		run_lanes(is, candidates, 4);
		break;
	case 8:
		run_lanes(is, candidates, 8);
		break;
	default:
		run_lanes(is, candidates, TABLE_LANES_MAX);
		break;
	}
	if (island_candidates(is) >= is->look)
		island_look(is);
}

static void set_genes(const struct island *is, struct member *m,
		      const struct nas_genome *g)
{
	const struct population *p = &is->population;

	memset(m, 0, p->stride);
	m->variant = g->variant;
	memcpy(member_genes(m), g->stage,
	       (size_t)p->nstages * sizeof(struct nas_gene));
	member_update_all(p, m);
}

static void run_listed(struct island *is, int64_t candidates)
{
	const struct listing *l = &is->setup->listing;
	struct nas_genome g;

	while (is->evaluations < is->until && is->evaluations < is->listed &&
	       island_candidates(is) < candidates) {
		space_nth(&l->sampler, is->place, &g);
		set_genes(is, is->population.child[0], &g);
		island_evaluate(is, is->population.child[0]);
		is->place = listing_next(l, is->place);
	}
	is->exhausted = is->evaluations >= is->listed;
}

static bool is_done(const struct island *is)
{
	return is->exhausted || is->evaluations >= is->until ||
	       island_candidates(is) >= is->until_candidates;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void island_run(struct island *is, int64_t evaluations)
{
	const struct island_setup *setup = is->setup;
	bool slow = is->population.table->problem->whole || setup->refine;
	int64_t chunk = slow ? 1 : CHUNK;

	if (!is->cut) {
		is->until = is->evaluations + evaluations;
		is->until_candidates = island_candidates(is) +
				       CANDIDATES * evaluations;
	}
	is->cut = false;
	while (!is_done(is)) {
		int64_t end = least(island_candidates(is) + chunk,
				    is->until_candidates);

		is->cut = stop_requested() || clock_s() >= setup->deadline;
		if (is->cut)
			return;
		if (setup->listing.on)
			run_listed(is, end);
		else
			run_bred(is, least(end, is->look));
	}
}

/* ---- the first ones ------------------------------------------------------ */

static void add_start(struct island *is, const struct nas_genome *g)
{
	struct member *m = is->population.child[0];

	set_genes(is, m, g);
	if (!island_knows(is, m))
		island_evaluate(is, m);
}

static void add_smallest(struct island *is, const struct nas_space *space)
{
	struct nas_genome g;

	space_smallest(space, &g);
	for (uint64_t v = 0; v < (uint64_t)space->nvariants; v++) {
		g.variant = v;
		add_start(is, &g);
	}
}

/* What is there before the listing begins is in it as well. */
static void start_listing(struct island *is, int index)
{
	const struct listing *l = &is->setup->listing;

	is->evaluations = is->feasible = is->duplicates = 0;
	is->seen.forgot = true;
	is->listed = listing_count(l, index);
	is->place = listing_first(l, index);
	is->exhausted = is->listed == 0;
}

enum nas_status island_init(struct island *island,
			    const struct island_setup *setup, int index,
			    const struct island *first,
			    struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_evolve_options *o = setup->options;
	const struct table *table = setup->table;

	memset(island, 0, sizeof(*island));
	island->setup = setup;
	island->look = 1;
	rng_seed(&island->rng, (uint64_t)o->seed, (uint64_t)index);
	if (population_init(&island->population, table, o->population, arena,
			    err) != NAS_OK ||
	    population_init(&island->elite, table, o->population, arena,
			    err) != NAS_OK ||
	    seen_init(&island->seen, o->max_evals / o->islands, arena, err) !=
		    NAS_OK)
		return err->code;
	island->population.known = first ? &first->population : NULL;
	add_smallest(island, table->problem->space);
	for (int i = 0; i < setup->nstart && !setup->listing.on; i++)
		add_start(island, &setup->start[i]);
	island->population.known = NULL;
	if (setup->listing.on)
		start_listing(island, index);
	return NAS_OK;
}
