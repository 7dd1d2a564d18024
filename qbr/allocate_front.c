/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_front.h"

#include <math.h>
#include <string.h>

/* Budgets that are put into cells; the tree keeps the least of the next. */
static int axes(const struct front *f)
{
	return f->nb == 2 ? 1 : f->nb == 3 ? 2 : 0;
}

bool front_init(struct front *f, int nb, const double *low, const double *high,
		int cells, struct nas_arena *arena)
{
	size_t n = 1;

	memset(f, 0, sizeof(*f));
	f->nb = nb;
	f->cells = cells;
	for (int a = 0; a < axes(f); a++) {
		n *= (size_t)cells;
		f->low[a] = low[a];
		f->unit[a] = high[a] > low[a] ? cells / (high[a] - low[a]) : 0;
	}
	f->least = NAS_NEW(arena, double, n);
	f->latest = NAS_NEW2(arena, double, n, (size_t)nb + 1);
	if (arena->failed)
		return false;
	for (size_t i = 0; i < n; i++)
		f->least[i] = f->latest[i * (size_t)nb] = HUGE_VAL;
	return true;
}

static int cell_of(const struct front *f, int axis, double use)
{
	int cell = (int)((use - f->low[axis]) * f->unit[axis]);

	return cell < 0 ? 0 : cell < f->cells ? cell : f->cells - 1;
}

static bool uses_no_more(const double *a, const double *b, int nb)
{
	for (int r = 0; r < nb; r++)
		if (a[r] > b[r])
			return false;
	return true;
}

/* Least of the cells below i (and j): 1-based, as the tree is. */
static double below(const struct front *f, int i, int j)
{
	double least = HUGE_VAL;

	if (axes(f) == 1) {
		for (; i > 0; i -= i & -i)
			least = fmin(least, f->least[i - 1]);
		return least;
	}
	for (; i > 0; i -= i & -i)
		for (int k = j; k > 0; k -= k & -k)
			least = fmin(least,
				     f->least[(i - 1) * f->cells + k - 1]);
	return least;
}

static size_t place(const struct front *f, int i, int j)
{
	if (axes(f) == 0)
		return 0;
	return axes(f) == 1 ? (size_t)i
			    : (size_t)i * (size_t)f->cells + (size_t)j;
}

bool front_beats(const struct front *f, const double *use)
{
	int n = f->nlast < FRONT_LAST ? f->nlast : FRONT_LAST;
	int i = 0, j = 0;

	if (f->nb == 0)
		return f->any;
	if (f->nb == 1)
		return f->least[0] <= use[0];
	if (axes(f) > 0)
		i = cell_of(f, 0, use[0]);
	if (axes(f) > 1)
		j = cell_of(f, 1, use[1]);
	if (axes(f) > 0 && below(f, i, j) <= use[axes(f)])
		return true;
	if (uses_no_more(f->latest + place(f, i, j) * (size_t)f->nb, use,
			 f->nb))
		return true;
	for (int k = 0; k < n; k++)
		if (uses_no_more(f->last[k], use, f->nb))
			return true;
	return false;
}

static void put(struct front *f, int i, int j, double least)
{
	for (i++; i <= f->cells; i += i & -i) {
		if (axes(f) == 1) {
			f->least[i - 1] = fmin(f->least[i - 1], least);
			continue;
		}
		for (int k = j + 1; k <= f->cells; k += k & -k) {
			double *to = &f->least[(i - 1) * f->cells + k - 1];

			*to = fmin(*to, least);
		}
	}
}

void front_add(struct front *f, const double *use)
{
	size_t size = (size_t)f->nb * sizeof(*use);
	int i = 0, j = 0;

	f->any = true;
	if (f->nb == 0)
		return;
	if (axes(f) > 0)
		i = cell_of(f, 0, use[0]);
	if (axes(f) > 1)
		j = cell_of(f, 1, use[1]);
	if (axes(f) > 0)
		put(f, i, j, use[axes(f)]);
	else
		f->least[0] = fmin(f->least[0], use[0]);
	memcpy(f->latest + place(f, i, j) * (size_t)f->nb, use, size);
	memcpy(f->last[f->nlast++ % FRONT_LAST], use, size);
}
