/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Extending labels by one block.
 *
 * Sources and pairs of bits are both sorted by what they are worth at the
 * first price, so the double loop stops at the first combination that is
 * below the target; only what survives is looked at under the other prices.
 */
#include "evolve/certify/certify_expand.h"

#include <stdlib.h>
#include <string.h>

#include "evolve/certify/certify_rho.h"

#define LOOK 4096 /* labels between looks at the limits */

static int by_total(const void *x, const void *y)
{
	const struct cert_option *p = x, *q = y;

	if (p->total != q->total)
		return p->total > q->total ? -1 : 1;
	return p->pair < q->pair ? -1 : p->pair > q->pair;
}

static void option_use(const struct cert_expansion *x,
		       const struct cert_pair *pair, double *use)
{
	const struct cert_block *c = x->block;
#define OPTION_USE(id, key, kind, unit, label, help, figure, of_aw, of_w,     \
		   of_slow, alone, head)                                      \
	[id] = CHAIN_SUM(of_aw, of_w, of_slow, alone, pair->aw, pair->bytes,  \
			 pair->slow),
	double all[RESOURCES] = { ADDITIVE_BUDGETS(OPTION_USE) };

	double *own = use + cert_first_use(x->m);

	for (int i = 0; i < x->m->nuse; i++) {
		int r = x->m->use[i];

		own[i] = r < RESOURCES ? all[r] : cert_side(c->trust, r - RESOURCES);
	}
	own[x->m->nuse] = -c->ln_width;
	own[x->m->nuse + 1] = x->st->layers;
}

/* What W and L of a label are worth at a price to blocks from stage s on. */
static double worth_of_widths(const struct cert_model *m,
			      const struct cert_price *p, const double *use,
			      int s)
{
	const double *own = use + cert_first_use(m) + m->nuse;

	if (!m->ntangents)
		return 0;
	return -p->width[s] * own[0] - p->layer[s] * own[1];
}

/* What follows the block at each price, if the stage ends, or goes on; of a
 * product for a sum of 0. */
static void fill_after(const struct cert_expansion *x, struct cert_worker *w)
{
	const struct cert_stage *st = x->st;
	const struct cert_block *b = x->block;
	size_t out = x->node / (size_t)st->nshape;

	if (x->m->product) {
		cert_lines_fill(x, w);
		return;
	}
	for (int k = 0; k < x->prices->n; k++) {
		const struct cert_dp *dp = &x->prices->dp[k];

		for (int a = 0; a < st->nclass; a++) {
			double end = -HUGE_VAL, middle = -HUGE_VAL;

			if (st->depth_ok[x->nblock] && b->next[a])
				end = cert_end(dp, st, 0, out)[b->next[a] - 1];
			if (x->nblock < st->max_depth && b->own[a])
				middle = cert_tail(dp, st, 0, x->node,
						   x->nblock)[b->own[a] - 1];
			w->after_end[k][a] = end + dp->constant;
			w->after_middle[k][a] = middle + dp->constant;
		}
	}
}

static void fill_options(const struct cert_expansion *x, struct cert_worker *w)
{
	const struct cert_stage *st = x->st;
	const struct cert_price *price = &x->prices->dp[0].price;
	const struct nas_linear_coef *coef = &x->block->score;

	w->noption = 0;
	for (int k = 0; k < st->npair; k++) {
		struct cert_option *o = &w->option[w->noption];
		const struct cert_pair *p = &st->pair[k];
		int a = p->class;

		if (!(fmax(w->after_end[0][a], w->after_middle[0][a]) >
		      -HUGE_VAL))
			continue;
		o->total = cert_option_total(x, w, k) +
			   price->offset[st->index] - price->offset[0];
		o->score = coef->fixed + p->gain[0] + coef->root * p->root +
			   coef->aw * p->aw;
		o->score_c = coef->fixed_c + p->gain[1] +
			     coef->root_c * p->root;
		o->pair = (uint8_t)k;
		o->class = (uint8_t)a;
		o->own = x->block->own[a];
		o->next = x->block->next[a];
		option_use(x, &st->pair[k], o->use);
		w->noption++;
	}
	qsort(w->option, (size_t)w->noption, sizeof(w->option[0]), by_total);
}

struct child {
	double score, bound;
	double done, sum, plane, runs; /* of a product: enum cert_slot */
	double *use;
	uint32_t parent;
	int units;
	const struct cert_option *option;
};

/* What a label comes to with what follows, at price k. */
struct follows {
	double (*after)[CERT_CLASSES];
	const struct cert_lines *line; /* of a product */
};

static double with_after(const struct cert_expansion *x,
			 const struct follows *f, const struct child *c, int k,
			 int a)
{
	const struct cert_model *m = x->m;
	double weight = x->prices->dp[k].price.score;
	double done = c->done - m->penalty.weight * c->plane;

	if (!m->product)
		return f->after[k][a] + weight * c->score;
	if (!(weight > 0))
		return f->after[k][a];
	return cert_lines_most(&f->line[k * CERT_CLASSES + a], c->sum) +
	       weight * done;
}

/* The least bound over the prices; -HUGE_VAL if any refuses. */
static double bound_of(const struct cert_expansion *x, const struct child *c,
		       int s, const struct follows *f, int a)
{
	const struct cert_model *m = x->m;
	const double *use = c->use + cert_first_use(m);
	double least = HUGE_VAL;

	for (int k = 0; k < x->prices->n; k++) {
		const struct cert_price *p = &x->prices->dp[k].price;
		double v = with_after(x, f, c, k, a) +
			   worth_of_widths(m, p, c->use, s) + p->offset[s] -
			   p->offset[0];

		for (int i = 0; i < m->nuse; i++)
			v -= p->use[m->use[i]] * use[i];
		if (!(v > (p->score > 0 ? x->pass->target : -1e-12)))
			return -HUGE_VAL;
		if (p->score > 0 && v < least)
			least = v;
	}
	return least;
}

/* Room for a label with that bound, or NULL. A full list is reduced; if
 * that is not enough it is cut, and what is below the cut stays out. */
static struct cert_label *new_label(const struct cert_expansion *x,
				    struct cert_worker *w,
				    struct cert_list *list, double bound)
{
	struct cert_pool *p = &list->pool;
	size_t most = x->pass->beam ? 16 * x->pass->beam + 1024 : x->most;

	most = most < x->most ? most : x->most;
	if (bound <= list->cut) {
		w->dropped = fmax(w->dropped, bound);
		return NULL;
	}
	if (p->n >= most) {
		cert_reduce(x, w, list);
		if (p->n >= most - most / 4)
			list->cut = fmax(list->cut, cert_beam(p, most / 2,
							      &w->sort));
		w->dropped = fmax(w->dropped, list->cut);
	}
	if (w->failed || !cert_pool_grow(p, x->most)) {
		w->failed = true;
		return NULL;
	}
	return cert_label(p, p->n++);
}

/* A product's label, before ends of at least low and at most high: score and
 * its use are what it comes to at both, and reduced is no less. */
static double fill_product(const struct cert_model *m, struct cert_label *l,
			   const struct child *c, struct cert_weight to_come)
{
	double *slot = l->use + cert_uses(m);
	double low = c->done + c->sum * to_come.low;

	l->score = c->done + c->sum * to_come.high;
	l->use[0] = -low;
	slot[CERT_DONE] = c->done;
	slot[CERT_SUM] = c->sum;
	slot[CERT_PLANE] = c->plane;
	slot[CERT_RUNS] = c->runs;
	return fmax(low, l->score) - m->penalty.weight * c->plane;
}

/* s: the stage of the block that follows. */
static void fill_label(const struct cert_expansion *x, struct cert_label *l,
		       const struct child *c, int cap, int s)
{
	const struct cert_model *m = x->m;
	const struct cert_price *p = &x->prices->dp[0].price;
	size_t out = x->node / (size_t)x->st->nshape;
	int first = cert_first_use(m);
	struct cert_weight to_come = m->weights.range[x->st->index + 1];
	double score = c->score, end = m->weights.end[x->st->index][out];

	l->score = c->score;
	memcpy(l->use, c->use, (size_t)cert_uses(m) * sizeof(double));
	if (s == x->st->index) /* the stage goes on */
		to_come = (struct cert_weight){ to_come.low + end,
						to_come.high + end };
	if (m->product)
		score = fill_product(m, l, c, to_come);
	l->bound = c->bound;
	l->reduced = p->score * score + worth_of_widths(m, p, c->use, s);
	l->parent = c->parent;
	l->units = (uint16_t)c->units;
	l->out = (uint16_t)out;
	l->shape = (uint16_t)x->shape;
	l->pair = c->option->pair;
	l->block = (uint8_t)x->nblock;
	l->cap = (uint8_t)cap;
	l->stage = (uint8_t)x->st->index;
	for (int i = 0; i < m->nuse; i++)
		l->reduced -= p->use[m->use[i]] * c->use[first + i];
}

/* What the end of the stage makes of a product. */
static void end_product(const struct cert_expansion *x, size_t out,
			struct child *c)
{
	const struct cert_model *m = x->m;
	int s = x->st->index;
	struct cert_runs r;

	c->done += m->weights.end[s][out] * c->sum;
	if (!(m->penalty.weight > 0))
		return;
	cert_runs_unpack(&r, c->runs);
	cert_runs_leave(m, s, x->st->choices->width[out], &r);
	c->runs = cert_runs_pack(&r);
	if (s < m->nstages - 1)
		return;
	c->done -= m->penalty.weight * cert_runs_penalty(&r);
	c->plane = 0;
}

static void add_end(const struct cert_expansion *x, struct cert_worker *w,
		    struct child c)
{
	const struct cert_stage *st = x->st;
	size_t out = x->node / (size_t)st->nshape;
	int first = cert_first_use(x->m);
	double use[CERT_USES];
	struct cert_label *l = new_label(x, w, &w->end, c.bound);

	if (!l)
		return;
	memcpy(use, c.use, sizeof(use));
	for (int i = 0; i < x->m->nuse; i++)
		use[first + i] += st->end_use[out][x->m->use[i]];
	c.score += st->end_score[out];
	if (x->m->product)
		end_product(x, out, &c);
	if (!cert_run_enters(x->m, st->index + 1, st->choices->width[out]))
		c.units = 1;
	c.use = use;
	fill_label(x, l, &c, c.option->next - 1, st->index + 1);
}

/* A product's sum with one more block, and its runs. */
static void add_product(const struct cert_expansion *x,
			const struct cert_label *from, double score,
			struct child *c)
{
	const struct cert_model *m = x->m;
	const struct nas_stage *choices = x->st->choices;
	const double *slot = from->use + cert_uses(m);
	struct cert_runs r;

	c->done = slot[CERT_DONE];
	c->sum = slot[CERT_SUM] + score;
	if (!(m->penalty.weight > 0))
		return;
	c->plane = slot[CERT_PLANE] + m->penalty.slope[x->st->index];
	cert_runs_unpack(&r, slot[CERT_RUNS]);
	cert_runs_add(x->st, &r, x->joins,
		      choices->kernel[x->shape / choices->nse /
				      choices->nexpand]);
	c->runs = cert_runs_pack(&r);
}

static void add_child(const struct cert_expansion *x, struct cert_worker *w,
		      const struct cert_label *from, uint32_t parent,
		      const struct cert_option *o)
{
	double use[CERT_USES] = { 0 };
	double share = x->runs ? qe_residual_share(from->units) : 1;
	double score = o->score + share * o->score_c;
	struct child c = { .score = from->score + score, .use = use,
			   .parent = parent,
			   .units = x->runs ? from->units + 1 : 1,
			   .option = o };
	struct follows end = { w->after_end, w->line_end };
	struct follows middle = { w->after_middle, w->line_middle };
	const struct cert_model *m = x->m;
	const double *own = use + cert_first_use(m) + m->nuse;
	int s = x->st->index;
	struct cert_label *l;

	for (int i = 0; i < cert_uses(m); i++)
		use[i] = from->use[i] + o->use[i];
	if (m->product)
		add_product(x, from, score, &c);
	c.bound = -HUGE_VAL;
	if (cert_rho_comes_to(m, s, x->nblock, true, own[1]))
		c.bound = bound_of(x, &c, s + 1, &end, o->class);
	if (c.bound > -HUGE_VAL &&
	    (!m->ntangents || !x->st->ends ||
	     cert_rho_holds(m, -own[0], own[1])))
		add_end(x, w, c);
	if (!cert_rho_comes_to(m, s, x->nblock, false, own[1]))
		return;
	c.bound = bound_of(x, &c, s, &middle, o->class);
	if (!(c.bound > -HUGE_VAL))
		return;
	l = new_label(x, w, &w->middle, c.bound);
	if (l)
		fill_label(x, l, &c, o->own - 1, s);
}

/* More than the work that was left when the stage began: whatever the other
 * workers do, the stage is not finished. */
static bool is_stopped(const struct cert_expansion *x,
		       const struct cert_worker *w)
{
	return (double)(w->labels - w->labels_before) > x->pass->work ||
	       cert_is_late(x->m->limits);
}

/* All options of one label that can be above the target. */
static void expand_label(const struct cert_expansion *x, struct cert_worker *w,
			 size_t at)
{
	const struct cert_label *l = cert_label(x->from, at);

	for (int k = 0; k < w->noption; k++) {
		const struct cert_option *o = &w->option[k];

		if (l->reduced + o->total <= x->pass->target)
			break;
		if (o->class > l->cap)
			continue;
		if (++w->labels % LOOK == 0 && is_stopped(x, w))
			w->failed = true;
		add_child(x, w, l, (uint32_t)at | x->mark, o);
	}
}

void cert_expand(const struct cert_expansion *x, struct cert_worker *w)
{
	double target = x->pass->target;

	fill_after(x, w);
	fill_options(x, w);
	for (size_t i = x->first; i < x->first + x->count && !w->failed; i++) {
		const struct cert_label *l = cert_label(x->from, i);

		if (!w->noption || l->reduced + w->option[0].total <= target)
			break;
		expand_label(x, w, i);
	}
}

void cert_reduce(const struct cert_expansion *x, struct cert_worker *w,
		 struct cert_list *list)
{
	if (!cert_pareto(&list->pool, x->m, list->classes, &w->sort))
		w->failed = true;
	if (x->pass->beam)
		list->cut = fmax(list->cut, cert_beam(&list->pool,
						      x->pass->beam, &w->sort));
	w->dropped = fmax(w->dropped, list->cut);
}
