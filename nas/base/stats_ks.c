/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kolmogorov and Smirnov's test of two samples. */
#include <math.h>
#include <string.h>

#include "nas/base/stats.h"

#define EXACT_PATHS 1e7

/* Largest differences of the distribution functions, times nx ny: whole. */
struct distance {
	int64_t above, below;
	double above_at, below_at;
};

static struct distance distance_of(const double *x, int nx, const double *y,
				   int ny)
{
	struct distance d = { 0 };

	for (int i = 0, j = 0; i < nx || j < ny;) {
		double value = i < nx && (j == ny || x[i] < y[j]) ? x[i]
								  : y[j];
		int64_t now;

		while (i < nx && x[i] == value)
			i++;
		while (j < ny && y[j] == value)
			j++;
		now = (int64_t)i * ny - (int64_t)j * nx;
		if (now > d.above) {
			d.above = now;
			d.above_at = value;
		}
		if (-now > d.below) {
			d.below = -now;
			d.below_at = value;
		}
	}
	return d;
}

/*
 * Both samples of size n, d = h / n: among the C(2n, n) orders of equal
 * chance, walks that reach +h or -h, by reflection (Gnedenko and Korolyuk
 * 1951): 2 sum over k >= 1 of (-1)^(k-1) C(2n, n + k h) / C(2n, n).
 */
static double p_equal(int n, int64_t h)
{
	double sum = 0, sign = 1;

	for (int64_t k = h; k <= n && h > 0; k += h, sign = -sign) {
		double x = 2 * lgamma((double)n + 1) -
			   lgamma((double)(n + k) + 1) -
			   lgamma((double)(n - k) + 1);

		if (x < -745) /* exp of it is 0 */
			break;
		sum += sign * exp(x);
	}
	return h == 0 ? 1 : fmin(1, fmax(0, 2 * sum));
}

/*
 * out[j] = chance that a random order has been h or more away when it is at
 * (i, j); the step to (i, j) came from (i - 1, j) in i of i + j cases
 * (Hodges 1958).
 */
static void p_row(double *out, int i, int nx, int ny, int64_t h)
{
	for (int j = 0; j <= ny; j++) {
		int64_t away = (int64_t)i * ny - (int64_t)j * nx;
		double from_i = i ? i * out[j] : 0;
		double from_j = j ? j * out[j - 1] : 0;

		if (away >= h || away <= -h)
			out[j] = 1;
		else if (i + j > 0)
			out[j] = (from_i + from_j) / ((double)i + j);
		else
			out[j] = 0;
	}
}

static enum nas_status p_paths(double *p, int nx, int ny, int64_t h,
			       struct nas_err *err)
{
	double *row = calloc((size_t)ny + 1, sizeof(*row));

	if (!row)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d paths", ny);
	for (int i = 0; i <= nx; i++)
		p_row(row, i, nx, ny, h);
	*p = row[ny];
	free(row);
	return NAS_OK;
}

/* Smirnov's limit, Q(l) = 2 sum (-1)^(k-1) exp(-2 k^2 l^2); for small l by
 * its other form, 1 - sqrt(2 pi) / l sum exp(-(2k-1)^2 pi^2 / (8 l^2)). */
static double p_limit(double l)
{
	const double pi = acos(-1);
	double sum = 0;

	if (!(l > 0))
		return 1;
	if (l < 0.8) {
		for (int k = 1; k < 20; k += 2)
			sum += exp(-k * k * pi * pi / (8 * l * l));
		return 1 - sqrt(2 * pi) / l * sum;
	}
	for (int k = 1; k < 20; k++)
		sum += (k % 2 ? 1 : -1) * exp(-2.0 * k * k * l * l);
	return fmin(1, 2 * sum);
}

static enum nas_status p_of(struct stats_ks *out, int nx, int ny, int64_t h,
			    struct nas_err *err)
{
	double product = (double)nx * ny;

	out->exact = nx == ny || product <= EXACT_PATHS;
	if (nx == ny)
		out->p = p_equal(nx, h / nx);
	else if (!out->exact)
		out->p = p_limit(out->d * sqrt(product / ((double)nx + ny)));
	else
		return p_paths(&out->p, nx, ny, h, err);
	return NAS_OK;
}

static double *sorted(const double *x, int n)
{
	double *copy = malloc((size_t)n * sizeof(*copy));

	if (copy) {
		memcpy(copy, x, (size_t)n * sizeof(*x));
		stats_sort(copy, n);
	}
	return copy;
}

enum nas_status stats_ks(struct stats_ks *out, const double *x, int nx,
			 const double *y, int ny, struct nas_err *err)
{
	double product = (double)nx * ny, *a, *b;
	struct distance d = { 0 };
	bool above;

	NAS_BUG_IF(nx < 1 || ny < 1);
	if (stats_finite(x, nx, "the first sample", err) != NAS_OK ||
	    stats_finite(y, ny, "the second sample", err) != NAS_OK)
		return err->code;
	a = sorted(x, nx);
	b = sorted(y, ny);
	if (a && b)
		d = distance_of(a, nx, b, ny);
	else
		(void)!nas_fail(err, NAS_ENOMEM, "out of memory for the samples");
	free(a);
	free(b);
	if (err->code != NAS_OK)
		return err->code;
	above = d.above > d.below ||
		(d.above == d.below && d.above_at < d.below_at);
	out->above = (double)d.above / product;
	out->below = (double)d.below / product;
	out->d = above ? out->above : out->below;
	out->at = above ? d.above_at : d.below_at;
	return p_of(out, nx, ny, above ? d.above : d.below, err);
}
