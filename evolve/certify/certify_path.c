/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best path of a backward pass: at every block, the choice that gave the
 * value of its state, looked for once more. */
#include "evolve/certify/certify_dp.h"

struct choice {
	double value;
	int weights; /* class behind the stage */
	int pair, shape;
	size_t node;
	int own, next; /* caps for what follows, 1-based */
};

struct offered { /* of a node and a shape */
	const struct cert_block *block;
	struct cert_share share;
	int j; /* block of the stage, from 1 */
	int c; /* its class at most */
};

static void offer(const struct cert_dp *dp, const struct cert_model *m,
		  const struct cert_stage *st, const struct offered *of,
		  const struct choice *as, struct choice *best)
{
	const struct cert_block *b = of->block;
	struct cert_weight weight = cert_weight_of(
		&m->weights, st->index, (int)(as->node / (size_t)st->nshape),
		as->weights);

	for (int k = 0; k < st->class_first[of->c + 1]; k++) {
		int a = st->pair[k].class;
		double v = cert_pair_value(st, &dp->price, b, weight,
					   of->share, k) +
			   cert_after(st, dp, as->weights, as->node, of->j, b,
				      a);

		if (!(v > best->value))
			continue;
		*best = *as;
		best->value = v;
		best->pair = k;
		best->own = b->own[a];
		best->next = b->next[a];
	}
}

static bool ends_here(const struct cert_dp *dp, const struct cert_stage *st,
		      const struct choice *at, int j)
{
	double end = -HUGE_VAL, more = -HUGE_VAL;

	if (st->depth_ok[j] && at->next)
		end = cert_end(dp, st, at->weights,
			       at->node / (size_t)st->nshape)[at->next - 1];
	if (j < st->max_depth && at->own)
		more = cert_tail(dp, st, at->weights, at->node,
				 j)[at->own - 1];
	return end >= more;
}

/* The best block j behind the one at. */
static void inner_offers(const struct cert_dp *dp, const struct cert_model *m,
			 const struct cert_stage *st, int j, struct choice *at)
{
	struct choice as = *at;
	size_t node = at->node;
	struct offered of = { .share = st->share[j - 1], .j = j,
			      .c = at->own - 1 };

	at->value = -HUGE_VAL;
	for (int i = 0; i < st->nchoice[node]; i++) {
		as.shape = cert_choice(st, node, i);
		of.block = cert_inner(st, node, as.shape);
		offer(dp, m, st, &of, &as, at);
	}
}

struct place { /* where a path has come to */
	int in, c;   /* width and class of bits */
	int weights; /* class */
};

/* The best item from there. */
static void first_offers(const struct cert_dp *dp, const struct cert_model *m,
			 const struct cert_stage *st, const struct place *p,
			 struct choice *at)
{
	const struct cert_weights *w = &m->weights;
	const struct cert_item *list;
	int n = cert_row(m, st->index, p->in, m->buffer[0], &list);

	at->value = -HUGE_VAL;
	for (int i = 0; i < n; i++) {
		struct choice as = { .shape = list[i].shape,
				     .node = cert_node(st, list[i].out,
						       list[i].shape) };
		const struct offered of = { &list[i].block,
					    cert_first_share(st, &list[i]), 1,
					    p->c };

		for (int j = 0; j < w->n[st->index + 1]; j++) {
			as.weights = j;
			if (cert_class_to(w, st->index, list[i].out, j) ==
			    p->weights)
				offer(dp, m, st, &of, &as, at);
		}
	}
}

/* One stage of the path into g; returns false where there is none. */
static bool stage_path(const struct cert_dp *dp, const struct cert_model *m,
		       int s, struct place *p, struct nas_gene *g)
{
	const struct cert_stage *st = &m->stage[s];
	struct choice at;
	int j = 1;

	first_offers(dp, m, st, p, &at);
	if (!(at.value > -HUGE_VAL))
		return false;
	p->in = (int)(at.node / (size_t)st->nshape);
	cert_shape_gene(st, p->in, at.shape, g);
	g->bits[0] = gene_bits(st->pair[at.pair].a, st->pair[at.pair].w);
	while (!ends_here(dp, st, &at, j)) {
		inner_offers(dp, m, st, j + 1, &at);
		cert_shape_inner(st, at.shape, j, g);
		g->bits[j++] = gene_bits(st->pair[at.pair].a,
					 st->pair[at.pair].w);
	}
	p->c = at.next - 1;
	p->weights = at.weights;
	g->depth = cert_depth_index(st, j);
	return true;
}

bool cert_dp_path(const struct cert_dp *dp, const struct cert_model *m,
		  struct nas_genome *g)
{
	int nclass = m->stage[0].nclass;
	struct place p = { .c = nclass - 1 };

	for (int k = 1; k < m->weights.n[0]; k++)
		if (cert_value(dp, 0, 1, nclass, k, 0)[p.c] >
		    cert_value(dp, 0, 1, nclass, p.weights, 0)[p.c])
			p.weights = k;
	memset(g, 0, sizeof(*g));
	g->variant = (uint64_t)m->chain->variant;
	for (int s = 0; s < m->nstages; s++)
		if (!stage_path(dp, m, s, &p, &g->stage[s]))
			return false;
	cert_canonical(m, g);
	return true;
}
