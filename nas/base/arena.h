/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/arena.h - memory by lifetime: allocate freely, free all at once.
 *
 * One arena a lifetime (a run, an island, one evaluation). Objects are zeroed
 * and 64-byte aligned. A request that passes the byte limit, overflows or
 * fails returns NULL and sets the sticky flag failed, so a constructor makes
 * all its requests and tests the flag once.
 *
 * Usage:
 *	struct nas_arena a;
 *	arena_init(&a, 64 << 20);
 *	p->score = NAS_NEW(&a, double, n);
 *	p->gene = NAS_NEW2(&a, uint8_t, n, genes);
 *	if (a.failed)
 *		return nas_fail(err, NAS_ENOMEM, "out of memory for %zu networks", n);
 *	...
 *	arena_free(&a);
 */
#ifndef NAS_BASE_ARENA_H
#define NAS_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct nas_arena {
	struct arena_chunk *chunk; /* newest first */
	struct arena_chunk *spare; /* kept by arena_rewind for the next need */
	size_t used, limit;        /* bytes */
	bool failed;               /* a request was refused since init */
	bool full;                 /* and the limit was the reason */
};

struct nas_arena_mark { /* a place to rewind to */
	struct arena_chunk *chunk;
	size_t chunk_used, used;
};

void arena_init(struct nas_arena *a, size_t limit);
void arena_free(struct nas_arena *a); /* accepts a zeroed or freed arena */
struct nas_arena_mark arena_mark(const struct nas_arena *a);
void arena_rewind(struct nas_arena *a, struct nas_arena_mark mark);

/* count * size zeroed bytes, or NULL with a->failed set; never NULL for a
 * count of 0. */
void *arena_alloc(struct nas_arena *a, size_t count, size_t size);
void *arena_alloc2(struct nas_arena *a, size_t n, size_t m, size_t size);
char *arena_strdup(struct nas_arena *a, const char *s);

#define NAS_NEW(a, type, n) ((type *)arena_alloc((a), (n), sizeof(type)))
#define NAS_NEW2(a, type, n, m)                                              \
	((type *)arena_alloc2((a), (n), (m), sizeof(type)))

/* Tests only: make the n-th request from now fail (0 = the next one);
 * a negative n switches this off. */
void arena_fail_after(long n);

#endif
