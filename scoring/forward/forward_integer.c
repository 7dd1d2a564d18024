/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks whose sums are integers (graph.integer), in floats: a layer runs
 * on levels, so that its sums are whole and exact below 2^24; what rounds them
 * finds the sum again and takes it to a level as TensorFlow Lite's kernels do.
 */
#include <math.h>

#include "scoring/forward/forward_plan.h"
#include "spaces/graph/integer.h"

void forward_settle(struct forward *f, int layer)
{
	const struct graph_layer *l = &f->g->layer[layer];
	struct forward_layer *w = &f->layer[layer];
	const int8_t *level = l->level;

	w->whole = w->unit && w->own && !w->has_grid && !f->o.feed;
	for (int o = 0; w->own && o < l->out; o++) {
		size_t at = (size_t)o * l->fan;

		for (size_t k = at; k < at + l->fan; k++)
			w->weight[k] = w->whole ? (float)level[k]
						: l->weight[k];
		w->bias[o] = w->whole ? (float)rint((double)l->bias[o] /
						    (double)w->unit[o])
				      : l->bias[o];
	}
}

void forward_levels(float *to, const float *x, size_t n, float scale)
{
	for (size_t i = 0; i < n; i++)
		to[i] = rintf(x[i] / scale);
}

void forward_unit(const struct forward_call *c, size_t channel, float *y,
		  size_t n)
{
	double unit = (double)c->f->layer[c->node->layer].unit[channel];

	for (size_t i = 0; i < n; i++)
		y[i] = (float)((double)y[i] * unit);
	if (c->step->activation.op != GRAPH_OPS)
		activation_run(&c->step->activation, y, y, n);
}

/* Levels of sums; channel c of n values. */
static void from_sums(const struct forward_call *c, const float *x, float *y,
		      size_t channel, size_t n)
{
	const struct forward_integer *how = c->step->integer;
	double unit = (double)c->f->layer[how->source->layer].unit[channel];
	float factor = how->factor[channel];

	for (size_t i = 0; i < n; i++)
		y[i] = rintf((float)rint((double)x[i] / unit) * factor);
}

static void from_layer(const struct forward_call *c, float *y)
{
	const struct graph_node *source = c->step->integer->source;
	size_t out = (size_t)c->f->g->layer[source->layer].out;
	size_t n = c->f->g->tensor[c->node->out].count, area = n / out;

	if (source->op == GRAPH_CONV)
		for (size_t o = 0; o < out; o++)
			from_sums(c, c->x[0] + o * area, y + o * area, o, area);
	else
		for (size_t i = 0; i < n; i++)
			from_sums(c, c->x[0] + i, y + i, i % out, 1);
	for (size_t o = 0; o < out; o++)
		if (c->step->integer->wide[o])
			forward_wide(c, y, (int)o);
}

/* Halves go up. */
static void from_add(const struct forward_call *c, float *y)
{
	const struct forward_integer *how = c->step->integer;
	size_t n = c->f->g->tensor[c->node->out].count;
	struct activation a = how->activation;
	double half = ldexp(1, how->shift - 1);
	float scale = *c->x[1];
	const float *x[2];

	for (int k = 0; k < 2; k++)
		x[k] = forward_at(c->f, c->slot, how->source->in[k]);
	for (size_t i = 0; i < n; i++) {
		double sum = half;

		for (int k = 0; k < 2; k++)
			sum += (double)rintf(x[k][i] / how->in_scale[k]) *
			       how->in[k];
		y[i] = (float)floor(sum / (2 * half));
	}
	a.low = roundf(a.low / scale);
	a.high = roundf(a.high / scale);
	if (a.op != GRAPH_OPS)
		activation_run(&a, y, y, n);
}

/* Half away from 0 as stored; a mean of few values is no closer to a half. */
static void from_mean(const struct forward_call *c, float *y)
{
	float zero = c->step->integer->zero;
	size_t n = c->f->g->tensor[c->node->out].count;

	for (size_t i = 0; i < n; i++) {
		double mean = (double)(c->x[0][i] / *c->x[1] + zero);

		y[i] = (float)(copysign(floor(fabs(mean) + 0.5001), mean)) -
		       zero;
	}
}

/* The product is there; its levels' product is whole and small. */
static void from_multiply(const struct forward_call *c, float *y)
{
	const struct forward_integer *how = c->step->integer;
	double unit = (double)how->in_scale[0] * (double)how->in_scale[1];
	size_t n = c->f->g->tensor[c->node->out].count;

	for (size_t i = 0; i < n; i++)
		y[i] = rintf((float)rint((double)c->x[0][i] / unit) *
			     how->times);
}

static void from_reduce(const struct forward_call *c, float *y)
{
	const struct forward_integer *how = c->step->integer;
	double unit = (double)how->in_scale[0] / how->n;
	size_t n = c->f->g->tensor[c->node->out].count;

	for (size_t i = 0; i < n; i++) {
		double levels = rint((double)c->x[0][i] / unit);
		int64_t sum = fabs(levels) < 0x1p30 ? (int64_t)levels : 0;

		y[i] = (float)integer_nearest(sum * how->m,
					      (int64_t)how->n << how->shift);
	}
}

/* x and y (n), so many places from each other. */
static void softmax(const struct forward_integer *how, const float *x, float *y)
{
	size_t step = (size_t)how->inner, all = step * (size_t)how->n;
	float scale = how->in_scale[0], most = x[0];
	int64_t sum = 0;

	for (size_t i = 0; i < all; i += step)
		most = x[i] > most ? x[i] : most;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < all; i += step) {
			float d = rintf(most / scale) - rintf(x[i] / scale);
			int64_t e = how->exp[d < INTEGER_LEVELS ? (int)d : 0];

			if (pass == 0)
				sum += e;
			else
				y[i] = (float)integer_nearest(
					e * how->m, sum << how->shift);
		}
}

static void from_softmax(const struct forward_call *c, float *y)
{
	const struct forward_integer *how = c->step->integer;
	const float *x = forward_at(c->f, c->slot, how->source->in[0]);
	size_t all = c->f->g->tensor[c->node->out].count;
	size_t step = (size_t)how->inner, run = step * (size_t)how->n;

	for (size_t at = 0; at < all; at += run)
		for (size_t i = 0; i < step; i++)
			softmax(how, x + at + i, y + at + i);
}

bool forward_is_integer(const struct forward_call *c)
{
	const struct forward_integer *how = c->step->integer;

	return how && (how->source->layer < 0 ||
		       c->f->layer[how->source->layer].whole);
}

void forward_integer(const struct forward_call *c)
{
	const struct graph_node *source = c->step->integer->source;
	size_t n = c->f->g->tensor[c->node->out].count;
	float scale = *c->x[1], low = c->node->low, high = c->node->high;
	float *y = c->y;

	if (source->layer >= 0)
		from_layer(c, y);
	else if (source->op == GRAPH_ADD || source->op == GRAPH_SUB)
		from_add(c, y);
	else if (source->op == GRAPH_MUL)
		from_multiply(c, y);
	else if (source->op == GRAPH_REDUCE_MEAN)
		from_reduce(c, y);
	else if (source->op == GRAPH_SOFTMAX)
		from_softmax(c, y);
	else
		from_mean(c, y);
	for (size_t i = 0; i < n; i++) {
		float level = y[i] < low ? low : y[i];

		y[i] = (level > high ? high : level) * scale;
	}
}
