/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/evolve.h - evolutionary search over a space inside budgets.
 *
 * Islands hold one population each. A child is a copy of a random member with
 * a few stages mutated (width, kernel, expansion, depth, squeeze, bits; after
 * the released code of Sun et al. 2022); it replaces the worst member if it
 * is better and not there yet. Populations may go beyond the budgets at a
 * price that the search finds (evolve/fitness.h); a population that makes
 * duplicates makes room for another one (evolve/island.h). Every epoch the
 * islands send their best to the next one in a ring. A space of no more
 * networks than may be evaluated is tried out whole (evolve/listing.h).
 *
 * Same problem, options and seed give the same result for any number of
 * threads and ranks: an island has its own random stream, and islands meet
 * only between epochs, in order. A stop by time or signal cuts an epoch, and
 * what depends on when it came is not repeatable. With several ranks
 * (hooks.comm) the call is collective, and only rank 0 gets the result.
 *
 * A search that was stopped goes on from its checkpoint (hooks.checkpoint)
 * to the result that it would have had.
 *
 * Usage:
 *	struct nas_evolve_options o;                  from a config, evolve_form
 *	struct nas_evolve_result r;
 *	status = evolve(&r, &problem, &o, &hooks, &arena, err);
 */
#ifndef EVOLVE_EVOLVE_H
#define EVOLVE_EVOLVE_H

#include "scoring/problem.h"

struct checkpoint_options; /* evolve/ranks/checkpoint.h */
struct nas_comm;           /* evolve/ranks/comm.h */
struct search;

struct nas_evolve_options {
	int64_t seed;
	int islands;
	int population;     /* of each island */
	int mutated_stages; /* of each child: 1 .. this many */
	double crossover;   /* share of children that take stages of another */
	int64_t max_evals;  /* of all islands */
	int64_t epoch_evals; /* of each island between migrations */
	int64_t stall_evals; /* stop after so many without a better network;
			      * 0 = never */
	double time_s;       /* 0 = no limit; of this session alone */
	double checkpoint_s; /* between checkpoints; 0 = only when stopped */
	int migrants;        /* networks each island sends */
	int keep;            /* best networks reported */
};

extern const struct form evolve_form; /* reads struct nas_evolve_options */

/* history: one an epoch; of the first epoch, one whenever the evaluations
 * have doubled */
struct nas_evolve_row {
	int64_t epoch;  /* from 1, these included */
	bool doubling;  /* twice those of the last such row, or more */
	int64_t evaluations, feasible, duplicates;
	double best;         /* score; NAN while none is feasible */
	double median;       /* of the islands' medians */
	double best_bitops;  /* of the best network */
	double seconds;      /* wall time so far, former sessions included: not
			      * deterministic */
};

/* Stages of one genome improved in place (QBR); false = cannot be made
 * feasible. Called from several threads. */
typedef bool evolve_refine(const struct nas_problem *problem,
			   struct nas_genome *g);

struct nas_evolve_hooks {
	int threads;
	evolve_refine *refine; /* NULL = none */
	const struct nas_genome *start; /* (nstart) networks to start from */
	int nstart;
	void (*progress)(void *context, const struct nas_evolve_row *row);
	void *context;
	struct nas_comm *comm; /* NULL = one process */
	/* NULL = none; must live as long as result->search is used */
	const struct checkpoint_options *checkpoint;
};

enum nas_evolve_end { /* why it ended */
	END_EVALUATIONS,
	END_TIME,
	END_STALL,
	END_EXHAUSTED, /* nothing new is left to try */
	END_SIGNAL
};
extern const char *const evolve_end_names[]; /* in files; NULL ends */

struct nas_evolve_network {
	struct nas_genome genome;
	struct nas_total total;
};

struct nas_evolve_traffic { /* what the search did beside searching */
	int ranks;
	int64_t message_bytes; /* from one rank to the next, each epoch */
	int64_t row_bytes;     /* of an island to rank 0, each epoch */
	int64_t epochs;
	int saves;             /* checkpoints written */
	int64_t save_bytes;    /* of the last one */
	double save_s;         /* of all */
	double wait_s;         /* of rank 0 for others, between epochs */
	int sessions;          /* 1 = not resumed */
};

struct nas_evolve_result {
	bool feasible; /* false: best[0] is the least violating network */
	enum nas_evolve_end end;
	int nbest;
	/* (keep) distinct in structure (all but bits), best first */
	struct nas_evolve_network *best;
	int64_t evaluations, feasible_evaluations, duplicates;
	int nrows;
	struct nas_evolve_row *row; /* (nrows) */
	double *island_best;        /* (nrows, islands) */
	int islands;
	struct nas_evolve_traffic traffic;
	struct search *search; /* for evolve_save */
};

enum nas_status evolve(struct nas_evolve_result *result,
		       const struct nas_problem *problem,
		       const struct nas_evolve_options *options,
		       const struct nas_evolve_hooks *hooks,
		       struct nas_arena *arena,
		       struct nas_err *err) NAS_MUST_CHECK;

/* Write a checkpoint of the search as it ended: for a program that is stopped
 * while it does something else with the result. Collective. NAS_EIO. */
enum nas_status evolve_save(struct nas_evolve_result *result,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
