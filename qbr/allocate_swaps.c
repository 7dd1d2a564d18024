/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_swaps.h"

#include <math.h>
#include <string.h>

#define ROUNDS 60

struct state {
	const struct swaps *s;
	int *item; /* (G) */
	double use[GROUPS_USES];
	double over; /* what is above the limits, in shares of them */
};

static int bits_of(const struct item *it, int by)
{
	return by == 0 ? it->bits_w : it->bits_a;
}

int levels_find(const struct levels *l, int bits)
{
	int i = 0;

	while (i < l->n && l->bits[i] < bits)
		i++;
	return i;
}

static bool add_level(struct levels *l, int bits)
{
	int i = levels_find(l, bits);

	if (i < l->n && l->bits[i] == bits)
		return true;
	if (l->n == SWAPS_LEVELS)
		return false;
	memmove(&l->bits[i + 1], &l->bits[i],
		(size_t)(l->n - i) * sizeof(l->bits[0]));
	l->bits[i] = bits;
	l->n++;
	return true;
}

static int *item_at(const struct swaps *s, int k, const int *level)
{
	return &s->at[(k * s->of[0].n + level[0]) * s->of[1].n + level[1]];
}

bool swaps_open(struct swaps *s, const struct groups *g,
		struct nas_arena *arena)
{
	*s = (struct swaps){.g = g};
	for (int k = 0; k < g->n; k++)
		for (int i = 0; i < g->group[k].n; i++)
			for (int by = 0; by < 2; by++)
				if (!add_level(&s->of[by], bits_of(
					    &g->group[k].item[i], by)))
					return false;
	s->at = NAS_NEW(arena, int, (size_t)g->n * (size_t)s->of[0].n *
					    (size_t)s->of[1].n);
	s->level = NAS_NEW(arena, int, 2 * (size_t)g->n);
	if (!s->at || !s->level)
		return false;
	swaps_take(s, g);
	return true;
}

void swaps_take(struct swaps *s, const struct groups *g)
{
	s->g = g;
	for (int i = 0; i < g->n * s->of[0].n * s->of[1].n; i++)
		s->at[i] = -1;
	for (int k = 0; k < g->n; k++)
		for (int i = 0; i < g->group[k].n; i++) {
			const struct item *it = &g->group[k].item[i];
			int level[2] = {levels_find(&s->of[0], it->bits_w),
					levels_find(&s->of[1], it->bits_a)};

			*item_at(s, k, level) = i;
		}
}

static const struct item *item_of(const struct state *t, int k)
{
	return &t->s->g->group[k].item[t->item[k]];
}

static int level_in(const struct state *t, int k, int by)
{
	return t->s->level[2 * k + by];
}

/* Item of a group with another level; -1: none. */
static int at_level(const struct state *t, int k, int by, int to)
{
	int level[2] = {level_in(t, k, 0), level_in(t, k, 1)};

	level[by] = to;
	return *item_at(t->s, k, level);
}

static void add_change(const struct state *t, int k, int i, double *use)
{
	const struct item *from = item_of(t, k);
	const struct item *to = &t->s->g->group[k].item[i];

	for (int b = 0; b < t->s->g->nbudgets; b++)
		use[b] += to->use[b] - from->use[b];
}

static void set_item(struct state *t, int k, int i)
{
	t->item[k] = i;
	for (int by = 0; by < 2; by++)
		t->s->level[2 * k + by] = levels_find(
			&t->s->of[by], bits_of(item_of(t, k), by));
}

static void take(struct state *t, int k, int i)
{
	set_item(t, k, i);
	groups_use(t->s->g, t->item, t->use);
	t->over = groups_over(t->s->g, t->use);
}

/* One group from a level with too many to one with too few, the cheapest at
 * these prices. False: none. */
static bool correct(struct state *t, int by, const int *more,
		    const double *price)
{
	const struct groups *g = t->s->g;
	double best = HUGE_VAL;
	int bk = -1, bi = 0;

	for (int k = 0; k < g->n; k++) {
		int members = g->group[k].members;

		if (more[level_in(t, k, by)] > -members)
			continue;
		for (int to = 0; to < t->s->of[by].n; to++) {
			int i = more[to] < members ? -1
						   : at_level(t, k, by, to);
			double x;

			if (i < 0)
				continue;
			x = item_priced(&g->group[k].item[i], price,
					g->nbudgets) -
			    item_priced(item_of(t, k), price, g->nbudgets);
			if (x < best)
				best = x, bk = k, bi = i;
		}
	}
	if (bk >= 0)
		take(t, bk, bi);
	return bk >= 0;
}

static void set_counts(struct state *t, int want[2][SWAPS_LEVELS],
		       const double *price)
{
	for (int by = 0; by < 2; by++) {
		int more[SWAPS_LEVELS];

		do {
			memcpy(more, want[by], sizeof(more));
			for (int k = 0; k < t->s->g->n; k++)
				more[level_in(t, k, by)] -=
					t->s->g->group[k].members;
		} while (correct(t, by, more, price));
	}
}

/* The best partner of a group, for one kind of bits. */
static bool swap_one(struct state *t, int k, int by)
{
	const struct groups *g = t->s->g;
	int level = level_in(t, k, by), best = -1, first = 0, second = 0;
	double least = t->over;

	for (int o = 0; o < g->n; o++) {
		int other = level_in(t, o, by), i, j;
		double use[GROUPS_USES], x;

		if (other == level ||
		    g->group[o].members != g->group[k].members)
			continue;
		i = at_level(t, k, by, other);
		j = at_level(t, o, by, level);
		if (i < 0 || j < 0)
			continue;
		memcpy(use, t->use, sizeof(use));
		add_change(t, k, i, use);
		add_change(t, o, j, use);
		x = groups_over(g, use);
		if (x < least)
			least = x, best = o, first = i, second = j;
	}
	if (best < 0)
		return false;
	set_item(t, k, first);
	take(t, best, second);
	return true;
}

bool swaps_run(const struct swaps *s, int want[2][SWAPS_LEVELS],
	       const double *price, int *item)
{
	struct state t = {s, item, {0}, 0};
	bool changed = true;

	for (int k = 0; k < s->g->n; k++)
		set_item(&t, k, item[k]);
	take(&t, 0, item[0]);
	set_counts(&t, want, price);
	for (int round = 0; round < ROUNDS && changed && t.over > 0; round++) {
		changed = false;
		for (int k = 0; k < s->g->n && t.over > 0; k++)
			for (int by = 0; by < 2; by++)
				changed |= swap_one(&t, k, by);
	}
	return !(t.over > 0);
}
