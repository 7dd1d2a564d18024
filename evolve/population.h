/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/population.h - the members of an island, the worst at hand.
 *
 * A heap by fitness, the worst on top, so that a better network replaces the
 * worst one in a few steps. Members are compact, so that a population stays
 * in the cache: behind struct member lie S genes, (S, lanes) values of the
 * table, S gene hashes and, with a memory budget, S struct table_memory.
 *
 * Symbols: S stages, N members at most.
 *
 * Usage:
 *	status = population_init(&p, &table, 512, &arena, err);
 *	struct member *m = p.child[0];         room to build a network in
 *	...
 *	population_offer(&p, m, true);
 */
#ifndef EVOLVE_POPULATION_H
#define EVOLVE_POPULATION_H

#include <string.h>

#include "scoring/table.h"

struct member {
	double fitness;
	uint64_t hash; /* of the network */
	uint64_t variant;
	double score; /* NAN where nobody asked for it */
};

struct population {
	const struct table *table;
	int n, size; /* members; N */
	int nstages, channels; /* S; of the networks' input */
	bool whole; /* fitness by figures of the whole network */
	bool slow; /* stages without a row, or with memory: see island.c */
	const struct population *known; /* another one whose members' scores
					 * are not asked for again; NULL = none */
	double limit[TABLE_LANES_MAX]; /* by lane */
	size_t stride;        /* bytes of a member with all behind it */
	size_t values, hashes, memory; /* where they lie in a member */
	char *member;         /* (N), and room for two children */
	struct member *child[2];
	int *heap;       /* (n) member numbers, worst first */
	double *fitness; /* (n) of heap[i] */
	uint64_t *hash;  /* (n) of member i */
	const struct member **order; /* (N) for sorting */
};

enum nas_status population_init(struct population *p,
				const struct table *table, int size,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Take a network in if it is better than the worst member, or there is room;
 * check: it may be a member already, and is then refused. */
bool population_offer(struct population *p, const struct member *m,
		      bool check);

/* Room for one more, or for one of that fitness. */
static inline bool population_wants(const struct population *p, double fitness)
{
	return p->n < p->size || fitness > p->fitness[0];
}

/* Put the heap in order after the members' fitness was changed. */
void population_sort(struct population *p);

/* Members, best first: up to n into out; returns the number. */
int population_best(struct population *p, const struct member **out, int n);

/* The best member; of equals the first. */
const struct member *population_top(const struct population *p);

static inline struct member *population_member(const struct population *p,
					       int i)
{
	return (struct member *)(void *)(p->member + (size_t)i * p->stride);
}

static inline struct nas_gene *member_genes(const struct member *m)
{
	return (struct nas_gene *)(uintptr_t)(m + 1);
}

static inline double *member_values(const struct population *p,
				    const struct member *m)
{
	return (double *)((uintptr_t)m + p->values);
}

static inline uint64_t *member_hashes(const struct population *p,
				      const struct member *m)
{
	return (uint64_t *)((uintptr_t)m + p->hashes);
}

static inline struct table_memory *member_memory(const struct population *p,
						 const struct member *m)
{
	return (struct table_memory *)((uintptr_t)m + p->memory);
}

/* Members are whole cache lines. */
static inline void member_copy(const struct population *p, struct member *to,
			       const struct member *from)
{
	char *t = (char *)to;
	const char *f = (const char *)from;

	for (size_t i = 0; i < p->stride; i += 64)
		memcpy(t + i, f + i, 64);
}

/* Hash of a network's genes without the bits. */
uint64_t genes_structure(uint64_t variant, const struct nas_gene *genes,
			 int stages);

void member_genome(const struct population *p, const struct member *m,
		   struct nas_genome *g);

#endif
