/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two graphs compute the same, node by node. */
#include <stdio.h>
#include <string.h>

#include "spaces/graph/graph.h"

struct match {
	const struct graph *got, *want;
	int *of; /* (want->ntensors) that tensor in got; -1 = not yet seen */
};

static bool equal_floats(float x, float y)
{
	return !(x < y) && !(x > y);
}

static bool same_shape(const struct graph_tensor *x,
		       const struct graph_tensor *y)
{
	return x->rank == y->rank &&
	       memcmp(x->size, y->size,
		      (size_t)x->rank * sizeof(*x->size)) == 0;
}

/* y of what is wanted: a 0 is yet to be filled in when it is a grid's scale. */
static bool same_constant(const struct graph_tensor *x,
			  const struct graph_tensor *y, bool is_scale)
{
	if (!x->data || !y->data || x->count != y->count)
		return false;
	for (size_t k = 0; k < x->count; k++)
		if (!equal_floats(x->data[k], y->data[k]) &&
		    !(is_scale && equal_floats(y->data[k], 0)))
			return false;
	return true;
}

static bool same_inputs(struct match *m, const struct graph_node *x,
			const struct graph_node *y)
{
	/* the bounds of a Clip are numbers of the node */
	int nin = y->op == GRAPH_CLIP ? 1 : y->nin;

	if (nin != (y->op == GRAPH_CLIP ? 1 : x->nin))
		return false;
	for (int k = 0; k < nin; k++) {
		const struct graph_tensor *t = &m->want->tensor[y->in[k]];

		if (t->data ? !same_constant(&m->got->tensor[x->in[k]], t,
					     y->op == GRAPH_QUANT)
			    : m->of[y->in[k]] != x->in[k])
			return false;
	}
	return true;
}

static bool same_window(const struct graph_window *x,
			const struct graph_window *y)
{
	for (int k = 0; k < 4; k++)
		if (x->pad[k] != y->pad[k] ||
		    x->kernel[k % 2] != y->kernel[k % 2] ||
		    x->stride[k % 2] != y->stride[k % 2] ||
		    x->dilation[k % 2] != y->dilation[k % 2])
			return false;
	return x->groups == y->groups && x->count_pad == y->count_pad;
}

static bool same_layer(const struct match *m, const struct graph_node *x,
		       const struct graph_node *y)
{
	const struct graph_layer *a, *b;

	if (x->layer != y->layer || y->layer < 0)
		return x->layer == y->layer;
	a = &m->got->layer[x->layer];
	b = &m->want->layer[y->layer];
	return a->in == b->in && a->out == b->out && a->groups == b->groups &&
	       a->fan == b->fan;
}

static bool same_node(struct match *m, const struct graph_node *x,
		      const struct graph_node *y)
{
	if (x->op != y->op || !same_inputs(m, x, y) || !same_layer(m, x, y) ||
	    !same_window(&x->window, &y->window) || x->bits != y->bits ||
	    x->axis != y->axis ||
	    memcmp(x->axes, y->axes, sizeof(x->axes)) != 0 ||
	    memcmp(x->steps, y->steps, sizeof(x->steps)) != 0 ||
	    !equal_floats(x->a, y->a) || !equal_floats(x->b, y->b) ||
	    !equal_floats(x->low, y->low) || !equal_floats(x->high, y->high) ||
	    !same_shape(&m->got->tensor[x->out], &m->want->tensor[y->out]))
		return false;
	m->of[y->out] = x->out;
	return true;
}

/* An input or output: tensor x of got is tensor y of want, by name too. */
static bool same_end(const struct match *m, int x, int y)
{
	const struct graph_tensor *a = &m->got->tensor[x];
	const struct graph_tensor *b = &m->want->tensor[y];

	return strcmp(a->name, b->name) == 0 && same_shape(a, b);
}

static bool same_inside(struct match *m, char *where, size_t n)
{
	const struct graph *g = m->got, *w = m->want;

	for (int k = 0; k < w->ninputs; k++) {
		snprintf(where, n, "input %d", k + 1);
		if (g->ninputs != w->ninputs ||
		    !same_end(m, g->input[k], w->input[k]))
			return false;
		m->of[w->input[k]] = g->input[k];
	}
	for (int i = 0; i < w->nnodes; i++) {
		snprintf(where, n, "node %d, '%.60s',", i + 1, w->node[i].name);
		if (i >= g->nnodes || !same_node(m, &g->node[i], &w->node[i]))
			return false;
	}
	snprintf(where, n, "the number of nodes");
	if (g->nnodes != w->nnodes)
		return false;
	for (int k = 0; k < w->noutputs; k++) {
		snprintf(where, n, "output %d", k + 1);
		if (g->noutputs != w->noutputs ||
		    m->of[w->output[k]] != g->output[k] ||
		    !same_end(m, g->output[k], w->output[k]))
			return false;
	}
	return true;
}

bool graph_same(const struct graph *got, const struct graph *want, char *where,
		size_t n, struct nas_arena *arena)
{
	struct match m = {got, want, NULL};

	*where = '\0';
	m.of = NAS_NEW(arena, int, (size_t)want->ntensors);
	if (!m.of)
		return false;
	for (int t = 0; t < want->ntensors; t++)
		m.of[t] = -1;
	return same_inside(&m, where, n);
}
