/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_solve.h - what the parts of a certificate share: the best
 * network so far, the clock, the multipliers.
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_SOLVE_H
#define EVOLVE_CERTIFY_CERTIFY_SOLVE_H

#include "evolve/certify/certify.h"
#include "evolve/certify/certify_dp.h"

/* A score is proven best when the bound is above it by no more. */
#define CERT_EXACT 1e-10

struct cert_run {
	const struct nas_problem *problem;
	const struct nas_problem *sum; /* problem, or what its product sums */
	const struct nas_certify_options *options;
	int threads;
	struct cert_limits limits;
	double score;    /* of best; -HUGE_VAL = none known */
	struct nas_genome best;
	double stray;    /* largest score of a path that sums said feasible and
			  * its network is not: the bound may not go below */
	int64_t labels, iterations;
	struct nas_arena *arena; /* limited to options->memory_bytes */
	bool lost; /* memory was out for a network that was offered */
};

/* Adopt a network if it is feasible and better; true if it is feasible. */
bool cert_offer(struct cert_run *run, const struct nas_genome *g);

/* A score above which a better network would have to be. */
static inline double cert_above(const struct cert_run *run, double gap)
{
	if (!(run->score > -HUGE_VAL))
		return -HUGE_VAL;
	return run->score + fmax(gap, CERT_EXACT) * fabs(run->score);
}

/* How far a variant has come. */
struct cert_variant {
	int variant;
	int convs;         /* certify_rho.h; 0 = any number */
	double bound;      /* no network of it scores more; -HUGE_VAL: none */
	double root_bound; /* of the Lagrangian */
	struct cert_price price, root_price;
};

/* Lower the bound of a variant, and improve the best network. */
enum nas_status cert_solve(struct cert_run *run, struct cert_variant *v,
			   struct nas_err *err) NAS_MUST_CHECK;

/* The bound at the variant's price alone. */
enum nas_status cert_glance(struct cert_run *run, struct cert_variant *v,
			    struct nas_err *err) NAS_MUST_CHECK;

/*
 * Multipliers with the least bound found, by cutting planes; *price is the
 * start and the result, dp holds its values.
 */
struct cert_until { /* when it stops */
	double tolerance; /* the master says that less (relative) is left */
	int passes;       /* after so many */
	double least;     /* the bound is lower: nothing is there to be found */
};
enum nas_status cert_master(struct cert_run *run, const struct cert_model *m,
			    struct cert_dp *dp, struct cert_price *price,
			    const struct cert_until *until,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
