/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/pack.h - members and islands as bytes, for messages and checkpoints.
 *
 * A packed member is its genome, hash and fitness: a few hundred bytes. What
 * follows from the genome is recomputed when it is unpacked, and compared.
 * A packed island is all of its state that is not in the config: unpacked, it
 * goes on exactly as the original would have. Bytes lie as in memory: for
 * machines of one kind.
 *
 * Usage:
 *	pack_member(&island.population, m, buffer);
 *	ok = unpack_member(&population, buffer, population.child[0]);
 */
#ifndef EVOLVE_PACK_H
#define EVOLVE_PACK_H

#include "evolve/island.h"

struct packed { /* followed by the genes of all stages */
	double fitness, score;
	uint64_t hash, variant;
};

static inline size_t packed_size(int stages)
{
	return sizeof(struct packed) + (size_t)stages * sizeof(struct nas_gene);
}

/* packed_size bytes to out. */
void pack_member(const struct population *p, const struct member *m,
		 void *out);

/* False when it is no network of the space, or its hash is another. */
bool unpack_member(const struct population *p, const void *in,
		   struct member *m);
void unpack_genome(const void *in, int stages, struct nas_genome *g);

size_t packed_island_most(const struct island *island); /* bytes at most */
size_t pack_island(const struct island *island, void *out); /* bytes put */

/* Into an island that island_init made. NAS_EINPUT, with the island unusable,
 * when the bytes are of another search or damaged. */
enum nas_status unpack_island(struct island *island, const void *in, size_t n,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
