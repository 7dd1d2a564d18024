/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scales, ticks, ranges. */
#include <math.h>

#include "nas/report/plot.h"

#define TICKS_FEW 3
#define LOG_FEW 4 /* powers of ten on an axis that has no ticks between them */

double scale_at(const struct scale *s, double x)
{
	double lo = s->lo, hi = s->hi;

	if (s->log) {
		lo = log10(lo);
		hi = log10(hi);
		x = log10(x);
	}
	return s->from + (x - lo) / (hi - lo) * (s->to - s->from);
}

/* The smallest of 1, 2, 5 times a power of ten that is at least x. */
static double nice_step(double x)
{
	double power = pow(10, floor(log10(x)));

	if (power >= x * (1 - 1e-9))
		return power;
	if (2 * power >= x * (1 - 1e-9))
		return 2 * power;
	if (5 * power >= x * (1 - 1e-9))
		return 5 * power;
	return 10 * power;
}

static int step_decimals(double step)
{
	int d = (int)ceil(-log10(step) - 1e-9);

	return d < 0 ? 0 : d > 12 ? 12 : d;
}

void ticks_place(struct ticks *t, double lo, double hi)
{
	double first = ceil(lo / t->step - 1e-9);

	t->n = 0;
	for (; t->n < TICKS_MAX; t->n++) {
		double at = (first + t->n) * t->step;

		if (at > hi + 1e-9 * t->step)
			break;
		t->at[t->n] = at;
	}
}

void ticks_linear(struct ticks *t, double lo, double hi, int most, bool whole)
{
	int n = most < 2 ? 2 : most > TICKS_MAX ? TICKS_MAX : most;

	if (!(hi > lo)) { /* one value has one tick */
		*t = (struct ticks){ .n = 1, .step = 1, .at = { lo } };
		return;
	}
	t->step = nice_step((hi - lo) / n);
	if (whole && t->step < 1)
		t->step = 1;
	ticks_place(t, lo, hi);
	while (t->n > n) {
		t->step = nice_step(t->step * 1.5);
		ticks_place(t, lo, hi);
	}
	t->decimals = step_decimals(t->step);
}

/* 1, 2 and 5 times powers of ten, where there are few of these; equal steps where
 * there are hardly any. */
static void ticks_between(struct ticks *t, double lo, double hi, int most)
{
	static const double steps[] = { 1, 2, 5 };
	int first = (int)floor(log10(lo)), last = (int)ceil(log10(hi)), n = 0;
	double at[TICKS_MAX];

	for (int e = first; e <= last; e++)
		for (int k = 0; k < 3; k++) {
			double x = steps[k] * pow(10, e);

			if (x < lo * (1 - 1e-9) || x > hi * (1 + 1e-9))
				continue;
			if (n == most)
				return; /* the powers alone */
			at[n++] = x;
		}
	if (n < TICKS_FEW) {
		ticks_linear(t, lo, hi, most, false);
		return;
	}
	t->n = n;
	for (int i = 0; i < n; i++)
		t->at[i] = at[i];
}

void ticks_log(struct ticks *t, double lo, double hi, int most)
{
	int first = (int)ceil(log10(lo) - 1e-9);
	int last = (int)floor(log10(hi) + 1e-9), by = 1;

	if (most < 2)
		most = 2;
	if (most > TICKS_MAX)
		most = TICKS_MAX;
	while ((last - first) / by + 1 > most)
		by++;
	t->n = 0;
	t->step = by;
	t->decimals = 0;
	for (int e = first; e <= last && t->n < TICKS_MAX; e += by)
		t->at[t->n++] = pow(10, e);
	if (t->n < LOG_FEW)
		ticks_between(t, lo, hi, most);
}

void range_add(struct range *r, double x)
{
	if (!isfinite(x))
		return;
	r->lo = fmin(r->lo, x);
	r->hi = fmax(r->hi, x);
}

void range_widen(struct range *r, double below, double above)
{
	double width;

	if (r->lo > r->hi)
		*r = (struct range){ 0, 1 };
	if (r->hi - r->lo <= 1e-12 * fabs(r->hi)) {
		width = fmax(1e-3 * fabs(r->hi), 1e-3);
		r->lo -= width;
		r->hi += width;
	}
	width = r->hi - r->lo;
	r->lo -= below * width;
	r->hi += above * width;
}
