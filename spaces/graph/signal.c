/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/graph/signal.h"

#include <math.h>

#define SIGMAS 9.0 /* what lies further out has no weight in a double */

static struct level_moments moments(double mean, double square)
{
	return (struct level_moments){mean, square, square - mean * mean};
}

/* Of gain * max(y, 0), y around a mean that is not 0. */
static struct level_moments positive_part(const struct signal *x)
{
	const double per_sigma = 0.39894228040143267794; /* 1 / sqrt(2 pi) */
	double g = x->gain, m = x->mean, s = x->sigma, z = m / s;
	double above = 0.5 * erfc(-z / 1.41421356237309504880);
	double at_0 = s * per_sigma * exp(-z * z / 2);

	return moments(g * (m * above + at_0),
		       g * g * ((m * m + s * s) * above + m * at_0));
}

struct level_moments signal_moments(const struct signal *x)
{
	const double per_sigma = 0.39894228040143267794; /* 1 / sqrt(2 pi) */
	double g = x->gain, s = x->sigma;

	if (x->relu && (x->mean < 0 || x->mean > 0))
		return positive_part(x);
	if (x->relu)
		return moments(g * s * per_sigma, g * g * s * s / 2);
	return moments(g * x->mean, g * g * (x->mean * x->mean + s * s));
}

/* P(x <= t) */
static double below(const struct signal *x, double t)
{
	double y = t / x->gain;

	if (x->relu && y < 0)
		return 0;
	return 0.5 * erfc((x->mean - y) / (x->sigma * 1.41421356237309504880));
}

struct level_moments signal_quantised(const struct signal *x, double scale, int bits)
{
	double reach = x->gain * (fabs(x->mean) + SIGMAS * x->sigma) / scale;
	double high = ldexp(1, bits - 1) - 1, low = -high - 1;
	double mean = 0, square = 0, before = 0, up_to;

	if (bits == 0)
		return signal_moments(x);
	high = fmin(high, ceil(reach));
	low = fmax(low, -ceil(reach));
	for (double k = low; k <= high; k++) {
		up_to = k < high ? below(x, (k + 0.5) * scale) : 1;
		mean += (up_to - before) * k;
		square += (up_to - before) * k * k;
		before = up_to;
	}
	return moments(mean * scale, square * scale * scale);
}

double signal_scale(const struct signal *x, double steps)
{
	int exponent;
	double m = frexp(sqrt(signal_moments(x).square) / steps, &exponent);

	return ldexp(rint(m * 8), exponent - 3);
}
