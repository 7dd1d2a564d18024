/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/monte_sample.h"

#include <math.h>
#include <string.h>

#include "nas/base/clones.h"

size_t monte_floats(const struct monte_net *net)
{
	return 2 * net->map + net->weights + net->bias + net->scratch;
}

/* Box-Muller, both numbers of a pair. */
void monte_normal(struct rng *rng, float *x, size_t n)
{
	const double two_pi = 6.283185307179586477;

	for (size_t i = 0; i < n; i += 2) {
		double u = 1.0 - rng_uniform(rng); /* in (0, 1] */
		double angle = two_pi * rng_uniform(rng);
		double r = sqrt(-2.0 * log(u));

		x[i] = (float)(r * cos(angle));
		if (i + 1 < n)
			x[i + 1] = (float)(r * sin(angle));
	}
}

/* Four sums side by side: faster, and in a fixed order too. */
static double sum_squares(const float *x, size_t n)
{
	double s[4] = { 0 };
	size_t i;

	for (i = 0; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++)
			s[k] += (double)x[i + k] * (double)x[i + k];
	for (; i < n; i++)
		s[0] += (double)x[i] * (double)x[i];
	return (s[0] + s[1]) + (s[2] + s[3]);
}

NAS_CLONES
static void scale_only(float *x, float scale, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] *= scale;
}

/* Within 2^22, adding 1.5 * 2^23 leaves no room for a fraction: half to even
 * without a library call. */
NAS_CLONES
static void scale_and_round(float *x, float scale, float clamp, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float v = x[i] * scale;

		v = v < -clamp ? -clamp : v;
		v = v > clamp ? clamp : v;
		x[i] = (v + 0x1.8p23f) - 0x1.8p23f;
	}
}

/* Nothing that is drawn here comes near 2^22. */
static void quantise(float *x, double scale, double clamp, size_t n)
{
	if (clamp > 0)
		scale_and_round(x, (float)scale, (float)fmin(clamp, 0x1p22),
				n);
	else
		scale_only(x, (float)scale, n);
}

/* To root mean square sigma, then onto the grid; zeros stay zeros. */
static void rescale(float *x, double sigma, double clamp, size_t n)
{
	double rms = sqrt(sum_squares(x, n) / (double)n);

	quantise(x, rms > 0 ? sigma / rms : 0, clamp, n);
}

static void prepare_input(const struct monte_step *s, enum monte_inputs how,
			  struct rng *rng, float *x)
{
	size_t plane = (size_t)s->call.height * (size_t)s->call.width;
	size_t all = (size_t)s->call.in * plane;
	size_t n = how == MONTE_CHANNEL ? plane : all;

	if (how == MONTE_GAUSSIAN) {
		monte_normal(rng, x, all);
		quantise(x, s->sigma_a, s->clamp_a, all);
		return;
	}
	for (size_t at = 0; at < all; at += n)
		rescale(x + at, s->sigma_a, s->clamp_a, n);
}

/* m: mean of x^2 over channels, places weighed by their outputs. */
static double read_power(const struct monte_step *s, const float *x)
{
	double sum = 0;

	for (int c = 0; c < s->call.in; c++)
		for (int y = 0; y < s->call.height; y++) {
			double row = 0;

			for (int i = 0; i < s->call.width; i++, x++)
				row += s->columns[i] * ((double)*x * (double)*x);
			sum += s->rows[y] * row;
		}
	return sum / s->call.in;
}

static size_t count_of(int channels, int height, int width)
{
	return (size_t)channels * (size_t)height * (size_t)width;
}

void monte_sample(const struct monte_net *net, int sample, float *buffer,
		  struct monte_power *power)
{
	const struct monte_options *o = net->options;
	float *x = buffer, *y = x + net->map, *w = y + net->map;
	float *bias = w + net->weights, *scratch = bias + net->bias, *swap;
	const struct conv_call *first = &net->step[0].call;
	struct rng rng;

	rng_seed(&rng, o->seed, (uint64_t)sample);
	memset(bias, 0, net->bias * sizeof(*bias));
	monte_normal(&rng, x, count_of(first->in, first->height, first->width));
	for (int l = 0; l < net->nlayers; l++) {
		const struct monte_step *s = &net->step[l];
		struct conv_call c = s->call;
		size_t taps = count_of(c.in / c.window.groups,
				       c.window.kernel[0], c.window.kernel[1]);
		size_t n = count_of(c.out, c.out_height, c.out_width);

		c.weight = w;
		c.bias = bias;
		monte_normal(&rng, w, taps * (size_t)c.out);
		quantise(w, s->sigma_w, s->clamp_w, taps * (size_t)c.out);
		prepare_input(s, o->inputs, &rng, x);
		conv_run(&c, x, y, scratch);
		power[l].got = sum_squares(y, n) / (double)n;
		power[l].want = s->expected * read_power(s, x);
		if (o->see)
			o->see(o->context, sample, l, &c, x, y);
		swap = x;
		x = y;
		y = swap;
	}
}
