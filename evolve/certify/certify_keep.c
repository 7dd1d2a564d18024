/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forward pass: which items can be on a path that is good enough.
 *
 * before_s[in, c] is the best of stages 0 .. s-1 such that the next block may
 * have class c. A path through an item with class a is worth at most
 *	before[in, a] + first[a] + after(1, a) + constant,
 * a valid bound on every feasible network that uses the item: below the
 * target, the item is out of the question (reduced-cost fixing). Of a product
 * all of it is by class of weights, and one class is enough to keep an item.
 */
#include <math.h>

#include "evolve/certify/certify_dp.h"
#include "nas/base/parallel.h"

struct forward_pass {
	const struct cert_dp *dp;
	const struct cert_model *m;
	struct cert_keep *keep;
	double target; /* without the constant */
	int s;
	double **before; /* (S + 1): (classes of weights, nin, nclass) */
};

/* Of boundary s, at a width that reaches it. */
static double *before_of(const struct forward_pass *f, int s, int class, int in)
{
	const struct cert_model *m = f->m;
	size_t nin = s ? (size_t)m->stage[s - 1].nout : 1;
	size_t nclass = (size_t)(s ? m->stage[s - 1].nnext
				   : m->stage[0].nclass);

	return f->before[s] + ((size_t)class * nin + (size_t)in) * nclass;
}

/* Best after j blocks of a node, by the class the next may have: own stage
 * and next; each of best[c] covers caps of c and more after spread(). */
static void spread(double *best, int n)
{
	for (int c = n - 2; c >= 0; c--)
		best[c] = fmax(best[c], best[c + 1]);
}

static void put(double *best, int cap, double v)
{
	if (cap && v > best[cap - 1])
		best[cap - 1] = v;
}

static void clear(double *best, int n)
{
	for (int c = 0; c < n; c++)
		best[c] = -HUGE_VAL;
}

/* Block j of a node is b: from here to then, or to the stage's end. */
static void one_inner(const struct forward_pass *f, const struct cert_block *b,
		      struct cert_weight weight, int j, const double *here,
		      double *then, double *next)
{
	const struct cert_stage *st = &f->m->stage[f->s];
	double best[CERT_CLASSES];

	cert_block_best(st, &f->dp->price, b, weight, st->share[j - 1], best);
	for (int a = 0; a < st->nclass; a++) {
		double v = here[a] + best[a];

		if (st->depth_ok[j])
			put(next, b->next[a], v);
		put(then, b->own[a], v);
	}
}

/* From the first blocks of a node, here[own class], to the stage's end. */
static void inner_forward(const struct forward_pass *f, size_t node,
			  struct cert_weight weight,
			  double here[CERT_CLASSES], double *next)
{
	const struct cert_stage *st = &f->m->stage[f->s];
	double then[CERT_CLASSES];

	for (int j = 2; j <= st->max_depth; j++) {
		spread(here, st->nclass);
		clear(then, st->nclass);
		for (int i = 0; i < st->nchoice[node]; i++)
			one_inner(f,
				  cert_inner(st, node,
					     cert_choice(st, node, i)),
				  weight, j, here, then, next);
		memcpy(here, then, sizeof(then));
	}
}

static void keep_item(const struct forward_pass *f, int out, int in, int shape)
{
	const struct cert_stage *st = &f->m->stage[f->s];
	size_t bit = (size_t)in * (size_t)st->nshape + (size_t)shape;
	uint8_t *row = f->keep->bits[f->s] +
		       (size_t)out * f->keep->row_bytes[f->s];

	if (row[bit / 8] >> bit % 8 & 1)
		return; /* by another class of weights */
	row[bit / 8] |= (uint8_t)(1 << bit % 8);
	f->keep->count[f->s][out]++;
}

/* First block of an item: to the caps it leaves; kept if good enough. */
static void first_forward(const struct forward_pass *f, const struct cert_item *it,
			  int class, double here[CERT_CLASSES], double *next)
{
	const struct cert_stage *st = &f->m->stage[f->s];
	const struct cert_weights *weights = &f->m->weights;
	size_t node = cert_node(st, it->out, it->shape);
	const double *before = before_of(f, f->s, cert_class_to(weights, f->s,
								it->out, class),
					 it->in);
	double best[CERT_CLASSES], most = -HUGE_VAL;

	cert_block_best(st, &f->dp->price, &it->block,
			cert_weight_of(weights, f->s, it->out, class),
			cert_first_share(st, it), best);
	for (int a = 0; a < st->nclass; a++) {
		double v = before[a] + best[a];

		most = fmax(most, v + cert_after(st, f->dp, class, node, 1,
						 &it->block, a));
		if (st->depth_ok[1])
			put(next, it->block.next[a], v);
		put(here, it->block.own[a], v);
	}
	if (most >= f->target && most > -HUGE_VAL)
		keep_item(f, it->out, it->in, it->shape);
}

static size_t node_of(const struct cert_stage *st,
		      const struct cert_column *col, int i)
{
	const struct cert_item *it = cert_column_item(col, i);

	return cert_node(st, it->out, it->shape);
}

/* The items of a column before one class of weights. */
static void class_forward(const struct forward_pass *f, int out, int class,
			  const struct cert_column *col)
{
	const struct cert_stage *st = &f->m->stage[f->s];
	struct cert_weight weight = cert_weight_of(&f->m->weights, f->s, out,
						   class);
	double *next = before_of(f, f->s + 1, class, out);
	double here[CERT_CLASSES], v = f->dp->price.score * st->end_score[out];

	clear(next, st->nnext);
	for (int i = 0; i < col->n;) {
		size_t node = node_of(st, col, i);

		clear(here, st->nclass);
		for (; i < col->n && node_of(st, col, i) == node; i++)
			first_forward(f, cert_column_item(col, i), class, here,
				      next);
		inner_forward(f, node, weight, here, next);
	}
	for (int r = 0; r < RESOURCES; r++)
		v -= f->dp->price.use[r] * st->end_use[out][r];
	spread(next, st->nnext);
	for (int c = 0; c < st->nnext; c++)
		next[c] += v;
}

static void column_forward(const struct forward_pass *f, int out,
			   struct cert_item *buffer)
{
	struct cert_column col;

	cert_column(f->m, f->s, out, buffer, &col);
	for (int j = 0; j < f->m->weights.n[f->s + 1]; j++)
		class_forward(f, out, j, &col);
}

static void work(void *context, int t)
{
	const struct forward_pass *f = context;

	for (int w = t; w < f->m->stage[f->s].nout &&
			!cert_is_late(f->m->limits); w += f->m->threads)
		column_forward(f, w, f->m->buffer[t]);
}

bool cert_dp_keep(const struct cert_dp *dp, const struct cert_model *m,
		  double target, struct cert_keep *keep,
		  struct nas_arena *arena)
{
	struct nas_arena_mark mark = arena_mark(arena);
	struct forward_pass f = { .dp = dp, .m = m, .keep = keep,
			     .target = target - dp->constant };

	f.before = NAS_NEW(arena, double *, (size_t)m->nstages + 1);
	if (arena->failed)
		return false;
	f.before[0] = NAS_NEW2(arena, double, (size_t)m->weights.n[0],
			       CERT_CLASSES);
	for (int s = 0; s < m->nstages; s++)
		f.before[s + 1] = NAS_NEW2(arena, double,
					   (size_t)m->weights.n[s + 1] *
						   (size_t)m->stage[s].nout,
					   (size_t)m->stage[s].nnext);
	if (arena->failed)
		return false;
	for (f.s = 0; f.s < m->nstages; f.s++)
		parallel_for(m->threads,
			     cert_threads(m, cert_stage_items(m, f.s)), work,
			     &f);
	arena_rewind(arena, mark);
	return true;
}
