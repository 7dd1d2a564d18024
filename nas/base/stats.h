/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/stats.h - ranks, correlations, two samples, bootstrap.
 *
 * All in O(n log n); counts of pairs are exact integers. A value that is not
 * finite is an error (NAS_ENUM, which names its index), never a result. What
 * is not defined, such as the correlation with a constant, is NAN.
 *
 * Usage:
 *	status = stats_spearman(&rho, score, accuracy, n, err);
 *	status = stats_ks(&ks, a, na, b, nb, err);
 *	status = stats_mann_whitney(&mw, a, na, b, nb, err);
 *
 * The same as scipy.stats': rankdata, spearmanr, kendalltau (tau-b),
 * pearsonr, numpy.quantile, ks_2samp, mannwhitneyu(method='asymptotic').
 */
#ifndef NAS_BASE_STATS_H
#define NAS_BASE_STATS_H

#include <stdint.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"

/* ---- one sample ---- */

/* NAS_ENUM when a value is NaN or infinite; what names the sample. */
enum nas_status stats_finite(const double *x, int n, const char *what,
			     struct nas_err *err) NAS_MUST_CHECK;

/* Ascending. The values are finite. */
void stats_sort(double *x, int n);

/* order (n) = indices by ascending value, equal values by index.
 * NAS_ENUM, NAS_ENOMEM. */
enum nas_status stats_order(int *order, const double *x, int n,
			    struct nas_err *err) NAS_MUST_CHECK;

/* rank (n) = 1 .. n, equal values their average. */
enum nas_status stats_ranks(double *rank, const double *x, int n,
			    struct nas_err *err) NAS_MUST_CHECK;

/* Values closer than tolerance to the next lower one become equal to it, one
 * after the other: what rounding alone tells apart is no order. NAS_ENUM,
 * NAS_ENOMEM. */
enum nas_status stats_snap(double *x, int n, double tolerance,
			   struct nas_err *err) NAS_MUST_CHECK;

/* The p-quantile of n >= 1 sorted values, linear between neighbours: type 7
 * of Hyndman and Fan (1996). p in 0 .. 1. */
double stats_quantile(const double *sorted, int n, double p);

/* sum[i] += (x[i] - mean) / standard deviation over all n (nothing where that
 * is 0); of_ln: of ln x in place of x. */
void stats_add_standard(double *sum, const double *x, int n, bool of_ln);

/* ---- two columns ---- */

enum nas_status stats_pearson(double *r, const double *x, const double *y,
			      int n, struct nas_err *err) NAS_MUST_CHECK;
/* Pearson of the average ranks. */
enum nas_status stats_spearman(double *rho, const double *x, const double *y,
			       int n, struct nas_err *err) NAS_MUST_CHECK;
/* tau-b = (C - D) / sqrt((N - Tx)(N - Ty)): C concordant and D discordant of
 * N = n(n-1)/2 pairs, Tx and Ty of them tied in x and in y. */
enum nas_status stats_kendall(double *tau, const double *x, const double *y,
			      int n, struct nas_err *err) NAS_MUST_CHECK;

/* ---- two samples; nx, ny >= 1 ---- */

struct stats_ks { /* Kolmogorov-Smirnov, two-sided */
	double d;           /* largest |Fx - Fy| */
	double above;       /* largest Fx - Fy: x smaller than y somewhere */
	double below;       /* largest Fy - Fx */
	double at;          /* the first value where d is reached */
	double p;           /* of d or more where x and y are alike */
	bool exact;         /* p is exact (without ties), else asymptotic */
};

/* p is exact for samples of equal size and where nx * ny <= 1e7 (Hodges 1958,
 * counting of lattice paths), else Smirnov's limit with effective size
 * nx ny / (nx + ny). With ties the exact p is an upper bound. */
enum nas_status stats_ks(struct stats_ks *out, const double *x, int nx,
			 const double *y, int ny,
			 struct nas_err *err) NAS_MUST_CHECK;

struct stats_mann_whitney { /* two-sided */
	double u; /* pairs with x > y, and half of those with x = y */
	double z; /* with continuity correction, tied ranks considered */
	double p; /* normal approximation; 1 where all values are equal */
	/* Effect sizes: P(x > y) + P(x = y) / 2, the common-language effect
	 * (McGraw and Wong 1992; A of Vargha and Delaney 2000), and Cliff's
	 * delta = P(x > y) - P(x < y), which is the rank-biserial
	 * correlation. */
	double effect, delta;
};

enum nas_status stats_mann_whitney(struct stats_mann_whitney *out,
				   const double *x, int nx, const double *y,
				   int ny, struct nas_err *err)
	NAS_MUST_CHECK;

/* ---- bootstrap ---- */

/*
 * Percentile intervals of any figures of n observations (Efron 1979).
 *
 * A resample draws n of the n observations with replacement: count[i] says
 * how often it holds observation i. figures() computes nfigures numbers of
 * it; those that are not finite are left out, and an interval with less than
 * half of its resamples is NAN. Resample r has the random stream r, so the
 * intervals do not depend on threads.
 *
 *	struct stats_bootstrap b = { .n = 100, .resamples = 1000,
 *		.level = 0.95, .seed = 1, .threads = 2,
 *		.nfigures = 1, .figures = mean, .context = x };
 *	status = stats_bootstrap(&low, &high, &b, err);
 */
struct watch; /* nas/base/watch.h */

struct stats_bootstrap {
	int n, resamples;
	double level; /* 0.95: between the quantiles 0.025 and 0.975 */
	uint64_t seed;
	int threads;
	int nfigures;
	size_t scratch_bytes; /* that figures() needs; zeroed once only */
	void (*figures)(void *context, const int *count, void *scratch,
			double *figure);
	void *context;
	struct watch *watch; /* resamples made; NULL = nobody waits */
};

/* low, high (nfigures). NAS_ENOMEM. */
enum nas_status stats_bootstrap(double *low, double *high,
				const struct stats_bootstrap *b,
				struct nas_err *err) NAS_MUST_CHECK;

#endif
