/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadratic losses of levels: factors, targets, levels of one output. */
#include "scoring/forward/rounding_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/clones.h"

#define DAMPING 0.01 /* of the mean variance */
#define SWEEPS 20

/* y -= a x */
NAS_CLONES static void take_off(double *y, const double *x, double a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] -= a * x[i];
}

/* In eight sums, so that a processor can take several at a time. */
NAS_CLONES static double dot(const double *x, const double *y, size_t n)
{
	double part[8] = {0}, sum = 0;
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		for (size_t k = 0; k < 8; k++)
			part[k] += x[i + k] * y[i + k];
	for (; i < n; i++)
		sum += x[i] * y[i];
	for (size_t k = 0; k < 8; k++)
		sum += part[k];
	return sum;
}

void moments_means(struct moments *m)
{
	double share = m->plain ? 0 : 1 / m->count;

	for (size_t i = 0; i < m->fan; i++) {
		m->mean_x[i] *= share;
		m->mean_y[i] *= share;
	}
}

/* Sums to centred means, with damping. */
static void centre(struct moments *m)
{
	size_t n = m->fan;
	double damping = 0;

	moments_means(m);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double *h = &m->h[i * n + j], *c = &m->c[i * n + j];

			*h = *h / m->count - m->mean_y[i] * m->mean_y[j];
			*c = *c / m->count - m->mean_x[i] * m->mean_y[j];
		}
	for (size_t i = 0; i < n; i++)
		damping += fmax(m->h[i * n + i], 0) / (double)n;
	damping = damping > 0 ? DAMPING * damping : 1;
	for (size_t i = 0; i < n; i++) {
		m->h[i * n + i] = fmax(m->h[i * n + i], 0) + damping;
		m->c[i * n + i] += damping;
	}
}

struct ranked {
	double variance;
	size_t at;
};

static int by_variance(const void *va, const void *vb)
{
	const struct ranked *a = va, *b = vb;

	if (a->variance < b->variance || a->variance > b->variance)
		return a->variance < b->variance ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Both in the order of place: a's columns, and its rows as well. */
static void reorder(double *a, const size_t *place, size_t n, bool rows,
		    double *scratch)
{
	for (size_t i = 0; i < n; i++) {
		const double *from = a + (rows ? place[i] : i) * n;

		for (size_t j = 0; j < n; j++)
			scratch[i * n + j] = from[place[j]];
	}
	memcpy(a, scratch, n * n * sizeof(*a));
}

static bool sort_inputs(struct moments *m)
{
	size_t n = m->fan;
	struct ranked *rank = malloc(n * sizeof(*rank));

	if (!rank)
		return false;
	for (size_t i = 0; i < n; i++)
		rank[i] = (struct ranked){m->h[i * n + i], i};
	qsort(rank, n, sizeof(*rank), by_variance);
	for (size_t i = 0; i < n; i++)
		m->place[i] = rank[i].at;
	free(rank);
	reorder(m->c, m->place, n, false, m->r);
	reorder(m->h, m->place, n, true, m->r);
	return true;
}

/* H = R'R, row after row; what rounding leaves below 0 is taken for little. */
static void factor(struct moments *m)
{
	size_t n = m->fan;
	double *r = m->r;

	memcpy(r, m->h, n * n * sizeof(*r));
	for (size_t k = 0; k < n; k++) {
		double *row = r + k * n;
		double least = 1e-9 * m->h[k * n + k];
		double root = sqrt(fmax(row[k], least));

		for (size_t j = k; j < n; j++)
			row[j] = j > k ? row[j] / root : root;
		for (size_t i = k + 1; i < n; i++)
			take_off(r + i * n + i, row + i, row[i], n - i);
	}
}

bool moments_factor(struct moments *m)
{
	centre(m);
	if (!sort_inputs(m))
		return false;
	factor(m);
	return true;
}

/* t R'R = w C: u R = w C from the first on, t R' = u from the last on. */
void rounding_target(double *t, const struct moments *m, const float *w)
{
	size_t n = m->fan;

	memset(t, 0, n * sizeof(*t));
	for (size_t i = 0; i < n; i++)
		take_off(t, m->c + i * n, -(double)w[i], n);
	for (size_t k = 0; k < n; k++) {
		const double *row = m->r + k * n;

		t[k] /= row[k];
		take_off(t + k + 1, row + k + 1, t[k], n - k - 1);
	}
	for (size_t k = n; k-- > 0;) {
		const double *row = m->r + k * n;

		t[k] = (t[k] - dot(row + k + 1, t + k + 1, n - k - 1)) /
		       row[k];
	}
}

double rounding_levels(double *q, const struct moments *m, const double *t,
		       double step, double most, double *off)
{
	size_t n = m->fan;
	double loss = 0;

	for (size_t k = n; k-- > 0;) {
		const double *row = m->r + k * n;
		double v = t[k] + dot(row + k + 1, off + k + 1, n - k - 1) /
					  row[k];
		double e;

		q[k] = fmin(fmax(rint(v / step), -most), most);
		off[k] = t[k] - q[k] * step;
		e = row[k] * (v - q[k] * step);
		loss += e * e;
	}
	return loss;
}

/* g (fan) = H (t - q step) */
static void slopes(double *g, const double *q, const struct moments *m,
		   const double *t, double step)
{
	size_t n = m->fan;

	memset(g, 0, n * sizeof(*g));
	for (size_t k = 0; k < n; k++)
		take_off(g, m->h + k * n, q[k] * step - t[k], n);
}

void rounding_improve(double *q, const struct moments *m, const double *t,
		      double step, double most, double *g)
{
	size_t n = m->fan;
	bool better = true;

	slopes(g, q, m, t, step);
	for (int sweep = 0; better && sweep < SWEEPS; sweep++) {
		better = false;
		for (size_t k = 0; k < n; k++) {
			double h = m->h[k * n + k];
			double up = g[k] > 0 ? 1 : -1;
			double gain = 2 * step * up * g[k] - step * step * h;

			if (!(gain > 1e-9 * step * step * h) ||
			    fabs(q[k] + up) > most)
				continue;
			q[k] += up;
			take_off(g, m->h + k * n, up * step, n);
			better = true;
		}
	}
}

double rounding_step(const double *q, const struct moments *m, const double *t,
		     double step, double *g)
{
	size_t n = m->fan;
	double tq = 0, qq = 0;

	slopes(g, q, m, t, step);
	for (size_t k = 0; k < n; k++)
		tq += g[k] * q[k];
	memset(g, 0, n * sizeof(*g));
	for (size_t k = 0; k < n; k++)
		take_off(g, m->h + k * n, -q[k], n);
	for (size_t k = 0; k < n; k++)
		qq += g[k] * q[k];
	return qq > 0 && step + tq / qq > 0 ? step + tq / qq : step;
}
