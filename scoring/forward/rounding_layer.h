/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/rounding_layer.h - one layer of scoring/forward/rounding.h.
 *
 * Usage:
 *	both networks are at the layer (forward_until)
 *	status = rounding_layer(&at, err);
 */
#ifndef SCORING_FORWARD_ROUNDING_LAYER_H
#define SCORING_FORWARD_ROUNDING_LAYER_H

#include "scoring/forward/forward_plan.h"
#include "scoring/forward/rounding.h"
#include "scoring/forward/rounding_row.h"

struct rounding_layer {
	const struct rounding_job *job;
	int layer, n, bits;
	const struct forward *plain, *rough; /* n images stand before it */
	float *weight, *scale, *bias; /* (out, fan), (out), (out) of the layer */
	bool nearest; /* it is too large */
};

/* NAS_ENOMEM. */
enum nas_status rounding_layer(struct rounding_layer *at,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Sums of what the outputs of group g read, over all images; m is zeroed and
 * has room; h NULL: means alone. False: out of memory. */
bool rounding_moments(struct moments *m, const struct rounding_layer *at, int g);

#endif
