/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_relax.h"

#include <math.h>

/* An item beside those that its chain and other orders have for neighbours. */
static bool is_in_order(const struct relax *r, const int *item, int k, int i)
{
	const struct groups *g = r->g;
	const struct item *it = &g->group[k].item[i];
	int above = r->c->above[k], below = r->c->below[k];

	return (above < 0 ||
		item_in_order(&g->group[above].item[item[above]], it)) &&
	       (below < 0 ||
		item_in_order(it, &g->group[below].item[item[below]]));
}

static double priced(const struct relax *r, const struct item *it)
{
	return item_priced(it, r->multiplier, r->g->nbudgets);
}

static void change(const struct groups *g, double *to, const double *use,
		   const struct item *from, const struct item *it)
{
	for (int b = 0; b < g->nbudgets; b++)
		to[b] = use[b] + it->use[b] - from->use[b];
}

struct move {
	int group, item;
	double rate;
};

/* The change that costs least for what it takes away above the limits. */
static bool find_repair(const struct relax *r, const int *item,
			const double *use, struct move *best)
{
	const struct groups *g = r->g;
	double v = groups_over(g, use), to[GROUPS_USES];

	best->rate = HUGE_VAL;
	for (int k = 0; k < g->n; k++) {
		const struct group *group = &g->group[k];
		const struct item *from = &group->item[item[k]];

		for (int i = 0; i < group->n; i++) {
			double gain, rate;

			change(g, to, use, from, &group->item[i]);
			gain = v - groups_over(g, to);
			rate = (priced(r, &group->item[i]) - priced(r, from)) /
			       gain;
			if (gain > 1e-12 * v && rate < best->rate &&
			    is_in_order(r, item, k, i))
				*best = (struct move){ k, i, rate };
		}
	}
	return best->rate < HUGE_VAL;
}

bool relax_repair(const struct relax *r, int *item)
{
	const struct groups *g = r->g;
	double use[GROUPS_USES];
	struct move move;

	for (int step = 0; step < 20 * g->n; step++) {
		if (groups_use(g, item, use))
			return true;
		if (!find_repair(r, item, use, &move))
			return false;
		item[move.group] = move.item;
	}
	return false;
}

static bool fits(const struct groups *g, const double *use)
{
	for (int b = 0; b < g->nbudgets; b++)
		if (use[b] > g->limit[b])
			return false;
	return true;
}

static bool improve_one(const struct relax *r, int *item, double *use)
{
	const struct groups *g = r->g;
	double best = 0, to[GROUPS_USES];
	int bk = -1, bi = 0;

	for (int k = 0; k < g->n; k++) {
		const struct group *group = &g->group[k];
		const struct item *from = &group->item[item[k]];

		for (int i = 0; i < group->n; i++) {
			double gain = from->loss - group->item[i].loss;

			change(g, to, use, from, &group->item[i]);
			if (gain > best && fits(g, to) &&
			    is_in_order(r, item, k, i))
				best = gain, bk = k, bi = i;
		}
	}
	if (bk >= 0)
		item[bk] = bi;
	return bk >= 0;
}

struct swap {
	double gain;
	int k1, i1, k2, i2;
};

/* The best second change beside a first one in group k1. */
static void try_second(const struct relax *r, const int *item, int k1,
		       int i1, const double *use, struct swap *best)
{
	const struct groups *g = r->g;
	const struct item *a = &g->group[k1].item[i1];
	double first = g->group[k1].item[item[k1]].loss - a->loss;
	double to[GROUPS_USES];

	for (int k = k1 + 1; k < g->n; k++) {
		const struct group *group = &g->group[k];
		const struct item *from = &group->item[item[k]];

		if (k == r->c->above[k1] || k == r->c->below[k1])
			continue;
		for (int i = 0; i < group->n; i++) {
			double gain = first + from->loss -
				      group->item[i].loss;

			if (gain <= best->gain)
				continue;
			change(g, to, use, from, &group->item[i]);
			if (fits(g, to) && is_in_order(r, item, k, i))
				*best = (struct swap){ gain, k1, i1, k, i };
		}
	}
}

static bool improve_two(const struct relax *r, int *item, const double *use)
{
	const struct groups *g = r->g;
	struct swap best = { 0 };
	double to[GROUPS_USES];

	for (int k = 0; k < g->n; k++)
		for (int i = 0; i < g->group[k].n; i++) {
			if (i == item[k] || !is_in_order(r, item, k, i))
				continue;
			change(g, to, use, &g->group[k].item[item[k]],
			       &g->group[k].item[i]);
			try_second(r, item, k, i, to, &best);
		}
	if (best.gain <= 0)
		return false;
	item[best.k1] = best.i1;
	item[best.k2] = best.i2;
	return true;
}

void relax_improve(const struct relax *r, int *item)
{
	const struct groups *g = r->g;
	double use[GROUPS_USES];
	int items = 0;

	for (int k = 0; k < g->n; k++)
		items += g->group[k].n;
	for (int step = 0; step < 10 * g->n; step++) {
		groups_use(g, item, use);
		if (improve_one(r, item, use))
			continue;
		if (items > r->pairs || !improve_two(r, item, use))
			return;
	}
}
