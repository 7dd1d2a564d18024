/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_prices.h"

#include <math.h>
#include <string.h>

#define ROWS_MAX    PRICES_ROWS
#define STEPS_MAX   400
#define MISSING     1e6	  /* price of what a budget lacks, of all the losses */
#define CLOSE	    1e-13 /* of all the losses */
#define BOX	    0.05  /* of a known price: how far the next may be */
#define BOX_LEAST   1e-4  /* of all the losses for all of a budget */
#define BOX_GROWS   10
#define BEYOND	    1e-12 /* rounding of a price */
#define LEAST_STEP  1e-9  /* of a column that may leave */
#define WEIGHT_EPSILON 1e-11 /* of a weight: none */

enum kind { ITEMS, UNUSED, BOUGHT }; /* what is left or lacks of a budget */

struct column {
	enum kind kind;
	int budget; /* unless ITEMS */
	double loss;
	double row[ROWS_MAX]; /* (B+1) uses, then 1 for a choice of items */
	int *item; /* (G) of ITEMS, NULL else */
};

struct master {
	const struct groups *g;
	const struct chains *c;
	int nrows;
	double loss_unit, use_unit[GROUPS_USES];
	double right[ROWS_MAX];
	struct column base[ROWS_MAX];
	double x[ROWS_MAX], dual[ROWS_MAX];
	double **value; /* (G) (items) least of it and all that is below */
	int **next;	/* (G) (items) of the group below */
	int *item;	/* (G) */
	double low[ROWS_MAX], high[ROWS_MAX]; /* (B) box of the prices */
	double most;	/* a bound above it is enough */
	double part;	/* of what is below it that may be missing */
	int *spare[ROWS_MAX]; /* (G) memory of columns */
	double size;	/* of the numbers summed */
};

/* Of a group in no chain the item with the least price. */
static double value_single(struct master *m, int k, const double *price)
{
	const struct group *group = &m->g->group[k];
	int nb = m->g->nbudgets;
	double least = item_priced(&group->item[0], price, nb);

	m->item[k] = 0;
	for (int i = 1; i < group->n; i++) {
		double x = item_priced(&group->item[i], price, nb);

		if (x < least) {
			least = x;
			m->item[k] = i;
		}
	}
	return least;
}

static void value_group(struct master *m, int k, const double *price)
{
	const struct group *group = &m->g->group[k];
	int below = m->c->below[k];

	for (int i = 0; i < group->n; i++) {
		double least = below < 0 ? 0 : HUGE_VAL;

		for (int j = 0; below >= 0 && j < m->g->group[below].n; j++)
			if (m->value[below][j] < least &&
			    item_in_order(&group->item[i],
					  &m->g->group[below].item[j])) {
				least = m->value[below][j];
				m->next[k][i] = j;
			}
		m->value[k][i] =
			least + item_priced(&group->item[i], price, m->g->nbudgets);
	}
}

static int least_of(const double *value, int n)
{
	int least = 0;

	for (int i = 1; i < n; i++)
		if (value[i] < value[least])
			least = i;
	return least;
}

/* Items with the least price of a chain whose top is k. */
static double value_chain(struct master *m, int k, const double *price)
{
	int end = k, i;

	if (m->c->below[k] < 0)
		return value_single(m, k, price);
	while (m->c->below[end] >= 0)
		end = m->c->below[end];
	for (int j = end; j >= 0; j = m->c->above[j])
		value_group(m, j, price);
	i = least_of(m->value[k], m->g->group[k].n);
	for (int j = k, at = i; j >= 0; j = m->c->below[j]) {
		m->item[j] = at;
		at = m->next[j][at];
	}
	return m->value[k][i];
}

/* L, and the column of its items. */
static double value_all(struct master *m, const double *price,
			struct column *column)
{
	const struct groups *g = m->g;
	double bound = 0;

	memset(column, 0, sizeof(*column));
	for (int k = 0; k < g->n; k++)
		if (m->c->above[k] < 0)
			bound += value_chain(m, k, price);
	for (int b = 0; b < g->nbudgets; b++)
		bound -= price[b] * g->limit[b];
	for (int k = 0; k < g->n && isfinite(bound); k++) {
		const struct item *it = &g->group[k].item[m->item[k]];

		column->loss += it->loss / m->loss_unit;
		for (int b = 0; b < g->nbudgets; b++)
			column->row[b] += it->use[b] / m->use_unit[b];
	}
	column->row[g->nbudgets] = 1;
	return bound;
}

/* a (n, n+1) becomes the identity and its last column the solution; false
 * where it is singular. */
static bool solve(double a[ROWS_MAX][ROWS_MAX + 1], int n)
{
	for (int k = 0; k < n; k++) {
		int pivot = k;

		for (int i = k + 1; i < n; i++)
			if (fabs(a[i][k]) > fabs(a[pivot][k]))
				pivot = i;
		if (!(fabs(a[pivot][k]) > 1e-14))
			return false;
		for (int j = 0; j <= n; j++) {
			double x = a[k][j];

			a[k][j] = a[pivot][j];
			a[pivot][j] = x;
		}
		for (int i = 0; i < n; i++) {
			double f = i == k ? 0 : a[i][k] / a[k][k];

			for (int j = k; j <= n && f != 0; j++)
				a[i][j] -= f * a[k][j];
		}
	}
	for (int k = 0; k < n; k++)
		a[k][n] /= a[k][k];
	return true;
}

/* x with base x = right. */
static bool solve_rows(const struct master *m, const double *right, double *x)
{
	double a[ROWS_MAX][ROWS_MAX + 1];

	for (int i = 0; i < m->nrows; i++) {
		for (int j = 0; j < m->nrows; j++)
			a[i][j] = m->base[j].row[i];
		a[i][m->nrows] = right[i];
	}
	if (!solve(a, m->nrows))
		return false;
	for (int i = 0; i < m->nrows; i++)
		x[i] = a[i][m->nrows];
	return true;
}

static bool solve_dual(struct master *m)
{
	double a[ROWS_MAX][ROWS_MAX + 1];

	for (int i = 0; i < m->nrows; i++) {
		for (int j = 0; j < m->nrows; j++)
			a[i][j] = m->base[i].row[j];
		a[i][m->nrows] = m->base[i].loss;
	}
	if (!solve(a, m->nrows))
		return false;
	for (int i = 0; i < m->nrows; i++)
		m->dual[i] = a[i][m->nrows];
	return true;
}

static void replace(const struct master *m, struct column *to,
		    const struct column *column)
{
	int *item = to->item;

	*to = *column;
	to->item = item;
	if (column->kind == ITEMS)
		memcpy(item, m->item, (size_t)m->g->n * sizeof(*item));
}

/* The column takes the place of the first that it drives to 0; of those that
 * are there at nearly the same time, the one that it changes most, or the base
 * would become singular (Harris 1973). */
static bool enter(struct master *m, const struct column *column)
{
	double step[ROWS_MAX], first = HUGE_VAL;
	int out = -1;

	if (!solve_rows(m, m->right, m->x) ||
	    !solve_rows(m, column->row, step))
		return false;
	for (int i = 0; i < m->nrows; i++)
		if (step[i] > LEAST_STEP)
			first = fmin(first, (fmax(m->x[i], 0) +
					     WEIGHT_EPSILON) / step[i]);
	for (int i = 0; i < m->nrows; i++)
		if (step[i] > LEAST_STEP &&
		    fmax(m->x[i], 0) / step[i] <= first &&
		    (out < 0 || step[i] > step[out]))
			out = i;
	if (out >= 0)
		replace(m, &m->base[out], column);
	return out >= 0;
}

static struct column edge(const struct master *m, enum kind kind, int budget)
{
	struct column c = {.kind = kind, .budget = budget};

	c.row[budget] = kind == UNUSED ? 1 : -1;
	c.loss = kind == UNUSED ? -m->low[budget] : m->high[budget];
	return c;
}

/* A budget whose price is outside the box, by more than its own rounding: the
 * column that keeps it inside would enter again and again. */
static bool find_edge(const struct master *m, struct column *column)
{
	double most = BEYOND;
	bool found = false;

	for (int b = 0; b < m->g->nbudgets; b++) {
		double price = -m->dual[b];
		double beyond = fmax(m->low[b] - price, price - m->high[b]);

		if (!(beyond > most + BEYOND * fabs(price)))
			continue;
		most = beyond;
		*column = edge(m, price < m->low[b] ? UNUSED : BOUGHT, b);
		found = true;
	}
	return found;
}

/* The prices of this base, as losses a unit of use. */
static void read_prices(const struct master *m, double *price)
{
	for (int b = 0; b < m->g->nbudgets; b++)
		price[b] = fmax(-m->dual[b], 0) * m->loss_unit /
			   m->use_unit[b];
}

static void keep(struct bound_prices *p, const struct master *m,
		 const double *price, double bound)
{
	if (!(bound > p->bound))
		return;
	p->bound = bound;
	memcpy(p->multiplier, price, (size_t)m->g->nbudgets * sizeof(*price));
	memcpy(p->item, m->item, (size_t)m->g->n * sizeof(*p->item));
}

/* Columns until none is better. False: no more can be had. */
static bool climb(struct master *m, struct bound_prices *p, int *steps)
{
	while (--*steps >= 0 && solve_dual(m)) {
		double price[GROUPS_USES], bound, value, close;
		struct column column;

		if (find_edge(m, &column)) {
			if (!enter(m, &column))
				return false;
			continue;
		}
		read_prices(m, price);
		bound = value_all(m, price, &column);
		keep(p, m, price, bound);
		value = column.loss;
		for (int i = 0; i < m->nrows; i++)
			value -= m->dual[i] * column.row[i];
		if (p->bound > m->most)
			return false;
		close = m->part * (m->most - p->bound) / m->loss_unit;
		if (!(value < -fmax(CLOSE, close)))
			return true;
		if (!enter(m, &column))
			return false;
	}
	return false;
}

/* Where the answer uses an edge of the box, that edge goes outwards. */
static bool grow_box(struct master *m)
{
	bool grown = false;

	if (!solve_rows(m, m->right, m->x))
		return false;
	for (int i = 0; i < m->nrows; i++) {
		struct column *c = &m->base[i];
		int b = c->budget;

		if (c->kind == ITEMS || !(m->x[i] > 1e-12) ||
		    (c->kind == UNUSED ? !(m->low[b] > 0)
				       : !(m->high[b] < MISSING)))
			continue;
		if (c->kind == UNUSED)
			c->loss = -(m->low[b] = 0);
		else
			c->loss = m->high[b] =
				fmin(BOX_GROWS * m->high[b], MISSING);
		grown = true;
	}
	return grown;
}

/* Losses are counted in all that can be saved; uses in the limit. */
static double find_units(struct master *m)
{
	const struct groups *g = m->g;
	double most = 0;

	for (int k = 0; k < g->n; k++) {
		const struct group *group = &g->group[k];
		double low = HUGE_VAL, high = -HUGE_VAL;

		for (int i = 0; i < group->n; i++) {
			low = fmin(low, group->item[i].loss);
			high = fmax(high, group->item[i].loss);
			for (int b = 0; b < g->nbudgets; b++)
				m->use_unit[b] = fmax(m->use_unit[b],
						      group->item[i].use[b]);
		}
		m->loss_unit += high - low;
		m->size += fmax(fabs(low), fabs(high));
		most += high;
	}
	m->loss_unit = m->loss_unit > 0 ? m->loss_unit : 1;
	for (int b = 0; b < g->nbudgets; b++) {
		if (g->limit[b] > 0)
			m->use_unit[b] = g->limit[b];
		else if (!(m->use_unit[b] > 0))
			m->use_unit[b] = 1;
	}
	return most;
}

/* What a budget lacks is bought, what is left unused. */
static void open_base(struct master *m, struct bound_prices *p, const double *near)
{
	double price[GROUPS_USES] = {0};
	int nb = m->g->nbudgets;
	struct column column;

	m->nrows = nb + 1;
	for (int b = 0; b < nb; b++) {
		double unit = near ? near[b] * m->use_unit[b] / m->loss_unit : 0;

		price[b] = near ? near[b] : 0;
		m->right[b] = m->g->limit[b] / m->use_unit[b];
		m->low[b] = fmax(unit - fmax(BOX * unit, BOX_LEAST), 0);
		m->high[b] = near ? unit + fmax(BOX * unit, BOX_LEAST)
				  : MISSING;
	}
	p->bound = -HUGE_VAL;
	keep(p, m, price, value_all(m, price, &column));
	replace(m, &m->base[nb], &column);
	m->right[nb] = 1;
	for (int b = 0; b < nb; b++) {
		bool lacks = column.row[b] > m->right[b];

		m->base[b] = edge(m, lacks ? BOUGHT : UNUSED, b);
		m->base[b].item = m->spare[b];
	}
}

static bool open_master(struct master *m, struct bound_prices *p,
			struct nas_arena *arena)
{
	const struct groups *g = m->g;
	size_t n = (size_t)g->n;

	m->value = NAS_NEW(arena, double *, n);
	m->next = NAS_NEW(arena, int *, n);
	m->item = NAS_NEW(arena, int, n);
	for (int k = 0; k < g->n && !arena->failed; k++)
		if (m->c->below[k] >= 0 || m->c->above[k] >= 0) {
			m->value[k] = NAS_NEW(arena, double,
					      (size_t)g->group[k].n);
			m->next[k] = NAS_NEW(arena, int,
					     (size_t)g->group[k].n);
		}
	for (int b = 0; b <= g->nbudgets; b++)
		m->spare[b] = p->mix[b];
	m->base[g->nbudgets].item = m->spare[g->nbudgets];
	return !arena->failed;
}

/* The base's choices of items, the heaviest first. */
static void read_mix(struct bound_prices *p, struct master *m)
{
	if (!solve_rows(m, m->right, m->x))
		memset(m->x, 0, sizeof(m->x));
	p->nmix = 0;
	for (int i = 0; i < m->nrows; i++) {
		int at = p->nmix;

		if (m->base[i].kind != ITEMS)
			continue;
		for (; at > 0 && p->weight[at - 1] < m->x[i]; at--) {
			p->weight[at] = p->weight[at - 1];
			p->mix[at] = p->mix[at - 1];
		}
		p->weight[at] = m->x[i];
		p->mix[at] = m->base[i].item;
		p->nmix++;
	}
}

static bool open_prices(struct bound_prices *p, const struct groups *g,
			struct nas_arena *arena)
{
	size_t n = (size_t)g->n;

	memset(p, 0, sizeof(*p));
	p->item = NAS_NEW(arena, int, n);
	for (int b = 0; b <= g->nbudgets && !arena->failed; b++)
		p->mix[b] = NAS_NEW(arena, int, n);
	return !arena->failed;
}

static bool find(struct bound_prices *p, const struct groups *g,
		 const struct chains *c, const struct prices_near *near,
		 struct nas_arena *arena)
{
	struct nas_arena_mark mark;
	struct master m = {.g = g, .c = c};
	int steps = STEPS_MAX;
	double most;

	if (!open_prices(p, g, arena))
		return false;
	mark = arena_mark(arena);
	if (!open_master(&m, p, arena))
		return false;
	most = find_units(&m);
	m.most = near ? fmin(near->most, most) : most;
	m.part = near ? near->part : 0;
	open_base(&m, p, near ? near->multiplier : NULL);
	while (climb(&m, p, &steps) && grow_box(&m))
		;
	for (int b = 0; b < g->nbudgets; b++)
		m.size += p->multiplier[b] * fabs(g->limit[b]);
	p->hopeless = p->bound > most + 1e-12 * m.size;
	read_mix(p, &m);
	arena_rewind(arena, mark);
	return true;
}

bool prices_find(struct bound_prices *p, const struct groups *g,
		 const struct chains *c, struct nas_arena *arena)
{
	return find(p, g, c, NULL, arena);
}

bool prices_find_near(struct bound_prices *p, const struct groups *g,
		      const struct chains *c, const struct prices_near *near,
		      struct nas_arena *arena)
{
	return find(p, g, c, near, arena);
}
