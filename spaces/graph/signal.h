/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/signal.h - what a tensor looks like before any data is seen.
 *
 * The Gaussian theory of QE-Score, carried from layer to layer: a conv's
 * output is N(mean, sigma^2), or the positive part of it after a ReLU. From
 * that come the scale of a tensor's levels and, given the levels, the moments
 * that the next layer's weights are scaled by.
 *
 * Usage:
 *	double scale = signal_scale(&x, sigma_a);
 *	struct level_moments m = signal_quantised(&x, scale, bits);
 */
#ifndef SPACES_GRAPH_SIGNAL_H
#define SPACES_GRAPH_SIGNAL_H

#include <stdbool.h>

struct signal { /* gain * y, or gain * max(y, 0); y of N(mean, sigma^2) */
	double mean, sigma, gain;
	bool relu;
};

struct level_moments {
	double mean, square, variance;
};

struct level_moments signal_moments(const struct signal *x);

/* The same after rounding to bits at this scale; bits 0 = not rounded. */
struct level_moments signal_quantised(const struct signal *x, double scale, int bits);

/* sqrt(E[x^2]) / steps, rounded to m * 2^e with m in 4 .. 8. */
double signal_scale(const struct signal *x, double steps);

#endif
