/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best path of a backward pass: at every block, the choice that gave the
 * value of its state, looked for once more. */
#include "evolve/certify/certify_dp.h"

struct choice {
	double value;
	int pair, shape;
	size_t node;
	int own, next; /* caps for what follows, 1-based */
};

/* Offer block b of node and a shape as block j, class at most c. */
static void offer(const struct cert_dp *dp, const struct cert_stage *st,
		  const struct cert_block *b, struct cert_share share,
		  size_t node, int shape, int j, int c, struct choice *best)
{
	for (int k = 0; k < st->class_first[c + 1]; k++) {
		int a = st->pair[k].class;
		double v = cert_pair_value(st, &dp->price, b, share, k) +
			   cert_after(st, dp, node, j, b, a);

		if (v > best->value)
			*best = (struct choice){ v, k, shape, node, b->own[a],
						 b->next[a] };
	}
}

static bool ends_here(const struct cert_dp *dp, const struct cert_stage *st,
		      const struct choice *at, int j)
{
	double end = -HUGE_VAL, more = -HUGE_VAL;

	if (st->depth_ok[j] && at->next)
		end = dp->end[st->index][(at->node / (size_t)st->nshape) *
						 (size_t)st->nnext +
					 (size_t)at->next - 1];
	if (j < st->max_depth && at->own)
		more = cert_tail(st, dp->tail[st->index], at->node,
				 j)[at->own - 1];
	return end >= more;
}

/* The best block j behind the one at. */
static void inner_offers(const struct cert_dp *dp, const struct cert_stage *st,
			 int j, struct choice *at)
{
	size_t node = at->node;
	int cap = at->own - 1;

	at->value = -HUGE_VAL;
	for (int i = 0; i < st->nchoice[node]; i++) {
		int shape = cert_choice(st, node, i);

		offer(dp, st, cert_inner(st, node, shape), st->share[j - 1],
		      node, shape, j, cap, at);
	}
}

/* One stage of the path into g; returns false where there is none. */
static bool stage_path(const struct cert_dp *dp, const struct cert_model *m,
		       int s, int *in, int *c, struct nas_gene *g)
{
	const struct cert_stage *st = &m->stage[s];
	const struct cert_item *list;
	int n = cert_row(m, s, *in, m->buffer[0], &list), j = 1;
	struct choice at = { .value = -HUGE_VAL };

	for (int i = 0; i < n; i++)
		offer(dp, st, &list[i].block, cert_first_share(st, &list[i]),
		      cert_node(st, list[i].out, list[i].shape), list[i].shape,
		      1, *c, &at);
	if (!(at.value > -HUGE_VAL))
		return false;
	*in = (int)(at.node / (size_t)st->nshape);
	cert_shape_gene(st, *in, at.shape, g);
	g->bits[0] = gene_bits(st->pair[at.pair].a, st->pair[at.pair].w);
	while (!ends_here(dp, st, &at, j)) {
		inner_offers(dp, st, j + 1, &at);
		cert_shape_inner(st, at.shape, j, g);
		g->bits[j++] = gene_bits(st->pair[at.pair].a,
					 st->pair[at.pair].w);
	}
	*c = at.next - 1;
	g->depth = cert_depth_index(st, j);
	return true;
}

bool cert_dp_path(const struct cert_dp *dp, const struct cert_model *m,
		  struct nas_genome *g)
{
	int in = 0, c = m->stage[0].nclass - 1;

	memset(g, 0, sizeof(*g));
	g->variant = (uint64_t)m->chain->variant;
	for (int s = 0; s < m->nstages; s++)
		if (!stage_path(dp, m, s, &in, &c, &g->stage[s]))
			return false;
	cert_canonical(m, g);
	return true;
}
