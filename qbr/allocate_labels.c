/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_labels.h"

#include <math.h>
#include <string.h>

#define LABELS_MAX     10000 /* of a list after a group */
#define CANDIDATES_MAX 100000
#define RIVALS	       128 /* labels that a new one is compared with */
#define PAIRS_MAX      30000000

struct label {
	double loss;
	double use[POLICY_COSTS_MAX];
	int parent, item;
};

struct trace { /* of a label that stayed */
	int parent, item;
};

struct list { /* of one end */
	bool first; /* the end where the line begins */
	int at;	    /* place that it has reached */
	int n;
	struct label *label;  /* (LABELS_MAX) */
	struct trace **trace; /* (G) by group on the line, (n) each */
};

struct pair { /* of two lists that meet */
	double bound;
	int label;
};

struct labels {
	const struct line *line;
	double most; /* bound that a policy may have */
	struct list end[2];
	struct label *next; /* (CANDIDATES_MAX) */
	int nnext;
};

static bool open_lists(struct labels *l, struct arena *arena)
{
	size_t n = (size_t)l->line->g->n;

	/* not in the arena: most of the room is never touched */
	l->next = malloc(CANDIDATES_MAX * sizeof(*l->next));
	for (int k = 0; k < 2; k++) {
		struct list *list = &l->end[k];

		list->first = k == 0;
		list->at = k == 0 ? 0 : (int)n;
		list->n = 1;
		list->label = malloc(LABELS_MAX * sizeof(*list->label));
		list->trace = NAS_NEW(arena, struct trace *, n);
		if (!list->label || !list->trace)
			return false;
		memset(list->label, 0, sizeof(*list->label));
	}
	return l->next != NULL;
}

static const struct item *item_of(const struct line *line, int i, int k)
{
	return &line_group(line, i)->item[k];
}

/* Some price says that no completion is within the slack. */
static bool is_hopeless(const struct labels *l, const struct label *x,
			const double *rest)
{
	const struct line *line = l->line;
	int nb = line->g->nbudgets;
	const double *price = line->price;

	for (int m = 0; m < line->nprices; m++, price += nb) {
		double bound = x->loss + rest[m] + line->end[m];

		for (int b = 0; b < nb; b++)
			bound += price[b] * x->use[b];
		if (!(bound <= l->most))
			return true;
	}
	return false;
}

/* False: too many. */
static bool expand_one(struct labels *l, const struct list *list, int i,
		       int parent, int k)
{
	const struct line *line = l->line;
	const struct label *from = &list->label[parent];
	const struct item *it = item_of(line, i, k);
	struct label *to = &l->next[l->nnext];

	if (l->nnext == CANDIDATES_MAX)
		return false;
	to->loss = from->loss + it->loss;
	for (int b = 0; b < line->g->nbudgets; b++)
		to->use[b] = from->use[b] + it->use[b];
	if (is_hopeless(l, to, list->first ? line_right(line, i + 1, k)
					   : line_left(line, i, k)))
		return true;
	to->parent = parent;
	to->item = k;
	l->nnext++;
	return true;
}

/* Items of the group may stand beside the label's last one. */
static bool may_follow(const struct labels *l, const struct list *list, int i,
		       const struct label *from, const struct item *it)
{
	const struct line *line = l->line;

	if (!line->chained[list->first ? i : i + 1])
		return true;
	if (list->first)
		return line_in_order(item_of(line, i - 1, from->item), it);
	return line_in_order(it, item_of(line, i + 1, from->item));
}

static bool expand(struct labels *l, const struct list *list, int i)
{
	const struct group *group = line_group(l->line, i);

	l->nnext = 0;
	for (int k = 0; k < group->n; k++) {
		if (!(l->line->item[i][k] <= l->most))
			continue;
		for (int p = 0; p < list->n; p++)
			if (may_follow(l, list, i, &list->label[p],
				       &group->item[k]) &&
			    !expand_one(l, list, i, p, k))
				return false;
	}
	return true;
}

/* By loss, then use, then origin: a total order. */
static int compare(const void *va, const void *vb)
{
	const struct label *a = va, *b = vb;

	if (a->loss != b->loss)
		return a->loss < b->loss ? -1 : 1;
	if (a->use[0] != b->use[0])
		return a->use[0] < b->use[0] ? -1 : 1;
	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

struct contest { /* of labels that end with group i */
	int nbudgets;
	const struct item *item; /* NULL: what follows is free anyway */
	bool first;
};

static bool is_as_good(const struct contest *c, const struct label *a,
		       const struct label *b)
{
	for (int r = 0; r < c->nbudgets; r++)
		if (a->use[r] > b->use[r])
			return false;
	if (!c->item)
		return true;
	return c->first ? line_in_order(&c->item[a->item], &c->item[b->item])
			: line_in_order(&c->item[b->item], &c->item[a->item]);
}

/* Kept labels lose no more than this one. The first and the last of them are
 * the likeliest to use no more either. */
static bool is_beaten(const struct contest *c, const struct list *list,
		      const struct label *x)
{
	int n = list->n;

	for (int i = 0; i < n && i < RIVALS; i++)
		if (is_as_good(c, &list->label[n - 1 - i], x) ||
		    is_as_good(c, &list->label[i], x))
			return true;
	return false;
}

/* False: too many. */
static bool select_labels(struct labels *l, struct list *list, int i,
			  struct arena *arena)
{
	const struct line *line = l->line;
	struct contest c = {.nbudgets = line->g->nbudgets,
			    .first = list->first};

	if (line->chained[list->first ? i + 1 : i])
		c.item = line_group(line, i)->item;
	qsort(l->next, (size_t)l->nnext, sizeof(*l->next), compare);
	list->n = 0;
	for (int k = 0; k < l->nnext; k++) {
		if (is_beaten(&c, list, &l->next[k]))
			continue;
		if (list->n == LABELS_MAX)
			return false;
		list->label[list->n++] = l->next[k];
	}
	list->trace[i] = NAS_NEW(arena, struct trace, (size_t)list->n);
	for (int k = 0; k < list->n && list->trace[i]; k++)
		list->trace[i][k] = (struct trace){list->label[k].parent,
						   list->label[k].item};
	return true;
}

/* Until the lists meet, the shorter one takes its next group. */
static enum labels_outcome grow(struct labels *l, struct arena *arena)
{
	while (l->end[0].at < l->end[1].at) {
		struct list *list =
			&l->end[l->end[1].n < l->end[0].n ? 1 : 0];
		int i = list->first ? list->at : list->at - 1;

		if (!expand(l, list, i) || !select_labels(l, list, i, arena))
			return LABELS_MANY;
		list->at += list->first ? 1 : -1;
		if (list->n == 0 || arena->failed)
			return LABELS_NONE;
	}
	return LABELS_FOUND;
}

/* ---- pairs ---------------------------------------------------------------- */

static int by_bound(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	if (a->bound != b->bound)
		return a->bound < b->bound ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

/* Labels by what they add to the bound of the best prices. */
static struct pair *sort_list(const struct labels *l, const struct list *list,
			      struct arena *arena)
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
	double loss; /* of the best pair; more than it: not looked at */
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
	       line_in_order(item_of(l->line, at - 1, a->item),
			     item_of(l->line, at, b->item));
}

static void meet_one(const struct labels *l, const struct pair *a,
		     const struct pair *others, struct meeting *best)
{
	const struct label *x = &l->end[0].label[a->label];
	double most = l->most - l->line->end[0] - a->bound;
	int k;

	for (k = 0; k < l->end[1].n && others[k].bound <= most; k++) {
		const struct label *y = &l->end[1].label[others[k].label];

		if (x->loss + y->loss < best->loss && do_fit(l, x, y)) {
			best->loss = x->loss + y->loss;
			best->first = a->label;
			best->second = others[k].label;
		}
	}
	best->pairs -= k;
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

static enum labels_outcome meet(const struct labels *l, int *item,
				struct arena *arena)
{
	struct pair *a = sort_list(l, &l->end[0], arena);
	struct pair *b = sort_list(l, &l->end[1], arena);
	struct meeting best = {HUGE_VAL, -1, -1, PAIRS_MAX};

	for (int k = 0; a && b && k < l->end[0].n; k++) {
		meet_one(l, &a[k], b, &best);
		if (best.pairs < 0)
			return LABELS_MANY;
	}
	/* What the slack cuts off may lose less than a pair beyond it. */
	if (best.first < 0 || !(best.loss <= l->most - line_rounding(l->line)))
		return LABELS_NONE;
	follow(l, 0, best.first, item);
	follow(l, 1, best.second, item);
	return LABELS_FOUND;
}

enum nas_status labels_solve(enum labels_outcome *outcome,
			     const struct line *line, double slack, int *item,
			     struct arena *arena, struct nas_err *err)
{
	struct labels l = {.line = line, .most = line->bound + slack};
	struct arena_mark mark = arena_mark(arena);

	if (open_lists(&l, arena)) {
		*outcome = grow(&l, arena);
		if (*outcome == LABELS_FOUND)
			*outcome = meet(&l, item, arena);
	} else {
		nas_fail(err, NAS_ENOMEM, "out of memory for the labels");
	}
	if (err->code == NAS_OK && arena->failed)
		nas_fail(err, NAS_ENOMEM, "out of memory for the labels");
	free(l.next);
	free(l.end[0].label);
	free(l.end[1].label);
	arena_rewind(arena, mark);
	return err->code;
}
