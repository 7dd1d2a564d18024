/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/fake_quant.h - numbers moved onto the grid of so many bits.
 *
 * Weights: symmetric, scale = max|w| / (2^(b-1) - 1) for a tensor or for each
 * output channel, levels -(2^(b-1) - 1) .. 2^(b-1) - 1, round half to even.
 * Activations: 2^b levels over a calibrated range [low, high] that is widened
 * to hold 0, of which 0 is one.
 *
 * Usage:
 *	quant_max_abs_scales(scale, w, out, fan, 4, QUANT_PER_CHANNEL);
 *	fake_quant_scaled(q, w, out, fan, 4, scale);
 *	grid = quant_grid_of(low, high, 8);
 *	fake_quant_grid(y, x, n, &grid);
 */
#ifndef SCORING_FORWARD_FAKE_QUANT_H
#define SCORING_FORWARD_FAKE_QUANT_H

#include <stdbool.h>
#include <stddef.h>

#define QUANT_BITS_MIN 2
#define QUANT_BITS_MAX 8

/* Values of so many bits are on a grid; with others they stay floats. */
static inline bool quant_has_grid(int bits)
{
	return bits >= QUANT_BITS_MIN && bits <= QUANT_BITS_MAX;
}

enum quant_scope { QUANT_PER_CHANNEL, QUANT_PER_TENSOR };

/* Largest level of symmetric weights: 2^(bits-1) - 1. */
int quant_weight_levels(int bits);

/* scale (out), equal values for QUANT_PER_TENSOR; 0 where all weights are. */
void quant_max_abs_scales(float *scale, const float *w, int out, size_t fan,
			  int bits, enum quant_scope scope);

/* q (out, fan) = w on the grid of scale (out); q may be w. */
void fake_quant_scaled(float *q, const float *w, int out, size_t fan, int bits,
		       const float *scale);

/* A grid for activations: x -> (clamp(rint(x / scale) + zero, 0, levels)
 * - zero) * scale. */
struct quant_grid {
	float scale, zero, levels; /* scale 0 = everything is 0 */
};
struct quant_grid quant_grid_of(float low, float high, int bits);
void fake_quant_grid(float *q, const float *x, size_t n,
		     const struct quant_grid *grid);

#endif
