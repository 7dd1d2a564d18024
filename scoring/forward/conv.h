/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/conv.h - convolutions of one image, with bias and activation.
 *
 *	pointwise  1x1, stride 1: a matrix product in columns that fit a cache
 *	depthwise  each channel with its own kernel: direct
 *	im2col     all others: pixels under the kernel as columns, then a
 *	           matrix product
 *
 * Usage:
 *	c.kind = conv_kind(&c);
 *	scratch = malloc(conv_scratch(&c) * sizeof(float));
 *	conv_run(&c, x, y, scratch);
 *
 * Shapes: x (Ci, height, width), y (Co, out_height, out_width), weight
 * (Co, Ci/g, Kh, Kw), bias (Co).
 */
#ifndef SCORING_FORWARD_CONV_H
#define SCORING_FORWARD_CONV_H

#include "spaces/graph/activation.h"

enum conv_kind { CONV_POINTWISE, CONV_DEPTHWISE, CONV_IM2COL, CONV_KINDS };

struct conv_call {
	enum conv_kind kind;
	int in, height, width;
	int out, out_height, out_width;
	struct graph_window window;
	const float *weight, *bias;
	struct activation activation;
};

enum conv_kind conv_kind(const struct conv_call *c);
size_t conv_scratch(const struct conv_call *c); /* floats */
void conv_run(const struct conv_call *c, const float *x, float *y,
	      float *scratch);

/* What tap t = ky Kw + kx sees of a plane (height, width) of the input, for the
 * outputs from .. from + n - 1; 0 beyond its border. */
void conv_tap(const struct conv_call *c, const float *plane, int t, int from,
	      int n, float *to);

/* Columns of a matrix product whose pieces stay in the second-level cache:
 * 96 Ki floats of the operand and the result; multiples of 48, the widest step
 * of OpenBLAS's kernels; at least 192, or packing costs more. */
static inline int conv_columns(int rows, int depth, int columns)
{
	int n = 98304 / (rows + depth) / 48 * 48;

	if (n < 192)
		n = 192;
	return n < columns ? n : columns;
}

/* What one kind provides. */
struct conv_ops {
	size_t (*scratch)(const struct conv_call *c);
	void (*run)(const struct conv_call *c, const float *x, float *y,
		    float *scratch);
};
extern const struct conv_ops conv_pointwise, conv_depthwise, conv_im2col;

#endif
