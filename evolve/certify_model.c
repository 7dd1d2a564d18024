/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A variant of a space as a layered graph: blocks, bits, rows of items. */
#include "evolve/certify_model.h"

#include <math.h>

void cert_shape_gene(const struct cert_stage *st, int out, int shape,
		     struct gene *g)
{
	const struct stage *c = st->choices;

	memset(g, 0, sizeof(*g));
	g->width = (uint8_t)out;
	g->se = (uint8_t)(shape % c->nse);
	g->expand = (uint8_t)(shape / c->nse % c->nexpand);
	g->kernel = (uint8_t)(shape / c->nse / c->nexpand);
	g->depth = (uint8_t)(c->ndepth - 1);
}

/* 1 + the last of n ascending bits that the last step can put out. */
static uint8_t cap(const struct coef *c, double a, const int *bits, int n,
		   double limit)
{
	int k = 0;

	while (k < n && c->tail_a * a + c->tail_out * bits[k] <= limit)
		k++;
	return (uint8_t)k;
}

static void next_bits(const struct cert_stage *st, const int **bits, int *n)
{
	*bits = &st->chain->bits_after;
	*n = 1;
	if (st->index + 1 < st->chain->nstages) {
		*bits = st->cs[1].bits_a;
		*n = st->nnext;
	}
}

static bool make_block(const struct cert_stage *st, const struct coef *c,
		       struct cert_block *b)
{
	const int *after;
	int nafter;
	bool any = false;

	*b = (struct cert_block){ .mul = c->mul, .add = c->add,
				  .weights = c->weights, .aux = c->aux,
				  .macs = c->macs, .params = c->params,
				  .entropy = c->entropy };
	if (!st->chain->memory) {
		b->own[0] = b->next[0] = 1;
		return true;
	}
	next_bits(st, &after, &nafter);
	for (int k = 0; k < st->nclass; k++) {
		double a = st->cs->bits_a[k];

		if (!(c->step * a <= st->limit_bits))
			break;
		if (st->max_depth > 1)
			b->own[k] = cap(c, a, st->cs->bits_a, st->nclass,
					st->limit_bits);
		b->next[k] = cap(c, a, after, nafter, st->limit_bits);
		any = any || b->own[k] || b->next[k];
	}
	return any;
}

static bool shape_differs(const struct cert_stage *st, int in,
			  const struct gene *g)
{
	const struct stage *c = st->choices;
	int e = c->canonical ? c->canonical[g->width * c->nexpand + g->expand]
			     : canonical_expand(c, g, st->in_width[in]);

	return e == g->expand;
}

/* The item into *item; false if it is infeasible or a copy of another. */
static bool make_item(const struct cert_stage *st, int in, int out, int shape,
		      struct cert_item *item)
{
	struct gene g;
	struct coef c;

	cert_shape_gene(st, out, shape, &g);
	if (!shape_differs(st, in, &g))
		return false;
	chain_coef_first(st->chain, st->index, &g, st->in_width[in], &c);
	item->in = (uint16_t)in;
	item->out = (uint16_t)out;
	item->shape = (uint16_t)shape;
	return make_block(st, &c, &item->block);
}

static bool may_follow(const struct cert_model *m, int s, int in, int out)
{
	const struct cert_stage *st = &m->stage[s];

	if (!st->alive[out] || (s > 0 && !m->stage[s - 1].alive[in]))
		return false;
	return !m->problem->space->monotone || s == 0 ||
	       st->choices->width[out] >= st->in_width[in];
}

int cert_row(const struct cert_model *m, int s, int in,
	     struct cert_item *buffer, const struct cert_item **list)
{
	const struct cert_stage *st = &m->stage[s];
	int n = 0;

	if (m->stored) {
		*list = &st->item[st->row_first[in]];
		return (int)(st->row_first[in + 1] - st->row_first[in]);
	}
	*list = buffer;
	for (int out = 0; out < st->nout; out++) {
		if (!may_follow(m, s, in, out))
			continue;
		for (int q = 0; q < st->nshape; q++)
			n += make_item(st, in, out, q, &buffer[n]);
	}
	return n;
}

void cert_column(const struct cert_model *m, int s, int out,
		 struct cert_item *buffer, struct cert_column *column)
{
	const struct cert_stage *st = &m->stage[s];
	int n = 0;

	if (m->stored) {
		int64_t first = st->column_first[out];

		column->list = st->item;
		column->index = &st->column[first];
		column->n = (int)(st->column_first[out + 1] - first);
		return;
	}
	for (int q = 0; q < st->nshape; q++)
		for (int in = 0; in < st->nin; in++)
			if (may_follow(m, s, in, out))
				n += make_item(st, in, out, q, &buffer[n]);
	*column = (struct cert_column){ .list = buffer, .n = n };
}

/* ---- making one ---- */

static bool limited(const struct cert_model *m, enum resource r)
{
	return isfinite(m->problem->budgets.limit[r]);
}

/* Pair i is no better than j in anything; of equals the first stays. */
static bool pair_dominated(const struct cert_model *m,
			   const struct cert_pair *pair, int i, int j)
{
	const struct cert_pair *p = &pair[i], *q = &pair[j];
	bool bytes = limited(m, RES_SIZE) || limited(m, RES_FLASH);

	if (q->class > p->class || q->gain < p->gain ||
	    (limited(m, RES_FLOPS) && q->aw > p->aw) ||
	    (bytes && q->bytes > p->bytes))
		return false;
	return j < i || q->class < p->class || q->gain > p->gain ||
	       (limited(m, RES_FLOPS) && q->aw < p->aw) ||
	       (bytes && q->bytes < p->bytes);
}

static void make_pairs(const struct cert_model *m, struct cert_stage *st)
{
	const struct stage *c = st->choices;
	int na = c->nbits_a ? c->nbits_a : 1, nw = c->nbits_w ? c->nbits_w : 1;
	struct cert_pair all[CERT_PAIRS];
	int n = 0;

	for (int a = 0; a < na; a++)
		for (int w = 0; w < nw; w++)
			all[n++] = (struct cert_pair){
				.gain = st->cs->gain[a][w],
				.aw = st->cs->aw[a][w],
				.bytes = st->cs->bytes_w[w],
				.a = (uint8_t)a, .w = (uint8_t)w,
				.class = (uint8_t)(st->chain->memory ? a : 0)
			};
	for (int k = 0, i = 0; k < st->nclass; k++) {
		st->class_first[k] = st->npair;
		for (; i < n && all[i].class == k; i++) {
			int j = 0;

			while (j < n && (j == i ||
					 !pair_dominated(m, all, i, j)))
				j++;
			if (j == n)
				st->pair[st->npair++] = all[i];
		}
	}
	st->class_first[st->nclass] = st->npair;
}

static void make_ends(struct cert_stage *st, struct arena *arena)
{
	const struct stage *c = st->choices;
	size_t n = (size_t)st->nout;

	st->alive = NAS_NEW(arena, bool, n);
	st->end_score = NAS_NEW(arena, double, n);
	st->end_use = arena_alloc(arena, n, sizeof(*st->end_use));
	st->node = NAS_NEW(arena, uint32_t, n * (size_t)st->nshape);
	st->node_first = NAS_NEW(arena, int, n + 1);
	if (arena->failed)
		return;
	for (int w = 0; w < st->nout; w++) {
		st->alive[w] = true;
		st->end_score[w] = chain_end(st->chain, st->index, c->width[w],
					     st->end_use[w]);
	}
}

static void make_inner(struct cert_stage *st, struct arena *arena)
{
	struct gene g;
	struct coef c;

	if (st->max_depth == 1)
		return;
	st->inner = NAS_NEW(arena, struct cert_block,
			    (size_t)st->nout * (size_t)st->nshape);
	for (int w = 0; st->inner && w < st->nout; w++)
		for (int q = 0; q < st->nshape; q++) {
			cert_shape_gene(st, w, q, &g);
			chain_coef_inner(st->chain, st->index, &g, &c);
			make_block(st, &c, &st->inner[w * st->nshape + q]);
		}
}

static int classes_of(const struct chain *chain, int s)
{
	const struct stage *c;

	if (s == chain->nstages || !chain->memory)
		return 1;
	c = chain->stage[s].choices;
	return c->nbits_a ? c->nbits_a : 1;
}

static void stage_init(struct cert_model *m, int s, struct arena *arena)
{
	struct cert_stage *st = &m->stage[s];
	const struct stage *c = m->chain->stage[s].choices;

	st->chain = m->chain;
	st->cs = &m->chain->stage[s];
	st->choices = c;
	st->index = s;
	st->nin = s ? m->stage[s - 1].nout : 1;
	st->in_width = s ? m->stage[s - 1].choices->width
			 : &m->chain->channels;
	st->nout = c->nwidth;
	st->nshape = c->nkernel * c->nexpand * c->nse;
	st->nclass = classes_of(m->chain, s);
	st->nnext = classes_of(m->chain, s + 1);
	st->limit_bits = 8 * m->problem->budgets.sram_bytes;
	st->layers = block_kinds[c->kind].nconvs;
	for (int d = 0; d < c->ndepth; d++)
		st->depth_ok[c->depth[d]] = true;
	st->max_depth = c->depth[c->ndepth - 1];
	make_pairs(m, st);
	make_ends(st, arena);
	make_inner(st, arena);
}

void cert_model_nodes(struct cert_model *m)
{
	for (int s = 0; s < m->nstages; s++) {
		struct cert_stage *st = &m->stage[s];

		st->nnodes = 0;
		for (int w = 0; w < st->nout; w++) {
			st->node_first[w] = st->nnodes;
			for (int q = 0; st->alive[w] && q < st->nshape; q++)
				st->node[st->nnodes++] =
					(uint32_t)(w * st->nshape + q);
		}
		st->node_first[st->nout] = st->nnodes;
	}
}

static bool make_buffers(struct cert_model *m, struct arena *arena)
{
	size_t most = 1;

	for (int s = 0; s < m->nstages; s++) {
		const struct cert_stage *st = &m->stage[s];
		size_t wide = (size_t)(st->nin > st->nout ? st->nin : st->nout);

		if (wide * (size_t)st->nshape > most)
			most = wide * (size_t)st->nshape;
	}
	m->buffer = NAS_NEW(arena, struct cert_item *, (size_t)m->threads);
	for (int t = 0; m->buffer && t < m->threads; t++)
		m->buffer[t] = NAS_NEW(arena, struct cert_item, most);
	return !arena->failed;
}

bool cert_model_init(struct cert_model *m, const struct problem *problem,
		     int variant, int threads, struct arena *arena)
{
	memset(m, 0, sizeof(*m));
	m->problem = problem;
	m->chain = &problem->chain[variant];
	m->nstages = m->chain->nstages;
	m->threads = threads;
	for (int i = 0; i < problem->nactive; i++) {
		double limit = problem->budgets.limit[problem->active[i]];

		m->use[i] = problem->active[i];
		m->limit[i] = limit + CERT_SLACK * fabs(limit);
	}
	m->nuse = problem->nactive;
	m->stage = NAS_NEW(arena, struct cert_stage, (size_t)m->nstages);
	for (int s = 0; m->stage && s < m->nstages; s++) {
		stage_init(m, s, arena);
		if (arena->failed)
			return false;
	}
	if (arena->failed || !make_buffers(m, arena))
		return false;
	cert_model_nodes(m);
	return true;
}
