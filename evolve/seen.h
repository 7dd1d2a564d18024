/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/seen.h - the networks an island has tried, as a set of hashes.
 *
 * Open addressing over a few neighbouring slots of a table of fixed size. A
 * slot keeps 31 bits beside those that choose it, so that a new network is
 * taken for a known one with a chance below 2^-27. The table is small enough
 * for a cache, and is emptied when it is half full; when the slots of a hash
 * are full before, one is overwritten. Then forgot is set.
 *
 * Usage:
 *	status = seen_init(&seen, 1000000, &arena, err);
 *	if (seen_before(&seen, hash))
 *		...                                a duplicate
 */
#ifndef EVOLVE_SEEN_H
#define EVOLVE_SEEN_H

#include "nas/base/arena.h"
#include "nas/base/err.h"

#include <stdint.h>

#define SEEN_PROBES 64 /* slots a hash may stand in */

struct seen {
	uint32_t *slot; /* (2^bits + SEEN_PROBES), 0 = empty */
	int bits;
	bool forgot;
};

int seen_bits(int64_t hashes); /* of the table of seen_init */

/* Room for so many hashes, at half load, up to 2^17. */
enum nas_status seen_init(struct seen *seen, int64_t hashes,
			  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Hashes at half load. */
static inline int64_t seen_room(const struct seen *seen)
{
	return (int64_t)1 << (seen->bits - 1);
}

void seen_clear(struct seen *seen);

/* The table as bytes: which slots are taken, then those. Returns how many. */
size_t seen_packed_most(const struct seen *seen);
size_t seen_pack(const struct seen *seen, void *out);
/* False when the n bytes are not of a table of this size. */
bool seen_unpack(struct seen *seen, const void *in, size_t n);

static inline uint32_t *seen_slot(const struct seen *seen, uint64_t hash)
{
	return seen->slot + (hash >> (64 - seen->bits));
}

static inline void seen_prefetch(const struct seen *seen, uint64_t hash)
{
	__builtin_prefetch(seen_slot(seen, hash), 1);
}

/* True when the hash was seen; remembers it otherwise. */
static inline bool seen_before(struct seen *seen, uint64_t hash)
{
	uint32_t *slot = seen_slot(seen, hash), mark = (uint32_t)hash | 1;

	for (int i = 0; i < SEEN_PROBES; i++) {
		if (slot[i] == mark)
			return true;
		if (slot[i] == 0) {
			slot[i] = mark;
			return false;
		}
	}
	slot[hash / 2 % SEEN_PROBES] = mark;
	seen->forgot = true;
	return false;
}

#endif
