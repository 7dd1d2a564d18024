/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A variant of a space as a layered graph: blocks, bits, rows of items. */
#include "evolve/certify/certify_model.h"


void cert_shape_gene(const struct cert_stage *st, int out, int shape,
		     struct nas_gene *g)
{
	const struct nas_stage *c = st->choices;

	memset(g, 0, sizeof(*g));
	g->width = (uint8_t)out;
	g->se = (uint8_t)(shape % c->nse);
	g->expand = (uint8_t)(shape / c->nse % c->nexpand);
	g->kernel = (uint8_t)(shape / c->nse / c->nexpand);
	g->depth = (uint8_t)(c->ndepth - 1);
}

void cert_shape_inner(const struct cert_stage *st, int shape, int b,
		      struct nas_gene *g)
{
	struct nas_gene own;

	cert_shape_gene(st, 0, shape, &own);
	g->shape[b] = gene_shape(own.kernel, own.expand) &
		      stage_each_mask(st->choices);
}

uint8_t cert_depth_index(const struct cert_stage *st, int depth)
{
	int d = 0;

	while (st->choices->depth[d] != depth)
		d++;
	return (uint8_t)d;
}

void cert_canonical(const struct cert_model *m, struct nas_genome *g)
{
	int channels = m->chain->channels;

	for (int s = 0; s < m->nstages; s++) {
		const struct nas_stage *st = m->stage[s].choices;

		gene_canonical(st, &g->stage[s], channels);
		channels = st->width[g->stage[s].width];
	}
}

/* 1 + the last of n ascending bits that the last step can put out. */
static uint8_t cap(const struct nas_coef *c, double a, const int *bits, int n,
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

bool cert_block_make(const struct cert_stage *st, const struct nas_coef *c,
		     struct cert_block *b)
{
	const int *after;
	int nafter;
	bool any = false;

	*b = (struct cert_block){ .mul = c->mul, .add = c->add,
				  .weights = c->weights, .aux = c->aux,
				  .macs = c->macs,
				  .macs_fixed = c->macs_fixed,
				  .params = c->params,
				  .layers = c->layers,
				  .time = c->time,
				  .score = c->score,
				  .ln_width = c->ln_width };
	memcpy(b->trust, c->trust, sizeof(b->trust));
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

/* No smaller expansion gives the same hidden widths. */
static bool shape_is_first(const struct cert_stage *st, int in,
			  const struct nas_gene *g)
{
	const struct nas_stage *c = st->choices;
	int e = c->canonical ? c->canonical[g->width * c->nexpand + g->expand]
			     : canonical_expand(c, g, st->in_width[in]);

	return e == g->expand;
}

bool cert_item_make(const struct cert_stage *st, int in, int out, int shape,
		    struct cert_item *item)
{
	struct nas_gene g;
	struct nas_coef c;

	cert_shape_gene(st, out, shape, &g);
	if (!shape_is_first(st, in, &g))
		return false;
	chain_coef_first(st->chain, st->index, &g, st->in_width[in], &c);
	item->in = (uint16_t)in;
	item->out = (uint16_t)out;
	item->shape = (uint16_t)shape;
	item->runs = st->chain->linear->shared && st->cs->residual &&
		     st->cs->stride == 1 &&
		     st->choices->width[out] == st->in_width[in];
	return cert_block_make(st, &c, &item->block);
}

bool cert_run_enters(const struct cert_model *m, int s, int width)
{
	const struct cert_stage *st = &m->stage[s];

	if (s == m->nstages || !m->chain->linear->shared ||
	    !st->cs->residual || st->cs->stride != 1)
		return false;
	for (int w = 0; w < st->nout; w++)
		if (st->choices->width[w] == width)
			return true;
	return false;
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
			n += cert_item_make(st, in, out, q, &buffer[n]);
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
				n += cert_item_make(st, in, out,
						    st->by_common[q],
						    &buffer[n]);
	*column = (struct cert_column){ .list = buffer, .n = n };
}
