/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sample.h - networks drawn uniformly from those of a space that meet
 * the budgets.
 *
 * Rejection: draw uniformly from a set that holds all feasible networks, keep
 * those that are feasible. What is kept is uniform over the feasible ones,
 * whatever the set is; a smaller set only wastes fewer draws. Two sets:
 *
 *	space    the whole space (spaces/space.h)
 *	counted  the networks whose additive use, rounded down block by block,
 *	         is within the budget, and whose blocks each fit the memory:
 *	         counted exactly by dynamic programming over the chain
 *	         (scoring/sample_ways.h)
 *
 * The second is taken where few draws from the first are kept. The share of
 * the space that is feasible is the set's share of it, which is exact, times
 * the share of the draws that is kept, which has an interval.
 *
 * Networks come in blocks of SAMPLE_BLOCK, each with a random stream of its
 * own, joined in order: same problem, seed and stream give the same networks
 * for any number of threads.
 *
 * Usage:
 *	struct nas_sample_options o = SAMPLE_DEFAULTS;
 *	o.n = 100000;
 *	status = sample_feasible(&s, &problem, &o, &arena, err);
 *	for (i = 0; i < s.n; i++)
 *		s.total[i].score ...
 */
#ifndef SCORING_SAMPLE_H
#define SCORING_SAMPLE_H

#include "scoring/problem.h"

struct watch; /* nas/base/watch.h */

#define SAMPLE_BLOCK 256

enum nas_sample_from {
	SAMPLE_FROM_ANY,
	SAMPLE_FROM_SPACE,
	SAMPLE_FROM_COUNTED
};

struct nas_sample_options {
	int n;             /* networks wanted */
	int64_t max_draws; /* in all; 0 = a million and 1000 a network */
	uint64_t seed, stream; /* samples of equal seed and different stream
				* are independent; stream below 4096 */
	int threads;
	enum nas_sample_from from; /* ANY: whichever wastes less */
	bool genomes;              /* keep them */
	struct watch *watch;       /* networks found; NULL = nobody waits */
};

#define SAMPLE_DEFAULTS { .n = 1000, .seed = 1, .threads = 1 }

struct nas_sample {
	int n;                   /* found: fewer than wanted when the draws ran out */
	struct nas_total *total; /* (n) score and figures; the peak memory only
				  * where there is a budget of it */
	struct nas_genome *genome; /* (n), or NULL */
	enum nas_sample_from from;
	int64_t draws;       /* n of them were kept */
	double set_share;    /* of the space that draws were taken from */
	double share;        /* of the space that is feasible, estimated: of
			      * draws until the n-th success (n - 1) /
			      * (draws - 1) is unbiased (Haldane 1945) */
	double low, high;    /* 95 % interval (Wilson) */
	bool proven_empty;   /* the set is empty: no network is feasible */
};

/*
 * NAS_ENOMEM; NAS_EINTERRUPTED by a signal; NAS_ENUM when a feasible network
 * has no score. That fewer than n were found, or none, is a result.
 */
enum nas_status sample_feasible(struct nas_sample *sample,
				const struct nas_problem *problem,
				const struct nas_sample_options *options,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
