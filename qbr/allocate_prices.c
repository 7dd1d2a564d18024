/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_prices.h"

#include <math.h>
#include <string.h>

#define ROWS_MAX    (POLICY_COSTS_MAX + 1)
#define STEPS_MAX   400
#define MISSING     1e6	  /* price of what a budget lacks, of all the losses */
#define CLOSE	    1e-13 /* of all the losses */

struct column {
	double loss;
	double row[ROWS_MAX]; /* (B+1) uses, then 1 for a choice of items */
};

struct master {
	const struct groups *g;
	const struct chains *c;
	int nrows;
	double loss_unit, use_unit[POLICY_COSTS_MAX];
	double right[ROWS_MAX];
	struct column base[ROWS_MAX];
	double x[ROWS_MAX], dual[ROWS_MAX];
	double **value; /* (G) (items) least of it and all that is below */
	int **next;	/* (G) (items) of the group below */
	int *item;	/* (G) */
	double size;	/* of the numbers summed */
};

static double priced(const struct item *it, const double *price, int nb)
{
	double x = it->loss;

	for (int b = 0; b < nb; b++)
		x += price[b] * it->use[b];
	return x;
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
			least + priced(&group->item[i], price, m->g->nbudgets);
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

/* The column takes the place of the first that it drives to 0. */
static bool enter(struct master *m, const struct column *column)
{
	double step[ROWS_MAX], best = HUGE_VAL;
	int out = -1;

	if (!solve_rows(m, m->right, m->x) ||
	    !solve_rows(m, column->row, step))
		return false;
	for (int i = 0; i < m->nrows; i++) {
		double t = fmax(m->x[i], 0) / step[i];

		if (step[i] > 1e-12 &&
		    (t < best || (t == best && step[i] > step[out]))) {
			best = t;
			out = i;
		}
	}
	if (out >= 0)
		m->base[out] = *column;
	return out >= 0;
}

/* A budget whose price is below 0: what is left of it enters. */
static bool find_slack(const struct master *m, struct column *column)
{
	double least = -1e-15;
	int found = -1;

	for (int b = 0; b < m->g->nbudgets; b++)
		if (-m->dual[b] < least) {
			least = -m->dual[b];
			found = b;
		}
	memset(column, 0, sizeof(*column));
	if (found >= 0)
		column->row[found] = 1;
	return found >= 0;
}

/* The prices of this base, as losses a unit of use. */
static void read_prices(const struct master *m, double *price)
{
	for (int b = 0; b < m->g->nbudgets; b++)
		price[b] = fmax(-m->dual[b], 0) * m->loss_unit /
			   m->use_unit[b];
}

static void keep(struct prices *p, const struct master *m,
		 const double *price, double bound)
{
	if (!(bound > p->bound))
		return;
	p->bound = bound;
	memcpy(p->multiplier, price, (size_t)m->g->nbudgets * sizeof(*price));
	memcpy(p->item, m->item, (size_t)m->g->n * sizeof(*p->item));
}

/* Columns until none is better. */
static void climb(struct master *m, struct prices *p, double most)
{
	for (int step = 0; step < STEPS_MAX && solve_dual(m); step++) {
		double price[POLICY_COSTS_MAX], bound, value;
		struct column column;

		if (find_slack(m, &column)) {
			if (!enter(m, &column))
				return;
			continue;
		}
		read_prices(m, price);
		bound = value_all(m, price, &column);
		keep(p, m, price, bound);
		value = column.loss;
		for (int i = 0; i < m->nrows; i++)
			value -= m->dual[i] * column.row[i];
		if (!(value < -CLOSE) || bound > most || !enter(m, &column))
			return;
	}
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

/* Without prices; what a budget lacks is bought dearly. */
static void open_base(struct master *m, struct prices *p)
{
	double price[POLICY_COSTS_MAX] = {0};
	int nb = m->g->nbudgets;
	struct column column;

	m->nrows = nb + 1;
	p->bound = -HUGE_VAL;
	keep(p, m, price, value_all(m, price, &column));
	m->base[nb] = column;
	m->right[nb] = 1;
	for (int b = 0; b < nb; b++) {
		bool lacks;

		m->right[b] = m->g->limit[b] / m->use_unit[b];
		lacks = column.row[b] > m->right[b];
		m->base[b].row[b] = lacks ? -1 : 1;
		m->base[b].loss = lacks ? MISSING : 0;
	}
}

bool prices_find(struct prices *p, const struct groups *g,
		 const struct chains *c, struct nas_arena *arena)
{
	struct nas_arena_mark mark;
	struct master m = {.g = g, .c = c};
	double most;

	memset(p, 0, sizeof(*p));
	p->item = NAS_NEW(arena, int, (size_t)g->n);
	mark = arena_mark(arena);
	m.value = NAS_NEW(arena, double *, (size_t)g->n);
	m.next = NAS_NEW(arena, int *, (size_t)g->n);
	m.item = NAS_NEW(arena, int, (size_t)g->n);
	for (int k = 0; k < g->n && !arena->failed; k++) {
		m.value[k] = NAS_NEW(arena, double, (size_t)g->group[k].n);
		m.next[k] = NAS_NEW(arena, int, (size_t)g->group[k].n);
	}
	if (arena->failed)
		return false;
	most = find_units(&m);
	open_base(&m, p);
	climb(&m, p, most);
	for (int b = 0; b < g->nbudgets; b++)
		m.size += p->multiplier[b] * fabs(g->limit[b]);
	p->hopeless = p->bound > most + 1e-12 * m.size;
	arena_rewind(arena, mark);
	return true;
}
