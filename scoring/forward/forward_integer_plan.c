/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which layers run on levels, and what takes their sums to levels again. */
#include <math.h>

#include "scoring/forward/forward_plan.h"
#include "spaces/graph/integer.h"

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

/* Scales of the inputs that are on grids. */
static bool find_scales(const struct graph *g, struct forward_integer *x)
{
	for (int k = 0; k < x->source->nin && k < 2; k++) {
		const struct graph_node *in =
			graph_grid_of(g, x->source->in[k]);

		if (!in || g->tensor[x->source->in[k]].data)
			return false;
		x->in_scale[k] = graph_grid_scale(g, in);
	}
	return true;
}

static bool plan_add(const struct graph *g, struct forward_integer *x,
		     float scale)
{
	float part[2];

	if (!same_size(g, x->source) || !find_scales(g, x))
		return false; /* one is stretched, or a constant */
	for (int k = 0; k < 2; k++)
		part[k] = x->in_scale[k] / scale;
	if (!integer_add_factors(part, x->in, &x->shift))
		return false;
	if (x->source->op == GRAPH_SUB)
		x->in[1] = -x->in[1];
	return true;
}

/* One may be stretched over rows and columns. */
static bool plan_multiply(const struct graph *g, struct forward_integer *x,
			  float scale)
{
	if (x->activation.op != GRAPH_OPS || !find_scales(g, x))
		return false;
	x->times = x->in_scale[0] * x->in_scale[1] / scale;
	return x->times > 0 && isfinite(x->times);
}

/* Over rows and columns. */
static bool plan_reduce(const struct graph *g, struct forward_integer *x,
			float scale)
{
	const struct graph_tensor *in = &g->tensor[x->source->in[0]];
	const int *axes = x->source->axes;

	if (x->activation.op != GRAPH_OPS || in->rank != 4 || axes[1] ||
	    !axes[2] || !axes[3] || !find_scales(g, x))
		return false;
	x->n = in->size[2] * in->size[3];
	return x->n <= INTEGER_MEAN_MAX &&
	       integer_factor(x->in_scale[0] / scale, &x->m, &x->shift);
}

static bool plan_softmax(struct forward *f, struct forward_integer *x,
			 float scale)
{
	const struct graph_tensor *in = &f->g->tensor[x->source->in[0]];
	const struct graph_node *from = graph_grid_of(f->g, x->source->in[0]);

	if (x->activation.op != GRAPH_OPS || !from || from->bits > 8 ||
	    !find_scales(f->g, x))
		return false;
	x->n = in->size[x->source->axis];
	x->inner = 1;
	for (int k = x->source->axis + 1; k < in->rank; k++)
		x->inner *= in->size[k];
	x->exp = NAS_NEW(&f->arena, uint32_t, INTEGER_LEVELS);
	if (!x->exp)
		return false;
	integer_exp(x->exp, x->in_scale[0]);
	return x->n <= INTEGER_SOFTMAX_MAX &&
	       integer_factor(1 / scale, &x->m, &x->shift) && x->shift <= 16;
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

	x->factor = NAS_NEW(&f->arena, float, (size_t)out);
	x->wide = NAS_NEW(&f->arena, bool, (size_t)out);
	if (!x->factor || !x->wide || !w->unit)
		return false;
	for (int o = 0; o < out; o++) {
		x->factor[o] = w->unit[o] / scale;
		x->wide[o] = !f->o.layerwise &&
			     forward_is_wide(f->g, x->source->layer, w->unit,
					     o);
	}
	return true;
}

/* Inputs of two are looked at again: they must stay as they are. */
static bool plan_other(struct forward *f, struct forward_integer *x,
		       const struct graph_node *n, float scale)
{
	switch ((int)x->source->op) {
	case GRAPH_ADD:
	case GRAPH_SUB:
		return !f->o.layerwise && plan_add(f->g, x, scale);
	case GRAPH_MUL:
		return plan_multiply(f->g, x, scale);
	case GRAPH_AVERAGE_POOL:
		return plan_mean(f->g, x, n);
	case GRAPH_REDUCE_MEAN:
		return plan_reduce(f->g, x, scale);
	case GRAPH_SOFTMAX:
		return !f->o.layerwise && plan_softmax(f, x, scale);
	default:
		return false;
	}
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
	else if (x->source)
		done = plan_other(f, x, n, scale);
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
