/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Powers of two by squared error (arXiv 2210.03671, quantizers_po2.py). */
#include <math.h>

#include "scoring/forward/quantiser_kinds.h"

#define ITERATIONS 3
#define REACH 3       /* of the line search, in exponents */
#define OUTLIERS 2.0  /* standard deviations */

static double search(const float *w, size_t n, int bits, double range)
{
	double step = quantiser_power(quantiser_largest(w, n) /
				      quant_weight_levels(bits));
	double best = step, centre;
	double least = quantiser_error_in(w, n, bits, step, range);

	for (int k = 0; k < ITERATIONS; k++) {
		double error;

		/* the next one starts from here, kept or not */
		step = quantiser_power(quantiser_least_squares(w, n, bits,
							       step, range));
		error = quantiser_error_in(w, n, bits, step, range);
		if (error < least)
			least = error, best = step;
	}
	centre = best;
	for (int k = -REACH; k <= REACH; k++) {
		double error;

		step = ldexp(centre, k);
		error = quantiser_error_in(w, n, bits, step, range);
		if (error < least)
			least = error, best = step;
	}
	return best;
}

static double plain(const float *w, size_t n, int bits)
{
	return search(w, n, bits, HUGE_VAL);
}

static double masked(const float *w, size_t n, int bits)
{
	return search(w, n, bits, OUTLIERS * quantiser_deviation(w, n));
}

/* Outliers of a step are what it clips by more than half a level. */
static double lower(const float *w, size_t n, int bits)
{
	double most = quant_weight_levels(bits);
	double e = log2(fmax(3 * quantiser_deviation(w, n) / most, 1e-5));
	double down = ldexp(1, (int)floor(e)), up = ldexp(1, (int)ceil(e));
	double a = quantiser_error_in(w, n, bits, down, down * (most + 0.5));
	double b = quantiser_error_in(w, n, bits, up, up * (most + 0.5));

	return a < b ? down : up;
}

const struct quantiser quantiser_po2_msqe = {
	"po2-msqe", "power of two with little squared error", true, plain
};

const struct quantiser quantiser_po2_masked = {
	"po2-masked", "the same, blind to weights beyond 2 deviations", true,
	masked
};

const struct quantiser quantiser_po2_lower = {
	"po2-lower", "Round-to-Lower-MSQE of 3 deviations", true, lower
};
