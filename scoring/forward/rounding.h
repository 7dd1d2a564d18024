/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/rounding.h - weights rounded for what the layers put out.
 *
 * Layers are taken in the order they run. Of each, images show the inputs x of
 * the float network and the inputs y of the network whose layers before it are
 * rounded already, on the grid of the layer's input. Its weights w become
 * levels q and a scale per channel, its bias b', with the least
 *
 *	sum over images and pixels of (w x + b - q y - b')^2 + d |w - q|^2
 *
 * that is found so: with the centred second moments H = E[y y'] + d and
 * C = E[x y'] + d (d: a hundredth of H's mean diagonal), t = w C H^-1 is best
 * without a grid, and (t - q) H (t - q)' is what q loses. H = R'R (Cholesky);
 * levels are chosen from the input with the least variance to the one with most
 * so that each makes up for what those before it lost: GPTQ's closed form. The
 * scale is the best of some fractions of the quantiser's; then levels go up or
 * down by one while that helps, and the scale is the least squares one. b' is
 * b + w E[x] - q E[y].
 *
 * Linear maps and convolutions of more than ROUNDING_FAN inputs of an output are
 * rounded to the nearest level, with biases as above.
 *
 * Usage:
 *	struct rounding_job job = { .graph = &g, .n = 128, .x = images, ... };
 *	status = rounding_run(&rounded, &job, &arena, err);
 *	rounded.weight[i], .scale[i], .bias[i]          NULL: no bits
 *
 * The same bytes for any number of threads. Cost: two passes of the images,
 * and of each layer fan^2 (2 columns + fan / 3 + 20 outputs).
 * Source: Frantar et al. 2023 (GPTQ, arXiv 2210.17323); Nagel et al. 2020
 * (AdaRound, arXiv 2004.10568) for inputs as earlier layers leave them.
 */
#ifndef SCORING_FORWARD_ROUNDING_H
#define SCORING_FORWARD_ROUNDING_H

#include "scoring/forward/forward.h"
#include "scoring/forward/quantiser.h"

#define ROUNDING_FAN 4608

struct rounding_job {
	const struct graph *graph;
	int n;          /* images; fewer are used where memory is short */
	const float *x; /* (n, count of the input) */
	int threads;
	const int *bits_w, *bits_a; /* (nlayers) others than 2 .. 8: float */
	const float *low, *high;    /* (nlayers) ranges of inputs, for bits_a */
	const struct quantiser *quantiser;
	enum quant_scope scope;
	bool plain_biases; /* b' is b, and the moments are not centred */
};

struct rounded {
	float **weight; /* (nlayers) (out, fan), NULL where float */
	float **scale;  /* (nlayers) (out) above 0 */
	float **bias;   /* (nlayers) (out) */
	int nearest;    /* layers too large: rounded to the nearest level */
};

/* Arrays live in the arena. NAS_ENOMEM. */
enum nas_status rounding_run(struct rounded *r, const struct rounding_job *job,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

#endif
