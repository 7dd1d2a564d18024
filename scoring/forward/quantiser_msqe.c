/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real step of little squared error: fractions of max-abs and the best
 * power of two, then least squares for the levels of the best of them, which
 * cannot raise the error. */
#include <math.h>

#include "scoring/forward/quantiser_kinds.h"

#define FRACTIONS 40
#define ITERATIONS 10

static double msqe(const float *w, size_t n, int bits)
{
	double whole = quantiser_largest(w, n) / quant_weight_levels(bits);
	double best = quantiser_po2_msqe.step(w, n, bits);
	double least = quantiser_error(w, n, bits, best);

	for (int k = FRACTIONS; k >= 4; k--) {
		double step = whole * k / FRACTIONS;
		double error = quantiser_error(w, n, bits, step);

		if (error < least)
			least = error, best = step;
	}
	for (int k = 0; k < ITERATIONS; k++) {
		double step = quantiser_least_squares(w, n, bits, best,
						      HUGE_VAL);
		double error = quantiser_error(w, n, bits, step);

		if (!(error < least))
			break;
		least = error, best = step;
	}
	return best;
}

const struct quantiser quantiser_msqe = {
	"msqe", "the step with the least squared error", false, msqe
};
