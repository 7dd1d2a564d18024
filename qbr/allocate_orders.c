/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_orders.h"

#include <string.h>

int orders_root(int *parent, int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

static void unite(int *parent, int a, int b)
{
	a = orders_root(parent, a);
	b = orders_root(parent, b);
	parent[a > b ? a : b] = a < b ? a : b;
}

struct web { /* orders as lists of what is below */
	int n, nedges;
	int *head, *next, *to; /* (n), (edges) */
	int *stack, *mark;     /* (n) */
	int round;
};

static bool web_make(struct web *w, int n, int nedges, struct nas_arena *arena)
{
	size_t size = (size_t)n;

	*w = (struct web){.n = n};
	w->head = NAS_NEW(arena, int, size);
	w->stack = NAS_NEW(arena, int, size);
	w->mark = NAS_NEW(arena, int, size);
	w->next = NAS_NEW(arena, int, (size_t)nedges);
	w->to = NAS_NEW(arena, int, (size_t)nedges);
	for (int i = 0; i < n && !arena->failed; i++)
		w->head[i] = -1;
	return !arena->failed;
}

static void add_edge(struct web *w, int a, int b)
{
	w->to[w->nedges] = b;
	w->next[w->nedges] = w->head[a];
	w->head[a] = w->nedges++;
}

/* b is below a, by more than an order of those two where it is not direct. */
static bool reaches(struct web *w, int a, int b, bool direct)
{
	int n = 0;

	w->stack[n++] = a;
	w->mark[a] = ++w->round;
	while (n > 0) {
		int i = w->stack[--n];

		for (int e = w->head[i]; e >= 0; e = w->next[e]) {
			int j = w->to[e];

			if (j == b && (direct || i != a))
				return true;
			if (j != b && w->mark[j] != w->round) {
				w->mark[j] = w->round;
				w->stack[n++] = j;
			}
		}
	}
	return false;
}

/* Both ways: a circle. */
static bool find_circles(bool *circle, const struct policy_problem *p,
			 int *parent, struct nas_arena *arena)
{
	struct web w;

	if (!web_make(&w, p->nlayers, p->norders, arena))
		return false;
	for (int k = 0; k < p->norders; k++)
		add_edge(&w, orders_root(parent, p->order[k].a),
			 orders_root(parent, p->order[k].b));
	for (int k = 0; k < p->norders; k++)
		circle[k] = reaches(&w, w.to[k],
				    orders_root(parent, p->order[k].a), true);
	return true;
}

bool orders_unite(int *parent, const struct policy_problem *p,
		  struct nas_arena *arena)
{
	bool *circle = NAS_NEW(arena, bool, (size_t)p->norders);

	for (int i = 0; i < p->nlayers; i++)
		parent[i] = i;
	for (int k = 0; k < p->nties; k++)
		unite(parent, p->tie[k].a, p->tie[k].b);
	if (!circle || !find_circles(circle, p, parent, arena))
		return false;
	for (int k = 0; k < p->norders; k++)
		if (circle[k])
			unite(parent, p->order[k].a, p->order[k].b);
	return true;
}

static void add_order(struct chains *c, struct web *w, int a, int b)
{
	if (a == b || c->below[a] == b || reaches(w, a, b, false))
		return;
	if (c->below[a] < 0 && c->above[b] < 0) {
		c->below[a] = b;
		c->above[b] = a;
	} else {
		c->other[c->nothers++] = (struct policy_pair){a, b};
	}
}

bool chains_make(struct chains *c, const struct groups *g,
		 struct nas_arena *arena)
{
	const struct policy_problem *p = g->problem;
	struct web w;

	*c = (struct chains){0};
	c->above = NAS_NEW(arena, int, (size_t)g->n);
	c->below = NAS_NEW(arena, int, (size_t)g->n);
	c->other = NAS_NEW(arena, struct policy_pair, (size_t)p->norders);
	if (arena->failed || !web_make(&w, g->n, p->norders, arena))
		return false;
	for (int k = 0; k < g->n; k++)
		c->above[k] = c->below[k] = -1;
	for (int k = 0; k < p->norders; k++)
		add_edge(&w, g->of[p->order[k].a], g->of[p->order[k].b]);
	for (int k = 0; k < p->norders; k++)
		add_order(c, &w, g->of[p->order[k].a], g->of[p->order[k].b]);
	return true;
}

int chains_broken(const struct chains *c, const struct groups *g,
		  const int *item)
{
	for (int k = 0; k < c->nothers; k++) {
		int a = c->other[k].a, b = c->other[k].b;

		if (!item_in_order(&g->group[a].item[item[a]],
				   &g->group[b].item[item[b]]))
			return k;
	}
	return -1;
}

int chains_broken_by(const struct chains *c, const struct item *item)
{
	for (int k = 0; k < c->nothers; k++)
		if (!item_in_order(&item[c->other[k].a], &item[c->other[k].b]))
			return k;
	return -1;
}
