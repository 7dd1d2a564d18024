/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fake quantisation that files spell out, as one node: from x / scale to
 * * scale with a Round and a Clip between them, in either order, and perhaps a
 * zero point that is added and taken away again:
 *	ours          Div, Round, Clip, Mul
 *	QONNX's Quant Div, Add, Clip, Round, Sub, Mul, as it is read
 *	QDQ           Div, Round, Add, Clip, Sub, Mul, as they are read
 */
#include <math.h>

#include "spaces/graph/graph_shape.h"

struct steps {
	const struct graph_node *round, *clip, *add, *sub;
	float zero;
	int scale; /* tensor */
	int x;
};

/* The number that the node's second input is; NULL = no single constant. */
static const float *number(const struct graph *g, const struct graph_node *n)
{
	const struct graph_tensor *t =
		n->nin > 1 ? &g->tensor[n->in[1]] : NULL;

	return t && t->data && t->count == 1 ? t->data : NULL;
}

static bool equal(float x, float y)
{
	return !(x < y) && !(x > y);
}

/* Note one step on the way back; false: it is none, or one too many. */
static bool note(const struct graph *g, struct steps *s,
		 const struct graph_node *n)
{
	const float *c = number(g, n);

	if (n->op == GRAPH_ROUND && !s->round) {
		s->round = n;
	} else if (n->op == GRAPH_CLIP && !s->clip && !s->add &&
		   isfinite(n->low) && isfinite(n->high) && n->low < n->high) {
		s->clip = n;
	} else if (n->op == GRAPH_ADD && !s->add && s->clip && c) {
		s->add = n;
	} else if (n->op == GRAPH_SUB && !s->sub && !s->clip && !s->round &&
		   c) {
		s->sub = n;
		s->zero = *c;
	} else {
		return false;
	}
	return true;
}

/* The steps that end with n, a Mul by the scale. */
static bool find(struct graph *g, const struct graph_node *n, struct steps *s)
{
	const float *scale = n->op == GRAPH_MUL ? number(g, n) : NULL;
	struct graph_node *p = scale ? graph_private(g, n->in[0]) : NULL;

	*s = (struct steps){0};
	while (p && p->op != GRAPH_DIV) {
		if (!note(g, s, p))
			return false;
		p = graph_private(g, p->in[0]);
	}
	if (!p || !s->round || !s->clip || !number(g, p) ||
	    !equal(*number(g, p), *scale))
		return false;
	/* a whole zero point leaves the rounding as it is */
	if ((s->add || s->sub) &&
	    (!s->add || !s->sub || !equal(*number(g, s->add), s->zero) ||
	     !equal(s->zero, rintf(s->zero))))
		return false;
	s->x = p->in[0];
	s->scale = p->in[1];
	return true;
}

/* 2^bits levels; in floats high may have been rounded up to a power of 2. */
static int bits_of(float low, float high)
{
	double bits = ceil(log2((double)high - (double)low));

	return bits > 1 ? (int)bits : 1;
}

void graph_fold_quant(struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++) {
		struct graph_node *n = &g->node[i];
		struct steps s;

		if (!find(g, n, &s))
			continue;
		for (struct graph_node *p = graph_private(g, n->in[0]), *next;
		     p; p = next) {
			next = p->op == GRAPH_DIV ? NULL
						  : graph_private(g, p->in[0]);
			p->op = GRAPH_OPS;
		}
		n->op = GRAPH_QUANT;
		n->in[0] = s.x;
		n->in[1] = s.scale;
		n->low = s.clip->low - s.zero;
		n->high = s.clip->high - s.zero;
		n->bits = bits_of(n->low, n->high);
	}
	graph_count_users(g);
}
