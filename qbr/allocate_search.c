/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_search.h"

#include <math.h>
#include <string.h>

#include "nas/base/stats.h"
#include "qbr/allocate_counts.h"
#include "qbr/allocate_labels.h"
#include "qbr/allocate_quantum.h"
#include "qbr/allocate_relax.h"
#include "qbr/allocate_tree.h"

const struct search_limits search_usual = {400, 400, 10000, 50000};
static const struct counts_limits counts_usual = {400, 1000, 400};

#define PAIRS_MAX 6000 /* items up to which pairs are tried */
#define LONGER	   4 /* times */
#define DEEPER	   4.0

struct node {
	struct item_search *s;
	struct groups g; /* with items of its own */
	struct bound_prices prices;
	struct nas_arena *arena;
};

static enum nas_status no_memory(struct nas_err *err)
{
	return nas_fail(err, NAS_ENOMEM, "out of memory for the bounds");
}

/* A policy that fits; false where it is no better than the best. */
static bool offer(struct node *n, const int *item)
{
	struct item_search *s = n->s;
	double loss = groups_loss(&n->g, item);

	if (s->found && !(loss < s->loss))
		return false;
	s->found = true;
	s->loss = loss;
	for (int k = 0; k < n->g.n; k++)
		s->best[k] = n->g.group[k].item[item[k]];
	return true;
}

static void try_repair(struct node *n)
{
	struct relax r = {&n->g, &n->s->chains, n->prices.multiplier,
			  PAIRS_MAX};
	int *item = n->prices.item;

	if (!relax_repair(&r, item))
		return;
	relax_improve(&r, item);
	if (chains_broken(&n->s->chains, &n->g, item) < 0)
		offer(n, item);
}

/* What a better policy loses at most; rounding is on the safe side. */
static double most_of(const struct item_search *s, const struct line *line)
{
	return s->found ? s->loss - line_rounding(line) : HUGE_VAL;
}

/* Items that are in no better policy go; false: all of a group. */
static bool reduce(struct node *n, const struct line *line)
{
	double most = most_of(n->s, line);

	for (int i = 0; i < n->g.n; i++) {
		struct group *group = &n->g.group[line->group[i]];
		int left = 0;

		for (int k = 0; k < group->n; k++)
			if (line->item[i][k] <= most)
				group->item[left++] = group->item[k];
		group->n = left;
		if (left == 0)
			return false;
	}
	return true;
}

/* ---- deepening ------------------------------------------------------------ */

/* With so much some groups have a second item. */
static bool first_slack(double *slack, const struct line *line,
			struct nas_arena *arena)
{
	size_t n = 0, at = (size_t)line->g->n + 8;
	struct nas_arena_mark mark = arena_mark(arena);
	double *bound;

	for (int i = 0; i < line->g->n; i++)
		n += (size_t)line_group(line, i)->n;
	bound = NAS_NEW(arena, double, n);
	if (!bound)
		return false;
	n = 0;
	for (int i = 0; i < line->g->n; i++)
		for (int k = 0; k < line_group(line, i)->n; k++)
			bound[n++] = line->item[i][k];
	stats_sort(bound, (int)n);
	*slack = bound[at < n ? at : n - 1] - line->bound;
	if (!(*slack > 4 * line_rounding(line)) || !(*slack < HUGE_VAL))
		*slack = 4 * line_rounding(line);
	arena_rewind(arena, mark);
	return true;
}

/* No policy has a loss beyond the bound and this. */
static double last_slack(const struct line *line)
{
	double sum = 0;

	for (int i = 0; i < line->g->n; i++) {
		const struct group *group = line_group(line, i);
		double most = group->item[0].loss;

		for (int k = 1; k < group->n; k++)
			most = fmax(most, group->item[k].loss);
		sum += most;
	}
	return fmax(sum - line->bound, 0) + 4 * line_rounding(line);
}

enum outcome { CLOSED, TOO_MANY, OUT_OF_ORDER };

/* Of policies that lose no more than the bound and the slack. item (G): where
 * the best breaks an order, that one. */
static enum nas_status look(struct node *n, const struct line *line,
			    double slack, int list, enum outcome *outcome,
			    int *item, struct nas_err *err)
{
	double most = fmin(most_of(n->s, line), line->bound + last_slack(line));
	struct labels_limits limits = {fmin(line->bound + slack, most), list};
	struct labels_outcome labels;

	*outcome = CLOSED;
	if (line->bound > most)
		return NAS_OK;
	if (labels_solve(&labels, line, &limits, item, n->arena, err))
		return err->code;
	if (labels.found && chains_broken(&n->s->chains, &n->g, item) < 0)
		offer(n, item);
	else if (labels.found && labels.all)
		*outcome = OUT_OF_ORDER;
	if (!labels.all || (!labels.found && limits.most < most))
		*outcome = TOO_MANY;
	return NAS_OK;
}

/* Short lists, for growing slacks, until there is a policy: where none was
 * cut it is the best. */
static enum nas_status deepen(struct node *n, const struct line *line,
			      enum outcome *outcome, int *item,
			      struct nas_err *err)
{
	double slack, last = last_slack(line);

	if (!first_slack(&slack, line, n->arena))
		return no_memory(err);
	if (n->s->found)
		slack = fmax(slack, (n->s->loss - line->bound) / 64);
	for (;; slack *= DEEPER) {
		double before = n->s->found ? n->s->loss : HUGE_VAL;

		if (look(n, line, slack, n->s->limits.list, outcome, item, err))
			return err->code;
		if (*outcome != TOO_MANY || n->s->loss < before ||
		    slack >= fmin(last, before - line->bound))
			return NAS_OK;
	}
}

/* ---- a node --------------------------------------------------------------- */

static bool make_line(struct line *line, const struct node *n, bool family)
{
	return line_make(line, &n->g, &n->s->chains, n->prices.multiplier,
			 family, n->arena);
}

/* False in `left`: nothing better is to be had here. */
static enum nas_status narrow(struct node *n, struct line *line, bool *left,
			      struct nas_err *err)
{
	*left = false;
	if (!make_line(line, n, false))
		return no_memory(err);
	if (line->bound > most_of(n->s, line) || !reduce(n, line))
		return NAS_OK;
	if (!make_line(line, n, true))
		return no_memory(err);
	if (!reduce(n, line))
		return NAS_OK;
	*left = true;
	return make_line(line, n, true) ? NAS_OK : no_memory(err);
}

/* Good policies first: the fewer items and labels are left for the longer
 * lists. */
static enum nas_status search_items(struct node *n, enum outcome *outcome,
				    int *item, struct nas_err *err)
{
	struct line line;
	bool left = true;
	int list = 0;

	while (list <= n->s->limits.most) {
		double before = n->s->found ? n->s->loss : HUGE_VAL;
		struct nas_arena_mark mark = arena_mark(n->arena);

		*outcome = CLOSED;
		if (list > 0 && !prices_find(&n->prices, &n->g, &n->s->chains,
					     n->arena))
			return no_memory(err);
		if (narrow(n, &line, &left, err) != NAS_OK)
			return err->code;
		if (left && (list == 0 ? deepen(n, &line, outcome, item, err)
				       : look(n, &line, HUGE_VAL, list,
					      outcome, item, err)))
			return err->code;
		arena_rewind(n->arena, mark);
		if (*outcome != TOO_MANY)
			return NAS_OK;
		if (list == 0)
			list = n->s->limits.list;
		else if (!(n->s->found && n->s->loss < before))
			list *= LONGER;
	}
	return NAS_OK;
}

static enum nas_status search_node(struct node *n, struct nas_err *err)
{
	int *item = NAS_NEW(n->arena, int, (size_t)n->g.n);
	enum outcome outcome = CLOSED;
	bool done;

	if (!item)
		return no_memory(err);
	n->s->method = "branches";
	if (counts_search(n->s, &n->g, &n->prices, &counts_usual, &done,
			  n->arena, err) != NAS_OK || done)
		return err->code;
	if (tree_search(n->s, &n->g, &n->prices, n->s->limits.first, n->arena,
			err) != NAS_OK || !n->s->gave_up)
		return err->code;
	n->s->gave_up = false;
	n->s->method = "labels";
	if (search_items(n, &outcome, item, err) != NAS_OK)
		return err->code;
	if (outcome == CLOSED)
		return NAS_OK;
	n->s->method = "branches";
	return tree_search(n->s, &n->g, &n->prices, n->s->limits.nodes,
			   n->arena, err);
}

/* L of the prices, less what its sum may have been rounded up by. */
static double relaxed_bound(const struct groups *g, const struct bound_prices *p)
{
	double size = groups_size(g);

	for (int b = 0; b < g->nbudgets; b++)
		size += p->multiplier[b] * fabs(g->limit[b]);
	return p->bound - PRICES_ROUNDING * size;
}

static enum nas_status visit(struct node *n, struct nas_err *err)
{
	struct item_search *s = n->s;

	quantum_tighten(&n->g);
	if (!prices_find(&n->prices, &n->g, &s->chains, n->arena))
		return no_memory(err);
	s->relaxed = relaxed_bound(&n->g, &n->prices);
	memcpy(s->multiplier, n->prices.multiplier, sizeof(s->multiplier));
	if (n->prices.hopeless)
		return NAS_OK;
	try_repair(n);
	return search_node(n, err);
}

enum nas_status search_run(struct item_search *s, const struct groups *g,
			   const struct search_limits *limits,
			   struct nas_arena *arena, struct nas_err *err)
{
	struct node n = {.s = s, .arena = arena};
	struct nas_arena_mark mark;

	memset(s, 0, sizeof(*s));
	s->limits = *limits;
	s->method = "bounds";
	s->open = HUGE_VAL;
	s->enough = -HUGE_VAL;
	s->best = NAS_NEW(arena, struct item, (size_t)g->n);
	mark = arena_mark(arena);
	if (arena->failed || !chains_make(&s->chains, g, arena) ||
	    !groups_copy(&n.g, g, arena))
		return no_memory(err);
	if (visit(&n, err) != NAS_OK)
		return err->code;
	s->bound = s->gave_up ? fmin(fmax(s->open, s->relaxed), s->loss)
			      : s->loss;
	arena_rewind(arena, mark);
	return NAS_OK;
}
