/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/listing.h - all of a small space, one network after the other.
 *
 * A space of no more networks than may be evaluated is not searched: each of
 * its networks is evaluated once, and the best is the best there is, whatever
 * the score. One of more networks than evolve_options.stall_evals is searched
 * none the less: that ends sooner. Where bits are refined, each structure stands for its networks.
 * Networks come in steps that meet all of them and leave none of its regions
 * for last, so that what is stopped early has seen all kinds; of I islands,
 * island i has the networks i, i + I, i + 2 I, ... of that order.
 *
 * Usage:
 *	status = listing_init(&l, &space, &options, refined, &arena, err);
 *	if (l.on)
 *		for (uint64_t at = listing_first(&l, island); n--;
 *		     at = listing_next(&l, at))
 *			space_nth(&l.sampler, at, &genome);
 */
#ifndef EVOLVE_LISTING_H
#define EVOLVE_LISTING_H

#include "evolve/evolve.h"

struct listing {
	bool on;
	struct nas_space_sampler sampler;
	uint64_t n;     /* networks, or structures */
	uint64_t step;  /* from one to the next, no divisor of n */
	uint64_t steps; /* the same, of one island */
	int islands;
};

enum nas_status listing_init(struct listing *l, const struct nas_space *space,
			     const struct nas_evolve_options *options,
			     bool refined, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* How many an island has, and its first one. */
int64_t listing_count(const struct listing *l, int island);
uint64_t listing_first(const struct listing *l, int island);

static inline uint64_t listing_next(const struct listing *l, uint64_t at)
{
	uint64_t room = l->n - l->steps;

	return at < room ? at + l->steps : at - room;
}

#endif
