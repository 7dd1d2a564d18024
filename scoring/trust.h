/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/trust.h - a trust region: sums of features held inside a range.
 *
 * A fitted score knows nothing outside the range of what was measured. So
 * sums that say what a network is like (blocks, kernels, widths, expansions,
 * depth in runs) can be held between the least and the largest of the
 * measured networks. Each such sum is additive over blocks and does not depend
 * on bits: two budgets, low <= x and x <= high, in search and certificate.
 *
 * Usage:
 *	trust_hold(&budgets, "ln_k", low, high);      before problem_init
 *	excess = problem_trust(&problem, &genome);    0 = inside
 */
#ifndef SCORING_TRUST_H
#define SCORING_TRUST_H

#include "scoring/feature.h"
#include "scoring/problem.h"

/* The sums that nas fit measures; NULL ends. */
extern const char *const trust_features[];

/* A sum over blocks of what their shapes alone say. */
bool trust_can_hold(const struct nas_feature *f);

/* One more range; false: too many, no such feature, or low above high. Ranges
 * are a little wider than they say, against the last digits of sums. */
bool trust_hold(struct nas_budgets *b, const char *feature, double low,
		double high);

/* What a block adds to each of n sums. */
void trust_coef(const struct nas_trust *trust, int n,
		const struct nas_feature_block *b, double x[TRUST_MAX]);

/* How far sums are outside, relative, added up; 0 = inside. */
double trust_excess(const struct nas_budgets *b, const double x[TRUST_MAX]);

/* The sums of a network by the chain; and how far they are outside. */
void problem_trust_sums(const struct nas_problem *problem,
			const struct nas_genome *g, double x[TRUST_MAX]);
double problem_trust(const struct nas_problem *problem,
		     const struct nas_genome *g);

/* The same from the layers of a network, as violations; returns how many. */
int trust_violations(const struct nas_budgets *b, const struct nas_arch *arch,
		     struct nas_excess *out);

#endif
