/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may follow a block of a product: the weight to come is not known when
 * labels are set forwards, so what follows is a line over the sum so far for
 * each class of weights, and a bound takes the largest of them.
 */
#include <math.h>
#include <stdlib.h>

#include "evolve/certify/certify_expand.h"

static int most_classes(const struct cert_model *m)
{
	int most = 1;

	for (int s = 0; s <= m->nstages; s++)
		most = m->weights.n[s] > most ? m->weights.n[s] : most;
	return most;
}

bool cert_lines_init(struct cert_worker *w, const struct cert_model *m)
{
	size_t n = CERT_PRICES_MAX * CERT_CLASSES;
	size_t most = (size_t)most_classes(m);

	if (!m->product)
		return true;
	w->line_end = calloc(n, sizeof(*w->line_end));
	w->line_middle = calloc(n, sizeof(*w->line_middle));
	w->lines = malloc(2 * n * most * sizeof(*w->lines));
	for (size_t i = 0; w->line_end && w->line_middle && i < n; i++) {
		w->line_end[i].line = w->lines + 2 * i * most;
		w->line_middle[i].line = w->lines + (2 * i + 1) * most;
	}
	return w->line_end && w->line_middle && w->lines;
}

/* One more line; of lines with no larger value and weight none is kept. */
static void add_line(struct cert_lines *l, double value, double low,
		     double high)
{
	int n = 0;

	if (!(value > -HUGE_VAL))
		return;
	l->value = fmax(l->value, value);
	l->least = fmin(l->least, low);
	for (int i = 0; i < l->n; i++)
		if (l->line[i].value >= value && l->line[i].weight >= high)
			return;
	for (int i = 0; i < l->n; i++)
		if (l->line[i].value > value || l->line[i].weight > high)
			l->line[n++] = l->line[i];
	l->line[n] = (struct cert_line){ value, high };
	l->n = n + 1;
}

static void clear(struct cert_lines *l)
{
	l->n = 0;
	l->value = -HUGE_VAL;
	l->least = HUGE_VAL;
}

/* At price k, the block being of class a. */
static void fill_class(const struct cert_expansion *x, struct cert_worker *w,
		       int k, int a)
{
	const struct cert_stage *st = x->st;
	const struct cert_block *b = x->block;
	const struct cert_dp *dp = &x->prices->dp[k];
	const struct cert_weights *weights = &x->m->weights;
	struct cert_lines *end = &w->line_end[k * CERT_CLASSES + a];
	struct cert_lines *middle = &w->line_middle[k * CERT_CLASSES + a];
	size_t out = x->node / (size_t)st->nshape;
	double price = dp->price.score;
	bool ends = st->depth_ok[x->nblock] && b->next[a];
	bool goes_on = x->nblock < st->max_depth && b->own[a];

	clear(end);
	clear(middle);
	for (int j = 0; j < weights->n[st->index + 1]; j++) {
		struct cert_weight v = cert_weight_of(weights, st->index,
						      (int)out, j);

		if (ends)
			add_line(end, cert_end(dp, st, j, out)[b->next[a] - 1] +
				 dp->constant, price * v.low, price * v.high);
		if (goes_on)
			add_line(middle, cert_tail(dp, st, j, x->node,
						   x->nblock)[b->own[a] - 1] +
				 dp->constant, price * v.low, price * v.high);
	}
	w->after_end[k][a] = end->value;
	w->after_middle[k][a] = middle->value;
}

void cert_lines_fill(const struct cert_expansion *x, struct cert_worker *w)
{
	for (int k = 0; k < x->prices->n; k++)
		for (int a = 0; a < x->st->nclass; a++)
			fill_class(x, w, k, a);
}

double cert_lines_most(const struct cert_lines *l, double sum)
{
	double most = -HUGE_VAL;

	if (sum < 0)
		return l->n ? l->value + sum * l->least : -HUGE_VAL;
	for (int i = 0; i < l->n; i++)
		most = fmax(most, l->line[i].value + sum * l->line[i].weight);
	return most;
}

double cert_option_total(const struct cert_expansion *x,
			 const struct cert_worker *w, int pair)
{
	const struct cert_stage *st = x->st;
	const struct cert_dp *dp = &x->prices->dp[0];
	const struct cert_weights *weights = &x->m->weights;
	int a = st->pair[pair].class;
	size_t out = x->node / (size_t)st->nshape;
	double most = -HUGE_VAL;

	if (!x->m->product)
		return cert_pair_value(st, &dp->price, x->block,
				       weights->range[st->index], x->share,
				       pair) +
		       fmax(w->after_end[0][a], w->after_middle[0][a]);
	for (int j = 0; j < weights->n[st->index + 1]; j++) {
		double v = cert_pair_value(st, &dp->price, x->block,
					   cert_weight_of(weights, st->index,
							  (int)out, j),
					   x->share, pair);

		most = fmax(most, v + dp->constant +
				  cert_after(st, dp, j, x->node, x->nblock,
					     x->block, a));
	}
	return most;
}
