/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evolve/search.h - the state of a search on one rank. For evolve.c and what
 * it is made of: decide.c, migrate.c, save.c. */
#ifndef EVOLVE_SEARCH_H
#define EVOLVE_SEARCH_H

#include "evolve/ranks/checkpoint.h"
#include "evolve/collect.h"
#include "evolve/rows.h"

struct migration { /* of members; their rows: (share.n + 1, most) */
	int most;       /* members each island sends */
	char *member;   /* row 0: from the island before the first of this
			 * rank; row i + 1: of island i */
	int *count;     /* (share.n + 1) */
	size_t message; /* bytes */
	char *out, *in; /* (message) */
};

struct search {
	const struct nas_problem *problem;
	const struct nas_evolve_options *options;
	struct nas_evolve_hooks hooks;
	struct nas_comm alone; /* where no other is given */
	struct nas_comm *comm;
	struct share share;
	struct island_setup setup;
	struct table table;
	struct mutator mutator;
	struct island *island; /* (share.n) */
	struct migration migration;
	struct island_row *part; /* (share.most + 1), the first for flags */
	double *scratch;         /* (share.n, population) */
	int64_t epoch_evals;     /* of each island, this epoch; 0: to the end
				  * of one that was cut */
	bool ran;                /* an epoch since start or resume */
	struct nas_evolve_traffic traffic;
	double start_s, before_s, saved_s; /* before: former sessions */

	/* rank 0 */
	struct island_row *parts; /* (size, share.most + 1) */
	struct island_row *row;   /* (islands) */
	double *island_best;      /* (islands) */
	struct rows rows;
	double best;        /* fitness */
	int64_t best_evals; /* evaluations when it was found */
	int64_t evaluations;
	/* where an epoch was cut; epoch 0 = nowhere */
	struct nas_evolve_row cut;
};

struct decision { /* of rank 0, for all */
	int32_t failed, over, end, save, migrate;
	int64_t epoch_evals;
};

/* From the figures of all ranks; rank 0 only. */
void search_decide(struct search *s, struct decision *d,
		   struct nas_arena *arena, struct nas_err *err);

enum nas_status migration_init(struct search *s, struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Copies of the best of each island go to the next one in the ring. */
enum nas_status migrate(struct search *s, struct nas_err *err) NAS_MUST_CHECK;

/* Write a checkpoint; collective, ends in agreement. */
enum nas_status search_save(struct search *s, struct nas_err *err)
	NAS_MUST_CHECK;

/* Go on from a checkpoint if there is one; collective. */
enum nas_status search_resume(struct search *s, struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
