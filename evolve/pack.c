/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/pack.h"

#include <string.h>

/* ---- members ------------------------------------------------------------- */

void pack_member(const struct population *p, const struct member *m, void *out)
{
	struct packed head = { m->fitness, m->hash, m->variant };

	memcpy(out, &head, sizeof(head));
	memcpy((char *)out + sizeof(head), member_genes(m),
	       (size_t)p->nstages * sizeof(struct gene));
}

void unpack_genome(const void *in, int stages, struct genome *g)
{
	struct packed head;

	memset(g, 0, sizeof(*g));
	memcpy(&head, in, sizeof(head));
	g->variant = head.variant;
	memcpy(g->stage, (const char *)in + sizeof(head),
	       (size_t)stages * sizeof(struct gene));
}

bool unpack_member(const struct population *p, const void *in,
		   struct member *m)
{
	struct packed head;
	struct genome g;

	unpack_genome(in, p->nstages, &g);
	if (!space_contains(p->table->problem->space, &g))
		return false;
	memcpy(&head, in, sizeof(head));
	memset(m, 0, p->stride);
	m->fitness = head.fitness;
	m->variant = g.variant;
	memcpy(member_genes(m), g.stage,
	       (size_t)p->nstages * sizeof(struct gene));
	member_complete(p, m);
	return m->hash == head.hash;
}

/* ---- islands ------------------------------------------------------------- */

struct packed_island { /* followed by heap, members, slots */
	int64_t evaluations, feasible, duplicates;
	int32_t n, in_a_row, exhausted;
	int32_t bits, forgot, unused;
	struct rng rng;
};

static size_t members_size(const struct population *p, int n)
{
	return (size_t)n * (sizeof(int32_t) + packed_size(p->nstages));
}

size_t packed_island_most(const struct island *island)
{
	const struct population *p = &island->population;

	return sizeof(struct packed_island) + members_size(p, p->size) +
	       seen_packed_most(&island->seen);
}

size_t pack_island(const struct island *island, void *out)
{
	const struct population *p = &island->population;
	size_t size = packed_size(p->nstages), n = (size_t)p->n;
	char *at = out;
	struct packed_island head = {
		.evaluations = island->evaluations,
		.feasible = island->feasible,
		.duplicates = island->duplicates,
		.n = p->n,
		.in_a_row = island->in_a_row,
		.exhausted = island->exhausted,
		.bits = island->seen.bits,
		.forgot = island->seen.forgot,
	};

	memcpy(&head.rng, &island->rng, sizeof(head.rng));
	memcpy(at, &head, sizeof(head));
	at += sizeof(head);
	memcpy(at, p->heap, n * sizeof(int32_t));
	at += n * sizeof(int32_t);
	for (int i = 0; i < p->n; i++, at += size)
		pack_member(p, population_member(p, i), at);
	at += seen_pack(&island->seen, at);
	return (size_t)(at - (char *)out);
}

static bool head_is_sane(const struct island *island,
			 const struct packed_island *head, size_t n)
{
	const struct population *p = &island->population;

	return head->n >= 1 && head->n <= p->size &&
	       head->bits == island->seen.bits && head->evaluations >= 0 &&
	       head->feasible >= 0 && head->duplicates >= 0 &&
	       head->in_a_row >= 0 && head->rng.next <= RNG_BUFFER &&
	       n >= sizeof(*head) + members_size(p, head->n);
}

/* The heap names each member once, and none is worse than its parent. */
static bool heap_is_sane(const struct population *p)
{
	bool sane = true;

	for (int i = 0; i < p->n; i++) {
		struct member *m = population_member(p, p->heap[i]);

		sane &= !m->unused++;
		sane &= !i || p->fitness[i] >= p->fitness[(i - 1) / 2];
	}
	for (int i = 0; i < p->n; i++)
		population_member(p, i)->unused = 0;
	return sane;
}

/* Members, then the heap over them; the population is empty before. */
static bool unpack_population(struct population *p, int n, const char *at)
{
	const char *heap = at;
	size_t size = packed_size(p->nstages);

	at += (size_t)n * sizeof(int32_t);
	p->n = 0; /* fitness is computed exactly while it is not full */
	for (int i = 0; i < n; i++, at += size) {
		struct member *m = population_member(p, i);

		if (!unpack_member(p, at, m) ||
		    member_complete(p, m) != m->fitness)
			return false;
		p->hash[i] = m->hash;
	}
	memcpy(p->heap, heap, (size_t)n * sizeof(int32_t));
	for (int i = 0; i < n; i++) {
		if (p->heap[i] < 0 || p->heap[i] >= n)
			return false;
		p->fitness[i] = population_member(p, p->heap[i])->fitness;
	}
	p->n = n;
	return heap_is_sane(p);
}

enum nas_status unpack_island(struct island *island, const void *in, size_t n,
			      struct nas_err *err)
{
	struct packed_island head = {0};
	const char *at = in, *end = at + n;

	if (n >= sizeof(head))
		memcpy(&head, at, sizeof(head));
	if (!head_is_sane(island, &head, n))
		return nas_fail(err, NAS_EINPUT,
				"an island is not one of this search");
	at += sizeof(head);
	if (!unpack_population(&island->population, head.n, at))
		return nas_fail(err, NAS_EINPUT, "an island holds networks "
				"that this program does not find there");
	at += members_size(&island->population, head.n);
	if (!seen_unpack(&island->seen, at, (size_t)(end - at)))
		return nas_fail(err, NAS_EINPUT,
				"an island's networks tried are not complete");
	island->seen.forgot = head.forgot != 0;
	island->evaluations = head.evaluations;
	island->feasible = head.feasible;
	island->duplicates = head.duplicates;
	island->in_a_row = head.in_a_row;
	island->exhausted = head.exhausted != 0;
	memcpy(&island->rng, &head.rng, sizeof(head.rng));
	return NAS_OK;
}
