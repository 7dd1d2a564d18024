/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/stats_pair.h"

#include <math.h>
#include <string.h>

struct row {
	double x, y;
	int i, y_group;
};

static int by_y(const void *a, const void *b)
{
	const struct row *p = a, *q = b;

	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	return (p->i > q->i) - (p->i < q->i);
}

static int by_x(const void *a, const void *b)
{
	const struct row *p = a, *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return by_y(a, b);
}

static void fill(struct stats_pair *pair, struct row *row)
{
	size_t n = (size_t)pair->n;

	qsort(row, n, sizeof(*row), by_y);
	for (int k = 0; k < pair->n; k++) {
		pair->ny += k == 0 || row[k].y != row[k - 1].y;
		row[k].y_group = pair->ny - 1;
	}
	qsort(row, n, sizeof(*row), by_x);
	for (int k = 0; k < pair->n; k++) {
		pair->nx += k == 0 || row[k].x != row[k - 1].x;
		pair->row[k] = row[k].i;
		pair->x[k] = pair->nx - 1;
		pair->y[k] = row[k].y_group;
		pair->x_value[k] = row[k].x;
		pair->y_value[k] = row[k].y;
	}
}

enum nas_status stats_pair_make(struct stats_pair *pair, const double *x,
				const double *y, int n, struct arena *arena,
				struct nas_err *err)
{
	size_t size = (size_t)n;
	struct row *row;

	*pair = (struct stats_pair){ .n = n };
	if (stats_finite(x, n, "the first column", err) != NAS_OK ||
	    stats_finite(y, n, "the second column", err) != NAS_OK)
		return err->code;
	row = malloc(size * sizeof(*row) + 1);
	pair->row = NAS_NEW(arena, int, size);
	pair->x = NAS_NEW(arena, int, size);
	pair->y = NAS_NEW(arena, int, size);
	pair->x_value = NAS_NEW(arena, double, size);
	pair->y_value = NAS_NEW(arena, double, size);
	if (!row || arena->failed) {
		free(row);
		return nas_fail(err, NAS_ENOMEM, "cannot hold %d rows", n);
	}
	for (int i = 0; i < n; i++)
		row[i] = (struct row){ .x = x[i], .y = y[i], .i = i };
	fill(pair, row);
	free(row);
	return NAS_OK;
}

size_t stats_pair_scratch(const struct stats_pair *pair)
{
	/* ranks of both columns; or a tree over y */
	return ((size_t)pair->nx + (size_t)pair->ny + 2) * sizeof(double);
}

static inline int count_of(const struct stats_pair *p, const int *count, int k)
{
	return count ? count[p->row[k]] : 1;
}

/* ---- Spearman ---- */

/* rank (groups) holds how many rows each group has; make it their average
 * rank less the mean of all ranks. Returns the sum of the squares. */
static double centre_ranks(double *rank, int groups, double n)
{
	double before = 0, squares = 0;

	for (int g = 0; g < groups; g++) {
		double size = rank[g];

		rank[g] = before + 0.5 * (size - n);
		squares += size * rank[g] * rank[g];
		before += size;
	}
	return squares;
}

double stats_pair_spearman(const struct stats_pair *pair, const int *count,
			   void *scratch)
{
	double *rx = scratch, *ry = rx + pair->nx;
	double n = 0, xx, yy, xy = 0;

	memset(rx, 0, (size_t)pair->nx * sizeof(*rx));
	memset(ry, 0, (size_t)pair->ny * sizeof(*ry));
	for (int k = 0; k < pair->n; k++) {
		int c = count_of(pair, count, k);

		rx[pair->x[k]] += c;
		ry[pair->y[k]] += c;
		n += c;
	}
	xx = centre_ranks(rx, pair->nx, n);
	yy = centre_ranks(ry, pair->ny, n);
	for (int k = 0; k < pair->n; k++)
		xy += count_of(pair, count, k) * rx[pair->x[k]] *
		      ry[pair->y[k]];
	if (!(xx > 0 && yy > 0))
		return (double)NAN;
	return fmax(-1, fmin(1, xy / sqrt(xx) / sqrt(yy)));
}

/* ---- Kendall ---- */

struct pairs { /* numbers of pairs of rows */
	int64_t n;        /* rows */
	int64_t tied_x, tied_y, tied_both;
	int64_t discordant;
};

static int64_t choose_2(int64_t n)
{
	return n * (n - 1) / 2;
}

/* A Fenwick tree: rows by groups of y, 1 .. ny. */
static void tree_add(int *tree, int ny, int y, int c)
{
	for (int i = y + 1; i <= ny; i += i & -i)
		tree[i] += c;
}

static int tree_up_to(const int *tree, int y)
{
	int sum = 0;

	for (int i = y + 1; i > 0; i &= i - 1)
		sum += tree[i];
	return sum;
}

/* One group of x, from row k on: pairs with the rows before it (in the tree)
 * and inside it. Returns where the next one begins. */
static int count_group(struct pairs *p, const struct stats_pair *pair,
		       const int *count, int *tree, int k)
{
	int64_t before = p->n, both = 0;
	int end = k;

	for (; end < pair->n && pair->x[end] == pair->x[k]; end++) {
		int c = count_of(pair, count, end);

		if (end > k && pair->y[end] != pair->y[end - 1]) {
			p->tied_both += choose_2(both);
			both = 0;
		}
		both += c;
		p->n += c;
		if (c && before)
			p->discordant += c * (before - tree_up_to(
						tree, pair->y[end]));
	}
	p->tied_both += choose_2(both);
	p->tied_x += choose_2(p->n - before);
	for (int i = k; i < end; i++) {
		int c = count_of(pair, count, i);

		if (c)
			tree_add(tree, pair->ny, pair->y[i], c);
	}
	return end;
}

double stats_pair_kendall(const struct stats_pair *pair, const int *count,
			  void *scratch)
{
	int *tree = scratch, before = 0;
	struct pairs p = { 0 };
	int64_t all, difference;

	memset(tree, 0, ((size_t)pair->ny + 1) * sizeof(*tree));
	for (int k = 0; k < pair->n;)
		k = count_group(&p, pair, count, tree, k);
	for (int y = 0; y < pair->ny; y++) {
		int up_to = tree_up_to(tree, y);

		p.tied_y += choose_2(up_to - before);
		before = up_to;
	}
	all = choose_2(p.n);
	if (p.tied_x >= all || p.tied_y >= all)
		return (double)NAN;
	/* concordant less discordant: all = C + D + ties in x or y */
	difference = all - p.tied_x - p.tied_y + p.tied_both -
		     2 * p.discordant;
	return (double)difference / sqrt((double)(all - p.tied_x)) /
	       sqrt((double)(all - p.tied_y));
}

/* ---- Pearson ---- */

struct moments {
	double n, mean, largest; /* |x - mean| */
};

static void moments_of(struct moments *m, const struct stats_pair *pair,
		       const double *x, const int *count)
{
	double sum = 0;

	*m = (struct moments){ 0 };
	for (int k = 0; k < pair->n; k++) {
		m->n += count_of(pair, count, k);
		sum += count_of(pair, count, k) * x[k];
	}
	m->mean = sum / m->n;
	for (int k = 0; k < pair->n; k++)
		if (count_of(pair, count, k))
			m->largest = fmax(m->largest, fabs(x[k] - m->mean));
}

double stats_pair_pearson(const struct stats_pair *pair, const int *count)
{
	double xx = 0, yy = 0, xy = 0;
	struct moments mx, my;

	moments_of(&mx, pair, pair->x_value, count);
	moments_of(&my, pair, pair->y_value, count);
	/* Squares of the smallest and largest numbers neither vanish nor
	 * overflow: deviations are taken in units of the largest one. */
	for (int k = 0; k < pair->n; k++) {
		double x = (pair->x_value[k] - mx.mean) / mx.largest;
		double y = (pair->y_value[k] - my.mean) / my.largest;
		int c = count_of(pair, count, k);

		xx += c * x * x;
		yy += c * y * y;
		xy += c * x * y;
	}
	if (!(mx.largest > 0 && my.largest > 0))
		return (double)NAN;
	return fmax(-1, fmin(1, xy / sqrt(xx) / sqrt(yy)));
}
