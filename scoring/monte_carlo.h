/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/monte_carlo.h - the QE-Score measured on random networks.
 *
 * Draws networks with Gaussian weights N(0, sigma_w) and Gaussian images, runs
 * them, and compares the log standard deviation of every layer's output with
 * the closed form (scoring/qe.h). Every layer's input is N(0, sigma_a), fresh or
 * the output of the layer before rescaled to it, then rounded and clamped to
 * [-2^(A-1), 2^(A-1)]; weights are rounded and clamped by their own bits. There
 * is no bias, normalisation, activation function, shortcut or
 * squeeze-and-excitation, for the closed form knows none.
 * Without bits nothing is quantised and both sigmas are 1.
 *
 * Usage:
 *	struct monte_options o = { .samples = 64, .seed = 1, .threads = 2 };
 *	status = monte_carlo(&m, &arch, &qe_options, &o, &arena, err);
 *	printf("%f +- %f\n", m.sampled, m.error);
 *
 * What differs, and by how much. Let x be what a layer is fed, quantised, n(q)
 * the number of outputs that read place q, and v the share of the kernel's
 * taps that lie inside the image. Over the weights alone,
 *	E y^2 = sigma_hat_w^2 C k^2 v m,  m = sum n(q) x(q)^2 / sum n(q),
 * exactly, for any input. Hence, in nats,
 *	sampled - closed = border + input + rest
 *	border  (1/2) ln v: zero padding; needs no sampling
 *	input   (1/2) ln(m / sigma_hat_a^2): the input is no Gaussian of one
 *	        width, and weaker near borders
 *	rest    the weights' chance alone: 0 within its error, for every layer
 *
 * Errors are standard errors over networks, to first order of the logarithm.
 * Sample i draws from stream i of the seed; sums are in their order: the same
 * bytes for any number of threads. Source: Sun et al. (NeurIPS 2022), Eq 7.
 */
#ifndef SCORING_MONTE_CARLO_H
#define SCORING_MONTE_CARLO_H

#include "nas/base/watch.h"
#include "scoring/forward/conv.h"
#include "scoring/qe.h"

enum monte_inputs { /* what a layer is fed */
	MONTE_GAUSSIAN, /* fresh N(0, sigma_a): what the closed form assumes,
			 * which is then exact but for borders */
	MONTE_LAYER,	/* the layer before, brought to sigma_a as a whole */
	MONTE_CHANNEL,	/* each channel of it, as batch normalisation does */
};
extern const char *const monte_inputs_names[]; /* NULL ends */

struct monte_options {
	int samples; /* networks, at least 2 */
	uint64_t seed;
	int threads;
	enum monte_inputs inputs;
	size_t limit_bytes; /* of all threads; 0 = 4 GiB */
	struct watch *watch; /* networks run; NULL = nobody waits */

	/* Tests: what a layer was fed, (in, height, width) of call, and gave;
	 * weights are call->weight. From any thread. NULL = none. */
	void (*see)(void *context, int sample, int layer,
		    const struct conv_call *call, const float *x,
		    const float *y);
	void *context;
};

struct monte_part { /* of one layer, or of the score; nats */
	double closed, border, input, rest; /* their sum is sampled */
	double sampled;
	double error, rest_error; /* of sampled, of rest */
};

struct monte_layer {
	int block;
	struct nas_conv conv;
	int height, width, out_height, out_width;
	double weight; /* in the score: of the stages that end behind it */
	struct monte_part e;
};

struct monte_carlo {
	int samples, nlayers;
	struct monte_layer *layer; /* (nlayers) convolutions in order */
	struct monte_part score;
};

/* A network that has passed arch_check. NAS_EINPUT: stage weights that do not
 * fit; NAS_ENOMEM: beyond the limit; NAS_ENUM: a layer gave zeros only, in all
 * networks (a network whose weights round to 0 counts as such). */
enum nas_status monte_carlo(struct monte_carlo *out,
			    const struct nas_arch *arch,
			    const struct nas_qe_options *qe,
			    const struct monte_options *options,
			    struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
