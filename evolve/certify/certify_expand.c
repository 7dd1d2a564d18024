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
	const struct cert_block *b = x->block;
	double bytes = b->weights * pair->bytes + b->aux;
	double all[RESOURCES] = {
		[RES_FLOPS] = b->mul * pair->aw + b->add,
		[RES_BITOPS] = 64 * ((b->macs - b->macs_fixed) * pair->aw +
				     b->macs_fixed),
		[RES_SIZE] = bytes,
		[RES_FLASH] = bytes,
		[RES_MACS] = b->macs,
		[RES_PARAMS] = b->params,
		[RES_LAYERS] = x->st->layers,
	};

	for (int i = 0; i < x->m->nuse; i++)
		use[i] = all[x->m->use[i]];
	use[x->m->nuse] = -b->ln_width;
	use[x->m->nuse + 1] = x->st->layers;
}

/* What W and L of a label are worth at a price to blocks from stage s on. */
static double worth_of_widths(const struct cert_model *m,
			      const struct cert_price *p, const double *use,
			      int s)
{
	if (!m->ntangents)
		return 0;
	return -p->width[s] * use[m->nuse] - p->layer[s] * use[m->nuse + 1];
}

/* What follows the block at each price, if the stage ends, or goes on. */
static void fill_after(const struct cert_expansion *x, struct cert_worker *w)
{
	const struct cert_stage *st = x->st;
	const struct cert_block *b = x->block;
	size_t out = x->node / (size_t)st->nshape;

	for (int k = 0; k < x->prices->n; k++) {
		const struct cert_dp *dp = &x->prices->dp[k];

		for (int a = 0; a < st->nclass; a++) {
			double end = -HUGE_VAL, middle = -HUGE_VAL;

			if (st->depth_ok[x->nblock] && b->next[a])
				end = dp->end[st->index]
					     [out * (size_t)st->nnext +
					      b->next[a] - 1];
			if (x->nblock < st->max_depth && b->own[a])
				middle = cert_tail(st, dp->tail[st->index],
						   x->node,
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
		double after = fmax(w->after_end[0][a], w->after_middle[0][a]);

		if (!(after > -HUGE_VAL))
			continue;
		o->total = cert_pair_value(st, price, x->block, x->share, k) +
			   after + price->offset[st->index] - price->offset[0];
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

/* The least bound over the prices; -HUGE_VAL if any refuses. */
static double bound_of(const struct cert_expansion *x, double score,
		       const double *use, int s,
		       double (*after)[CERT_CLASSES], int a)
{
	const struct cert_model *m = x->m;
	double least = HUGE_VAL;

	for (int k = 0; k < x->prices->n; k++) {
		const struct cert_price *p = &x->prices->dp[k].price;
		double v = after[k][a] + p->score * score +
			   worth_of_widths(m, p, use, s) + p->offset[s] -
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

struct child {
	double score, bound;
	const double *use;
	uint32_t parent;
	int units;
	const struct cert_option *option;
};

/* s: the stage of the block that follows. */
static void fill_label(const struct cert_expansion *x, struct cert_label *l,
		       const struct child *c, int cap, int s)
{
	const struct cert_price *p = &x->prices->dp[0].price;

	l->score = c->score;
	l->bound = c->bound;
	l->reduced = p->score * c->score + worth_of_widths(x->m, p, c->use, s);
	l->parent = c->parent;
	l->units = (uint16_t)c->units;
	l->out = (uint16_t)(x->node / (size_t)x->st->nshape);
	l->shape = (uint16_t)x->shape;
	l->pair = c->option->pair;
	l->block = (uint8_t)x->nblock;
	l->cap = (uint8_t)cap;
	l->stage = (uint8_t)x->st->index;
	memcpy(l->use, c->use, (size_t)cert_uses(x->m) * sizeof(double));
	for (int i = 0; i < x->m->nuse; i++)
		l->reduced -= p->use[x->m->use[i]] * c->use[i];
}

static void add_end(const struct cert_expansion *x, struct cert_worker *w,
		    struct child c)
{
	const struct cert_stage *st = x->st;
	size_t out = x->node / (size_t)st->nshape;
	double use[CERT_USES];
	struct cert_label *l = new_label(x, w, &w->end, c.bound);

	if (!l)
		return;
	memcpy(use, c.use, sizeof(use));
	for (int i = 0; i < x->m->nuse; i++)
		use[i] += st->end_use[out][x->m->use[i]];
	c.score += st->end_score[out];
	if (!cert_run_enters(x->m, st->index + 1, st->choices->width[out]))
		c.units = 1;
	c.use = use;
	fill_label(x, l, &c, c.option->next - 1, st->index + 1);
}

static void add_child(const struct cert_expansion *x, struct cert_worker *w,
		      const struct cert_label *from, uint32_t parent,
		      const struct cert_option *o)
{
	double use[CERT_USES] = { 0 };
	double share = x->runs ? qe_residual_share(from->units) : 1;
	double score = from->score + (o->score + share * o->score_c);
	struct child c = { .score = score, .use = use, .parent = parent,
			   .units = x->runs ? from->units + 1 : 1,
			   .option = o };
	const struct cert_model *m = x->m;
	int s = x->st->index;
	struct cert_label *l;

	for (int i = 0; i < cert_uses(m); i++)
		use[i] = from->use[i] + o->use[i];
	c.bound = bound_of(x, score, use, s + 1, w->after_end, o->class);
	if (c.bound > -HUGE_VAL &&
	    (!m->ntangents || !x->st->ends ||
	     cert_rho_holds(m, -use[m->nuse], use[m->nuse + 1])))
		add_end(x, w, c);
	c.bound = bound_of(x, score, use, s, w->after_middle, o->class);
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
