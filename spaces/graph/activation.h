/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/activation.h - functions of one value, over many.
 *
 * Usage:
 *	activation_run(&(struct activation){ GRAPH_CLIP, 0, 0, 0, 6 }, y, x, n);
 */
#ifndef SPACES_GRAPH_ACTIVATION_H
#define SPACES_GRAPH_ACTIVATION_H

#include "spaces/graph/graph.h"

struct activation {
	enum graph_op op;      /* GRAPH_OPS = none */
	float a, b, low, high; /* as in struct graph_node */
};

bool activation_is(enum graph_op op); /* GRAPH_RELU .. GRAPH_ROUND */
struct activation activation_of(const struct graph_node *n);

/* y (n) = f(x); y may be x. */
void activation_run(const struct activation *f, float *y, const float *x,
		    size_t n);

/* y += bias, then f, in place: what follows a convolution. */
void activation_bias(const struct activation *f, float *y, float bias,
		     size_t n);

#endif
