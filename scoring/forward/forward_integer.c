/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks whose sums are integers (graph.integer), in floats: a layer runs
 * on levels, so that its sums are whole and exact below 2^24; what rounds them
 * finds the sum again and takes it to a level as TensorFlow Lite's kernels do.
 */
#include <math.h>

#include "scoring/forward/forward_plan.h"

#define ADD_BITS 20 /* of the larger factor of a sum of two maps */

/* The grid of a layer's input, where its sums are integers. */
static const struct graph_node *grid_of_layer(const struct graph *g, int layer)
{
	const struct graph_layer *l = &g->layer[layer];

	if (!g->integer || !l->level || !l->scale || l->bits_w > 8)
		return NULL;
	return graph_grid_of(g, l->input);
}

static void find_units(struct forward *f)
{
	for (int i = 0; i < f->g->nlayers; i++) {
		const struct graph_node *grid = grid_of_layer(f->g, i);
		const struct graph_layer *l = &f->g->layer[i];

		if (!grid)
			continue;
		f->layer[i].unit = NAS_NEW(&f->arena, float, (size_t)l->out);
		for (int o = 0; f->layer[i].unit && o < l->out; o++)
			f->layer[i].unit[o] =
				graph_grid_scale(f->g, grid) * l->scale[o];
		f->layer[i].input_scale = graph_grid_scale(f->g, grid);
	}
}

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

/* What makes t, behind activations that leave sums alone or stop at a bound. */
static const struct graph_node *source_of(const struct graph *g, int t,
					  struct activation *a)
{
	const struct graph_node *n = NULL;

	a->op = GRAPH_OPS;
	for (; g->tensor[t].producer >= 0; t = n->in[0]) {
		n = &g->node[g->tensor[t].producer];
		if ((n->op != GRAPH_RELU && n->op != GRAPH_CLIP) ||
		    a->op != GRAPH_OPS)
			break;
		*a = activation_of(n);
	}
	return n;
}

static bool same_size(const struct graph *g, const struct graph_node *add)
{
	return g->tensor[add->in[0]].count == g->tensor[add->out].count &&
	       g->tensor[add->in[1]].count == g->tensor[add->out].count;
}

/* Factors of the two inputs as integers, the larger one of ADD_BITS. */
static bool plan_add(const struct graph *g, struct forward_integer *x,
		     float scale)
{
	float most = 0;
	int e;

	if (!same_size(g, x->source))
		return false; /* one is stretched */
	for (int k = 0; k < 2; k++) {
		const struct graph_node *in =
			graph_grid_of(g, x->source->in[k]);

		if (!in)
			return false;
		x->in_scale[k] = graph_grid_scale(g, in);
		most = fmaxf(most, x->in_scale[k] / scale);
	}
	if (!(most > 0) || !isfinite(most))
		return false;
	(void)!frexpf(most, &e);
	x->shift = ADD_BITS + 1 - e;
	for (int k = 0; k < 2; k++)
		x->in[k] = (int)rintf(
			ldexpf(x->in_scale[k] / scale, x->shift));
	return x->shift > 0 && x->shift < 32;
}

/* Means are taken of stored levels, which have a zero point. */
static bool plan_mean(const struct graph *g, struct forward_integer *x,
		      const struct graph_node *n)
{
	const struct graph_node *from = graph_grid_of(g, x->source->in[0]);

	x->zero = -128 - n->low;
	return from && n->bits == 8 &&
	       !(graph_grid_scale(g, from) < graph_grid_scale(g, n)) &&
	       !(graph_grid_scale(g, from) > graph_grid_scale(g, n));
}

static bool plan_layer(struct forward *f, struct forward_integer *x,
		       float scale)
{
	const struct forward_layer *w = &f->layer[x->source->layer];
	int out = f->g->layer[x->source->layer].out;

	x->factor = NAS_NEW(&f->arena, float,
			    (size_t)out);
	for (int o = 0; x->factor && w->unit && o < out; o++)
		x->factor[o] = w->unit[o] / scale;
	return x->factor && w->unit;
}

/* How the step, a GRAPH_QUANT, rounds. */
static void plan_step(struct forward *f, struct forward_step *s)
{
	const struct graph_node *n = &f->g->node[s->node];
	struct forward_integer *x = NAS_NEW(&f->arena, struct forward_integer, 1);
	float scale = graph_grid_scale(f->g, n);
	bool done = false;

	if (!x)
		return;
	x->source = source_of(f->g, n->in[0], &x->activation);
	if (x->source && x->source->layer >= 0)
		done = plan_layer(f, x, scale);
	else if (x->source && x->source->op == GRAPH_ADD && !f->o.layerwise)
		done = plan_add(f->g, x, scale);
	else if (x->source && x->source->op == GRAPH_AVERAGE_POOL)
		done = plan_mean(f->g, x, n);
	if (done)
		s->integer = x;
}

void forward_integer_plan(struct forward *f)
{
	find_units(f);
	for (int s = 0; f->g->integer && s < f->nsteps; s++)
		if (f->g->node[f->step[s].node].op == GRAPH_QUANT)
			plan_step(f, &f->step[s]);
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
	else if (source->op == GRAPH_ADD)
		from_add(c, y);
	else
		from_mean(c, y);
	for (size_t i = 0; i < n; i++) {
		float level = y[i] < low ? low : y[i];

		y[i] = (level > high ? high : level) * scale;
	}
}
