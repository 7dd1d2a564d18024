/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/fit.h - a score fitted to measured networks: ridge regression of
 * accuracy on features (scoring/feature.h), so that the score is a sum over
 * blocks and has a certificate like every other.
 *
 *	target   logit of the accuracy, clamped to 0.001 .. 0.999
 *	x        features in units of their standard deviation over networks of
 *	         the user's space, without those that do not vary; centred
 *	minimise (1/K) sum of squares + lambda |beta|^2, intercept free; lambda
 *	         by leave-one-out over a geometric grid 1e-3 .. 1e3 of 19, at
 *	         least 0.1
 *
 * Leave-one-out is in closed form: with A = X'X + lambda K 1 and residual r_i,
 * the prediction of y_i from the others misses it by r_i / (1 - h_i), h_i =
 * 1/K + x_i' A^-1 x_i (Hastie, Tibshirani, Friedman 2009, 7.52).
 *
 * Usage:
 *	struct fit_scale scale;
 *	fit_scale_add(&scale, x);               some hundred random networks
 *	status = fit_networks(&fit, &list, &scale, &qe, arena, err);
 *	score += fit.beta[i] / scale.deviation * feature
 */
#ifndef SCORING_FIT_H
#define SCORING_FIT_H

#include "scoring/feature.h"

#define FIT_LEAST 4     /* networks */
#define FIT_INTERVAL 12 /* networks; with fewer there is no interval */

struct fit_scale { /* of features over a sample of networks */
	int n;
	double mean[FEATURES_MAX], squares[FEATURES_MAX]; /* Welford's */
};

/* x: feature_values of a network. */
void fit_scale_add(struct fit_scale *s, const double x[FEATURES_MAX]);

/* Standard deviation of a feature; 0 where it does not vary. */
double fit_deviation(const struct fit_scale *s, int feature);

struct fit {
	int n;         /* networks */
	int nfeatures; /* that vary */
	int feature[FEATURES_MAX];  /* (nfeatures) index in features[] */
	double scale[FEATURES_MAX]; /* (nfeatures) */
	double beta[FEATURES_MAX];  /* (nfeatures) of feature / scale */
	double lambda;
	double *predicted; /* (n) logit by the fit to the others */
};

/* The networks have measured. NAS_EINPUT: fewer than FIT_LEAST, an accuracy
 * below 0 or above 100, no feature varies; NAS_ENOMEM. */
enum nas_status fit_networks(struct fit *fit, const struct nas_arch_list *list,
			     const struct fit_scale *scale,
			     const struct nas_qe_options *qe,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

#endif
