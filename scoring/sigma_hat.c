/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/sigma_hat.h"

#include <math.h>

#include "nas/base/err.h"

#define BITS_MAX 32
#define KNOWN	 4 /* sigmas: of inputs and weights, asked for and fixed */

static double by_sum(double sigma, int bits)
{
	const double half_sqrt2 = 0.70710678118654752440;
	double top = ldexp(1.0, bits - 1), sum = 0, k;

	/* never clamped, and finely rounded: the rounding's error is uniform
	 * within exp(-2 pi^2 sigma^2) */
	if (top > 38 * sigma && sigma > 1.5)
		return sqrt(sigma * sigma + 1.0 / 12);
	/* (2k - 1) 2 Q(z) = (2k - 1) erfc(z / sqrt 2); below z = 38 no term
	 * is 0, past it all are */
	for (k = 1; k <= top; k++) {
		double z = (k - 0.5) / sigma;

		if (z > 38)
			break;
		sum += (2 * k - 1) * erfc(z * half_sqrt2);
	}
	return sqrt(sum);
}

/* What was asked for is kept: a sum takes a microsecond, and each layer of each
 * network asks for the same few. */
double sigma_hat(double sigma, int bits)
{
	static _Thread_local struct {
		double sigma, hat;
	} known[BITS_MAX + 1][KNOWN];
	static _Thread_local unsigned next;
	int i = 0;

	NAS_BUG_IF(bits < 1 || bits > BITS_MAX);
	while (i < KNOWN && known[bits][i].sigma != sigma)
		i++;
	if (i == KNOWN) {
		i = (int)(next++ % KNOWN);
		known[bits][i].hat = by_sum(sigma, bits);
		known[bits][i].sigma = sigma;
	}
	return known[bits][i].hat;
}
