/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/input_stats.h - what images say of the inputs of layers.
 *
 * Two passes of the float network over the same images: the first finds the
 * range of each layer's input and the mean of each of its channels, the second
 * a histogram of RANGE_BINS bins over the range. From these come
 *
 * - the range that a grid of so many bits spans: all of it (min-max), all but
 *   1e-4 of the values at either end (percentile), or the part of it with the
 *   least squared error, values beyond it clipped (squared-error, the default);
 * - biases that make up for what quantised weights change on average,
 *	bias[o] + sum_i (w[o,i] - q[o,i]) E[x_i]
 *   (Nagel et al. 2019, arXiv 1906.04721, section 4.2), E[x_i] the mean of the
 *   channel that weight i reads, also at the border where zeros are read.
 *
 * Sums are taken image by image: the same for any batch and threads.
 *
 * Usage:
 *	struct input_stats c;
 *	struct stats_images images = { n, batch, count, give, context };
 *	status = input_stats_gather(&c, &graph, &images, threads, &arena, err);
 *	input_range(&c, layer, bits, RANGE_SQUARED_ERROR, &low, &high);
 *	input_corrected_bias(&c, layer, quantised_weights, bias);
 */
#ifndef SCORING_FORWARD_INPUT_STATS_H
#define SCORING_FORWARD_INPUT_STATS_H

#include "scoring/forward/forward.h"

#define RANGE_BINS 2048

enum range_rule { RANGE_SQUARED_ERROR, RANGE_PERCENTILE, RANGE_MIN_MAX };
extern const char *const range_rule_names[]; /* NULL ends */

struct stats_images {
	int n, batch; /* all; at a time */
	size_t count; /* floats of one */
	/* x (n, count): images first .. first + n - 1 */
	enum nas_status (*give)(void *context, int first, int n, float *x,
				struct nas_err *err);
	void *context;
};

struct input_stats {
	const struct graph *g;
	float *low, *high; /* (nlayers) of the layer's input */
	double **mean;     /* (nlayers) (layer.in) of its channels */
	uint64_t (*bin)[RANGE_BINS]; /* (nlayers) */
};

/* All layers. Arrays live in the arena. NAS_ENOMEM, and what give() says. */
enum nas_status input_stats_gather(struct input_stats *c, const struct graph *g,
			  const struct stats_images *images, int threads,
			  struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* The range of a grid of 2^bits levels for the input of the layer. */
void input_range(const struct input_stats *c, int layer, int bits,
		     enum range_rule rule, float *low, float *high);

/* bias (out) of the layer with weights q (out, fan) in place of its own. */
void input_corrected_bias(const struct input_stats *c, int layer, const float *q,
		    float *bias);

#endif
