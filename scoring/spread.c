/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/spread.h"

#include <math.h>
#include <string.h>

#include "scoring/cholesky.h"
#include "scoring/fit.h"

#define RIDGE 0.1 /* directions that hardly vary count for less */

struct white { /* F features that vary */
	int f;
	int feature[FEATURES_MAX];
	double mean[FEATURES_MAX], scale[FEATURES_MAX];
	double *l; /* (F, F) */
};

static void scaled(const struct white *w, const double *x, double *z)
{
	for (int j = 0; j < w->f; j++)
		z[j] = (x[w->feature[j]] - w->mean[j]) / w->scale[j];
}

static void take_features(struct white *w, const struct spread_pool *pool)
{
	struct fit_scale s = { 0 };

	for (int i = 0; i < pool->n; i++)
		fit_scale_add(&s, pool->x + (size_t)i * FEATURES_MAX);
	for (int j = 0; j < nfeatures; j++) {
		double sd = fit_deviation(&s, j);

		if (!(sd > 0))
			continue;
		w->feature[w->f] = j;
		w->mean[w->f] = s.mean[j];
		w->scale[w->f++] = sd;
	}
}

static bool white_init(struct white *w, const struct spread_pool *pool,
		       struct nas_arena *arena)
{
	double z[FEATURES_MAX], *c;

	take_features(w, pool);
	w->l = NAS_NEW2(arena, double, FEATURES_MAX, FEATURES_MAX);
	c = NAS_NEW2(arena, double, FEATURES_MAX, FEATURES_MAX);
	if (arena->failed)
		return false;
	for (int i = 0; i < pool->n; i++) {
		scaled(w, pool->x + (size_t)i * FEATURES_MAX, z);
		for (int a = 0; a < w->f; a++)
			for (int b = 0; b <= a; b++)
				c[a * w->f + b] += z[a] * z[b] / pool->n;
	}
	cholesky(w->l, c, w->f, RIDGE);
	return true;
}

static void whiten(const struct white *w, const double *x, double *z)
{
	scaled(w, x, z);
	cholesky_forward(z, w->l, z, w->f);
}

/* Lower the distances of the pool's networks to the nearest by that to z. */
static void note(double *nearest, const double *pool, int n, int f,
		 const double *z)
{
	for (int i = 0; i < n; i++) {
		const double *p = pool + (size_t)i * FEATURES_MAX;
		double d = 0;

		for (int j = 0; j < f; j++)
			d += (p[j] - z[j]) * (p[j] - z[j]);
		nearest[i] = fmin(nearest[i], d);
	}
}

static int extreme(const double *x, int n, bool largest)
{
	int at = 0;

	for (int i = 1; i < n; i++)
		if (largest ? x[i] > x[at] : x[i] < x[at])
			at = i;
	return at;
}

enum nas_status spread_pick(int *picked, int k, const struct spread_pool *pool,
			    struct nas_arena *arena, struct nas_err *err)
{
	const double middle[FEATURES_MAX] = { 0 };
	struct white w = { 0 };
	double z[FEATURES_MAX];
	double *all = NAS_NEW2(arena, double, (size_t)pool->n, FEATURES_MAX);
	double *nearest = NAS_NEW(arena, double, (size_t)pool->n);
	int n = pool->n, i = 0;

	if (arena->failed || !white_init(&w, pool, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				n);
	for (int p = 0; p < n; p++) {
		whiten(&w, pool->x + (size_t)p * FEATURES_MAX,
		       all + (size_t)p * FEATURES_MAX);
		nearest[p] = HUGE_VAL;
	}
	for (int p = 0; p < pool->m; p++) {
		whiten(&w, pool->measured + (size_t)p * FEATURES_MAX, z);
		note(nearest, all, n, w.f, z);
	}
	if (pool->m == 0 && k > 0) {
		note(nearest, all, n, w.f, middle);
		picked[i++] = extreme(nearest, n, false);
		for (int p = 0; p < n; p++)
			nearest[p] = HUGE_VAL;
		note(nearest, all, n, w.f,
		     all + (size_t)picked[0] * FEATURES_MAX);
	}
	for (; i < k; i++) {
		picked[i] = extreme(nearest, n, true);
		note(nearest, all, n, w.f,
		     all + (size_t)picked[i] * FEATURES_MAX);
	}
	return NAS_OK;
}
