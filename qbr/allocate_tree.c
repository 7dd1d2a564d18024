/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_tree.h"

#include <math.h>
#include <string.h>

#include "qbr/allocate_node.h"
#include "qbr/allocate_part.h"

#define BEST   150 /* nodes of the list of which only the way down is looked at */
#define BELOW  16  /* nodes that are looked at below the next ones, */
#define DOUBLE 20  /* and after so many of the list twice as many */

struct walk {
	struct tree t;
	struct node root;
	int *place;	   /* (whole) group of the root, -1 = settled */
	double root_loss;  /* of the best policy when the root was reduced */
	double root_bound;
	struct open_list list;
	struct nas_arena *arena;
	int nodes; /* that may be parted */
	int left;  /* that may be looked at before others are put off */
};

struct level { /* on the way down to a node */
	struct level *up;
	int node; /* on the list; -1: not there, or the root */
	struct open_node open;
};

static enum nas_status no_memory(struct nas_err *err)
{
	return nas_fail(err, NAS_ENOMEM, "out of memory for the tree");
}

/* ---- what is put off ------------------------------------------------------ */

/* Number on the list of a level, after those above it; -1: the root. */
static bool list_level(struct walk *w, struct level *l, int *node)
{
	*node = -1;
	if (!l)
		return true;
	if (l->node < 0) {
		if (!list_level(w, l->up, &l->open.parent))
			return false;
		l->node = open_add(&w->list, &l->open);
	}
	*node = l->node;
	return *node >= 0;
}

static bool put_off(struct walk *w, struct level *l)
{
	int node;

	return list_level(w, l, &node) && open_push(&w->list, node);
}

/* One of the two parts of a place, in terms of the whole. */
static struct level part_level(const struct node *n, struct level *up,
			       const struct place *p, bool above)
{
	struct level l = {.up = up, .node = -1};

	l.open.part = p->part;
	l.open.part.group = n->rest.of[p->part.group];
	l.open.part.above = above;
	l.open.bound = n->settled + fmax(p->bound[above], n->prices.bound);
	memcpy(l.open.multiplier, p->multiplier[above],
	       sizeof(l.open.multiplier));
	return l;
}

/* ---- nodes ---------------------------------------------------------------- */

static bool is_empty(const struct groups *g)
{
	for (int k = 0; k < g->n; k++)
		if (g->group[k].n == 0)
			return true;
	return false;
}

/* The node with what these groups leave to choose; false: nothing, or out of
 * memory. */
static bool make_node(struct node *n, const struct groups *g,
		      const struct node *from, struct nas_arena *arena)
{
	*n = (struct node){.t = from->t, .arena = arena};
	if (is_empty(g) ||
	    !rest_make(&n->rest, g, &from->rest.chains, from->rest.of,
		       from->t->item, arena))
		return false;
	n->settled = from->settled + n->rest.loss;
	memcpy(n->multiplier, from->multiplier, sizeof(n->multiplier));
	return !n->rest.broken;
}

/* A part of a node. */
static bool make_part(struct node *n, const struct node *from,
		      const struct level *l, int group,
		      struct nas_arena *arena)
{
	struct group *whole = &from->rest.g.group[group], saved = *whole;
	bool some = false;

	if (group_copy(whole, &saved, arena)) {
		part_keep(whole, &l->open.part);
		some = make_node(n, &from->rest.g, from, arena);
		memcpy(n->multiplier, l->open.multiplier,
		       sizeof(n->multiplier));
	}
	*whole = saved;
	return some;
}

/* Groups and items of the root, all of them. */
static bool copy_root(const struct walk *w, struct node *n)
{
	*n = w->root;
	return groups_copy(&n->rest.g, &w->root.rest.g, w->arena);
}

/* What was taken away on the way to a node goes again, and what its prices say
 * of the items then. */
static bool repeat(struct walk *w, int node, struct node *n)
{
	const struct open_node *open = &w->list.node[node];
	struct part part = open->part;
	double bound;

	if (open->parent >= 0 && !repeat(w, open->parent, n))
		return false;
	part.group = w->place[part.group];
	part_keep(&n->rest.g.group[part.group], &part);
	if (n->rest.g.group[part.group].n == 0)
		return false;
	memcpy(n->multiplier, open->multiplier, sizeof(n->multiplier));
	quantum_tighten(&n->rest.g);
	bound = rest_bound(&n->rest, n->multiplier, w->arena);
	return rest_reduce(&n->rest, n->multiplier, bound, node_most(n),
			   w->arena);
}

/* ---- a node and all below it ---------------------------------------------- */

static bool visit(struct walk *w, struct node *n, struct level *at);

static bool has_enough(const struct walk *w)
{
	return w->t.s->found && w->t.s->loss <= w->t.s->enough;
}

/* Now, or later where enough was looked at. False: out of memory. */
static bool visit_part(struct walk *w, struct node *n, struct level *l,
		       int group, bool now)
{
	struct nas_arena_mark mark = arena_mark(w->arena);
	struct node *child;
	bool ok = true;

	if (has_enough(w))
		return true;
	if (!now && w->left <= 0)
		return put_off(w, l);
	child = NAS_NEW(w->arena, struct node, 1);
	if (child && make_part(child, n, l, group, w->arena))
		ok = visit(w, child, l);
	ok = ok && !w->arena->failed;
	arena_rewind(w->arena, mark);
	return ok;
}

/* The part with the lower bound first. */
static bool visit_parts(struct walk *w, struct node *n, struct level *at,
			const struct place *p)
{
	bool first = p->bound[1] < p->bound[0];
	struct level a = part_level(n, at, p, first);
	struct level b = part_level(n, at, p, !first);

	w->t.parted++;
	return visit_part(w, n, &a, p->part.group, true) &&
	       (p->bound[!first] > node_most(n) ||
		visit_part(w, n, &b, p->part.group, false));
}

static int find_group(const struct node *n, int whole)
{
	for (int k = 0; k < n->rest.g.n; k++)
		if (n->rest.of[k] == whole)
			return k;
	return -1;
}

/* Of an order that is broken either side can mend it. */
static bool mend(struct walk *w, struct node *n, struct level *at,
		 struct policy_pair order)
{
	const struct item *a = &w->t.item[order.a], *b = &w->t.item[order.b];
	bool bits_w = a->bits_w < b->bits_w;
	int above = find_group(n, order.a), below = find_group(n, order.b);
	struct place p = {{below, bits_w ? BY_BITS_W : BY_BITS_A,
			   bits_w ? a->bits_w : a->bits_a, false},
			  {n->prices.bound, n->prices.bound}, {{0}}};
	struct level l;

	memcpy(p.multiplier[0], n->multiplier, sizeof(n->multiplier));
	memcpy(p.multiplier[1], n->multiplier, sizeof(n->multiplier));
	if (below >= 0) {
		l = part_level(n, at, &p, false);
		if (!visit_part(w, n, &l, below, true))
			return false;
	}
	p.part.group = above;
	if (above < 0)
		return true;
	l = part_level(n, at, &p, true);
	return visit_part(w, n, &l, above, false);
}

/* The order that the mix, where it is one choice, breaks; -1. */
static int find_broken(const struct node *n)
{
	if (n->mix.n > 0)
		return -1;
	for (int k = 0; k < n->rest.g.n; k++)
		n->t->item[n->rest.of[k]] =
			n->rest.g.group[k].item[n->mix.item[k]];
	return chains_broken_by(&n->t->s->chains, n->t->item);
}

/* Items of each group are alike: there is one policy. */
static bool offer_first(struct walk *w, struct node *n)
{
	int *item = NAS_NEW(w->arena, int, (size_t)n->rest.g.n);

	if (item)
		node_offer(n, item);
	return item;
}

/* One part cannot be better: the other one stays, and is what the level above
 * left of the node. False: out of memory. */
static bool keep_other(struct walk *w, struct node *n, struct level **at,
		       const struct place *p)
{
	bool other = p->bound[1] < p->bound[0];
	struct level *l = NAS_NEW(w->arena, struct level, 1);

	if (!l)
		return false;
	*l = part_level(n, *at, p, other);
	*at = l;
	n->open = !(p->bound[other] > node_most(n));
	part_keep(&n->rest.g.group[p->part.group], &l->open.part);
	memcpy(n->multiplier, l->open.multiplier, sizeof(n->multiplier));
	return true;
}

struct sight { /* of a node's mix */
	int broken;  /* order, -1 = none */
	int nplaces;
	struct place *place;
};

/* Prices, where to part what they mix, then items that are no better go. False:
 * out of memory. */
static bool look(struct walk *w, struct node *n, struct level *at,
		 struct sight *s)
{
	w->t.s->nodes++;
	w->left--;
	if (!node_price(n))
		return false;
	if (at) /* what is put off below begins with them */
		memcpy(at->open.multiplier, n->multiplier,
		       sizeof(n->multiplier));
	if (n->open) {
		s->broken = find_broken(n);
		s->nplaces = part_places(n, s->place);
	}
	n->open = n->open && rest_reduce(&n->rest, n->multiplier,
					 n->prices.bound, node_most(n),
					 w->arena);
	return !w->arena->failed;
}

/* A node, with what is left of it made smaller until it is parted. False: out
 * of memory. */
static bool visit(struct walk *w, struct node *n, struct level *at)
{
	struct sight s = {
		.place = NAS_NEW(w->arena, struct place, PART_PLACES)};
	const struct place *best;

	if (!s.place)
		return false;
	while (n->rest.g.n > 0) {
		if (!look(w, n, at, &s) || !n->open)
			return !w->arena->failed;
		if (s.broken >= 0)
			return mend(w, n, at, w->t.s->chains.other[s.broken]);
		if (s.nplaces == 0)
			s.nplaces = part_anywhere(n, s.place);
		if (s.nplaces == 0)
			return offer_first(w, n);
		if (!part_choose(n, s.place, s.nplaces, &best))
			return false;
		if (!(fmax(best->bound[0], best->bound[1]) > node_most(n)))
			return visit_parts(w, n, at, best);
		if (!keep_other(w, n, &at, best))
			return false;
		if (!n->open)
			return true;
	}
	node_offer(n, NULL);
	return true;
}

/* ---- the walk ------------------------------------------------------------- */

/* A node of the list, -1 = the root, and what is below it. */
static bool visit_node(struct walk *w, int node)
{
	struct nas_arena_mark mark = arena_mark(w->arena);
	struct level at = {.node = node};
	struct node whole, n;
	bool ok = true;

	if (!copy_root(w, &whole))
		return false;
	if (node >= 0)
		at.open = w->list.node[node];
	if ((node < 0 || repeat(w, node, &whole)) &&
	    make_node(&n, &whole.rest.g, &whole, w->arena))
		ok = visit(w, &n, node < 0 ? NULL : &at);
	ok = ok && !w->arena->failed;
	arena_rewind(w->arena, mark);
	return ok;
}

/* Items of the root go when there is a better policy. False: none is left of a
 * group. */
static bool reduce_root(struct walk *w)
{
	const struct item_search *s = w->t.s;

	if (!s->found || s->loss == w->root_loss)
		return true;
	w->root_loss = s->loss;
	return rest_reduce(&w->root.rest, w->root.multiplier, w->root_bound,
			   node_most(&w->root), w->root.arena);
}

/* At first the least bounds decide, for a good policy; then depth, which
 * keeps what nodes on the way have found. */
static int may_look(int looks)
{
	int times = (looks - BEST) / DOUBLE;

	return looks < BEST ? 0 : BELOW << (times < 20 ? times : 20);
}

static enum nas_status walk(struct walk *w, struct nas_err *err)
{
	struct item_search *s = w->t.s;
	int node = -1;

	for (int looks = 0; reduce_root(w); looks++) {
		w->left = may_look(looks);
		if (!visit_node(w, node))
			return no_memory(err);
		if (has_enough(w) || !(open_least(&w->list) <
		      (s->found ? s->loss : HUGE_VAL)))
			return NAS_OK;
		if (w->t.parted >= w->nodes) {
			s->gave_up = true;
			s->open = open_least(&w->list);
			return NAS_OK;
		}
		node = open_pop(&w->list);
	}
	return w->arena->failed ? no_memory(err) : NAS_OK;
}

static bool open_walk(struct walk *w, const struct bound_prices *p)
{
	const struct groups *g = w->t.whole;
	struct node *root = &w->root;

	w->t.item = NAS_NEW(w->arena, struct item, (size_t)g->n);
	w->place = NAS_NEW(w->arena, int, (size_t)g->n);
	if (w->arena->failed ||
	    !rest_make(&root->rest, g, &w->t.s->chains, NULL, w->t.item,
		       w->arena))
		return false;
	w->t.size = groups_size(g);
	for (int k = 0; k < root->rest.g.n; k++)
		w->place[root->rest.of[k]] = k;
	root->t = &w->t;
	root->arena = w->arena;
	root->settled = root->rest.loss;
	memcpy(root->multiplier, p->multiplier, sizeof(root->multiplier));
	root->steps = quantum_of_losses(&root->rest.g);
	w->root_bound = p->bound - root->settled;
	w->root_loss = HUGE_VAL;
	return true;
}

enum nas_status tree_search(struct item_search *s, const struct groups *g,
			    const struct bound_prices *p, int nodes,
			    struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(arena);
	struct walk w = {.t = {.s = s, .whole = g}, .arena = arena,
			 .nodes = nodes};

	s->gave_up = false;
	s->open = HUGE_VAL;
	if (!open_walk(&w, p))
		no_memory(err);
	else if (!w.root.rest.broken)
		walk(&w, err);
	s->parted += w.t.parted;
	open_free(&w.list);
	arena_rewind(arena, mark);
	return err->code;
}
