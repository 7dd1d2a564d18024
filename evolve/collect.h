/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/collect.h - what the islands of all ranks tell rank 0: a row of
 * figures an epoch, and their best networks at the end. For evolve.c.
 */
#ifndef EVOLVE_COLLECT_H
#define EVOLVE_COLLECT_H

#include "evolve/share.h"

struct island_row { /* of one island, so far */
	int64_t evaluations, feasible, duplicates;
	int64_t exhausted, cut;
	double best;   /* fitness */
	double median; /* score of its feasible networks; NAN = none */
	double bitops; /* of its best network; NAN = not feasible */
};

/* scratch: (population) doubles. */
void collect_island(const struct island *island, double *scratch,
		    struct island_row *row);

/* Of all islands: counts summed, the best island's best, the upper median of
 * the islands' medians. scratch: (islands). Returns the best fitness. */
double collect_row(const struct island_row *island, int islands,
		   double *scratch, struct nas_evolve_row *row);

/* The best networks that differ in more than bits, on rank 0; collective.
 * Ends in agreement. */
enum nas_status collect_best(struct nas_evolve_result *result,
			     const struct nas_problem *problem,
			     const struct island *island,
			     const struct share *share,
			     const struct nas_evolve_options *options,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
