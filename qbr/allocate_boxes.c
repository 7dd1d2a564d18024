/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_boxes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool boxes_push(struct counts *c, const struct box *b)
{
	if (!(b->bound < HUGE_VAL))
		return true;
	if (c->n == c->room) {
		int room = c->room ? 2 * c->room : 64;
		void *to = realloc(c->box, (size_t)room * sizeof(*c->box));

		if (!to)
			return false;
		c->box = to;
		c->room = room;
	}
	c->box[c->n++] = *b;
	return true;
}

int boxes_least(const struct counts *c)
{
	int least = -1;

	for (int i = 0; i < c->n; i++)
		if (least < 0 || c->box[i].bound < c->box[least].bound)
			least = i;
	return least;
}

bool boxes_add_limit(const struct counts *c, struct box *b,
		     const struct part *key, bool above, int most)
{
	struct limit l = {*key, most};

	l.part.above = above;
	for (int i = 0; i < b->n; i++)
		if (b->limit[i].part.by == key->by &&
		    b->limit[i].part.limit == key->limit &&
		    b->limit[i].part.above == above) {
			if (most < b->limit[i].most)
				b->limit[i] = l;
			return true;
		}
	if (c->g->nbudgets + b->n == GROUPS_USES)
		return false;
	b->multiplier[c->g->nbudgets + b->n] = 0;
	b->limit[b->n++] = l;
	return true;
}

/* The groups with the box's limits as budgets. */
static bool make_groups(struct groups *to, const struct counts *c,
			const struct box *b)
{
	if (!groups_copy(to, &c->left.g, c->arena))
		return false;
	for (int i = 0; i < b->n; i++) {
		int at = to->nbudgets++;

		to->limit[at] = b->limit[i].most;
		for (int k = 0; k < to->n; k++)
			for (int j = 0; j < to->group[k].n; j++) {
				struct item *it = &to->group[k].item[j];

				it->use[at] = boxes_count(&to->group[k], it,
							  &b->limit[i].part);
			}
	}
	return true;
}

bool boxes_view(struct view *v, const struct counts *c, const struct box *b)
{
	if (!make_groups(&v->g, c, b))
		return false;
	v->t = (struct tree){.s = c->s, .whole = &v->g,
			     .item = NAS_NEW(c->arena, struct item,
					     (size_t)v->g.n),
			     .size = groups_size(&v->g)};
	v->n = (struct node){.t = &v->t, .arena = c->arena};
	if (!v->t.item ||
	    !rest_make(&v->n.rest, &v->g, &c->s->chains, NULL, v->t.item,
		       c->arena))
		return false;
	v->n.settled = v->n.rest.loss;
	memcpy(v->n.multiplier, b->multiplier, sizeof(b->multiplier));
	v->n.steps = quantum_of_losses(&v->n.rest.g);
	return true;
}

int boxes_find(const struct group *group, const struct item *it)
{
	int i = 0;

	while (group->item[i].pick != it->pick)
		i++;
	return i;
}

void boxes_offer(const struct counts *c, const struct view *v)
{
	struct tree t = v->t;
	struct node all = {.t = &t};

	t.whole = c->g;
	node_offer(&all, NULL);
}

/* What a better policy loses at most, but for what prices add to rounding. */
static double most_of(const struct node *n)
{
	struct node plain = *n;

	memset(plain.multiplier, 0, sizeof(plain.multiplier));
	return node_most(&plain);
}

bool boxes_is_open(const struct node *n, const struct bound_prices *p)
{
	double more = groups_limits_priced(n->t->whole, p->multiplier);

	return !p->hopeless &&
	       !(p->bound - PRICES_ROUNDING * more > most_of(n));
}

bool boxes_probe(const struct counts *c, struct box *b)
{
	struct nas_arena_mark mark = arena_mark(c->arena);
	struct view v;
	struct bound_prices p;
	struct prices_near near;
	double size;

	if (!boxes_view(&v, c, b))
		return false;
	b->bound = HUGE_VAL;
	near = (struct prices_near){v.n.multiplier, most_of(&v.n), NODE_PART};
	if (!v.n.rest.broken &&
	    !prices_find_near(&p, &v.n.rest.g, &v.n.rest.chains, &near,
			      c->arena))
		return false;
	if (!v.n.rest.broken && boxes_is_open(&v.n, &p)) {
		size = v.t.size + groups_limits_priced(&v.g, p.multiplier);
		memcpy(b->multiplier, p.multiplier, sizeof(b->multiplier));
		b->bound = v.n.settled + p.bound - PRICES_ROUNDING * size;
	}
	arena_rewind(c->arena, mark);
	return true;
}
