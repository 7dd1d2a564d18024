/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/monte_sample.h - one random network of scoring/monte_carlo.h.
 *
 * For scoring/monte*.c. A buffer holds what one thread needs for the largest
 * layer.
 */
#ifndef SCORING_MONTE_SAMPLE_H
#define SCORING_MONTE_SAMPLE_H

#include "nas/base/rng.h"
#include "scoring/monte_carlo.h"

struct monte_step { /* one layer as it runs */
	struct conv_call call;	   /* without weights */
	double sigma_a, sigma_w;   /* 1 in full precision */
	double clamp_a, clamp_w;   /* 2^(bits-1); 0 = not quantised */
	double expected;	   /* of y^2 over m: sigma_hat_w^2 C k^2 v */
	const double *rows, *columns; /* (height), (width): outputs that read a
				       * row or a column, as shares of all */
};

struct monte_net {
	int nlayers;
	struct monte_step *step; /* (nlayers) */
	const struct monte_options *options;
	/* floats of each part of a thread's buffer, multiples of 16 */
	size_t map, weights, bias, scratch;
};

struct monte_power { /* of a layer in one sample */
	double got;  /* mean y^2 */
	double want; /* what is expected of it, given its input */
};

size_t monte_floats(const struct monte_net *net); /* of a buffer */

/* power (nlayers); buffer 64-byte aligned. */
void monte_sample(const struct monte_net *net, int sample, float *buffer,
		  struct monte_power *power);

/* x (n) independent N(0, 1). */
void monte_normal(struct rng *rng, float *x, size_t n);

#endif
