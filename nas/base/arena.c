/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "nas/base/arena.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/err.h"

#define ALIGN 64 /* bytes: a cache line, and the widest vector */
#define CHUNK_LEAST ((size_t)64 << 10)
#define CHUNK_MOST ((size_t)4 << 20)

/*
 * Under the address sanitizer every request gets a chunk of exactly its own
 * size, so that a write past its end is seen.
 */
#if defined(__SANITIZE_ADDRESS__)
#define ONE_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_EACH 1
#endif
#endif
#ifndef ONE_EACH
#define ONE_EACH 0
#endif

struct arena_chunk { /* followed, at ALIGN, by size bytes */
	struct arena_chunk *older;
	size_t size, used;
};

static atomic_long fail_after = -1;

void arena_fail_after(long n)
{
	atomic_store(&fail_after, n);
}

static bool told_to_fail(void)
{
	if (atomic_load_explicit(&fail_after, memory_order_relaxed) < 0)
		return false;
	return atomic_fetch_sub(&fail_after, 1) == 0;
}

void arena_init(struct nas_arena *a, size_t limit)
{
	memset(a, 0, sizeof(*a));
	a->limit = limit;
}

void arena_free(struct nas_arena *a)
{
	struct arena_chunk *older;

	for (; a->chunk; a->chunk = older) {
		older = a->chunk->older;
		free(a->chunk);
	}
	free(a->spare);
	a->spare = NULL;
	a->used = 0;
}

struct nas_arena_mark arena_mark(const struct nas_arena *a)
{
	struct nas_arena_mark mark = {a->chunk, 0, a->used};

	if (a->chunk)
		mark.chunk_used = a->chunk->used;
	return mark;
}

/* Keep the largest released chunk, so that a loop of rewinds allocates once. */
static void release(struct nas_arena *a, struct arena_chunk *c)
{
	struct arena_chunk *drop = c;

	if (!ONE_EACH && (!a->spare || a->spare->size < c->size)) {
		drop = a->spare;
		a->spare = c;
	}
	free(drop);
}

void arena_rewind(struct nas_arena *a, struct nas_arena_mark mark)
{
	struct arena_chunk *c;

	while (a->chunk != mark.chunk) {
		NAS_BUG_IF(!a->chunk); /* the mark is not of this arena */
		c = a->chunk;
		a->chunk = c->older;
		release(a, c);
	}
	if (a->chunk)
		a->chunk->used = mark.chunk_used;
	a->used = mark.used;
}

static size_t chunk_size(const struct nas_arena *a, size_t bytes)
{
	size_t size = a->chunk ? a->chunk->size : CHUNK_LEAST / 2;

	if (ONE_EACH)
		return bytes;
	size = size < CHUNK_MOST / 2 ? 2 * size : CHUNK_MOST;
	return size > bytes ? size : bytes;
}

static bool push_chunk(struct nas_arena *a, size_t bytes)
{
	struct arena_chunk *c = a->spare;
	size_t size;
	void *p;

	if (c && c->size >= bytes) {
		a->spare = NULL;
	} else {
		size = chunk_size(a, bytes);
		if (size > SIZE_MAX - ALIGN ||
		    posix_memalign(&p, ALIGN, ALIGN + size))
			return false;
		c = p;
		c->size = size;
	}
	c->used = 0;
	c->older = a->chunk;
	a->chunk = c;
	return true;
}

/* bytes that end at a multiple of ALIGN, from a chunk with room for them */
static void *take(struct nas_arena *a, size_t bytes, size_t rounded)
{
	struct arena_chunk *c = a->chunk;
	char *p = (char *)c + ALIGN + c->used;

	c->used += ONE_EACH ? bytes : rounded;
	a->used += rounded;
	return memset(p, 0, bytes);
}

void *arena_alloc(struct nas_arena *a, size_t count, size_t size)
{
	size_t bytes, rounded, room;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    __builtin_add_overflow(bytes, ALIGN - 1, &rounded))
		goto refuse;
	rounded = rounded / ALIGN * ALIGN;
	if (rounded == 0) /* an object of no bytes still has an address */
		bytes = rounded = ALIGN;
	if (a->used > a->limit || rounded > a->limit - a->used) {
		a->full = true;
		goto refuse;
	}
	if (told_to_fail())
		goto refuse;
	room = a->chunk ? a->chunk->size - a->chunk->used : 0;
	if ((ONE_EACH || room < rounded) &&
	    !push_chunk(a, ONE_EACH ? bytes : rounded))
		goto refuse;
	return take(a, bytes, rounded);
refuse:
	a->failed = true;
	return NULL;
}

void *arena_alloc2(struct nas_arena *a, size_t n, size_t m, size_t size)
{
	size_t count;

	if (__builtin_mul_overflow(n, m, &count)) {
		a->failed = true;
		return NULL;
	}
	return arena_alloc(a, count, size);
}

char *arena_strdup(struct nas_arena *a, const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = arena_alloc(a, n, 1);

	return copy ? memcpy(copy, s, n) : NULL;
}
