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
				const double *y, int n, struct nas_arena *arena,
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
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d rows", n);
	}
	for (int i = 0; i < n; i++)
		row[i] = (struct row){ .x = x[i], .y = y[i], .i = i };
	fill(pair, row);
	free(row);
	return NAS_OK;
}

size_t stats_pair_scratch(const struct stats_pair *pair)
{
	/* ranks of both columns; or what Kendall needs */
	size_t ranks = ((size_t)pair->nx + (size_t)pair->ny) * sizeof(double);
	size_t kendall = stats_kendall_scratch(pair);

	return ranks > kendall ? ranks : kendall;
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
