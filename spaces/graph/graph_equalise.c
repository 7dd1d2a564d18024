/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cross-layer equalisation: Nagel et al., Data-Free Quantization Through Weight
 * Equalization and Bias Correction, ICCV 2019, section 4.1. Where nothing but what
 * scales with its input stands between two layers, a channel may be divided by any
 * s > 0 before and multiplied by it behind. s = sqrt(r1 / r2), r1 and r2 the
 * largest weights of the channel in the first and in the second layer, makes both
 * sqrt(r1 r2). In a chain of layers pairs are taken in turn until they settle.
 */
#include <math.h>

#include "spaces/graph/graph.h"

#define SWEEPS_MAX 50
#define SETTLED	   1e-3 /* of a factor from 1 */

struct pair {
	struct graph_layer *a, *b; /* a's output is b's input */
};

/* f(s x) = s f(x) for s > 0, channel by channel. */
static bool scales(const struct graph *g, const struct graph_node *n)
{
	const struct graph_tensor *in = &g->tensor[n->in[0]];

	switch ((int)n->op) {
	case GRAPH_RELU:
	case GRAPH_LEAKY:
	case GRAPH_MAX_POOL:
	case GRAPH_AVERAGE_POOL:
		return true;
	case GRAPH_PAD:
		return !(n->a > 0) && !(n->a < 0);
	case GRAPH_REDUCE_MEAN:
	case GRAPH_REDUCE_MAX:
		return in->rank == 4 && !n->axes[1];
	case GRAPH_RESHAPE: /* one number a channel */
		return in->rank == 4 && in->count == (size_t)in->size[1] &&
		       g->tensor[n->out].rank == 2;
	default:
		return false;
	}
}

/* The layer that alone reads what a gives, through what scales; NULL. */
static struct graph_layer *next(const struct graph *g, const int *reader,
				const struct graph_layer *a)
{
	int t = a->sum;

	while (g->tensor[t].users == 1 && reader[t] >= 0) {
		const struct graph_node *n = &g->node[reader[t]];

		if (n->layer >= 0)
			return &g->layer[n->layer];
		if (!scales(g, n))
			return NULL;
		t = n->out;
	}
	return NULL;
}

/* Weights of the layer's input channel c: those of the outputs of its group. */
struct inputs {
	size_t first, outs; /* outputs */
	size_t at, area;    /* of each output's weights */
};

static struct inputs inputs_of(const struct graph_layer *l, int c)
{
	size_t ins = (size_t)(l->in / l->groups);
	size_t outs = (size_t)(l->out / l->groups);
	size_t area = l->fan / ins;

	return (struct inputs){(size_t)c / ins * outs, outs,
			       (size_t)c % ins * area, area};
}

static double largest(const float *x, size_t n)
{
	double most = 0;

	for (size_t k = 0; k < n; k++)
		most = fmax(most, fabs((double)x[k]));
	return most;
}

static double largest_in(const struct graph_layer *l, int c)
{
	struct inputs w = inputs_of(l, c);
	double most = 0;

	for (size_t o = w.first; o < w.first + w.outs; o++)
		most = fmax(most, largest(l->weight + o * l->fan + w.at, w.area));
	return most;
}

static void scale(float *x, size_t n, double s)
{
	for (size_t k = 0; k < n; k++)
		x[k] = (float)((double)x[k] * s);
}

/* How far the largest factor is from 1. */
static double equalise(const struct pair *p)
{
	struct graph_layer *a = p->a, *b = p->b;
	double most = 0;

	for (int c = 0; c < a->out; c++) {
		float *own = a->weight + (size_t)c * a->fan;
		double r1 = largest(own, a->fan), r2 = largest_in(b, c), s;
		struct inputs w = inputs_of(b, c);

		if (!(r1 > 0) || !(r2 > 0))
			continue;
		s = sqrt(r1 / r2);
		most = fmax(most, fmax(s, 1 / s) - 1);
		scale(own, a->fan, 1 / s);
		scale(&a->bias[c], 1, 1 / s);
		for (size_t o = w.first; o < w.first + w.outs; o++)
			scale(b->weight + o * b->fan + w.at, w.area, s);
	}
	return most;
}

static int find_pairs(struct pair *pair, struct graph *g, int *reader)
{
	int n = 0;

	graph_readers(g, reader);
	for (int i = 0; i < g->nlayers; i++) {
		struct graph_layer *a = &g->layer[i], *b = next(g, reader, a);

		if (b && b->in == a->out && !a->level && !b->level && !a->scale &&
		    !b->scale)
			pair[n++] = (struct pair){a, b};
	}
	return n;
}

enum nas_status graph_equalise(struct graph *g, int *pairs,
			       struct nas_arena *arena, struct nas_err *err)
{
	struct pair *pair = NAS_NEW(arena, struct pair, (size_t)g->nlayers);
	int *reader = NAS_NEW(arena, int, (size_t)g->ntensors);
	double most = 1;

	*pairs = 0;
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	*pairs = find_pairs(pair, g, reader);
	for (int k = 0; k < SWEEPS_MAX && most > SETTLED; k++) {
		most = 0;
		for (int i = 0; i < *pairs; i++)
			most = fmax(most, equalise(&pair[i]));
	}
	return NAS_OK;
}
