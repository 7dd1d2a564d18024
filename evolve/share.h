/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/share.h - which islands are whose.
 *
 * Islands are dealt to ranks in order, as evenly as it goes: rank r of R has
 * islands floor(r N / R) .. floor((r + 1) N / R) - 1. With more ranks than
 * islands some have none.
 *
 * Usage:
 *	struct share share = share_of(&comm, islands);
 *	for (int i = 0; i < share.n; i++)
 *		run(share.first + i);
 */
#ifndef EVOLVE_SHARE_H
#define EVOLVE_SHARE_H

#include "evolve/ranks/comm.h"
#include "evolve/pack.h"

struct share {
	struct nas_comm *comm;
	int islands;  /* of the whole search */
	int first, n; /* of this rank */
	int most;     /* of the rank with most */
};

static inline int share_first(const struct nas_comm *comm, int islands,
			      int rank)
{
	return (int)((int64_t)rank * islands / comm->size);
}

/* Threads of all ranks that have an island to run; so many has each rank. */
static inline int share_busy(const struct nas_comm *comm, int islands,
			     int threads)
{
	int busy = 0;

	for (int r = 0; r < comm->size; r++) {
		int n = share_first(comm, islands, r + 1) -
			share_first(comm, islands, r);

		busy += n < threads ? n : threads;
	}
	return busy;
}

/* The rank that has an island. */
static inline int share_owner(const struct share *share, int island)
{
	return (int)((((int64_t)island + 1) * share->comm->size - 1) /
		     share->islands);
}

static inline struct share share_of(struct nas_comm *comm, int islands)
{
	int first = share_first(comm, islands, comm->rank);

	return (struct share){
		.comm = comm,
		.islands = islands,
		.first = first,
		.n = share_first(comm, islands, comm->rank + 1) - first,
		.most = (islands + comm->size - 1) / comm->size,
	};
}

#endif
