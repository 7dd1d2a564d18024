/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/nnls.h"

#include <math.h>

#define SINGULAR 1e-12 /* what is left of a column's square, relative */
#define ROUNDS 300

void nnls_add(struct nnls *s, const double *row, double value, double weight)
{
	for (int i = 0; i < s->n; i++) {
		for (int j = 0; j < s->n; j++)
			s->gram[i][j] += weight * row[i] * row[j];
		s->right[i] += weight * row[i] * value;
	}
}

struct active { /* the columns in play, scaled to length 1 */
	int n, of[NNLS_MAX];
	double low[NNLS_MAX][NNLS_MAX]; /* Cholesky */
};

static double scale_of(const struct nnls *s, int i)
{
	return s->gram[i][i] > 0 ? 1 / sqrt(s->gram[i][i]) : 0;
}

/* Column i as the last of the factor; false if the others make it up. */
static bool factor_add(const struct nnls *s, struct active *a, int i)
{
	double *row = a->low[a->n], left = 1;

	for (int k = 0; k < a->n; k++) {
		double x = s->gram[i][a->of[k]] * scale_of(s, i) *
			   scale_of(s, a->of[k]);

		for (int m = 0; m < k; m++)
			x -= row[m] * a->low[k][m];
		row[k] = x / a->low[k][k];
		left -= row[k] * row[k];
	}
	if (!(left > SINGULAR))
		return false;
	row[a->n] = sqrt(left);
	a->of[a->n++] = i;
	return true;
}

/* Least squares over the active columns. */
static void solve_active(const struct nnls *s, const struct active *a,
			 double *z)
{
	double y[NNLS_MAX];

	for (int k = 0; k < a->n; k++) {
		y[k] = s->right[a->of[k]] * scale_of(s, a->of[k]);
		for (int m = 0; m < k; m++)
			y[k] -= a->low[k][m] * y[m];
		y[k] /= a->low[k][k];
	}
	for (int k = a->n - 1; k >= 0; k--) {
		for (int m = k + 1; m < a->n; m++)
			y[k] -= a->low[m][k] * y[m];
		y[k] /= a->low[k][k];
		z[k] = y[k] * scale_of(s, a->of[k]);
	}
}

/* The column whose coefficient wants most to grow; -1. */
static int steepest(const struct nnls *s, const bool *out, const double *x)
{
	double most = 0;
	int best = -1;

	for (int i = 0; i < s->n; i++) {
		double slope = s->right[i], size = fabs(s->right[i]);

		if (out[i])
			continue;
		for (int j = 0; j < s->n; j++)
			slope -= s->gram[i][j] * x[j];
		slope *= scale_of(s, i);
		if (slope > most && slope > 1e-10 * size * scale_of(s, i)) {
			most = slope;
			best = i;
		}
	}
	return best;
}

/* From x towards z as far as all stay above 0; those at 0 leave. */
static void step_back(const struct nnls *s, struct active *a, const double *z,
		      double *x, bool *out)
{
	struct active kept = { 0 };
	double step = 1;

	for (int k = 0; k < a->n; k++)
		if (z[k] <= 0)
			step = fmin(step, x[a->of[k]] / (x[a->of[k]] - z[k]));
	for (int k = 0; k < a->n; k++) {
		int i = a->of[k];

		x[i] += step * (z[k] - x[i]);
		if ((z[k] <= 0 && x[i] <= 1e-14 * fabs(z[k])) || x[i] <= 0 ||
		    !factor_add(s, &kept, i)) {
			x[i] = 0;
			out[i] = false;
		}
	}
	*a = kept;
}

void nnls_solve(const struct nnls *s, const bool *allowed, double *x)
{
	struct active a = { 0 };
	bool out[NNLS_MAX]; /* in play, or not to be looked at again */
	double z[NNLS_MAX];

	for (int i = 0; i < s->n; i++) {
		x[i] = 0;
		out[i] = (allowed && !allowed[i]) || !(s->gram[i][i] > 0);
	}
	for (int round = 0; round < ROUNDS; round++) {
		int next = steepest(s, out, x);

		if (next < 0)
			return;
		out[next] = true;
		if (!factor_add(s, &a, next))
			continue;
		for (int k = 0; k < ROUNDS; k++) {
			bool inside = true;

			solve_active(s, &a, z);
			for (int j = 0; j < a.n; j++)
				inside = inside && z[j] > 0;
			if (inside)
				break;
			step_back(s, &a, z, x, out);
		}
		for (int j = 0; j < a.n; j++)
			x[a.of[j]] = z[j];
	}
}
