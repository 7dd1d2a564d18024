/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_mix.h"

#include <math.h>
#include <string.h>

#define LITTLE 1e-9 /* weight that is none */

static void gather(struct mixed *m, int k, const struct bound_prices *p)
{
	*m = (struct mixed){.group = k};
	for (int i = 0; i < p->nmix; i++) {
		int at = 0;

		if (!(p->weight[i] > LITTLE) && m->n > 0)
			continue;
		while (at < m->n && m->item[at] != p->mix[i][k])
			at++;
		m->n += at == m->n;
		m->item[at] = p->mix[i][k];
		m->weight[at] += p->weight[i];
	}
}

struct way { /* from a mixed group's first item to another one */
	struct mixed *m;
	int to;
	double step;
};

static const struct item *item_of(const struct groups *g, const struct way *w,
				  int at)
{
	return &g->group[w->m->group].item[w->m->item[at]];
}

/* Steps of n ways, not all 0, that change the uses of fewer budgets in all by
 * nothing: the last column of the eliminated rows. */
static void solve_ways(const struct groups *g, struct way *way, int n)
{
	double a[GROUPS_USES][PRICES_ROWS];
	int column[PRICES_ROWS], row = 0, free_way = n - 1;

	for (int b = 0; b < g->nbudgets; b++)
		for (int j = 0; j < n; j++)
			a[b][j] = (item_of(g, &way[j], way[j].to)->use[b] -
				   item_of(g, &way[j], 0)->use[b]) /
				  fmax(fabs(g->limit[b]), 1e-300);
	for (int j = 0; j < n; j++) {
		int pivot = row;

		for (int b = row; b < g->nbudgets; b++)
			if (fabs(a[b][j]) > fabs(a[pivot][j]))
				pivot = b;
		if (row == g->nbudgets || !(fabs(a[pivot][j]) > 1e-14)) {
			free_way = j;
			break;
		}
		for (int i = 0; i < n; i++) {
			double x = a[row][i];

			a[row][i] = a[pivot][i];
			a[pivot][i] = x;
		}
		for (int b = 0; b < g->nbudgets; b++) {
			double f = b == row ? 0 : a[b][j] / a[row][j];

			for (int i = j; i < n && f != 0; i++)
				a[b][i] -= f * a[row][i];
		}
		column[row++] = j;
	}
	for (int j = 0; j < n; j++)
		way[j].step = j == free_way;
	for (int r = 0; r < row; r++)
		way[column[r]].step =
			-a[r][free_way] / a[r][column[r]];
}

/* Along the ways, in the direction that loses no more, until an item has no
 * weight. False: nothing moves. */
static bool move_weight(const struct groups *g, struct way *way, int n)
{
	double loss = 0, most = HUGE_VAL;

	solve_ways(g, way, n);
	for (int j = 0; j < n; j++)
		loss += way[j].step * (item_of(g, &way[j], way[j].to)->loss -
				       item_of(g, &way[j], 0)->loss);
	for (int j = 0; j < n; j++) {
		double step = loss > 0 ? -way[j].step : way[j].step;
		const struct mixed *m = way[j].m;

		way[j].step = step;
		if (step > 0)
			most = fmin(most, m->weight[0] / step);
		else if (step < 0)
			most = fmin(most, m->weight[way[j].to] / -step);
	}
	if (!(most < HUGE_VAL))
		return false;
	for (int j = 0; j < n; j++) {
		way[j].m->weight[0] -= most * way[j].step;
		way[j].m->weight[way[j].to] += most * way[j].step;
	}
	return true;
}

/* Items without weight go, the heaviest comes first. */
static void clean(struct mixed *m)
{
	int n = 0;

	for (int i = 0; i < m->n; i++)
		if (m->weight[i] > LITTLE || (n == 0 && i == m->n - 1)) {
			int item = m->item[i];
			double weight = m->weight[i];

			m->item[n] = item;
			m->weight[n] = weight;
			if (weight > m->weight[0]) {
				m->item[n] = m->item[0];
				m->weight[n] = m->weight[0];
				m->item[0] = item;
				m->weight[0] = weight;
			}
			n++;
		}
	m->n = n;
}

/* One way a group: steps of two ways would meet in its first item. */
static int find_ways(struct mix *m, struct way *way, int most)
{
	int n = 0;

	for (int i = 0; i < m->n && n < most; i++)
		if (m->of[i].n > 1)
			way[n++] = (struct way){&m->of[i], m->of[i].n - 1, 0};
	return n;
}

static void drop_settled(struct mix *m)
{
	int n = 0;

	for (int i = 0; i < m->n; i++) {
		clean(&m->of[i]);
		m->item[m->of[i].group] = m->of[i].item[0];
		if (m->of[i].n > 1)
			m->of[n++] = m->of[i];
	}
	m->n = n;
}

bool mix_make(struct mix *m, const struct groups *g, const struct bound_prices *p,
	      struct nas_arena *arena)
{
	struct way way[PRICES_ROWS];
	int rounds = g->n * PRICES_ROWS;

	*m = (struct mix){.item = NAS_NEW(arena, int, (size_t)g->n),
			  .of = NAS_NEW(arena, struct mixed, (size_t)g->n)};
	if (arena->failed)
		return false;
	for (int k = 0; k < g->n; k++)
		gather(&m->of[k], k, p);
	m->n = g->n;
	drop_settled(m);
	while (m->n > g->nbudgets && rounds-- > 0) {
		int n = find_ways(m, way, g->nbudgets + 1);

		if (!move_weight(g, way, n))
			break;
		drop_settled(m);
	}
	return true;
}
