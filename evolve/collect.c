/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/collect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- figures ------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The upper one of two; sorts x. */
static double median_of(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), ascending);
	return n ? x[n / 2] : (double)NAN;
}

static double median_score(const struct population *p, double *scratch)
{
	size_t n = 0;

	for (int m = 0; m < p->n; m++)
		if (p->fitness[m] > INFEASIBLE)
			scratch[n++] = p->fitness[m];
	return median_of(scratch, n);
}

void collect_island(const struct island *island, double *scratch,
		    struct island_row *row)
{
	const struct member *top = population_top(&island->elite);
	struct nas_total total;
	struct nas_genome g;

	*row = (struct island_row){
		.evaluations = island->evaluations,
		.feasible = island->feasible,
		.duplicates = island->duplicates,
		.exhausted = island->exhausted,
		.cut = island->cut,
		.best = top->fitness,
		.median = median_score(&island->elite, scratch),
		.bitops = (double)NAN,
	};
	if (!(top->fitness > INFEASIBLE))
		return;
	member_genome(&island->elite, top, &g);
	problem_costs(island->setup->table->problem, &g, &total);
	row->bitops = total.res[RES_BITOPS];
}

double collect_row(const struct island_row *island, int islands,
		   double *scratch, struct nas_evolve_row *row)
{
	const struct island_row *best = island;
	size_t n = 0;

	memset(row, 0, sizeof(*row));
	for (int i = 0; i < islands; i++) {
		row->evaluations += island[i].evaluations;
		row->feasible += island[i].feasible;
		row->duplicates += island[i].duplicates;
		if (island[i].best > best->best)
			best = &island[i];
		if (!isnan(island[i].median))
			scratch[n++] = island[i].median;
	}
	row->best = best->best > INFEASIBLE ? best->best : (double)NAN;
	row->median = median_of(scratch, n);
	row->best_bitops = best->bitops;
	return best->best;
}

/* ---- the best ------------------------------------------------------------ */

struct found {
	double fitness;
	uint64_t hash;
	uint64_t structure; /* hash of all genes but bits */
	const struct population *from; /* NULL = packed */
	const void *network; /* struct member, or a packed one */
};

static int better_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->fitness != y->fitness)
		return x->fitness < y->fitness ? 1 : -1;
	return (x->hash > y->hash) - (x->hash < y->hash);
}

static size_t list_members(const struct island *island, int islands,
			   struct found *all)
{
	size_t n = 0;

	for (int i = 0; i < islands; i++) {
		const struct population *p = &island[i].elite;

		for (int k = 0; k < p->n; k++) {
			const struct member *m = population_member(p, k);

			all[n++] = (struct found){
				m->fitness, m->hash,
				genes_structure(m->variant, member_genes(m),
						p->nstages),
				p, m
			};
		}
	}
	return n;
}

static size_t list_packed(const char *parts, size_t n, int stages,
			  struct found *all)
{
	size_t size = packed_size(stages), out = 0;
	struct packed head;
	struct nas_genome g;

	for (size_t i = 0; i < n; i++, parts += size) {
		memcpy(&head, parts, sizeof(head));
		if (isnan(head.fitness)) /* an empty place */
			continue;
		unpack_genome(parts, stages, &g);
		all[out++] = (struct found){
			head.fitness, head.hash,
			genes_structure(g.variant, g.stage, stages), NULL, parts
		};
	}
	return out;
}

static bool is_new(const struct found *all, int n, uint64_t structure)
{
	for (int i = 0; i < n; i++)
		if (all[i].structure == structure)
			return false;
	return true;
}

/* Bring the first networks that differ in structure to the front. */
static int choose(struct found *all, size_t n, int keep)
{
	bool feasible;
	int k = 0;

	qsort(all, n, sizeof(*all), better_first);
	feasible = n && all[0].fitness > INFEASIBLE;
	for (size_t i = 0; i < n && k < keep; i++) {
		if (feasible && !(all[i].fitness > INFEASIBLE))
			break;
		if (is_new(all, k, all[i].structure))
			all[k++] = all[i];
		if (!feasible)
			break;
	}
	return k;
}

/* This rank's best, packed; empty places have a fitness of NAN. */
static void pack_best(const struct found *all, int n, int keep, int stages,
		      char *out)
{
	const struct packed none = { .fitness = (double)NAN };
	size_t size = packed_size(stages);

	for (int i = 0; i < keep; i++, out += size)
		if (i < n)
			pack_member(all[i].from, all[i].network, out);
		else
			memcpy(out, &none, sizeof(none));
}

static void give(struct nas_evolve_result *result,
		 const struct nas_problem *problem, const struct found *all)
{
	for (int i = 0; i < result->nbest; i++) {
		struct nas_evolve_network *net = &result->best[i];

		unpack_genome(all[i].network, problem->space->nstages,
			      &net->genome);
		if (problem->def->sampled && all[i].fitness > INFEASIBLE) {
			problem_costs(problem, &net->genome, &net->total);
			net->total.score = all[i].fitness;
		} else {
			problem_evaluate(problem, &net->genome, &net->total);
		}
	}
	result->feasible = all[0].fitness > INFEASIBLE;
}

/* What each rank's choice holds, in which order, is the choice of all. */
enum nas_status collect_best(struct nas_evolve_result *result,
			     const struct nas_problem *problem,
			     const struct island *island,
			     const struct share *share,
			     const struct nas_evolve_options *options,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct nas_comm *comm = share->comm;
	int stages = problem->space->nstages, keep = options->keep, n;
	size_t mine = (size_t)share->n * (size_t)options->population;
	size_t parts = comm->rank ? 0 : (size_t)comm->size * (size_t)keep;
	struct found *all = NAS_NEW(arena, struct found,
				    mine > parts ? mine : parts);
	char *part = NAS_NEW2(arena, char, (size_t)keep, packed_size(stages));
	char *whole = NAS_NEW2(arena, char, parts, packed_size(stages));

	result->best = NAS_NEW(arena, struct nas_evolve_network, (size_t)keep);
	if (arena->failed)
		nas_fail(err, NAS_ENOMEM, "out of memory for the results");
	if (comm_agree(comm, err) != NAS_OK)
		return err->code;
	n = choose(all, list_members(island, share->n, all), keep);
	pack_best(all, n, keep, stages, part);
	comm_gather(comm, part, whole, (size_t)keep * packed_size(stages));
	if (comm->rank != 0)
		return NAS_OK;
	result->nbest = choose(all, list_packed(whole, parts, stages, all),
			       keep);
	give(result, problem, all);
	return NAS_OK;
}
