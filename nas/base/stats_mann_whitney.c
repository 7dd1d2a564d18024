/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mann and Whitney (1947), with ranks of both samples together. */
#include <math.h>
#include <string.h>

#include "nas/base/stats.h"

/* Sorted copies of both samples, in one piece. */
static double *copies(const double *x, int nx, const double *y, int ny,
		      struct nas_err *err)
{
	double *copy;

	NAS_BUG_IF(nx < 1 || ny < 1);
	if (stats_finite(x, nx, "the first sample", err) != NAS_OK ||
	    stats_finite(y, ny, "the second sample", err) != NAS_OK)
		return NULL;
	copy = malloc(((size_t)nx + (size_t)ny) * sizeof(*copy));
	if (!copy) {
		(void)!nas_fail(err, NAS_ENOMEM, "out of memory for the samples");
		return NULL;
	}
	memcpy(copy, x, (size_t)nx * sizeof(*x));
	memcpy(copy + nx, y, (size_t)ny * sizeof(*y));
	stats_sort(copy, nx);
	stats_sort(copy + nx, ny);
	return copy;
}

/* twice U, and the sum of t^3 - t over runs of t equal values */
struct merged {
	double twice_u, ties;
};

static struct merged merge(const double *x, int nx, const double *y, int ny)
{
	struct merged m = { 0 };

	for (int i = 0, j = 0; i < nx || j < ny;) {
		int from_i = i, from_j = j;
		double value, tx, ty;

		value = i < nx && (j == ny || x[i] < y[j]) ? x[i] : y[j];
		while (i < nx && x[i] == value)
			i++;
		while (j < ny && y[j] == value)
			j++;
		tx = i - from_i;
		ty = j - from_j;
		m.twice_u += tx * (2.0 * from_j + ty);
		m.ties += (tx + ty) * ((tx + ty) * (tx + ty) - 1);
	}
	return m;
}

static double z_of(double u, double nx, double ny, double ties)
{
	double n = nx + ny, from = fabs(u - 0.5 * nx * ny) - 0.5;
	double variance = nx * ny / 12 * (n + 1 - ties / (n * (n - 1)));

	if (!(variance > 0) || from <= 0)
		return 0;
	return (u > 0.5 * nx * ny ? from : -from) / sqrt(variance);
}

enum nas_status stats_mann_whitney(struct stats_mann_whitney *out,
				   const double *x, int nx, const double *y,
				   int ny, struct nas_err *err)
{
	double *copy = copies(x, nx, y, ny, err);
	struct merged m;

	if (!copy)
		return err->code;
	m = merge(copy, nx, copy + nx, ny);
	free(copy);
	out->u = 0.5 * m.twice_u;
	out->z = z_of(out->u, nx, ny, m.ties);
	out->p = erfc(fabs(out->z) / sqrt(2));
	out->effect = out->u / ((double)nx * ny);
	out->delta = 2 * out->effect - 1;
	return NAS_OK;
}
