/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/certify/certify_weights.h"

#include <math.h>
#include <stdlib.h>

#include "evolve/certify/certify_model.h"

#define ROUNDING 1e-14 /* relative: what sums of V may be off by */
#define SAME 1e-13     /* relative: values that are one but for rounding */

/* What the end of each stage weighs by itself, or 0. */
static void fill_ends(struct cert_model *m)
{
	for (int s = 0; s < m->nstages; s++) {
		const struct cert_stage *st = &m->stage[s];

		for (int w = 0; m->product && w < st->nout; w++)
			m->weights.end[s][w] = chain_product_end(
				m->product, s, st->choices->width[w]);
	}
}

struct value { /* of V, and where it is to go */
	struct cert_weight v;
	uint16_t *to;
};

static int by_high(const void *x, const void *y)
{
	const struct value *p = x, *q = y;

	if (p->v.high != q->v.high)
		return p->v.high < q->v.high ? -1 : 1;
	return p->v.low < q->v.low ? -1 : p->v.low > q->v.low;
}

static bool is_same(struct cert_weight a, struct cert_weight b)
{
	return fabs(a.high - b.high) <= SAME * fabs(b.high) &&
	       fabs(a.low - b.low) <= SAME * fabs(b.high);
}

/* The values that stage s and the classes behind it make. */
static size_t list_values(const struct cert_model *m, int s,
			  struct value *value)
{
	const struct cert_weights *w = &m->weights;
	const struct cert_stage *st = &m->stage[s];
	size_t n = 0;

	for (int out = 0; out < st->nout; out++)
		for (int j = 0; j < w->n[s + 1]; j++) {
			uint16_t *to = &w->to[s][out * w->n[s + 1] + j];

			*to = 0;
			if (st->alive[out])
				value[n++] = (struct value){
					cert_weight_of(w, s, out, j), to };
		}
	return n;
}

static size_t count_distinct(const struct value *value, size_t n)
{
	size_t distinct = n > 0;

	for (size_t i = 1; i < n; i++)
		distinct += !is_same(value[i - 1].v, value[i].v);
	return distinct;
}

/* Sorted values as classes: each its own, or each step of a grid one. */
static void fill_classes(struct cert_weights *w, int s,
			 const struct value *value, size_t n, int most,
			 bool exact)
{
	struct cert_weight *class = w->class[s];
	double first = n ? value[0].v.high : 0;
	double step = n ? (value[n - 1].v.high - first) / most : 0;
	int k = -1, last = -1;

	for (size_t i = 0; i < n; i++) {
		struct cert_weight v = value[i].v;
		int at = step > 0 ? (int)((v.high - first) / step) : 0;
		bool fresh = exact ? i == 0 || !is_same(value[i - 1].v, v)
				   : at > last && (at < most || k < 0);

		if (fresh) {
			class[++k] = v;
			last = at;
		}
		class[k].low = fmin(class[k].low, v.low);
		class[k].high = fmax(class[k].high, v.high);
		*value[i].to = (uint16_t)k;
	}
	w->n[s] = k + 1 > 0 ? k + 1 : 1;
}

/* Of all classes; and a rounded one covers what its sums are off by. */
static void finish_classes(struct cert_weights *w, int s)
{
	struct cert_weight range = { HUGE_VAL, -HUGE_VAL };

	for (int k = 0; k < w->n[s]; k++) {
		struct cert_weight *v = &w->class[s][k];

		if (v->low < v->high) {
			v->low -= ROUNDING * fabs(v->low);
			v->high += ROUNDING * fabs(v->high);
		}
		range.low = fmin(range.low, v->low);
		range.high = fmax(range.high, v->high);
	}
	w->range[s] = range;
}

static bool make_boundary(struct cert_model *m, int s, int most,
			  struct nas_arena *arena)
{
	struct cert_weights *w = &m->weights;
	size_t room = (size_t)m->stage[s].nout * (size_t)w->n[s + 1];
	struct value *value = malloc((room ? room : 1) * sizeof(*value));
	size_t n, distinct;

	w->to[s] = NAS_NEW(arena, uint16_t, room);
	w->class[s] = NAS_NEW(arena, struct cert_weight, (size_t)most + 1);
	if (!value || arena->failed) {
		free(value);
		return false;
	}
	n = list_values(m, s, value);
	qsort(value, n, sizeof(*value), by_high);
	distinct = count_distinct(value, n);
	fill_classes(w, s, value, n, most, distinct <= (size_t)most);
	w->exact = w->exact && distinct <= (size_t)most;
	finish_classes(w, s);
	free(value);
	return true;
}

bool cert_weights_make(struct cert_model *m, int most, struct nas_arena *arena)
{
	struct cert_weights *w = &m->weights;
	double last = m->product ? 0 : 1;

	w->exact = true;
	w->n[m->nstages] = 1;
	w->class[m->nstages] = NAS_NEW(arena, struct cert_weight, 1);
	for (int s = 0; s < m->nstages; s++)
		w->end[s] = NAS_NEW(arena, double, (size_t)m->stage[s].nout);
	if (arena->failed)
		return false;
	w->class[m->nstages][0] = (struct cert_weight){ last, last };
	w->range[m->nstages] = w->class[m->nstages][0];
	fill_ends(m);
	for (int s = m->nstages - 1; s >= 0; s--)
		if (!make_boundary(m, s, m->product ? most : 1, arena))
			return false;
	return true;
}
