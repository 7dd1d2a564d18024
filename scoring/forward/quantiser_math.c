/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ways to choose a step share: levels, errors, least squares. */
#include <math.h>

#include "scoring/forward/quantiser_kinds.h"

void quantiser_scales(const struct quantiser *q, float *scale, const float *w,
		      int out, size_t fan, int bits, enum quant_scope scope)
{
	bool tensor = scope == QUANT_PER_TENSOR;
	size_t n = tensor ? (size_t)out * fan : fan;

	for (int o = 0; o < out; o++) {
		const float *row = w + (size_t)o * fan;

		if (tensor && o > 0)
			scale[o] = scale[0];
		else if (quantiser_largest(row, n) > 0)
			scale[o] = (float)q->step(row, n, bits);
		else
			scale[o] = 0;
	}
}

/* The integer of a weight on the grid. */
static double level(double w, double step, double most)
{
	return fmin(fmax(rint(w / step), -most), most);
}

double quantiser_error_in(const float *w, size_t n, int bits, double step,
			  double range)
{
	double sum = 0, most = quant_weight_levels(bits);

	for (size_t i = 0; i < n; i++) {
		double x = (double)w[i];
		double e = x - step * level(x, step, most);

		if (fabs(x) <= range)
			sum += e * e;
	}
	return sum;
}

double quantiser_error(const float *w, size_t n, int bits, double step)
{
	return quantiser_error_in(w, n, bits, step, HUGE_VAL);
}

double quantiser_largest(const float *w, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)w[i]));
	return most;
}

double quantiser_deviation(const float *w, size_t n)
{
	double mean = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		mean += (double)w[i];
	mean /= (double)n;
	for (size_t i = 0; i < n; i++)
		sum += ((double)w[i] - mean) * ((double)w[i] - mean);
	return sqrt(sum / (double)n);
}

double quantiser_least_squares(const float *w, size_t n, int bits,
			       double step, double range)
{
	double wq = 0, qq = 0, most = quant_weight_levels(bits);

	for (size_t i = 0; i < n; i++) {
		double x = (double)w[i], q = level(x, step, most);

		if (fabs(x) > range)
			continue;
		wq += x * q;
		qq += q * q;
	}
	return qq > 0 ? wq / qq : step;
}

double quantiser_power(double step)
{
	return ldexp(1, (int)rint(log2(step + 1e-7)));
}

double stable_scale_next(struct stable_scale *s, double step)
{
	double before = rint(s->mean), e = log2(step);

	if (s->frozen)
		return ldexp(1, (int)before);
	s->mean = s->started ? 0.99 * s->mean + 0.01 * e : e;
	s->flips += s->started && rint(s->mean) != before;
	s->started = true;
	return ldexp(1, (int)rint(s->mean));
}
