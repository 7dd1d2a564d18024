/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/tensor_ranges.h - the least and the largest value of every map.
 *
 * Usage:
 *	status = tensor_ranges(low, high, &graph, &images, &arena, err);
 */
#ifndef SCORING_FORWARD_TENSOR_RANGES_H
#define SCORING_FORWARD_TENSOR_RANGES_H

#include "scoring/forward/input_stats.h"

/* low, high (ntensors): over all images; 0 where nothing is computed.
 * NAS_ENOMEM, and what images->give() says. */
enum nas_status tensor_ranges(float *low, float *high, const struct graph *g,
			      const struct stats_images *images,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
