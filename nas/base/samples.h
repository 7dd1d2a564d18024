/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/samples.h - what random samples say beyond nas/base/stats.h: the
 * share of successes, the best of n draws, several tests at once.
 *
 * Usage:
 *	samples_share(&low, &high, 30, 1000);       0.0211, 0.0425
 *	best = samples_best_of(sorted, 100000, 50);
 *	samples_holm(p, 3);
 */
#ifndef NAS_BASE_SAMPLES_H
#define NAS_BASE_SAMPLES_H

#include "nas/base/err.h"

/* 95 % interval of a probability that gave so many successes in so many
 * trials (Wilson 1927), sound near 0 and 1 too; 0 and 1 for no trials. */
void samples_share(double *low, double *high, double successes, double trials);

/*
 * The mean of the largest of m draws: over all subsets of m of the N values,
 *	sum over i of x_(i) C(i - 1, m - 1) / C(N, m),
 * unbiased for m independent draws from what the sample is drawn from.
 * sorted: ascending, N >= 1; 1 <= m <= N.
 */
double samples_best_of(const double *sorted, int n, int m);

/* p (n) becomes what it is when n tests are made at once (Holm 1979): those
 * at most 0.05 hold together at 95 %. NAS_ENOMEM. */
enum nas_status samples_holm(double *p, int n, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
