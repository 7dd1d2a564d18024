/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/stats.h"

#include <math.h>

#include "nas/base/stats_pair.h"

struct keyed {
	double x;
	int i;
};

enum nas_status stats_finite(const double *x, int n, const char *what,
			     struct nas_err *err)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return nas_fail(err, NAS_ENUM, "value %d of %s is not "
					"finite", i, what);
	return NAS_OK;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void stats_sort(double *x, int n)
{
	if (n > 1)
		qsort(x, (size_t)n, sizeof(*x), by_value);
}

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->x != y->x)
		return x->x < y->x ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

enum nas_status stats_order(int *order, const double *x, int n,
			    struct nas_err *err)
{
	struct keyed *k;

	if (stats_finite(x, n, "a sample", err) != NAS_OK)
		return err->code;
	k = malloc((size_t)n * sizeof(*k) + 1);
	if (!k)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d values", n);
	for (int i = 0; i < n; i++)
		k[i] = (struct keyed){ x[i], i };
	qsort(k, (size_t)n, sizeof(*k), by_key);
	for (int i = 0; i < n; i++)
		order[i] = k[i].i;
	free(k);
	return NAS_OK;
}

enum nas_status stats_ranks(double *rank, const double *x, int n,
			    struct nas_err *err)
{
	int *order = malloc((size_t)n * sizeof(*order) + 1);

	if (!order)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d values", n);
	if (stats_order(order, x, n, err) != NAS_OK)
		n = 0;
	for (int i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n; end++)
			if (x[order[end]] != x[order[i]])
				break;
		/* the average of i + 1 .. end */
		for (int k = i; k < end; k++)
			rank[order[k]] = 0.5 * ((double)i + 1 + end);
	}
	free(order);
	return err->code;
}

enum nas_status stats_snap(double *x, int n, double tolerance,
			   struct nas_err *err)
{
	int *order = malloc((size_t)n * sizeof(*order) + 1);
	double last = -HUGE_VAL;

	if (!order)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d values", n);
	if (stats_order(order, x, n, err) != NAS_OK)
		n = 0;
	for (int k = 0; k < n; k++) {
		double *at = &x[order[k]], own = *at;

		if (own - last < tolerance)
			*at = x[order[k - 1]];
		last = own;
	}
	free(order);
	return err->code;
}

double stats_quantile(const double *sorted, int n, double p)
{
	double at = p * (n - 1), below = floor(at);
	int i = (int)below;

	if (i + 1 >= n)
		return sorted[n - 1];
	return sorted[i] + (at - below) * (sorted[i + 1] - sorted[i]);
}

/* One figure of all rows of a pair. */
static enum nas_status of_pair(double *out, const double *x, const double *y,
			       int n, char figure, struct nas_err *err)
{
	struct stats_pair pair;
	struct nas_arena arena;
	void *scratch;

	arena_init(&arena, (size_t)n * 256 + (1 << 20));
	if (stats_pair_make(&pair, x, y, n, &arena, err) == NAS_OK) {
		scratch = arena_alloc(&arena, stats_pair_scratch(&pair), 1);
		if (!scratch)
			(void)!nas_fail(err, NAS_ENOMEM, "out of memory for "
					"%d values", n);
		else if (figure == 'k')
			*out = stats_pair_kendall(&pair, NULL, scratch);
		else if (figure == 's')
			*out = stats_pair_spearman(&pair, NULL, scratch);
		else
			*out = stats_pair_pearson(&pair, NULL);
	}
	arena_free(&arena);
	return err->code;
}

enum nas_status stats_pearson(double *r, const double *x, const double *y,
			      int n, struct nas_err *err)
{
	return of_pair(r, x, y, n, 'p', err);
}

enum nas_status stats_spearman(double *rho, const double *x, const double *y,
			       int n, struct nas_err *err)
{
	return of_pair(rho, x, y, n, 's', err);
}

enum nas_status stats_kendall(double *tau, const double *x, const double *y,
			      int n, struct nas_err *err)
{
	return of_pair(tau, x, y, n, 'k', err);
}

void stats_add_standard(double *sum, const double *x, int n, bool of_ln)
{
	double mean = 0, squares = 0, unit;

	for (int i = 0; i < n; i++)
		mean += (of_ln ? log(x[i]) : x[i]) / n;
	for (int i = 0; i < n; i++) {
		double d = (of_ln ? log(x[i]) : x[i]) - mean;

		squares += d * d / n;
	}
	unit = squares > 0 ? 1 / sqrt(squares) : 0;
	for (int i = 0; i < n; i++)
		sum[i] += ((of_ln ? log(x[i]) : x[i]) - mean) * unit;
}
