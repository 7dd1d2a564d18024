/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/island.h - one population, its random stream and its inner loop.
 *
 * A child is a copy of a random member with some stages mutated. If its hash
 * was seen it is a duplicate and counts for nothing; else its values are
 * updated where it differs from the parent, and it is offered to the
 * population, which may go beyond the budgets at a price (evolve/fitness.h),
 * and to the elite, the best of all that the island has tried.
 *
 * Where most children are duplicates the population has come to its end. The
 * next round begins: one of the elite, with several changes, founds a new
 * population, and what was seen is forgotten.
 *
 * An island looks at the clock and for signals while it runs. It may so be
 * cut inside an epoch, and goes on from there when it is run again: what it
 * does depends on neither.
 *
 * Usage:
 *	status = island_init(&island, &setup, index, NULL, &arena, err);
 *	island_run(&island, 10000);
 */
#ifndef EVOLVE_ISLAND_H
#define EVOLVE_ISLAND_H

#include "evolve/evolve.h"
#include "evolve/fitness.h"
#include "evolve/listing.h"
#include "evolve/mutate.h"
#include "evolve/seen.h"
#include "nas/base/rng.h"

struct island_setup { /* the same for all islands */
	const struct table *table;
	const struct mutator *mutator;
	const struct nas_evolve_options *options;
	evolve_refine *refine; /* NULL = none */
	const struct nas_genome *start;
	int nstart;
	uint32_t crossings; /* of 65536 children */
	struct listing listing; /* on: the space is small, all of it is tried */
	double deadline;        /* clock_s(); HUGE_VAL = none */
};

struct island {
	/* Threads write to islands side by side: none shares a cache line, nor
	 * the next one, which is fetched along with it. */
	_Alignas(64) const struct island_setup *setup;
	struct rng rng;
	struct population population; /* child[0]: bred, and not yet judged */
	struct population elite;      /* fitness without prices */
	struct prices prices;
	struct seen seen;
	int64_t evaluations, feasible, duplicates;
	int64_t until, until_candidates; /* where the epoch ends */
	int64_t look; /* candidates when prices and duplicates are looked at */
	int64_t look_feasible, look_evaluations; /* at the last look */
	int64_t mark_evaluations, mark_candidates; /* duplicates since then */
	int64_t seen_from; /* evaluations when nothing was seen */
	uint64_t place;    /* in the listing */
	int64_t listed;    /* how many of it there are for this island */
	int rounds;        /* populations that came to their end */
	bool bred;
	bool cut;          /* stopped inside an epoch */
	bool exhausted;    /* all of the listing is done */
	char apart[64];
};

/* first: an island of the same setup that has only been made, so that scores
 * which take a while are found once; NULL = none. */
enum nas_status island_init(struct island *island,
			    const struct island_setup *setup, int index,
			    const struct island *first,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Children made so far: what was evaluated and what was known. */
static inline int64_t island_candidates(const struct island *is)
{
	return is->evaluations + is->duplicates;
}

/* Go on to the end of the epoch that was cut; else evaluate so many children,
 * or fewer when exhausted or when they are hard to find. */
void island_run(struct island *island, int64_t evaluations);

/* ---- pieces of it -------------------------------------------------------- */

/* Evaluate a member, and offer it; the call of the loop, out of line. */
void island_evaluate(struct island *is, struct member *m);

/* Refine a member's bits. False: it cannot become good enough. */
bool island_refine(struct island *is, struct member *child);

/* Whether the network was tried; from now on it was. */
bool island_knows(struct island *is, const struct member *m);

/* Prices, duplicates, room for what was seen. */
void island_look(struct island *is);

#endif
