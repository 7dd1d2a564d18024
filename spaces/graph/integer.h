/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/integer.h - how levels are computed from levels where that is no
 * sum of a layer: said once for what runs a network on grids (scoring/forward)
 * and for what writes one as C (spaces/export/format_c.h).
 *
 *	sum       (level x in[0] + other x in[1] + half) >> shift
 *	mean      nearest(sum x m, n << shift)     n levels; m, shift of the
 *	                                           quotient of the scales
 *	softmax   nearest(e[most - level] x m, sum of such e << shift)
 *
 * Halves go to the even level, of a sum up.
 *
 * Usage:
 *	ok = integer_factor(scale_in / scale_out, &m, &shift);
 *	level = integer_nearest(sum * m, (int64_t)n << shift);
 */
#ifndef SPACES_GRAPH_INTEGER_H
#define SPACES_GRAPH_INTEGER_H

#include <stdbool.h>
#include <stdint.h>

#define INTEGER_MEAN_MAX    4096 /* values of a mean */
#define INTEGER_SHIFT_MAX   40
#define INTEGER_SOFTMAX_MAX 4096
#define INTEGER_LEVELS	    256
#define INTEGER_ADD_BITS    20 /* of the larger factor of a sum */

/* x = m 2^-shift, m below 2^24, and odd where shift is not 0. False: shift would
 * be below 0 or above INTEGER_SHIFT_MAX. */
bool integer_factor(float x, int32_t *m, int *shift);

/* Of a sum of two maps, whose scales are x times its own. False: no x is above
 * 0, or shift would be below 1 or above 31. */
bool integer_add_factors(const float x[2], int32_t in[2], int *shift);

/* t / d, d above 0. */
int64_t integer_nearest(int64_t t, int64_t d);

/* e[i] = exp(-i x scale) in steps of 2^-30, INTEGER_LEVELS of them. */
void integer_exp(uint32_t *e, float scale);

#endif
