/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/rounding_row.h - levels for the weights of one output: the
 * least (t - s q) H (t - s q)' for integers q, |q| <= most.
 *
 * Usage:
 *	ok = moments_factor(&m);                    then for each output:
 *	rounding_target(t, &m, w);
 *	loss = rounding_levels(q, &m, t, s, most, scratch);
 *	rounding_improve(q, &m, t, s, most, scratch);
 */
#ifndef SCORING_FORWARD_ROUNDING_ROW_H
#define SCORING_FORWARD_ROUNDING_ROW_H

#include <stdbool.h>
#include <stddef.h>

/* Of the inputs that the outputs of a group read. Inputs are numbered by
 * rising variance once the moments are factored: place[k] was k's number. */
struct moments {
	size_t fan;
	double count;        /* columns seen */
	bool plain;          /* biases stay: moments are not centred */
	double *h, *c;       /* (fan, fan) sums of y y', x y' */
	double *mean_x, *mean_y; /* (fan) sums until they are factored */
	double *r;           /* (fan, fan) upper: H = R'R */
	size_t *place;       /* (fan) */
};

/* Sums of x and y become means; 0 where biases stay. */
void moments_means(struct moments *m);

/* Sums become centred means, damped; order; R. After it h is in that order, c
 * has its columns in it. False: out of memory. */
bool moments_factor(struct moments *m);

/* t (fan) = w C H^-1, in the order of the moments; w (fan) in the layer's. */
void rounding_target(double *t, const struct moments *m, const float *w);

/* Levels q (fan) for the step; what they lose. scratch (fan). */
double rounding_levels(double *q, const struct moments *m, const double *t,
		       double step, double most, double *scratch);

/* One level up or down at a time, while that loses less. scratch (fan). */
void rounding_improve(double *q, const struct moments *m, const double *t,
		      double step, double most, double *scratch);

/* The step with the least loss for the levels; scratch (fan). */
double rounding_step(const double *q, const struct moments *m, const double *t,
		     double step, double *scratch);

#endif
