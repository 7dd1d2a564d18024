/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Channels whose sums may need more than 32 bits: a float would lose much of
 * them, so that they are made again from levels in 64 bits. A bias that is above
 * those is all that single precision keeps of a sum.
 */
#include <math.h>

#include "scoring/forward/forward_plan.h"

#define NARROW 0x1p31
#define WIDE   0x1p62F

/* Whole number of units, as single precision has it. */
static float bias_units(const struct graph_layer *l, const float *unit, int o)
{
	return (float)rint((double)l->bias[o] / (double)unit[o]);
}

bool forward_is_wide(const struct graph *g, int layer, const float *unit, int o)
{
	const struct graph_layer *l = &g->layer[layer];
	const struct graph_node *grid = graph_grid_of(g, l->input);
	double most = fmax(fabs((double)grid->low), fabs((double)grid->high));
	const int8_t *w = (const int8_t *)l->level + (size_t)o * l->fan;
	double sum = fabs((double)bias_units(l, unit, o));

	for (size_t k = 0; k < l->fan; k++)
		sum += most * (w[k] < 0 ? -w[k] : w[k]);
	return sum >= NARROW;
}

struct channel {
	const struct graph_layer *layer;
	const struct graph_node *node;
	const float *x, *w; /* values of the input, levels of weights */
	float scale;	    /* of the input */
	int input;	    /* tensor */
};

static int64_t product(const struct channel *c, size_t x, size_t w)
{
	return (int64_t)rintf(c->x[x] / c->scale) * (int64_t)c->w[w];
}

/* Under the window of output (row, column) of output channel o. */
static int64_t conv_sum(const struct channel *c, const struct graph *g, int o,
			int row, int column)
{
	const struct graph_window *v = &c->node->window;
	const int *size = g->tensor[c->input].size;
	int each = size[1] / v->groups;
	int first = o / (c->layer->out / v->groups) * each;
	int64_t sum = 0;
	size_t k = 0;

	for (int i = 0; i < each; i++)
		for (int a = 0; a < v->kernel[0]; a++)
			for (int b = 0; b < v->kernel[1]; b++, k++) {
				int y = row * v->stride[0] - v->pad[0] +
					a * v->dilation[0];
				int x = column * v->stride[1] - v->pad[1] +
					b * v->dilation[1];

				if (y >= 0 && y < size[2] && x >= 0 &&
				    x < size[3])
					sum += product(c,
						       (size_t)((first + i) *
								size[2] + y) *
							       (size_t)size[3] +
							       (size_t)x, k);
			}
	return sum;
}

static int64_t row_sum(const struct channel *c, size_t row)
{
	int64_t sum = 0;

	for (size_t k = 0; k < c->layer->fan; k++)
		sum += product(c, row * c->layer->fan + k, k);
	return sum;
}

/* One rounding to single precision, of a whole number. */
static float with_bias(int64_t sum, float bias)
{
	return fabsf(bias) < WIDE ? (float)((int64_t)bias + sum) : bias;
}

static float bounded(float sum, const struct activation *a, float unit)
{
	float low = a->op == GRAPH_RELU ? 0
		    : a->op == GRAPH_CLIP ? (float)rint((double)a->low /
							(double)unit)
					  : -INFINITY;
	float high = a->op == GRAPH_CLIP ? (float)rint((double)a->high /
						       (double)unit)
					 : INFINITY;

	sum = sum < low ? low : sum;
	return sum > high ? high : sum;
}

void forward_wide(const struct forward_call *c, float *y, int o)
{
	const struct graph *g = c->f->g;
	const struct forward_integer *how = c->step->integer;
	const struct graph_node *n = how->source;
	const struct graph_layer *l = &g->layer[n->layer];
	const struct forward_layer *w = &c->f->layer[n->layer];
	const struct graph_tensor *out = &g->tensor[n->out];
	struct channel channel = {l, n, forward_at(c->f, c->slot, n->in[0]),
				  w->weight + (size_t)o * l->fan,
				  w->input_scale, n->in[0]};
	size_t count = out->count / (size_t)l->out;

	for (size_t i = 0; i < count; i++) {
		size_t at = n->op == GRAPH_CONV
				    ? (size_t)o * count + i
				    : i * (size_t)l->out + (size_t)o;
		int64_t sum = n->op == GRAPH_CONV
				      ? conv_sum(&channel, g, o,
						 (int)i / out->size[3],
						 (int)i % out->size[3])
				      : row_sum(&channel, i);
		float s = with_bias(sum, w->bias[o]);

		y[at] = rintf(bounded(s, &how->activation, w->unit[o]) *
			      how->factor[o]);
	}
}
