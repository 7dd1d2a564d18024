/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/population.h"

#include <math.h>
#include <stdlib.h>

static void fill_limits(struct population *p)
{
	const struct table *table = p->table;
	const struct nas_problem *problem = table->problem;
	int stages = problem->space->nstages * problem->space->nvariants;

	for (int k = 0; k < TABLE_LANES_MAX; k++)
		p->limit[k] = HUGE_VAL;
	for (int i = 0; i < problem->nactive; i++)
		p->limit[i + 1] = problem->budgets.limit[problem->active[i]];
	p->channels = problem->space->input.channels;
	p->whole = problem->whole || isfinite(problem->budgets.rho) ||
		   problem->budgets.ntrust > 0;
	p->slow = table->memory;
	for (int s = 0; s < stages; s++)
		p->slow |= !table->stage[s].row;
}

enum nas_status population_init(struct population *p,
				const struct table *table, int size,
				struct nas_arena *arena, struct nas_err *err)
{
	size_t stages = (size_t)table->problem->space->nstages;
	size_t n = (size_t)size, bytes;

	memset(p, 0, sizeof(*p));
	p->table = table;
	p->size = size;
	p->nstages = (int)stages;
	p->values = sizeof(struct member) + stages * sizeof(struct nas_gene);
	p->hashes = p->values +
		    stages * (size_t)table->lanes * sizeof(double);
	p->memory = p->hashes + stages * sizeof(uint64_t);
	bytes = p->memory;
	if (table->memory)
		bytes += stages * sizeof(struct table_memory);
	p->stride = (bytes + 63) / 64 * 64;
	p->member = arena_alloc(arena, n + 2, p->stride);
	p->heap = NAS_NEW(arena, int, n);
	p->fitness = NAS_NEW(arena, double, n);
	p->hash = NAS_NEW(arena, uint64_t, n);
	p->order = arena_alloc(arena, n, sizeof(*p->order));
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for a population of %d", size);
	fill_limits(p);
	p->child[0] = population_member(p, size);
	p->child[1] = population_member(p, size + 1);
	return NAS_OK;
}

uint64_t genes_structure(uint64_t variant, const struct nas_gene *genes,
			 int stages)
{
	uint64_t hash = variant_hash(variant);

	for (int s = 0; s < stages; s++) {
		struct nas_gene g = genes[s];

		memset(g.bits, 0, sizeof(g.bits));
		hash += gene_hash(&g, s);
	}
	return hash;
}

void member_genome(const struct population *p, const struct member *m,
		   struct nas_genome *g)
{
	memset(g, 0, sizeof(*g));
	g->variant = m->variant;
	memcpy(g->stage, member_genes(m),
	       (size_t)p->nstages * sizeof(struct nas_gene));
}

/* Put number where it belongs at or below position i, which is free. */
static void sift_down(struct population *p, int i, int number, double fitness)
{
	for (int child; (child = 2 * i + 1) < p->n; i = child) {
		if (child + 1 < p->n &&
		    p->fitness[child + 1] < p->fitness[child])
			child++;
		if (!(p->fitness[child] < fitness))
			break;
		p->heap[i] = p->heap[child];
		p->fitness[i] = p->fitness[child];
	}
	p->heap[i] = number;
	p->fitness[i] = fitness;
}

/* The same at or above position i. */
static void sift_up(struct population *p, int i, int number, double fitness)
{
	for (int up; i && fitness < p->fitness[up = (i - 1) / 2]; i = up) {
		p->heap[i] = p->heap[up];
		p->fitness[i] = p->fitness[up];
	}
	p->heap[i] = number;
	p->fitness[i] = fitness;
}

static bool is_member(const struct population *p, uint64_t hash)
{
	bool found = false;

	for (int i = 0; i < p->n; i++)
		found |= p->hash[i] == hash;
	return found;
}

bool population_offer(struct population *p, const struct member *m, bool check)
{
	int number;

	if (!population_wants(p, m->fitness))
		return false;
	if (check && is_member(p, m->hash))
		return false;
	if (p->n < p->size) {
		number = p->n++;
		sift_up(p, number, number, m->fitness);
	} else {
		number = p->heap[0];
		sift_down(p, 0, number, m->fitness);
	}
	p->hash[number] = m->hash;
	member_copy(p, population_member(p, number), m);
	return true;
}

void population_sort(struct population *p)
{
	int n = p->n;

	p->n = 0;
	for (int i = 0; i < n; i++) {
		double fitness = population_member(p, i)->fitness;

		p->n++;
		sift_up(p, i, i, fitness);
	}
}

const struct member *population_top(const struct population *p)
{
	int top = 0;

	for (int i = 1; i < p->n; i++)
		if (p->fitness[i] > p->fitness[top])
			top = i;
	return population_member(p, p->heap[top]);
}

static int better_first(const void *a, const void *b)
{
	const struct member *x = *(const struct member *const *)a;
	const struct member *y = *(const struct member *const *)b;

	if (x->fitness != y->fitness)
		return x->fitness < y->fitness ? 1 : -1;
	return (x->hash > y->hash) - (x->hash < y->hash);
}

int population_best(struct population *p, const struct member **out, int n)
{
	int count = n < p->n ? n : p->n;

	for (int i = 0; i < p->n; i++)
		p->order[i] = population_member(p, i);
	qsort(p->order, (size_t)p->n, sizeof(*p->order), better_first);
	memcpy(out, p->order, (size_t)count * sizeof(*out));
	return count;
}
