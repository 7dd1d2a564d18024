/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes into a convolution's weights, biases and padding. */
#include <math.h>

#include "spaces/graph/graph_shape.h"

/* y = w x + b, then y * scale + shift. */
static void scale_layer(struct graph_layer *l, const float *scale,
			const float *shift)
{
	l->scale = NULL; /* its grid is another one now */
	for (int o = 0; o < l->out; o++) {
		for (size_t i = 0; i < l->fan; i++)
			l->weight[(size_t)o * l->fan + i] *= scale[o];
		l->bias[o] = (float)((double)l->bias[o] * (double)scale[o] +
				     (double)shift[o]);
	}
}

/* The layer gives what node n gave. */
static void replace(struct graph *g, struct graph_node *layer,
		    struct graph_node *n)
{
	layer->out = n->out;
	g->tensor[n->out].producer = (int)(layer - g->node);
	n->op = GRAPH_OPS;
}

static bool is_layer(const struct graph_node *n)
{
	return n && (n->op == GRAPH_CONV || n->op == GRAPH_LINEAR);
}

/* The constant has a number an output channel of the layer. */
static bool is_channelwise(const struct graph_tensor *c,
			   const struct graph_tensor *y,
			   const struct graph_node *layer)
{
	int behind = layer->op == GRAPH_CONV ? y->rank - 2 : 0;

	if (!c->data || c->rank < behind + 1 || c->rank > y->rank)
		return false;
	return c->count == (size_t)c->size[c->rank - 1 - behind] &&
	       c->size[c->rank - 1 - behind] == y->size[y->rank - 1 - behind];
}

static void fold_add(struct graph *g, struct graph_node *n)
{
	for (int k = 0; k < 2; k++) {
		struct graph_node *p = graph_private(g, n->in[k]);
		const struct graph_tensor *c = &g->tensor[n->in[1 - k]];

		if (!is_layer(p) ||
		    !is_channelwise(c, &g->tensor[n->in[k]], p) ||
		    g->tensor[n->out].rank != g->tensor[n->in[k]].rank)
			continue;
		for (size_t o = 0; o < c->count; o++)
			g->layer[p->layer].bias[o] += c->data[o];
		replace(g, p, n);
		return;
	}
}

static void fold_scale(struct graph *g, struct graph_node *n)
{
	struct graph_node *p = graph_private(g, n->in[0]);

	if (!is_layer(p) ||
	    (p->op == GRAPH_LINEAR && g->tensor[n->out].rank != 2))
		return;
	scale_layer(&g->layer[p->layer], n->scale, n->shift);
	replace(g, p, n);
}

void graph_fold_batch_norm(struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++) {
		if (g->node[i].op == GRAPH_SCALE)
			fold_scale(g, &g->node[i]);
		else if (g->node[i].op == GRAPH_ADD)
			fold_add(g, &g->node[i]);
	}
}

static bool pads_with_zeros(const struct graph *g, const struct graph_node *p)
{
	return p && p->op == GRAPH_PAD && !(p->a < 0 || p->a > 0) &&
	       !isnan(p->a) && g->tensor[p->out].rank == 4 &&
	       g->tensor[p->out].size[1] == g->tensor[p->in[0]].size[1];
}

void graph_fold_padding(struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++) {
		struct graph_node *n = &g->node[i], *p;

		if (n->op != GRAPH_CONV)
			continue;
		p = graph_private(g, n->in[0]);
		if (!pads_with_zeros(g, p))
			continue;
		for (int k = 0; k < 2; k++) {
			n->window.pad[k] += p->axes[k + 2];
			n->window.pad[k + 2] +=
				g->tensor[p->out].size[k + 2] -
				g->tensor[p->in[0]].size[k + 2] -
				p->axes[k + 2];
		}
		n->in[0] = p->in[0];
		p->op = GRAPH_OPS;
	}
}
