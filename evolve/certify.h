/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify.h - how far from the best possible an answer can be.
 *
 * The problem is a chain (scoring/chain.h), so the best score inside the
 * budgets can be bounded exactly: dynamic programming over the chain with
 * Lagrange multipliers for the additive budgets, the multipliers from a
 * cutting-plane master problem, then label setting with dominance until the
 * gap is closed or time is out. The bound holds for every choice of the
 * space; peak memory is enforced step by step inside the dynamic program.
 *
 * Usage:
 *	struct certify_options o;                 from a config, certify_form
 *	status = certify(&c, &problem, &start, &o, threads, &arena, err);
 *	if (c.status == CERTIFY_BOUND)
 *		gap = c.upper_bound - c.score;
 */
#ifndef EVOLVE_CERTIFY_H
#define EVOLVE_CERTIFY_H

#include "scoring/chain.h"

struct certify_options {
	double time_s;    /* wall time at most */
	double gap;       /* relative gap that is good enough; 0 = prove */
	double memory_bytes; /* for labels */
};

extern const struct form certify_form; /* reads struct certify_options */

enum certify_status {
	CERTIFY_BOUND,      /* bound and best network hold */
	CERTIFY_INFEASIBLE, /* proven: no network meets the budgets */
	CERTIFY_NOT_APPLICABLE /* the score is not additive */
};

struct certificate {
	enum certify_status status;
	double upper_bound; /* rounded outwards */
	double score;       /* of best; -INFINITY when none is known */
	double gap;         /* (upper_bound - score) / |score| */
	bool optimal;       /* score proven best, to 1e-9 relative */
	bool improved;      /* best is better than the start */
	struct genome best;
	double multiplier[RESOURCES]; /* score a unit, of the root bound */
	double root_bound;  /* of the Lagrangian alone */
	const char *method; /* what closed it */
	int64_t labels, iterations;
	double seconds;     /* not deterministic */
};

/* start may be NULL. The best network's figures are recomputed layer by
 * layer before it is reported. */
enum nas_status certify(struct certificate *c, const struct problem *problem,
			const struct genome *start,
			const struct certify_options *options, int threads,
			struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
