/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Activations that files spell out:
 *	hard sigmoid  clip(x + 3, 0, 6) / 6
 *	hard swish    x * hard sigmoid, or x * clip(x + 3, 0, 6) / 6
 *	SiLU          x * sigmoid
 */
#include <math.h>

#include "spaces/graph/graph_shape.h"

static bool near(float x, double y)
{
	return fabs((double)x - y) <= 1e-6 * fabs(y);
}

/* The other operand of n where one is the constant c; -1 otherwise. */
static int beside(const struct graph *g, const struct graph_node *n, double c)
{
	for (int k = 0; k < 2; k++) {
		const struct graph_tensor *t = &g->tensor[n->in[k]];

		if (t->data && t->count == 1 && near(t->data[0], c) &&
		    (k == 1 || n->op != GRAPH_DIV))
			return n->in[1 - k];
	}
	return -1;
}

/* n divides by 6: the tensor it divides, or -1. */
static int divided_by_6(const struct graph *g, const struct graph_node *n)
{
	if (n->op == GRAPH_DIV)
		return beside(g, n, 6);
	return n->op == GRAPH_MUL ? beside(g, n, 1.0 / 6) : -1;
}

/* t = clip(x + 3, 0, 6) for one reader only: x, or -1. */
static int clipped(struct graph *g, int t)
{
	struct graph_node *clip = graph_private(g, t), *add;

	if (!clip || clip->op != GRAPH_CLIP || clip->low < 0 || clip->low > 0 ||
	    !near(clip->high, 6))
		return -1;
	add = graph_private(g, clip->in[0]);
	return add && add->op == GRAPH_ADD ? beside(g, add, 3) : -1;
}

static void become(struct graph_node *n, enum graph_op op, int x)
{
	n->op = op;
	n->nin = 1;
	n->in[0] = x;
	n->a = 1.0f / 6;
	n->b = 0.5f;
}

/* n = x * clip(x + 3, 0, 6): x, or -1. */
static int times_clipped(struct graph *g, const struct graph_node *n)
{
	for (int k = 0; n && n->op == GRAPH_MUL && k < 2; k++)
		if (clipped(g, n->in[k]) == n->in[1 - k])
			return n->in[1 - k];
	return -1;
}

static void fold_division(struct graph *g, struct graph_node *n, int t)
{
	int x = clipped(g, t);

	if (x >= 0) {
		become(n, GRAPH_HARD_SIGMOID, x);
		return;
	}
	x = times_clipped(g, graph_private(g, t));
	if (x >= 0)
		become(n, GRAPH_HARD_SWISH, x);
}

static void fold_product(struct graph *g, struct graph_node *n)
{
	for (int k = 0; k < 2; k++) {
		struct graph_node *p = graph_private(g, n->in[k]);

		if (!p || p->nin != 1 || p->in[0] != n->in[1 - k])
			continue;
		if (p->op == GRAPH_SIGMOID)
			become(n, GRAPH_SILU, p->in[0]);
		else if (p->op == GRAPH_HARD_SIGMOID && near(p->a, 1.0 / 6) &&
			 near(p->b, 0.5))
			become(n, GRAPH_HARD_SWISH, p->in[0]);
		else
			continue;
		return;
	}
}

void graph_fold_activations(struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++) {
		struct graph_node *n = &g->node[i];
		int t = n->op <= GRAPH_DIV ? divided_by_6(g, n) : -1;

		if (t >= 0)
			fold_division(g, n, t);
		else if (n->op == GRAPH_MUL)
			fold_product(g, n);
	}
}
