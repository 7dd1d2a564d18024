/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify.h - how far from the best possible an answer can be.
 *
 * The problem is a chain (scoring/chain.h), so the best score inside the
 * budgets can be bounded, and mostly found, exactly:
 *
 *	certify_model.h   a variant of the space as a layered graph
 *	certify_weights.h, certify_penalty.h   what products add to it
 *	certify_dp.h      Lagrangian bound by dynamic programming; peak memory
 *	                  is enforced step by step inside it
 *	certify_master.c  the multipliers with the least bound (cutting planes)
 *	certify_keep.c    what cannot be in a better network is left out
 *	certify_labels.h  label setting with dominance closes the gap
 *	certify_solve.c   one variant; certify.c: all of them
 *
 * The bound holds for every choice of the space that the budgets allow. Same
 * problem, start and options give the same certificate for any number of
 * threads and on a machine of any speed, unless the time limit cuts in, which
 * the certificate then says (CERTIFY_END_TIME).
 *
 * Limits: the score has to be a sum over blocks, or a product of such sums and
 * what the stage ends behind a block weigh (certify_weights.h), with or without
 * DeepMAD's penalty on depths (certify_penalty.h). A limit that does not allow one pass
 * over all of a space (of one thread 0.1 s for the 626,012 first blocks of
 * imagenet-7.0g, 9.4 s for 23.7 million) leaves no bound: CERTIFY_UNFINISHED.
 *
 * Usage:
 *	struct nas_certify_options o;             from a config, certify_form
 *	status = certify(&c, &problem, &start, &o, threads, &arena, err);
 *	if (c.status == CERTIFY_BOUND)
 *		gap = c.upper_bound - c.score;
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_H
#define EVOLVE_CERTIFY_CERTIFY_H

#include "scoring/problem.h"

struct nas_certify_options {
	double work;   /* steps at most (certify_limits.h) */
	double time_s; /* wall time at most */
	double gap; /* relative gap that is good enough to give up on a proof
		     * that does not fit the memory; 0 = never */
	double memory_bytes; /* of the model; labels take half as much more */
	bool any; /* whether there is a network at all: the first one ends it,
		   * as a limit does; of no file */
};

extern const struct form certify_form; /* reads struct nas_certify_options */

enum nas_certify_status {
	CERTIFY_BOUND,      /* bound and best network hold */
	CERTIFY_INFEASIBLE, /* proven: no network meets the budgets */
	CERTIFY_NOT_APPLICABLE, /* the score is no sum over blocks, and no
				 * product of such sums */
	CERTIFY_UNFINISHED /* a limit was reached before there was a bound */
};

enum nas_certify_end { /* what ended it */
	CERTIFY_END_DONE,
	CERTIFY_END_WORK,
	CERTIFY_END_TIME, /* or a signal: not repeatable */
	CERTIFY_END_MEMORY
};

struct nas_certificate {
	enum nas_certify_status status;
	enum nas_certify_end end;
	double upper_bound; /* rounded outwards, 1e-9 relative; -INFINITY when
			     * infeasible */
	double score;       /* of best; -INFINITY when none is known */
	double gap;         /* (upper_bound - score) / |score|; INFINITY
			     * when no network is known */
	bool optimal;       /* score proven best, to 1e-9 relative */
	bool improved;      /* best is better than the start */
	struct nas_genome best;
	double multiplier[RESOURCES]; /* score a unit, of the root bound */
	double root_bound;  /* of the Lagrangian alone */
	const char *method; /* what closed it */
	int64_t labels, iterations;
	double seconds;     /* not deterministic */
};

/*
 * c        [out] the certificate
 * start    [in]  a network to improve on, or NULL; ignored if infeasible
 * options  [in]  limits of time and memory
 * threads  [in]  used; more than 16 are not
 * arena    [in]  not used; memory is the certificate's own
 *
 * Every network that counts is recomputed layer by layer before.
 * A space that does not fit memory_bytes is CERTIFY_UNFINISHED as well, with
 * CERTIFY_END_MEMORY.
 * Returns: NAS_OK; NAS_EINPUT for bad options or a start that is not in the
 * space; NAS_ENUM for a budget or a score that is not a number; NAS_ENOMEM.
 */
enum nas_status certify(struct nas_certificate *c,
			const struct nas_problem *problem,
			const struct nas_genome *start,
			const struct nas_certify_options *options, int threads,
			struct nas_arena *arena,
			struct nas_err *err) NAS_MUST_CHECK;

#endif
