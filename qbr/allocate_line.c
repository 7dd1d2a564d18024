/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_line.h"

#include <math.h>
#include <string.h>

/* Changes of one price, and of two together, as shares of them. */
static const double steps[] = {-0.95,  -0.8,	-0.6,  -0.4,  -0.25, -0.15,
			       -0.08,  -0.04,	-0.02, -0.01, -0.005, -0.0025,
			       0.0025, 0.005,	0.01,  0.02,  0.04,  0.08,
			       0.15,   0.25,	0.4,   0.7,   1.2,   2,
			       4};
static const double joint[] = {0.004, 0.01, 0.025, 0.06, 0.15, 0.4};
#define STEPS ((int)(sizeof(steps) / sizeof(steps[0])))
#define JOINT ((int)(sizeof(joint) / sizeof(joint[0])))

static double priced(const struct line *line, const struct item *it, int m)
{
	int nb = line->g->nbudgets;

	return item_priced(it, line->price + m * nb, nb);
}

/* What a unit of a budget costs in loss, roughly, where its price is 0. */
static double usual_price(const struct groups *g, int b)
{
	double loss = 0, use = 0;

	for (int k = 0; k < g->n; k++) {
		const struct group *group = &g->group[k];
		double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {0, 0};

		for (int i = 0; i < group->n; i++) {
			double x[2] = {group->item[i].loss,
				       group->item[i].use[b]};

			for (int j = 0; j < 2; j++) {
				low[j] = fmin(low[j], x[j]);
				high[j] = i ? fmax(high[j], x[j]) : x[j];
			}
		}
		loss += high[0] - low[0];
		use += high[1] - low[1];
	}
	return use > 0 ? 0.1 * loss / use : 0;
}

static void add_price(struct line *line, const double *price)
{
	int nb = line->g->nbudgets;
	double *to = line->price + line->nprices * nb;
	double end = 0;

	for (int b = 0; b < nb; b++) {
		if (price[b] < 0)
			return;
		to[b] = price[b];
		end -= to[b] * line->g->limit[b];
	}
	line->end[line->nprices++] = end;
}

static void add_around(struct line *line, const double *multiplier,
		       const double *unit, int b)
{
	double price[POLICY_COSTS_MAX];
	int nb = line->g->nbudgets;
	size_t size = (size_t)nb * sizeof(*price);

	memcpy(price, multiplier, size);
	for (int k = 0; k < STEPS && unit[b] > 0; k++) {
		price[b] = multiplier[b] + steps[k] * unit[b];
		add_price(line, price);
	}
	for (int c = b + 1; c < nb && unit[b] > 0; c++) {
		memcpy(price, multiplier, size);
		for (int k = 0; k < 4 * JOINT && unit[c] > 0; k++) {
			double step = joint[k / 4];

			price[b] = multiplier[b] +
				   (k & 1 ? step : -step) * unit[b];
			price[c] = multiplier[c] +
				   (k & 2 ? step : -step) * unit[c];
			add_price(line, price);
		}
	}
}

static bool make_prices(struct line *line, const double *multiplier,
			bool family, struct nas_arena *arena)
{
	int nb = line->g->nbudgets;
	size_t most = 1 + (size_t)(nb * STEPS + nb * nb * 2 * JOINT);
	double unit[POLICY_COSTS_MAX];

	line->price = NAS_NEW2(arena, double, most, (size_t)nb + 1);
	line->end = NAS_NEW(arena, double, most);
	if (arena->failed)
		return false;
	add_price(line, multiplier);
	for (int b = 0; b < nb; b++)
		unit[b] = multiplier[b] > 0 ? multiplier[b]
					    : usual_price(line->g, b);
	for (int b = 0; b < nb && family; b++)
		add_around(line, multiplier, unit, b);
	return true;
}

/* What the second best item of a group costs beyond its best. */
static double second_best(const struct line *line, const struct group *group)
{
	double best = HUGE_VAL, second = HUGE_VAL;

	for (int i = 0; i < group->n; i++) {
		double x = priced(line, &group->item[i], 0);

		if (x < best)
			second = best, best = x;
		else
			second = fmin(second, x);
	}
	return second < HUGE_VAL ? second - best : HUGE_VAL;
}

struct place {
	double key;
	int group;
};

static int compare(const void *va, const void *vb)
{
	const struct place *a = va, *b = vb;

	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

/* Groups alone from both ends inwards; returns where the rest begins. */
static int place_single(struct line *line, const struct chains *c,
			struct place *single)
{
	int n = 0, left = 0, right = line->g->n;

	for (int k = 0; k < line->g->n; k++)
		if (c->above[k] < 0 && c->below[k] < 0)
			single[n++] = (struct place){
				second_best(line, &line->g->group[k]), k};
	qsort(single, (size_t)n, sizeof(*single), compare);
	for (int k = 0; k < n; k++)
		line->group[k % 2 ? --right : left++] = single[k].group;
	return left;
}

static bool place_groups(struct line *line, const struct chains *c,
			 struct nas_arena *arena)
{
	int n = line->g->n, at;
	struct place *single = NAS_NEW(arena, struct place, (size_t)n);

	if (!single)
		return false;
	at = place_single(line, c, single);
	for (int k = 0; k < n; k++) {
		if (c->above[k] >= 0 || c->below[k] < 0)
			continue;
		for (int j = k; j >= 0; j = c->below[j]) {
			line->chained[at] = j != k;
			line->group[at++] = j;
		}
	}
	return true;
}

/* ---- least sums ----------------------------------------------------------- */

static void set_infinite(double *table, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table[i] = HUGE_VAL;
}

/* to (entries, M) = over the items of a group that may stand beside `other`
 * (NULL: all may), the least of their price and what is beyond them. */
struct side {
	const struct group *group, *other;
	const double *beyond; /* by the group's item, where beyond_chained */
	bool beyond_chained, other_first;
};

static void add_item(struct line *line, double *to, const struct side *s,
		     int i, double *value)
{
	const struct item *it = &s->group->item[i];
	const double *beyond =
		s->beyond + (s->beyond_chained ? i * line->nprices : 0);
	int entries = s->other ? s->other->n : 1;

	for (int m = 0; m < line->nprices; m++)
		value[m] = priced(line, it, m) + beyond[m];
	for (int k = 0; k < entries; k++, to += line->nprices) {
		if (s->other &&
		    !(s->other_first ? item_in_order(&s->other->item[k], it)
				     : item_in_order(it, &s->other->item[k])))
			continue;
		for (int m = 0; m < line->nprices; m++)
			to[m] = value[m] < to[m] ? value[m] : to[m];
	}
}

static double *sum_side(struct line *line, const struct side *s,
			double *value, struct nas_arena *arena)
{
	size_t entries = s->other ? (size_t)s->other->n : 1;
	double *to = NAS_NEW2(arena, double, entries, (size_t)line->nprices);

	if (!to)
		return NULL;
	set_infinite(to, entries * (size_t)line->nprices);
	for (int i = 0; i < s->group->n; i++)
		add_item(line, to, s, i, value);
	return to;
}

static bool sum_sides(struct line *line, struct nas_arena *arena)
{
	size_t m = (size_t)line->nprices;
	double *value = NAS_NEW(arena, double, m);
	int n = line->g->n;

	line->left[0] = NAS_NEW(arena, double, m);
	line->right[n] = NAS_NEW(arena, double, m);
	for (int i = n - 1; i >= 0 && !arena->failed; i--) {
		struct side s = {line_group(line, i), NULL, line->right[i + 1],
				 line->chained[i + 1], true};

		if (line->chained[i])
			s.other = line_group(line, i - 1);
		line->right[i] = sum_side(line, &s, value, arena);
	}
	for (int i = 1; i <= n && !arena->failed; i++) {
		struct side s = {line_group(line, i - 1), NULL,
				 line->left[i - 1], line->chained[i - 1],
				 false};

		if (line->chained[i])
			s.other = line_group(line, i);
		line->left[i] = sum_side(line, &s, value, arena);
	}
	return !arena->failed;
}

static bool bound_items(struct line *line, struct nas_arena *arena)
{
	for (int i = 0; i < line->g->n; i++) {
		const struct group *group = line_group(line, i);
		double *to = NAS_NEW(arena, double, (size_t)group->n);

		if (!to)
			return false;
		for (int k = 0; k < group->n; k++) {
			const double *left = line_left(line, i, k);
			const double *right = line_right(line, i + 1, k);

			to[k] = -HUGE_VAL;
			for (int m = 0; m < line->nprices; m++)
				to[k] = fmax(to[k],
					     left[m] + right[m] +
						     priced(line,
							    &group->item[k],
							    m) +
						     line->end[m]);
		}
		line->item[i] = to;
		line->size += fabs(group->item[0].loss);
	}
	return true;
}

bool line_make(struct line *line, const struct groups *g,
	       const struct chains *c, const double *multiplier, bool family,
	       struct nas_arena *arena)
{
	size_t n = (size_t)g->n;

	*line = (struct line){.g = g};
	line->group = NAS_NEW(arena, int, n);
	line->chained = NAS_NEW(arena, bool, n + 1);
	line->left = NAS_NEW(arena, double *, n + 1);
	line->right = NAS_NEW(arena, double *, n + 1);
	line->item = NAS_NEW(arena, double *, n);
	if (arena->failed || !make_prices(line, multiplier, family, arena) ||
	    !place_groups(line, c, arena) ||
	    !sum_sides(line, arena) || !bound_items(line, arena))
		return false;
	line->bound = line->left[n][0] + line->end[0];
	line->size += fabs(line->bound) + fabs(line->end[0]);
	return true;
}
