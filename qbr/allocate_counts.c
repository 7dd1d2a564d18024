/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "qbr/allocate_relax.h"
#include "qbr/allocate_tree.h"
#include "qbr/allocate_users.h"

#define WHOLE	   1e-6 /* how far a count may be from a whole number */
#define FRACTIONS  4	/* that are tried in a box */
#define PAIRS_MOST 3000 /* items up to which pairs are exchanged */

static enum nas_status no_memory(struct nas_err *err)
{
	return nas_fail(err, NAS_ENOMEM, "out of memory for the counts");
}

/* ---- layers that lose alike ----------------------------------------------- */

struct alike { /* loss of a layer by its bits; NAN = not seen */
	double of[SWAPS_LEVELS][SWAPS_LEVELS];
	double off; /* differences up to it are rounding */
};

static bool see_losses(struct alike *a, const struct counts *c)
{
	const struct groups *g = c->g;

	for (int k = 0; k < g->n; k++)
		for (int i = 0; i < g->group[k].n && g->group[k].n > 1; i++) {
			const struct item *it = &g->group[k].item[i];
			double loss = it->loss / g->group[k].members;
			int at_w = levels_find(&c->swaps.of[0], it->bits_w);
			int at_a = levels_find(&c->swaps.of[1], it->bits_a);
			double *of = &a->of[at_w][at_a];

			if (isnan(*of))
				*of = loss;
			if (fabs(*of - loss) > a->off)
				return false;
		}
	return true;
}

/* Do all layers lose the same at the same bits, and is that a sum of what bits
 * of weights and bits of activations lose? Sets the steps of the keys. */
static bool are_alike(struct counts *c)
{
	int nw = c->swaps.of[0].n, na = c->swaps.of[1].n;
	struct alike a = {.off = 0};

	for (int k = 0; k < c->g->n; k++)
		for (int i = 0; i < c->g->group[k].n; i++)
			a.off = fmax(a.off, 1e-13 * fabs(
					c->g->group[k].item[i].loss));
	for (int w = 0; w < nw; w++)
		for (int i = 0; i < na; i++)
			a.of[w][i] = (double)NAN;
	if (!see_losses(&a, c))
		return false;
	for (int w = 1; w < nw; w++)
		for (int i = 1; i < na; i++)
			if (fabs(a.of[w][i] - a.of[w - 1][i] - a.of[w][i - 1] +
				 a.of[w - 1][i - 1]) > 4 * a.off)
				return false;
	for (int i = 0; i < c->nkeys; i++)
		c->step[i] = i < nw - 1
			? a.of[i][na - 1] - a.of[i + 1][na - 1]
			: a.of[nw - 1][i - nw + 1] - a.of[nw - 1][i - nw + 2];
	return true;
}

/* ---- counts --------------------------------------------------------------- */

static void count(struct view *v, const struct counts *c)
{
	const struct node *n = &v->n;

	for (int i = 0; i < c->nkeys; i++) {
		const struct part *key = &c->key[i];
		double sum = 0;

		for (int k = 0, r = 0; k < v->g.n; k++) {
			int members = v->g.group[k].members;

			if (r == n->rest.g.n || n->rest.of[r] != k) {
				sum += boxes_has(&v->t.item[k], key) * members;
				continue;
			}
			for (int m = 0; m < n->prices.nmix; m++)
				if (boxes_has(&n->rest.g.group[r].item[
						  n->prices.mix[m][r]], key))
					sum += n->prices.weight[m] * members;
			r++;
		}
		v->count[i] = sum;
	}
}

static double off_whole(double x)
{
	return fabs(x - round(x));
}

/* The counts of each level of bits, from those up to it, rounded. */
static void round_counts(const struct counts *c, const struct view *v,
			 int want[2][SWAPS_LEVELS])
{
	int i = 0;

	for (int by = 0; by < 2; by++) {
		int below = 0;

		for (int l = 0; l < c->swaps.of[by].n; l++) {
			int up_to = l + 1 < c->swaps.of[by].n
					    ? (int)round(v->count[i++])
					    : c->layers;

			want[by][l] = up_to - below;
			below = up_to;
		}
	}
}

/* Items of all groups: of the linear program where it has several. */
static void take_mix(struct counts *c, const struct view *v)
{
	for (int k = 0, r = 0; k < v->g.n; k++) {
		const struct item *it = &v->t.item[k];

		if (r < v->n.rest.g.n && v->n.rest.of[r] == k) {
			it = &v->n.rest.g.group[r].item[v->n.mix.item[r]];
			r++;
		}
		c->item[k] = boxes_find(&c->left.g.group[k], it);
	}
}

/* Swaps do not look at orders. */
static bool is_in_order(const struct counts *c)
{
	for (int k = 0; k < c->g->n; k++) {
		int below = c->left.chains.below[k];

		if (below >= 0 &&
		    !item_in_order(&c->left.g.group[k].item[c->item[k]],
				   &c->left.g.group[below].item[
					   c->item[below]]))
			return false;
	}
	return true;
}

/* A policy with the linear program's counts; of no box, so that repair and
 * exchange may change them. */
static void try_counts(struct counts *c, const struct view *v)
{
	struct relax r = {&c->left.g, &c->left.chains, v->n.multiplier,
			  PAIRS_MOST};
	int want[2][SWAPS_LEVELS] = {{0}};

	round_counts(c, v, want);
	if (memcmp(want, c->tried, sizeof(want)) == 0)
		return;
	memcpy(c->tried, want, sizeof(want));
	take_mix(c, v);
	if (!swaps_run(&c->swaps, want, v->n.multiplier, c->item) &&
	    !relax_repair(&r, c->item))
		return;
	relax_improve(&r, c->item);
	if (!is_in_order(c))
		return;
	for (int k = 0; k < v->g.n; k++)
		v->t.item[k] = c->left.g.group[k].item[c->item[k]];
	boxes_offer(c, v);
}

/* ---- where a box is parted ------------------------------------------------ */

struct parts {
	struct box low, high;
	double score; /* -1: none yet */
};

static double raised(const struct view *v, const struct box *b)
{
	double most = node_most(&v->n), bound = v->n.prices.bound;

	return fmax(fmin(b->bound - v->n.settled, most) - bound,
		    1e-3 * (most - bound));
}

/* At most `low` or at least `high` of what a key counts. */
static bool try_key(struct counts *c, const struct view *v,
		    const struct box *b, const struct part *key, int low,
		    int high, struct parts *best)
{
	struct parts p = {*b, *b, 0};

	memcpy(p.low.multiplier, v->n.multiplier, sizeof(v->n.multiplier));
	memcpy(p.high.multiplier, v->n.multiplier, sizeof(v->n.multiplier));
	if (!boxes_add_limit(c, &p.low, key, false, low) ||
	    !boxes_add_limit(c, &p.high, key, true, c->layers - high))
		return true;
	if (!boxes_probe(c, &p.low) || !boxes_probe(c, &p.high))
		return false;
	p.score = raised(v, &p.low) * raised(v, &p.high);
	if (p.score > best->score)
		*best = p;
	return true;
}

/* Of the keys that were not tried the one whose count is farthest from whole;
 * -1: all others are whole. */
static int next_fraction(const struct counts *c, const struct view *v,
			 bool *tried)
{
	int best = -1;

	for (int i = 0; i < c->nkeys; i++)
		if (!tried[i] && off_whole(v->count[i]) > WHOLE &&
		    (best < 0 ||
		     off_whole(v->count[i]) > off_whole(v->count[best])))
			best = i;
	if (best >= 0)
		tried[best] = true;
	return best;
}

/* False: out of memory. */
static bool part_fraction(struct counts *c, const struct view *v,
			  const struct box *b, struct parts *best)
{
	bool tried[COUNTS_KEYS] = {false};

	for (int i = 0; i < FRACTIONS; i++) {
		int k = next_fraction(c, v, tried), low;

		if (k < 0)
			break;
		low = (int)floor(v->count[k]);
		if (!try_key(c, v, b, &c->key[k], low, low + 1, best))
			return false;
	}
	return true;
}

static bool give_up(struct counts *c, double bound)
{
	c->gave_up = true;
	c->open = fmin(c->open, bound);
	return true;
}

/* All other policies of the box have more of some key than the linear program;
 * the first such one. False: out of memory. */
static bool part_whole(struct counts *c, struct view *v, const struct box *b)
{
	struct box up_to = *b;

	memcpy(up_to.multiplier, v->n.multiplier, sizeof(up_to.multiplier));
	for (int k = 0; k < c->nkeys; k++) {
		struct box more = up_to;
		int x = (int)round(v->count[k]);

		if (!boxes_add_limit(c, &more, &c->key[k], true,
			       c->layers - x - 1) ||
		    (k + 1 < c->nkeys &&
		     !boxes_add_limit(c, &up_to, &c->key[k], false, x)))
			return give_up(c, b->bound);
		if (!boxes_probe(c, &more) || !boxes_push(c, &more))
			return false;
	}
	return true;
}

static bool look_whole(struct counts *c, struct view *v, const struct box *b,
		       struct nas_err *err)
{
	enum users found;

	if (!users_find(c, v, b, &found, err))
		return false;
	if (found == USERS_NOT_KNOWN)
		return give_up(c, b->bound);
	return !boxes_is_open(&v->n, &v->n.prices) || part_whole(c, v, b);
}

/* ---- a box ---------------------------------------------------------------- */

/* Its linear program to the end: counts of one that is not are worth nothing.
 * *open: it may hold something better. False: out of memory. */
static bool price_box(const struct counts *c, struct view *v, bool *open)
{
	struct node *n = &v->n;
	struct prices_near near = {n->multiplier, 0, 0};

	*open = false;
	if (n->rest.broken)
		return true;
	quantum_tighten(&n->rest.g);
	near.most = node_most(n);
	if (!prices_find_near(&n->prices, &n->rest.g, &n->rest.chains, &near,
			      c->arena))
		return false;
	memcpy(n->multiplier, n->prices.multiplier, sizeof(n->multiplier));
	*open = boxes_is_open(n, &n->prices);
	return !*open || mix_make(&n->mix, &n->rest.g, &n->prices, c->arena);
}

/* The part with the lower bound is the next one. */
static bool push_parts(struct counts *c, const struct parts *p)
{
	bool low = p->low.bound <= p->high.bound;

	if (!boxes_push(c, low ? &p->high : &p->low) ||
	    !boxes_push(c, low ? &p->low : &p->high))
		return false;
	c->next = c->n - 1;
	return true;
}

/* False: out of memory. */
static bool look(struct counts *c, const struct box *b, struct nas_err *err)
{
	struct parts best = {.score = -1};
	struct view v;
	bool open;

	if (!boxes_view(&v, c, b) || !price_box(c, &v, &open))
		return false;
	if (!open)
		return true;
	count(&v, c);
	try_counts(c, &v);
	if (!boxes_is_open(&v.n, &v.n.prices))
		return true;
	if (!part_fraction(c, &v, b, &best))
		return false;
	return best.score >= 0 ? push_parts(c, &best)
			       : look_whole(c, &v, b, err);
}

/* ---- the search ----------------------------------------------------------- */

static bool open_search(struct counts *c)
{
	c->item = NAS_NEW(c->arena, int, (size_t)c->g->n);
	if (!swaps_open(&c->swaps, c->g, c->arena) || !c->item ||
	    !groups_copy(&c->left.g, c->g, c->arena))
		return false;
	c->left.chains = c->s->chains;
	for (int k = 0; k < c->g->n; k++)
		c->layers += c->g->group[k].members;
	for (int by = 0; by < 2; by++)
		for (int l = 0; l + 1 < c->swaps.of[by].n; l++)
			c->key[c->nkeys++] = (struct part){
				0, by == 0 ? BY_BITS_W : BY_BITS_A,
				c->swaps.of[by].bits[l], false};
	return true;
}

/* False: there is no better policy, or out of memory. */
static bool reduce(struct counts *c)
{
	struct tree t = {.s = c->s, .whole = c->g, .size = groups_size(c->g)};
	struct node n = {.t = &t, .rest = {.g = {.nbudgets = c->g->nbudgets}}};

	if (!c->s->found || !(c->s->loss < c->reduced_for))
		return true;
	c->reduced_for = c->s->loss;
	memcpy(n.multiplier, c->prices->multiplier, sizeof(n.multiplier));
	n.steps = quantum_of_losses(c->g);
	if (!rest_reduce(&c->left, n.multiplier, c->prices->bound,
			 node_most(&n), c->arena))
		return false;
	swaps_take(&c->swaps, &c->left.g);
	return true;
}

static bool search(struct counts *c, int boxes, struct nas_err *err)
{
	while (c->n > 0 && reduce(c)) {
		struct nas_arena_mark mark = arena_mark(c->arena);
		int least = boxes_least(c);
		int at = c->next >= 0 && c->next < c->n ? c->next : least;
		struct box b = c->box[at];
		bool ok;

		if (c->s->found && !(c->box[least].bound < c->s->loss))
			return true;
		if (boxes-- == 0)
			return give_up(c, c->box[least].bound);
		c->box[at] = c->box[--c->n];
		c->next = -1;
		ok = look(c, &b, err);
		arena_rewind(c->arena, mark);
		if (!ok)
			return false;
	}
	return !c->arena->failed;
}

/* False: limits of all counts would be too many. */
static bool has_room(const struct counts *c)
{
	return c->g->nbudgets > 0 &&
	       c->g->nbudgets - 1 + c->nkeys <= GROUPS_USES;
}

/* Boxes where a short walk of the tree leaves something open. */
static void run(struct counts *c, const struct counts_limits *limits,
		bool *done, struct nas_err *err)
{
	struct item_search *s = c->s;
	struct box root = {.bound = c->prices->bound};

	s->gave_up = limits->first == 0;
	if (limits->first > 0 &&
	    tree_search(s, c->g, c->prices, limits->first, c->arena, err) !=
		    NAS_OK)
		return;
	if (s->gave_up) {
		memcpy(root.multiplier, c->prices->multiplier,
		       sizeof(root.multiplier));
		if ((!boxes_push(c, &root) || !search(c, limits->boxes, err)) &&
		    !err->code)
			no_memory(err);
		s->gave_up = c->gave_up;
		s->open = c->open;
	}
	*done = !s->gave_up;
}

enum nas_status counts_search(struct item_search *s, const struct groups *g,
			      const struct bound_prices *p,
			      const struct counts_limits *limits, bool *done,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(arena);
	struct counts c = {.s = s, .g = g, .prices = p, .arena = arena,
			   .nodes = limits->nodes, .next = -1,
			   .open = HUGE_VAL, .reduced_for = HUGE_VAL};
	bool ok = open_search(&c);

	*done = false;
	if (arena->failed)
		no_memory(err);
	else if (ok && has_room(&c) && are_alike(&c))
		run(&c, limits, done, err);
	free(c.box);
	arena_rewind(arena, mark);
	return err->code;
}
