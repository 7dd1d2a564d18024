/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_labels.h"

#include <math.h>
#include <string.h>

#define RIVALS 256           /* labels that a new one is compared with */
#define CANDIDATES_MAX 400000

struct label {
	double loss, d;
	double use[POLICY_COSTS_MAX];
	int parent, item;
};

struct trace { /* of a label that stayed */
	int parent, item;
};

struct stage {
	int group, n;
	double rest[POLICY_COSTS_MAX]; /* least uses of the stages after it */
	struct trace *trace;           /* (n) */
};

struct labels {
	const struct groups *g;
	double slack;
	int nstages;
	struct stage *stage;        /* open groups: more than one item */
	struct label *now, *next;   /* (LABELS_MAX), (CANDIDATES_MAX) */
	int nnow, nnext;
};

/* Groups with expensive alternatives come first: they prune most. */
static double cheapest_change(const struct group *group)
{
	double least = HUGE_VAL;
	bool zero = false;

	for (int i = 0; i < group->n; i++) {
		double d = group->item[i].d;

		if (d <= 0 && !zero)
			zero = true;
		else
			least = fmin(least, d);
	}
	return least;
}

static void order_stages(struct labels *l)
{
	for (int s = 1; s < l->nstages; s++)
		for (int t = s; t > 0; t--) {
			struct stage *a = &l->stage[t - 1], *b = a + 1;
			struct stage keep = *a;

			if (cheapest_change(&l->g->group[a->group]) >=
			    cheapest_change(&l->g->group[b->group]))
				break;
			*a = *b;
			*b = keep;
		}
}

static double least_use(const struct group *group, int b)
{
	double least = group->item[0].use[b];

	for (int i = 1; i < group->n; i++)
		least = fmin(least, group->item[i].use[b]);
	return least;
}

static void sum_rest(struct labels *l)
{
	for (int s = l->nstages - 2; s >= 0; s--)
		for (int b = 0; b < l->g->nbudgets; b++)
			l->stage[s].rest[b] =
				l->stage[s + 1].rest[b] +
				least_use(&l->g->group[l->stage[s + 1].group],
					  b);
}

/* The first label holds the groups that have no choice left. */
static void add_fixed(struct label *first, const struct groups *g)
{
	for (int k = 0; k < g->n; k++) {
		const struct item *it = &g->group[k].item[0];

		if (g->group[k].n > 1)
			continue;
		first->loss += it->loss;
		first->d += it->d;
		for (int b = 0; b < g->nbudgets; b++)
			first->use[b] += it->use[b];
	}
}

static enum nas_status open_labels(struct labels *l, struct arena *arena,
				   struct nas_err *err)
{
	const struct groups *g = l->g;

	l->stage = NAS_NEW(arena, struct stage, (size_t)g->n);
	/* not in the arena: most of the room is never touched */
	l->now = malloc(LABELS_MAX * sizeof(*l->now));
	l->next = malloc(CANDIDATES_MAX * sizeof(*l->next));
	if (arena->failed || !l->now || !l->next)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the labels");
	for (int k = 0; k < g->n; k++)
		if (g->group[k].n > 1)
			l->stage[l->nstages++].group = k;
	order_stages(l);
	sum_rest(l);
	memset(l->now, 0, sizeof(*l->now));
	add_fixed(l->now, g);
	l->nnow = 1;
	return NAS_OK;
}

/* False: too many. */
static bool expand_one(struct labels *l, int parent, int item,
		       const struct stage *s)
{
	const struct label *from = &l->now[parent];
	const struct item *it = &l->g->group[s->group].item[item];
	struct label *to = &l->next[l->nnext];

	if (from->d + it->d > l->slack)
		return true;
	if (l->nnext == CANDIDATES_MAX)
		return false;
	for (int b = 0; b < l->g->nbudgets; b++) {
		to->use[b] = from->use[b] + it->use[b];
		if (to->use[b] + s->rest[b] > l->g->limit[b])
			return true;
	}
	to->loss = from->loss + it->loss;
	to->d = from->d + it->d;
	to->parent = parent;
	to->item = item;
	l->nnext++;
	return true;
}

static bool expand(struct labels *l, const struct stage *s)
{
	l->nnext = 0;
	for (int i = 0; i < l->nnow; i++)
		for (int k = 0; k < l->g->group[s->group].n; k++)
			if (!expand_one(l, i, k, s))
				return false;
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

static bool uses_no_more(const struct label *a, const struct label *b,
			 int nbudgets)
{
	for (int r = 0; r < nbudgets; r++)
		if (a->use[r] > b->use[r])
			return false;
	return true;
}

/* Kept labels lose no more than this one. The first and the last of them are
 * the likeliest to use no more either. */
static bool is_beaten(const struct labels *l, const struct label *b)
{
	int n = l->nnow, nb = l->g->nbudgets;

	for (int i = 0; i < n && i < RIVALS; i++)
		if (uses_no_more(&l->now[n - 1 - i], b, nb) ||
		    uses_no_more(&l->now[i], b, nb))
			return true;
	return false;
}

/* False: too many. */
static bool select_labels(struct labels *l, struct stage *s,
			  struct arena *arena)
{
	qsort(l->next, (size_t)l->nnext, sizeof(*l->next), compare);
	l->nnow = 0;
	for (int i = 0; i < l->nnext; i++) {
		if (is_beaten(l, &l->next[i]))
			continue;
		if (l->nnow == LABELS_MAX)
			return false;
		l->now[l->nnow++] = l->next[i];
	}
	s->n = l->nnow;
	s->trace = NAS_NEW(arena, struct trace, (size_t)s->n);
	for (int i = 0; i < s->n && s->trace; i++)
		s->trace[i] = (struct trace){ l->now[i].parent,
					      l->now[i].item };
	return true;
}

static void follow(const struct labels *l, int *item)
{
	for (int k = 0; k < l->g->n; k++)
		if (l->g->group[k].n == 1)
			item[k] = 0;
	for (int s = l->nstages - 1, i = 0; s >= 0; s--) {
		struct trace t = l->stage[s].trace[i];

		item[l->stage[s].group] = t.item;
		i = t.parent;
	}
}

static enum labels_outcome walk(struct labels *l, int *item,
				struct arena *arena)
{
	for (int s = 0; s < l->nstages && l->nnow > 0; s++)
		if (!expand(l, &l->stage[s]) ||
		    !select_labels(l, &l->stage[s], arena))
			return LABELS_MANY;
	if (l->nnow == 0 || arena->failed ||
	    !(l->now[0].loss < groups_loss(l->g, item)))
		return LABELS_KEPT;
	follow(l, item);
	return LABELS_BETTER;
}

enum nas_status labels_solve(enum labels_outcome *outcome,
			     const struct groups *g, double slack, int *item,
			     struct arena *arena, struct nas_err *err)
{
	struct labels l = { .g = g, .slack = slack };
	struct arena_mark mark = arena_mark(arena);

	if (open_labels(&l, arena, err) == NAS_OK)
		*outcome = walk(&l, item, arena);
	if (err->code == NAS_OK && arena->failed)
		(void)nas_fail(err, NAS_ENOMEM, "cannot hold the labels");
	free(l.now);
	free(l.next);
	arena_rewind(arena, mark);
	return err->code;
}
