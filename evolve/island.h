/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/island.h - one population, its random stream and its inner loop.
 *
 * A child is a copy of a random member with some stages mutated. If its hash
 * was seen it is a duplicate and counts for nothing; else its values are
 * updated where it differs from the parent, and it is offered to the
 * population.
 *
 * Usage:
 *	status = island_init(&island, &setup, index, &arena, err);
 *	island_run(&island, 10000);
 */
#ifndef EVOLVE_ISLAND_H
#define EVOLVE_ISLAND_H

#include "evolve/evolve.h"
#include "evolve/mutate.h"
#include "evolve/population.h"
#include "evolve/seen.h"

/* Fitness of a network outside the budgets: this times 1 + excess. */
#define INFEASIBLE (-1e12)

struct island_setup { /* the same for all islands */
	const struct table *table;
	const struct mutator *mutator;
	const struct evolve_options *options;
	evolve_refine *refine; /* NULL = none */
	const struct genome *start;
	int nstart;
};

struct island {
	/* Threads write to islands side by side: none shares a cache line, nor
	 * the next one, which is fetched along with it. */
	_Alignas(64) const struct island_setup *setup;
	struct rng rng;
	struct population population;
	struct seen seen;
	int64_t evaluations, feasible, duplicates;
	int in_a_row;   /* duplicates since the last new network */
	bool exhausted; /* too many of them */
	char apart[64];
};

enum nas_status island_init(struct island *island,
			    const struct island_setup *setup, int index,
			    struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Everything of a member that follows from its genes and variant: hashes and
 * values. Returns its fitness, and does not set it. */
double member_complete(const struct population *p, struct member *m);

/* Evaluate so many children, or fewer when exhausted. */
void island_run(struct island *island, int64_t evaluations);

#endif
