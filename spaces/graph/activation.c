/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/graph/activation.h"

#include <math.h>

#include "nas/base/clones.h"

bool activation_is(enum graph_op op)
{
	return op >= GRAPH_RELU && op <= GRAPH_ROUND;
}

struct activation activation_of(const struct graph_node *n)
{
	return (struct activation){n->op, n->a, n->b, n->low, n->high};
}

NAS_CLONES
static void clip(float *y, const float *x, float bias, float low, float high,
		 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float v = x[i] + bias;

		v = v < low ? low : v;
		y[i] = v > high ? high : v;
	}
}

NAS_CLONES
static void add(float *y, const float *x, float bias, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = x[i] + bias;
}

NAS_CLONES
static void leaky(float *y, const float *x, float a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = x[i] < 0 ? a * x[i] : x[i];
}

NAS_CLONES
static void hard_sigmoid(float *y, const float *x, float a, float b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float v = a * x[i] + b;

		v = v < 0 ? 0 : v;
		y[i] = v > 1 ? 1 : v;
	}
}

NAS_CLONES
static void hard_swish(float *y, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float v = x[i] + 3;

		v = v < 0 ? 0 : v;
		v = v > 6 ? 6 : v;
		y[i] = x[i] * (v / 6);
	}
}

static float one(enum graph_op op, float a, float x)
{
	switch ((int)op) {
	case GRAPH_SIGMOID:
		return 1 / (1 + expf(-x));
	case GRAPH_SILU:
		return x / (1 + expf(-x));
	case GRAPH_TANH:
		return tanhf(x);
	case GRAPH_ELU:
		return x < 0 ? a * expm1f(x) : x;
	case GRAPH_EXP:
		return expf(x);
	case GRAPH_SQRT:
		return sqrtf(x);
	case GRAPH_ERF:
		return erff(x);
	case GRAPH_LOG:
		return logf(x);
	case GRAPH_POW:
		return powf(x, a);
	case GRAPH_ABS:
		return fabsf(x);
	case GRAPH_NEG:
		return -x;
	case GRAPH_FLOOR:
		return floorf(x);
	default:
		return rintf(x);
	}
}

void activation_run(const struct activation *f, float *y, const float *x,
		    size_t n)
{
	switch ((int)f->op) {
	case GRAPH_OPS:
		if (y != x)
			add(y, x, 0, n);
		return;
	case GRAPH_RELU:
		clip(y, x, 0, 0, INFINITY, n);
		return;
	case GRAPH_CLIP:
		clip(y, x, 0, f->low, f->high, n);
		return;
	case GRAPH_LEAKY:
		leaky(y, x, f->a, n);
		return;
	case GRAPH_HARD_SIGMOID:
		hard_sigmoid(y, x, f->a, f->b, n);
		return;
	case GRAPH_HARD_SWISH:
		hard_swish(y, x, n);
		return;
	default:
		for (size_t i = 0; i < n; i++)
			y[i] = one(f->op, f->a, x[i]);
	}
}

void activation_bias(const struct activation *f, float *y, float bias, size_t n)
{
	if (f->op == GRAPH_RELU) {
		clip(y, y, bias, 0, INFINITY, n);
	} else if (f->op == GRAPH_CLIP) {
		clip(y, y, bias, f->low, f->high, n);
	} else {
		add(y, y, bias, n);
		if (f->op != GRAPH_OPS)
			activation_run(f, y, y, n);
	}
}
