/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_meet.h"

#include <math.h>
#include <stdlib.h>

#define PAIRS_MAX 200000000

struct pair { /* of two lists that meet */
	double bound;
	int label;
};

static int by_bound(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	if (a->bound != b->bound)
		return a->bound < b->bound ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

/* Labels by what they add to the bound of the best prices. */
static struct pair *sort_list(const struct labels *l, const struct list *list,
			      struct nas_arena *arena)
{
	struct pair *p = NAS_NEW(arena, struct pair, (size_t)list->n);

	for (int k = 0; p && k < list->n; k++) {
		p[k] = (struct pair){list->label[k].loss, k};
		for (int b = 0; b < l->line->g->nbudgets; b++)
			p[k].bound +=
				l->line->price[b] * list->label[k].use[b];
	}
	if (p)
		qsort(p, (size_t)list->n, sizeof(*p), by_bound);
	return p;
}

struct meeting {
	double loss, most; /* of the best pair; that one may have */
	int first, second;
	long pairs; /* that may still be tried */
};

static bool do_fit(const struct labels *l, const struct label *a,
		   const struct label *b)
{
	const struct groups *g = l->line->g;
	int at = l->end[0].at;

	for (int r = 0; r < g->nbudgets; r++)
		if (a->use[r] + b->use[r] > g->limit[r])
			return false;
	return !l->line->chained[at] ||
	       item_in_order(list_item(l->line, at - 1, a->item),
			     list_item(l->line, at, b->item));
}

/* Bounds above the best pair's loss need no look, but for rounding. */
static void meet_one(const struct labels *l, const struct pair *a,
		     const struct pair *others, struct meeting *best)
{
	const struct label *x = &l->end[0].label[a->label];
	double beyond = l->line->end[0] + a->bound;
	int k;

	for (k = 0; k < l->end[1].n && others[k].bound + beyond <= best->most;
	     k++) {
		const struct label *y = &l->end[1].label[others[k].label];

		if (x->loss + y->loss < best->loss && do_fit(l, x, y)) {
			best->loss = x->loss + y->loss;
			best->first = a->label;
			best->second = others[k].label;
			best->most = fmin(best->most, best->loss);
		}
	}
	best->pairs -= k + 1;
}

static void follow(const struct labels *l, int end, int label, int *item)
{
	const struct list *list = &l->end[end];
	int i = list->first ? list->at - 1 : list->at;
	int n = l->line->g->n;

	for (; i >= 0 && i < n; i += list->first ? -1 : 1) {
		struct trace t = list->trace[i][label];

		item[l->line->group[i]] = t.item;
		label = t.parent;
	}
}

/* False: out of memory. */
bool labels_meet(struct labels *l, struct labels_outcome *outcome, int *item,
		 struct nas_arena *arena)
{
	struct pair *a = sort_list(l, &l->end[0], arena);
	struct pair *b = sort_list(l, &l->end[1], arena);
	struct meeting best = {HUGE_VAL, l->most, -1, -1, PAIRS_MAX};

	if (!a || !b)
		return false;
	for (int k = 0; k < l->end[0].n && best.pairs > 0; k++)
		meet_one(l, &a[k], b, &best);
	l->cut |= best.pairs <= 0;
	/* What the slack cuts off may lose less than a pair beyond it. */
	outcome->found = best.first >= 0 &&
			 best.loss <= l->most - line_rounding(l->line);
	if (outcome->found) {
		follow(l, 0, best.first, item);
		follow(l, 1, best.second, item);
	}
	return true;
}
