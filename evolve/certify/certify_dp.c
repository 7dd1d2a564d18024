/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The backward pass of the Lagrangian bound.
 *
 * Nodes of a stage are independent given the boundary behind it, and so are
 * the rows of items; each is computed by one thread into its own place, so
 * the result does not depend on the number of threads.
 */
#include "evolve/certify/certify_dp.h"

#include "nas/base/parallel.h"

bool cert_dp_init(struct cert_dp *dp, const struct cert_model *m,
		  struct nas_arena *arena)
{
	size_t n = (size_t)m->nstages;

	memset(dp, 0, sizeof(*dp));
	dp->value = NAS_NEW(arena, double *, n + 1);
	dp->end = NAS_NEW(arena, double *, n);
	dp->tail = NAS_NEW(arena, double *, n);
	for (size_t s = 0; !arena->failed && s < n; s++) {
		const struct cert_stage *st = &m->stage[s];
		size_t before = (size_t)m->weights.n[s];
		size_t behind = (size_t)m->weights.n[s + 1];

		dp->nodes[s] = (size_t)st->nnodes;
		dp->value[s] = NAS_NEW2(arena, double,
					before * (size_t)st->nin,
					(size_t)st->nclass);
		dp->end[s] = NAS_NEW2(arena, double,
				      behind * (size_t)st->nout,
				      (size_t)st->nnext);
		dp->tail[s] = NAS_NEW2(arena, double, behind * dp->nodes[s],
				       (size_t)(st->max_depth - 1) *
					       (size_t)st->nclass);
	}
	if (!arena->failed)
		dp->value[n] = NAS_NEW(arena, double,
				       (size_t)m->stage[n - 1].nout);
	return !arena->failed;
}

struct pass {
	struct cert_dp *dp;
	const struct cert_model *m;
	int s, workers;
};

static void fill_end(struct cert_dp *dp, const struct cert_stage *st,
		     int class)
{
	for (int w = 0; w < st->nout; w++) {
		const double *value = cert_value(dp, st->index + 1, st->nout,
						 st->nnext, class, w);
		double *end = cert_end(dp, st, class, (size_t)w);
		double v = dp->price.score * st->end_score[w];

		for (int r = 0; r < RESOURCES; r++)
			v -= dp->price.use[r] * st->end_use[w][r];
		for (int c = 0; c < st->nnext; c++)
			end[c] = v + value[c];
	}
}

static void fill_tail(struct cert_dp *dp, const struct cert_model *m,
		      const struct cert_stage *st, int class, size_t node)
{
	struct cert_weight weight = cert_weight_of(
		&m->weights, st->index, (int)(node / (size_t)st->nshape),
		class);
	double best[CERT_CLASSES];

	for (int j = st->max_depth - 1; j > 0; j--) {
		double *tail = cert_tail(dp, st, class, node, j);

		for (int a = 0; a < st->nclass; a++)
			tail[a] = -HUGE_VAL;
		for (int i = 0; i < st->nchoice[node]; i++) {
			const struct cert_block *b =
				cert_inner(st, node, cert_choice(st, node, i));

			if (st->nchoice[node] > 1 || j == st->max_depth - 1 ||
			    !cert_same_share(st->share[j], st->share[j + 1]))
				cert_block_best(st, &dp->price, b, weight,
						st->share[j], best);
			for (int a = 0; a < st->nclass; a++)
				tail[a] = fmax(tail[a],
					       best[a] + cert_after(st, dp,
								    class, node,
								    j + 1, b,
								    a));
		}
		for (int a = 1; a < st->nclass; a++)
			tail[a] = fmax(tail[a], tail[a - 1]);
	}
}

/* An item before one class of weights, into the value of its row. */
static void offer_item(const struct cert_dp *dp, const struct cert_model *m,
		       const struct cert_stage *st, const struct cert_item *it,
		       int class)
{
	const struct cert_weights *w = &m->weights;
	size_t node = cert_node(st, it->out, it->shape);
	double *value = cert_value(dp, st->index, st->nin, st->nclass,
				   cert_class_to(w, st->index, it->out, class),
				   it->in);
	double best[CERT_CLASSES];

	cert_block_best(st, &dp->price, &it->block,
			cert_weight_of(w, st->index, it->out, class),
			cert_first_share(st, it), best);
	for (int a = 0; a < st->nclass; a++) {
		double v = best[a] + cert_after(st, dp, class, node, 1,
						&it->block, a);

		value[a] = v > value[a] ? v : value[a];
	}
}

static void fill_row(struct cert_dp *dp, const struct cert_model *m, int s,
		     int in, struct cert_item *buffer)
{
	const struct cert_stage *st = &m->stage[s];
	const struct cert_item *list;
	int n = cert_row(m, s, in, buffer, &list);

	for (int k = 0; k < m->weights.n[s]; k++) {
		double *value = cert_value(dp, s, st->nin, st->nclass, k, in);

		for (int c = 0; c < st->nclass; c++)
			value[c] = -HUGE_VAL;
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < m->weights.n[s + 1]; j++)
			offer_item(dp, m, st, &list[i], j);
	for (int k = 0; k < m->weights.n[s]; k++) {
		double *value = cert_value(dp, s, st->nin, st->nclass, k, in);

		for (int c = 1; c < st->nclass; c++)
			value[c] = fmax(value[c], value[c - 1]);
	}
}

static void work(void *context, int t)
{
	struct pass *p = context;
	const struct cert_stage *st = &p->m->stage[p->s];

	for (int in = t; in < st->nin && !cert_is_late(p->m->limits);
	     in += p->workers)
		fill_row(p->dp, p->m, p->s, in, p->m->buffer[t]);
}

double cert_pass_steps(const struct cert_model *m)
{
	double n = 0;

	for (int s = 0; s < m->nstages; s++) {
		int more = m->weights.n[s + 1] - 1; /* classes beyond one */

		n += (double)cert_stage_items(m, s) *
			     ((m->stored ? 1 : CERT_COMPUTED) + more) +
		     (double)m->stage[s].nnodes * m->stage[s].max_depth *
			     (1 + more);
	}
	return n;
}

/* What tangents make of the blocks of each stage. */
static void set_tangents(struct cert_price *p, const struct cert_model *m)
{
	memset(p->width, 0, sizeof(p->width));
	memset(p->layer, 0, sizeof(p->layer));
	memset(p->offset, 0, sizeof(p->offset));
	for (int i = 0; i < m->ntangents; i++) {
		const struct cert_tangent *t = &m->tangent[i];

		for (int s = 0; s <= t->stage; s++) {
			p->width[s] += p->tangent[i] * t->width;
			p->layer[s] += p->tangent[i] * t->slope;
			p->offset[s] += p->tangent[i] * t->offset;
		}
	}
}

/* The plane below a penalty, or its most where the score counts against what
 * is sought; returns what does not depend on blocks. */
static double set_penalty(struct cert_price *p, const struct cert_model *m)
{
	double weight = p->score * m->penalty.weight;

	memset(p->block, 0, sizeof(p->block));
	if (!(weight > 0))
		return weight < 0 ? weight * m->penalty.most : 0;
	for (int s = 0; s < m->nstages; s++)
		p->block[s] = weight * m->penalty.slope[s];
	return weight * m->penalty.least;
}

/* One price of a sum that is held, of its two sides. */
static void set_held(struct cert_price *p, const struct cert_model *m)
{
	p->nheld = m->problem->budgets.ntrust;
	for (int t = 0; t < p->nheld; t++)
		p->held[t] = p->use[RESOURCES + 2 * t] -
			     p->use[RESOURCES + 2 * t + 1];
}

static void set_price(struct cert_dp *dp, const struct cert_model *m,
		      const struct cert_price *price)
{
	dp->price = *price;
	set_tangents(&dp->price, m);
	set_held(&dp->price, m);
	dp->constant = dp->price.offset[0] - set_penalty(&dp->price, m);
	for (int i = 0; i < m->nuse; i++)
		dp->constant += price->use[m->use[i]] * m->limit[i];
}

bool cert_dp_run(struct cert_dp *dp, const struct cert_model *m,
		 const struct cert_price *price)
{
	const struct cert_stage *last = &m->stage[m->nstages - 1];

	dp->bound = HUGE_VAL;
	set_price(dp, m, price);
	if (!cert_spend(m->limits, cert_pass_steps(m)))
		return false;
	for (int w = 0; w < last->nout; w++)
		dp->value[m->nstages][w] = last->alive[w] ? 0 : -HUGE_VAL;
	for (int s = m->nstages - 1; s >= 0; s--) {
		const struct cert_stage *st = &m->stage[s];
		int64_t items = cert_stage_items(m, s);
		struct pass p = { dp, m, s, cert_threads(m, items) };

		for (int j = 0; j < m->weights.n[s + 1]; j++) {
			fill_end(dp, st, j);
			for (int i = 0; st->max_depth > 1 && i < st->nnodes;
			     i++)
				fill_tail(dp, m, st, j, st->node[i]);
		}
		parallel_for(p.workers, p.workers, work, &p);
	}
	if (cert_is_late(m->limits))
		return false;
	dp->bound = -HUGE_VAL;
	for (int k = 0; k < m->weights.n[0]; k++)
		dp->bound = fmax(dp->bound,
				 cert_value(dp, 0, 1, m->stage[0].nclass, k,
					    0)[m->stage[0].nclass - 1]);
	dp->bound += dp->constant;
	return true;
}
