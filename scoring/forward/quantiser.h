/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/quantiser.h - ways to choose the step of a symmetric weight grid.
 *
 * Weights w (n) of one tensor or one output channel become
 * step * clamp(rint(w / step), -M, M), M = 2^(bits-1) - 1, round half to even
 * (the grid of scoring/forward/fake_quant.h). A quantiser chooses the step; its error
 * is the sum of squares of what changes (MSQE times n).
 *
 * max-abs       step = max|w| / M
 * msqe          real step: the best of 40 fractions of max-abs, then least
 *               squares iterations (the fractions are ours)
 * po2-max-abs   max-abs, the exponent rounded
 * po2-msqe      power of two: 3 least squares iterations, each rounded to a
 *               power of two, then the neighbours -3 .. 3 of its exponent
 * po2-masked    the same with errors counted for |w| <= 2 std(w) only
 * po2-lower     Round-to-Lower-MSQE: of floor and ceil of
 *               log2(3 std(w) / M) the one with less error, masked by the
 *               clipping range of each; equal ones: ceil
 *
 * Usage:
 *	const struct quantiser *q = quantiser_find("po2-msqe");
 *	quantiser_scales(q, scale, w, out, fan, 4, QUANT_PER_CHANNEL);
 *	fake_quant_scaled(wq, w, out, fan, 4, scale);
 *
 * Source: Bae, Zielinski and Chatterjee (2022, arXiv 2210.03671) and its code
 * in QKeras, quantizers_po2.py. There, errors are also weighted by second
 * moments of gradients; without training all weigh the same.
 */
#ifndef SCORING_FORWARD_QUANTISER_H
#define SCORING_FORWARD_QUANTISER_H

#include <stdbool.h>

#include "scoring/forward/fake_quant.h"

struct quantiser {
	const char *name, *help;
	bool power_of_two;
	/* Step for w (n), not all 0; bits 2 .. 8. */
	double (*step)(const float *w, size_t n, int bits);
};

/* The first is the default; NULL ends. */
extern const struct quantiser *const quantisers[];

const struct quantiser *quantiser_find(const char *name); /* NULL: none */

/* scale (out), equal ones for QUANT_PER_TENSOR; 0 where all w are 0. */
void quantiser_scales(const struct quantiser *q, float *scale, const float *w,
		      int out, size_t fan, int bits, enum quant_scope scope);

/* Sum of (w - w_q)^2 for a step. */
double quantiser_error(const float *w, size_t n, int bits, double step);
/* The same over weights of |w| <= range. */
double quantiser_error_in(const float *w, size_t n, int bits, double step,
			  double range);

/* Parts of quantisers: largest |w|, standard deviation, least squares step
 * <w, q> / <q, q> for the integers q of a step, nearest power of two. */
double quantiser_largest(const float *w, size_t n);
double quantiser_deviation(const float *w, size_t n);
double quantiser_least_squares(const float *w, size_t n, int bits,
			       double step, double range);
double quantiser_power(double step); /* 2^rint(log2(step + 1e-7)) */

/*
 * Stable scale: where a step is chosen again and again while weights change,
 * its exponent is a moving average (decay 0.99), and after freezing stays.
 * Cures a scale that flips between two powers.
 */
struct stable_scale {
	double mean; /* of the exponent */
	bool started, frozen;
	int flips; /* changes of the rounded exponent: scale instability */
};
/* The step to use after one more choice; power of two. */
double stable_scale_next(struct stable_scale *s, double step);

#endif
