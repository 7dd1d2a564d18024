/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The levels, scales and biases of one layer. */
#include "scoring/forward/rounding_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/parallel.h"

#define FRACTIONS 20 /* of the quantiser's step that are tried */
#define TRIED	  14

struct rows { /* what the workers share */
	struct rounding_layer *at;
	const struct graph_layer *l;
	struct moments *m; /* (groups) */
	bool *failed;      /* (items) */
	double *step;      /* (out) */
};

static bool hold(struct moments *m, const struct rows *r)
{
	size_t fan = r->l->fan, square = fan * fan;

	*m = (struct moments){ .fan = fan, .plain = r->at->job->plain_biases };
	m->mean_x = calloc(2 * fan, sizeof(*m->mean_x));
	if (!m->mean_x)
		return false;
	m->mean_y = m->mean_x + fan;
	if (r->at->nearest)
		return true;
	m->h = calloc(3 * square, sizeof(*m->h));
	m->place = calloc(fan, sizeof(*m->place));
	if (!m->h || !m->place)
		return false;
	m->c = m->h + square;
	m->r = m->c + square;
	return true;
}

static void gather(void *context, int g)
{
	struct rows *r = context;
	struct moments *m = &r->m[g];

	r->failed[g] = !hold(m, r) || !rounding_moments(m, r->at, g) ||
		       (!r->at->nearest && !moments_factor(m));
	if (r->at->nearest && !r->failed[g])
		moments_means(m);
}

static const struct moments *moments_of(const struct rows *r, int o)
{
	return &r->m[o / (r->l->out / r->l->groups)];
}

/* The best of some fractions of a step: levels in q. */
static double choose_step(double *q, const struct moments *m, const double *t,
			  double whole, double most, bool power,
			  double *scratch)
{
	double best = whole, least = HUGE_VAL;

	for (int k = 0; k < (power ? 4 : TRIED); k++) {
		double step = power ? ldexp(whole, 1 - k)
				    : whole * (FRACTIONS + 1 - k) / FRACTIONS;
		double loss = rounding_levels(q, m, t, step, most, scratch);

		if (loss < least)
			least = loss, best = step;
	}
	rounding_levels(q, m, t, best, most, scratch);
	return best;
}

/* b + w E[x] - q E[y] of output o, once its weights q are there. */
static void give_bias(const struct rows *r, int o)
{
	const struct moments *m = moments_of(r, o);
	const float *w = r->l->weight + (size_t)o * m->fan;
	const float *q = r->at->weight + (size_t)o * m->fan;
	double sum = (double)r->l->bias[o];

	for (size_t i = 0; i < m->fan; i++)
		sum += (double)w[i] * m->mean_x[i] -
		       (double)q[i] * m->mean_y[i];
	r->at->bias[o] = (float)sum;
}

static void give(const struct rows *r, int o, const double *q, double step)
{
	const struct moments *m = moments_of(r, o);
	float *to = r->at->weight + (size_t)o * m->fan, scale = (float)step;

	for (size_t k = 0; k < m->fan; k++)
		to[m->place[k]] = (float)q[k] * scale;
	r->at->scale[o] = scale;
	give_bias(r, o);
}

static void round_row(void *context, int o)
{
	struct rows *r = context;
	const struct moments *m = moments_of(r, o);
	const struct rounding_job *job = r->at->job;
	double most = quant_weight_levels(r->at->bits), step = r->step[o];
	double *q = calloc(3 * m->fan, sizeof(*q)), *t, *scratch;

	r->failed[o] = !q;
	if (!q)
		return;
	t = q + m->fan;
	scratch = t + m->fan;
	rounding_target(t, m, r->l->weight + (size_t)o * m->fan);
	if (job->scope == QUANT_PER_CHANNEL)
		step = choose_step(q, m, t, step, most,
				   job->quantiser->power_of_two, scratch);
	else
		rounding_levels(q, m, t, step, most, scratch);
	rounding_improve(q, m, t, step, most, scratch);
	if (job->scope == QUANT_PER_CHANNEL && !job->quantiser->power_of_two)
		step = rounding_step(q, m, t, step, scratch);
	give(r, o, q, step);
	free(q);
}

static bool any(const bool *flag, int n)
{
	for (int i = 0; i < n; i++)
		if (flag[i])
			return true;
	return false;
}

/* Too large: each weight to its nearest level. */
static void round_nearest(struct rows *r)
{
	const struct rounding_layer *at = r->at;
	const struct graph_layer *l = r->l;

	fake_quant_scaled(at->weight, l->weight, l->out, l->fan, at->bits,
			  at->scale);
	for (int o = 0; o < l->out; o++) {
		at->scale[o] = (float)r->step[o]; /* not 0 */
		give_bias(r, o);
	}
}

static enum nas_status round_rows(struct rows *r, struct nas_err *err)
{
	const struct rounding_layer *at = r->at;
	int out = r->l->out, threads = at->job->threads;

	quantiser_scales(at->job->quantiser, at->scale, r->l->weight, out,
			 r->l->fan, at->bits, at->job->scope);
	for (int o = 0; o < out; o++)
		r->step[o] = at->scale[o] > 0 ? (double)at->scale[o] : 1;
	parallel_for(r->l->groups, threads, gather, r);
	if (any(r->failed, r->l->groups))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the "
				"moments of a layer");
	if (at->nearest) {
		round_nearest(r);
		return NAS_OK;
	}
	parallel_for(out, threads, round_row, r);
	return any(r->failed, out)
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for a row")
		       : NAS_OK;
}

static bool too_large(const struct graph_layer *l)
{
	size_t most = (size_t)ROUNDING_FAN * ROUNDING_FAN;

	return l->fan > ROUNDING_FAN ||
	       l->fan * l->fan * (size_t)l->groups > most;
}

static void release(struct rows *r)
{
	for (int g = 0; r->m && g < r->l->groups; g++) {
		free(r->m[g].mean_x);
		free(r->m[g].h);
		free(r->m[g].place);
	}
	free(r->m);
	free(r->failed);
	free(r->step);
}

enum nas_status rounding_layer(struct rounding_layer *at, struct nas_err *err)
{
	const struct graph_layer *l = &at->job->graph->layer[at->layer];
	size_t out = (size_t)l->out, groups = (size_t)l->groups;
	struct rows r = { .at = at, .l = l };

	at->nearest = too_large(l);
	r.m = calloc(groups, sizeof(*r.m));
	r.failed = calloc(out > groups ? out : groups, sizeof(*r.failed));
	r.step = calloc(out, sizeof(*r.step));
	if (r.m && r.failed && r.step)
		(void)!round_rows(&r, err);
	else
		nas_fail(err, NAS_ENOMEM, "out of memory for a layer");
	release(&r);
	return err->code;
}
