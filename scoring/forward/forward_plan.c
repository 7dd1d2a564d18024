/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps, and where their tensors lie. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/forward/forward_plan.h"

/* The activation that reads t alone, -1 = none. next[t]: a reader. */
static int activation_after(const struct forward *f, const int *next, int t)
{
	const struct graph_tensor *x = &f->g->tensor[t];

	if (x->users != 1 || f->watched[t] || f->o.sums || next[t] < 0)
		return -1;
	return activation_is(f->g->node[next[t]].op) ? next[t] : -1;
}

static bool takes_activation(enum graph_op op)
{
	return op == GRAPH_CONV || op == GRAPH_LINEAR || op == GRAPH_SCALE ||
	       op == GRAPH_ADD;
}

static void conv_of(const struct forward *f, struct forward_step *s)
{
	const struct graph_node *n = &f->g->node[s->node];
	const struct graph_tensor *x = &f->g->tensor[n->in[0]];
	const struct graph_tensor *y = &f->g->tensor[n->out];
	struct conv_call *c = &s->conv;

	c->in = x->size[1];
	c->height = x->size[2];
	c->width = x->size[3];
	c->out = y->size[1];
	c->out_height = y->size[2];
	c->out_width = y->size[3];
	c->window = n->window;
	c->activation = s->activation;
	c->kind = conv_kind(c);
}

static void make_steps(struct forward *f, const int *next)
{
	const struct graph *g = f->g;
	bool *taken = NAS_NEW(&f->arena, bool, (size_t)g->nnodes);

	for (int i = 0; taken && i < g->nnodes; i++) {
		struct forward_step *s = &f->step[f->nsteps];
		int a = -1;

		if (taken[i])
			continue;
		*s = (struct forward_step){.node = i, .out = g->node[i].out};
		s->activation.op = GRAPH_OPS;
		if (takes_activation(g->node[i].op))
			a = activation_after(f, next, s->out);
		if (a >= 0) {
			s->activation = activation_of(&g->node[a]);
			s->out = g->node[a].out;
			taken[a] = true;
		}
		if (g->node[i].op == GRAPH_CONV)
			conv_of(f, s);
		f->nsteps++;
	}
}

/* First and last step that needs each root. */
struct life {
	int root, first, last;
	size_t count;
};

static void touch(struct life *life, const struct forward *f, int t, int step)
{
	struct life *l = &life[f->root[t]];

	if (f->g->tensor[t].data)
		return;
	l->first = step < l->first ? step : l->first;
	l->last = step > l->last ? step : l->last;
	l->count = f->g->tensor[t].count;
}

static void find_roots(struct forward *f)
{
	const struct graph *g = f->g;

	for (int t = 0; t < g->ntensors; t++)
		f->root[t] = t;
	for (int i = 0; i < g->nnodes; i++)
		if (g->node[i].op == GRAPH_RESHAPE)
			f->root[g->node[i].out] = f->root[g->node[i].in[0]];
}

static void find_lives(struct forward *f, struct life *life)
{
	const struct graph *g = f->g;

	for (int t = 0; t < g->ntensors; t++)
		life[t] = (struct life){t, INT_MAX, -1, 0};
	for (int k = 0; k < g->ninputs; k++)
		touch(life, f, g->input[k], 0);
	for (int s = 0; s < f->nsteps; s++) {
		const struct graph_node *n = &g->node[f->step[s].node];
		const struct forward_integer *integer = f->step[s].integer;

		for (int k = 0; k < n->nin; k++)
			touch(life, f, n->in[k], s);
		for (int k = 0; integer && integer->source && k < integer->source->nin;
		     k++)
			touch(life, f, integer->source->in[k], s);
		touch(life, f, f->step[s].out, s);
	}
	for (int k = 0; k < g->noutputs; k++)
		touch(life, f, g->output[k], f->nsteps);
	for (int t = 0; f->o.keep && t < g->ntensors; t++)
		if (life[t].last >= 0)
			life[t].first = 0, life[t].last = f->nsteps;
}

static int by_count(const void *a, const void *b)
{
	const struct life *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->root - y->root;
}

/* The largest first; each at the lowest place that is free while it lives.
 * placed: by rising offset. */
static void place(struct forward *f, struct life *life, struct life **placed,
		  int n)
{
	int count = 0;

	for (int i = 0; i < n; i++) {
		size_t need = (life[i].count + 15) / 16 * 16, at = 0;
		int k;

		if (life[i].last < 0)
			continue;
		for (k = 0; k < count; k++) {
			const struct life *p = placed[k];
			size_t begin = f->offset[p->root];

			if (p->last < life[i].first || life[i].last < p->first)
				continue;
			if (begin >= at + need)
				break;
			if (begin + p->count > at)
				at = (begin + p->count + 15) / 16 * 16;
		}
		f->offset[life[i].root] = at;
		for (k = count++; k > 0 && f->offset[placed[k - 1]->root] > at;
		     k--)
			placed[k] = placed[k - 1];
		placed[k] = &life[i];
		f->slot = at + need > f->slot ? at + need : f->slot;
	}
}

static void measure_scratch(struct forward *f)
{
	for (int s = 0; s < f->nsteps; s++) {
		const struct graph_node *n = &f->g->node[f->step[s].node];
		const struct forward_op *op = &forward_ops[n->op];
		size_t count = f->g->tensor[n->in[0]].count, need;

		need = op->scratch ? op->scratch(f, &f->step[s]) : 0;
		f->scratch = need > f->scratch ? need : f->scratch;
		if (n->layer >= 0 && count > f->fed)
			f->fed = count;
	}
	f->fed = (f->fed + 15) / 16 * 16;
	f->scratch = f->fed + (f->scratch + 31) / 16 * 16;
}

enum nas_status forward_plan(struct forward *f, struct nas_err *err)
{
	const struct graph *g = f->g;
	size_t tensors = (size_t)g->ntensors;
	struct life *life = NAS_NEW(&f->arena, struct life, tensors);
	struct life **placed = NAS_NEW(&f->arena, struct life *, tensors);
	int *next = NAS_NEW(&f->arena, int, tensors);

	f->step = NAS_NEW(&f->arena, struct forward_step, (size_t)g->nnodes);
	f->again = NAS_NEW(&f->arena, bool, (size_t)g->nnodes);
	f->stale = NAS_NEW(&f->arena, bool, (size_t)g->nnodes);
	f->root = NAS_NEW(&f->arena, int, tensors);
	f->offset = NAS_NEW(&f->arena, size_t, tensors);
	if (f->arena.failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the plan");
	for (int t = 0; t < g->ntensors; t++)
		next[t] = -1;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->node[i].nin; k++)
			next[g->node[i].in[k]] = i;
	make_steps(f, next);
	forward_integer_plan(f);
	find_roots(f);
	find_lives(f, life);
	qsort(life, tensors, sizeof(*life), by_count);
	place(f, life, placed, g->ntensors);
	measure_scratch(f);
	if (f->arena.failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the plan");
	return NAS_OK;
}
