/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_rest.h"

#include <math.h>

/* The items of a group get memory of their own. */
static void copy_group(struct rest *r, const struct group *from, int of,
		       struct nas_arena *arena)
{
	group_copy(&r->g.group[r->g.n], from, arena);
	r->of[r->g.n++] = of;
}

static void settle(struct rest *r, const struct item *it)
{
	r->loss += it->loss;
	for (int b = 0; b < r->g.nbudgets; b++)
		r->g.limit[b] -= it->use[b];
}

/* Items of a neighbour in a chain that are not in order with one go. */
static void keep_in_order(struct group *group, const struct item *it,
			  bool above)
{
	int n = 0;

	for (int i = 0; i < group->n; i++) {
		const struct item *o = &group->item[i];

		if (above ? item_in_order(o, it) : item_in_order(it, o))
			group->item[n++] = *o;
	}
	group->n = n;
}

/* What is left of a chain: between groups that stay, and in order with those
 * that are settled. */
static void cut_chains(struct rest *r, const struct groups *g,
		       const struct chains *c, const int *place)
{
	for (int k = 0; k < g->n; k++) {
		const struct item *it = &g->group[k].item[0];
		int above = c->above[k], below = c->below[k];
		int a = above < 0 ? -1 : place[above];
		int b = below < 0 ? -1 : place[below];

		if (place[k] >= 0) {
			r->chains.above[place[k]] = a;
			r->chains.below[place[k]] = b;
			continue;
		}
		if (a >= 0)
			keep_in_order(&r->g.group[a], it, true);
		if (b >= 0)
			keep_in_order(&r->g.group[b], it, false);
		r->broken |= (a >= 0 && r->g.group[a].n == 0) ||
			     (b >= 0 && r->g.group[b].n == 0) ||
			     (below >= 0 && b < 0 &&
			      !item_in_order(it, &g->group[below].item[0]));
	}
}

bool rest_make(struct rest *r, const struct groups *g, const struct chains *c,
	       const int *of, struct item *item, struct nas_arena *arena)
{
	size_t n = (size_t)g->n;
	int *place = NAS_NEW(arena, int, n);

	*r = (struct rest){.g = *g};
	r->g.n = 0;
	r->g.group = NAS_NEW(arena, struct group, n);
	r->of = NAS_NEW(arena, int, n);
	r->chains.above = NAS_NEW(arena, int, n);
	r->chains.below = NAS_NEW(arena, int, n);
	for (int k = 0; k < g->n && !arena->failed; k++) {
		int whole = of ? of[k] : k;

		place[k] = g->group[k].n == 1 ? -1 : r->g.n;
		if (place[k] >= 0) {
			copy_group(r, &g->group[k], whole, arena);
			continue;
		}
		item[whole] = g->group[k].item[0];
		settle(r, &item[whole]);
	}
	if (!arena->failed)
		cut_chains(r, g, c, place);
	return !arena->failed;
}

/* Items whose excess over the least is within the slack stay. */
static bool keep_items(struct group *group, const double *value, double slack)
{
	double least = HUGE_VAL;
	int n = 0;

	for (int i = 0; i < group->n; i++)
		least = fmin(least, value[i]);
	for (int i = 0; i < group->n; i++)
		if (value[i] - least <= slack && value[i] < HUGE_VAL)
			group->item[n++] = group->item[i];
	group->n = n;
	return n > 0;
}

struct link { /* of a chain */
	struct group *group;
	double *own, *value; /* (items) priced; with all that is above, or
			      * with all that is in the chain */
};

/* The least value of the items of `other` that may stand beside it. */
static double beside(const struct link *other, const struct item *it,
		     bool above)
{
	double least = HUGE_VAL;

	for (int i = 0; i < other->group->n; i++) {
		const struct item *o = &other->group->item[i];

		if (other->value[i] < least &&
		    (above ? item_in_order(o, it) : item_in_order(it, o)))
			least = other->value[i];
	}
	return least;
}

/* Of each item of a chain the least sum of the chain with it. below[i] is what
 * is at least below link i's items. */
static void value_links(struct link *link, int n, double **below)
{
	for (int k = n - 1; k >= 0; k--) {
		for (int i = 0; i < link[k].group->n; i++)
			below[k][i] = k + 1 == n ? 0 :
				beside(&link[k + 1], &link[k].group->item[i],
				       false);
		for (int i = 0; i < link[k].group->n; i++)
			link[k].value[i] = link[k].own[i] + below[k][i];
	}
	for (int k = 0; k < n; k++)
		for (int i = 0; i < link[k].group->n; i++)
			link[k].value[i] = link[k].own[i] +
				(k ? beside(&link[k - 1],
					    &link[k].group->item[i], true)
				   : 0);
	for (int k = 0; k < n; k++)
		for (int i = 0; i < link[k].group->n; i++)
			link[k].value[i] += below[k][i];
}

struct chain { /* from its top */
	int n;
	struct link *link;
};

static struct link make_link(struct rest *r, int k, const double *price,
			     struct nas_arena *arena)
{
	struct group *group = &r->g.group[k];
	size_t n = (size_t)group->n;
	struct link l = {group, NAS_NEW(arena, double, n),
			 NAS_NEW(arena, double, n)};

	for (int i = 0; i < group->n && !arena->failed; i++)
		l.own[i] = item_priced(&group->item[i], price, r->g.nbudgets);
	return l;
}

/* With its values. False: out of memory. */
static bool open_chain(struct chain *c, struct rest *r, int top,
		       const double *price, struct nas_arena *arena)
{
	double **below;

	c->n = 0;
	for (int k = top; k >= 0; k = r->chains.below[k])
		c->n++;
	c->link = NAS_NEW(arena, struct link, (size_t)c->n);
	below = NAS_NEW(arena, double *, (size_t)c->n);
	for (int i = 0, k = top; k >= 0 && !arena->failed;
	     k = r->chains.below[k], i++) {
		c->link[i] = make_link(r, k, price, arena);
		below[i] = NAS_NEW(arena, double, (size_t)r->g.group[k].n);
	}
	if (arena->failed)
		return false;
	value_links(c->link, c->n, below);
	return true;
}

/* A group in no chain: its values are their own. */
static bool open_single(struct chain *c, struct link *link, struct rest *r,
			int k, const double *price, double *value)
{
	struct group *group = &r->g.group[k];

	for (int i = 0; i < group->n; i++)
		value[i] = item_priced(&group->item[i], price, r->g.nbudgets);
	*link = (struct link){group, value, value};
	*c = (struct chain){1, link};
	return true;
}

static double least_of(const struct link *l)
{
	double least = HUGE_VAL;

	for (int i = 0; i < l->group->n; i++)
		least = fmin(least, l->value[i]);
	return least;
}

/* The sum of the least values of all chains, where `slack` is NULL; else items
 * beyond the slack go. False: none is left of a group, or out of memory. */
static bool go_through(struct rest *r, const double *price, double *sum,
		       const double *slack, struct nas_arena *arena)
{
	struct nas_arena_mark mark = arena_mark(arena);
	struct link single;
	double *value;
	int most = 1;

	for (int k = 0; k < r->g.n; k++)
		most = r->g.group[k].n > most ? r->g.group[k].n : most;
	value = NAS_NEW(arena, double, (size_t)most);
	for (int k = 0; k < r->g.n && value; k++) {
		struct nas_arena_mark inner = arena_mark(arena);
		struct chain c;
		bool some;

		if (r->chains.above[k] >= 0)
			continue;
		some = r->chains.below[k] < 0
			? open_single(&c, &single, r, k, price, value)
			: open_chain(&c, r, k, price, arena);
		if (some && !slack)
			*sum += least_of(c.link);
		for (int i = 0; some && slack && i < c.n; i++)
			some = keep_items(c.link[i].group, c.link[i].value,
					  *slack);
		if (!some)
			return false;
		arena_rewind(arena, inner);
	}
	arena_rewind(arena, mark);
	return value;
}

double rest_bound(struct rest *r, const double *price,
		  struct nas_arena *arena)
{
	double sum = 0;

	for (int b = 0; b < r->g.nbudgets; b++)
		sum -= price[b] * r->g.limit[b];
	return go_through(r, price, &sum, NULL, arena) ? sum : -HUGE_VAL;
}

bool rest_reduce(struct rest *r, const double *price, double bound,
		 double most, struct nas_arena *arena)
{
	double slack = most - bound;

	return go_through(r, price, NULL, &slack, arena);
}
