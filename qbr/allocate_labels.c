/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_labels.h"

#include <math.h>
#include <stdlib.h>

#include "nas/base/stats.h"
#include "qbr/allocate_front.h"
#include "qbr/allocate_meet.h"

#define TRACES_MAX 40000000 /* labels kept in all */
#define LIST_MAX   2000000  /* of a list while it grows */
#define CELLS_MOST 65536 /* of a front */
#define CELLS_ALL  524288 /* of those of a group's items */

static bool open_lists(struct labels *l, struct nas_arena *arena)
{
	size_t n = (size_t)l->line->g->n;

	for (int k = 0; k < 2; k++) {
		struct list *list = &l->end[k];

		list->first = k == 0;
		list->at = k == 0 ? 0 : (int)n;
		list->n = list->room = 1;
		list->label = calloc(1, sizeof(*list->label));
		list->trace = NAS_NEW(arena, struct trace *, n);
		if (!list->label || !list->trace)
			return false;
	}
	return true;
}

static double bound_of(const struct line *line, const struct label *x,
		       const double *rest, int m)
{
	int nb = line->g->nbudgets;
	const double *price = line->price + m * nb;
	double bound = x->loss + rest[m] + line->end[m];

	for (int b = 0; b < nb; b++)
		bound += price[b] * x->use[b];
	return bound;
}

/* Some price says that no completion is within the slack; the one that said so
 * last is likely to say it again. */
static bool is_hopeless(struct labels *l, struct label *x, const double *rest)
{
	const struct line *line = l->line;

	x->bound = bound_of(line, x, rest, 0);
	if (!(x->bound <= l->most) ||
	    !(bound_of(line, x, rest, l->likely) <= l->most))
		return true;
	for (int m = 1; m < line->nprices; m++) {
		double bound = bound_of(line, x, rest, m);

		if (!(bound <= l->most)) {
			l->likely = m;
			return true;
		}
		x->bound = bound > x->bound ? bound : x->bound;
	}
	return false;
}

/* Items of the group may stand beside the label's last one. */
static bool may_follow(const struct line *line, const struct list *list, int i,
		       const struct label *from, const struct item *it)
{
	if (!line->chained[list->first ? i : i + 1])
		return true;
	if (list->first)
		return item_in_order(list_item(line, i - 1, from->item), it);
	return item_in_order(it, list_item(line, i + 1, from->item));
}

/* ---- one group more ------------------------------------------------------- */

struct head { /* of an item: the next label that it comes to */
	double loss;
	int label, item;
};

struct merge { /* of the labels of a list and the items of a group */
	const struct list *list;
	int i;			/* group on the line */
	int n;			/* heads, a heap by loss */
	struct head *head;
	int alive, *index;	/* items that are left; (items) their number */
	bool chained;		/* to the group after this one */
	struct front *front;	/* (1), or (alive) where chained */
};

static bool comes_before(const struct head *a, const struct head *b)
{
	return a->loss != b->loss ? a->loss < b->loss : a->item < b->item;
}

static void sink(struct merge *m, int k)
{
	for (;;) {
		int child = 2 * k + 1;
		struct head head = m->head[k];

		if (child + 1 < m->n &&
		    comes_before(&m->head[child + 1], &m->head[child]))
			child++;
		if (child >= m->n || !comes_before(&m->head[child], &head))
			return;
		m->head[k] = m->head[child];
		m->head[child] = head;
		k = child;
	}
}

static void find_range(const struct labels *l, const struct merge *m,
		       double *low, double *high)
{
	const struct group *group = line_group(l->line, m->i);
	int nb = l->line->g->nbudgets;

	for (int b = 0; b < nb; b++) {
		double least = HUGE_VAL, most = -HUGE_VAL;

		low[b] = HUGE_VAL;
		high[b] = -HUGE_VAL;
		for (int k = 0; k < group->n; k++)
			if (m->index[k] >= 0) {
				double use = group->item[k].use[b];

				least = fmin(least, use);
				most = fmax(most, use);
			}
		for (int k = 0; k < m->list->n; k++) {
			double use = m->list->label[k].use[b];

			low[b] = fmin(low[b], use);
			high[b] = fmax(high[b], use);
		}
		low[b] += least;
		high[b] += most;
	}
}

static bool open_fronts(const struct labels *l, struct merge *m,
			struct nas_arena *arena)
{
	double low[POLICY_COSTS_MAX], high[POLICY_COSTS_MAX];
	int n = m->chained ? m->alive : 1, nb = l->line->g->nbudgets;
	double cells = fmin(fmin(CELLS_MOST, CELLS_ALL / n),
			    4.0 * m->list->n * m->alive + 16);
	bool ok = true;

	if (nb == 3)
		cells = sqrt(cells);
	find_range(l, m, low, high);
	m->front = NAS_NEW(arena, struct front, (size_t)n);
	for (int k = 0; k < n && m->front && ok; k++)
		ok = front_init(&m->front[k], nb, low, high,
				(int)cells, arena);
	return m->front && ok;
}

static bool open_merge(const struct labels *l, struct merge *m,
		       struct nas_arena *arena)
{
	const struct line *line = l->line;
	const struct group *group = line_group(line, m->i);
	size_t n = (size_t)group->n;

	m->chained = line->chained[m->list->first ? m->i + 1 : m->i];
	m->head = NAS_NEW(arena, struct head, n);
	m->index = NAS_NEW(arena, int, n);
	if (arena->failed)
		return false;
	for (int k = 0; k < group->n; k++) {
		bool alive = line->item[m->i][k] <= l->most;

		m->index[k] = alive ? m->alive++ : -1;
		if (alive)
			m->head[m->n++] = (struct head){
				m->list->label[0].loss + group->item[k].loss,
				0, k};
	}
	for (int k = m->n / 2 - 1; k >= 0; k--)
		sink(m, k);
	return m->alive == 0 || open_fronts(l, m, arena);
}

static struct head take_head(const struct labels *l, struct merge *m)
{
	struct head head = m->head[0];

	if (++m->head[0].label < m->list->n)
		m->head[0].loss = m->list->label[m->head[0].label].loss +
				  list_item(l->line, m->i, head.item)->loss;
	else
		m->head[0] = m->head[--m->n];
	sink(m, 0);
	return head;
}

/* Labels before this one lose no more; those whose item leaves the next group
 * as free may beat it. */
static bool is_beaten(const struct labels *l, const struct merge *m,
		      const struct label *x)
{
	const struct group *group = line_group(l->line, m->i);
	const struct item *it = &group->item[x->item];

	if (!m->chained)
		return front_beats(&m->front[0], x->use);
	for (int k = 0; k < group->n; k++) {
		const struct item *other = &group->item[k];

		if (m->index[k] >= 0 &&
		    (m->list->first ? item_in_order(other, it)
				    : item_in_order(it, other)) &&
		    front_beats(&m->front[m->index[k]], x->use))
			return true;
	}
	return false;
}

/* The bound that as many labels have as the list may hold. */
static bool find_ceiling(struct labels *l, const struct list *list)
{
	double *bound = malloc((size_t)list->n * sizeof(*bound));

	if (!bound)
		return false;
	for (int k = 0; k < list->n; k++)
		bound[k] = list->label[k].bound;
	stats_sort(bound, (int)list->n);
	l->ceiling = bound[l->limit - 1];
	free(bound);
	l->cut = true;
	return true;
}

/* Labels above the ceiling go; of those at it, where rounding decides, some
 * stay, evenly, for what is left to use matters as well. */
static void drop_labels(struct labels *l, struct list *list, bool thin)
{
	double rounding = 8 * line_rounding(l->line);
	long below = 0, at = 0, seen = 0, room;
	int n = 0;

	for (int k = 0; k < list->n; k++) {
		double bound = list->label[k].bound;

		below += bound < l->ceiling - rounding;
		at += fabs(bound - l->ceiling) <= rounding;
	}
	room = thin && l->limit < below + at ? l->limit - below : at;
	for (int k = 0; k < list->n; k++) {
		double bound = list->label[k].bound;
		long share = at ? seen * room / at : 0;

		if (bound > l->ceiling + rounding)
			continue;
		if (bound >= l->ceiling - rounding &&
		    ++seen * room / at == share)
			continue;
		list->label[n++] = list->label[k];
	}
	list->n = n;
}

/* To the limit. */
static bool cut_list(struct labels *l, struct list *list, bool thin)
{
	if (list->n <= l->limit)
		return true;
	if (!find_ceiling(l, list))
		return false;
	drop_labels(l, list, thin);
	return true;
}

/* False: out of memory. */
static bool keep_label(struct labels *l, const struct label *x)
{
	struct list *to = &l->next;

	if (x->bound > l->ceiling + 8 * line_rounding(l->line))
		return true;
	if (to->n >= l->until) {
		if (!cut_list(l, to, to->n >= LIST_MAX))
			return false;
		l->until = to->n + 4 * l->limit;
	}
	if (to->n == to->room) {
		int room = to->room ? 2 * to->room : 1024;
		void *more = realloc(to->label,
				     (size_t)room * sizeof(*to->label));

		if (!more)
			return false;
		to->label = more;
		to->room = room;
	}
	to->label[to->n++] = *x;
	return true;
}

static bool take_labels(struct labels *l, struct merge *m)
{
	const struct line *line = l->line;
	const struct list *list = m->list;

	while (m->n > 0) {
		struct head head = take_head(l, m);
		const struct label *from = &list->label[head.label];
		const struct item *it = list_item(line, m->i, head.item);
		struct label x = {.loss = head.loss, .parent = head.label,
				  .item = head.item};

		if (!may_follow(line, list, m->i, from, it))
			continue;
		for (int b = 0; b < line->g->nbudgets; b++)
			x.use[b] = from->use[b] + it->use[b];
		if (is_hopeless(l, &x, list->first
				? line_right(line, m->i + 1, x.item)
				: line_left(line, m->i, x.item)) ||
		    is_beaten(l, m, &x))
			continue;
		front_add(&m->front[m->chained ? m->index[x.item] : 0], x.use);
		if (!keep_label(l, &x))
			return false;
	}
	return true;
}

/* The list takes the group that is next to it. */
static bool extend(struct labels *l, struct list *list, struct nas_arena *arena)
{
	int i = list->first ? list->at : list->at - 1;
	struct merge m = {.list = list, .i = i};
	struct nas_arena_mark mark = arena_mark(arena);
	struct list old;

	l->next.n = 0;
	l->ceiling = HUGE_VAL;
	l->until = 8 * l->limit;
	if (!open_merge(l, &m, arena) || !take_labels(l, &m) ||
	    !cut_list(l, &l->next, true))
		return false;
	arena_rewind(arena, mark);
	old = *list;
	list->label = l->next.label;
	list->room = l->next.room;
	list->n = l->next.n;
	l->next.label = old.label;
	l->next.room = old.room;
	list->at += list->first ? 1 : -1;
	l->traces += list->n;
	list->trace[i] = NAS_NEW(arena, struct trace, (size_t)list->n);
	for (int k = 0; k < list->n && list->trace[i]; k++)
		list->trace[i][k] = (struct trace){list->label[k].parent,
						   list->label[k].item};
	return !arena->failed;
}

/* Until the lists meet, the shorter one takes its next group. False: out of
 * memory. */
static bool grow(struct labels *l, struct nas_arena *arena)
{
	while (l->end[0].at < l->end[1].at) {
		struct list *list =
			&l->end[l->end[1].n < l->end[0].n ? 1 : 0];

		if (!extend(l, list, arena))
			return false;
		if (list->n == 0)
			return true;
		if (l->traces > TRACES_MAX && l->limit > 1000)
			l->limit = 1000;
	}
	return true;
}

enum nas_status labels_solve(struct labels_outcome *outcome,
			     const struct line *line,
			     const struct labels_limits *limits, int *item,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct labels l = {.line = line, .most = limits->most,
			   .limit = limits->list};
	struct nas_arena_mark mark = arena_mark(arena);

	*outcome = (struct labels_outcome){0};
	if (!open_lists(&l, arena) || !grow(&l, arena) ||
	    (l.end[0].n > 0 && l.end[1].n > 0 &&
	     !labels_meet(&l, outcome, item, arena)))
		nas_fail(err, NAS_ENOMEM, "out of memory for the labels");
	outcome->all = !l.cut;
	free(l.next.label);
	free(l.end[0].label);
	free(l.end[1].label);
	arena_rewind(arena, mark);
	return err->code;
}
