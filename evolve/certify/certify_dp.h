/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_dp.h - the Lagrangian bound by dynamic programming.
 *
 * For a weight w >= 0 of the score and multipliers l_r >= 0, every network x
 * inside the budgets L has
 *	w score(x) <= w score(x) + sum_r l_r (L_r - use_r(x))
 *	           <= max over all paths of the right side,
 * since each bracket is >= 0. The right side is additive over blocks, so its
 * maximum is found exactly by a backward pass over the boundaries. With w = 1
 * it bounds the score; with w = 0 a negative maximum proves that there is no
 * feasible network (l_r = 1 alone: the least use of r exceeds L_r).
 *
 * Values at a state (Bellman):
 *	value_s[in, c]  the best of stages s.. if the first block has class <= c
 *	end_s[w, c]     the end of stage s with width w, and value_{s+1}[w, c]
 *	tail_s[w, q, j, c]  node (w, q), j blocks done, at least one to come,
 *	                    with class <= c
 *	tail[j, c] = max_{a <= c} inner[a] + after(j + 1, a), over the node's
 *	             inner blocks
 *	after(j, a) = max(end[next(a)] if the depth may be j, tail[j, own(a)])
 *	value[in, c] = max_{items of in} max_{a <= c} first[a] + after(1, a)
 * The forward pass gives the best of all before: with both, an item's best
 * path, and items whose best path is below what is known cannot be in any
 * better network.
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_DP_H
#define EVOLVE_CERTIFY_CERTIFY_DP_H

#include <math.h>

#include "evolve/certify/certify_model.h"

struct cert_price {
	double score;           /* weight w: 1 or 0 */
	double use[RESOURCES];  /* l_r, 0 where not limited */
	double tangent[CERT_TANGENTS]; /* of the model's */
	/* made of those, for blocks of stage s: price of W and L by the ends at
	 * or behind it, and what these ends add themselves */
	double width[SPACE_STAGES_MAX + 1], layer[SPACE_STAGES_MAX + 1];
	double offset[SPACE_STAGES_MAX + 1];
};

struct cert_dp {
	struct cert_price price;
	double constant; /* sum l_r L_r, and of tangents */
	double bound;    /* constant + the best path; -HUGE_VAL = no path */
	double **value;  /* (S + 1): (nin, nclass) */
	double **end;    /* (S): (nout, nnext) */
	double **tail;   /* (S): (nnodes, max_depth - 1, nclass) */
};

bool cert_dp_init(struct cert_dp *dp, const struct cert_model *m,
		  struct nas_arena *arena);

/* The backward pass at a price. False when a limit is reached: then the bound
 * is HUGE_VAL, and nothing else in dp is of use. */
bool cert_dp_run(struct cert_dp *dp, const struct cert_model *m,
		 const struct cert_price *price);

/* The network of a best path; false if there is no path. */
bool cert_dp_path(const struct cert_dp *dp, const struct cert_model *m,
		  struct nas_genome *g);

/* Forward pass after cert_dp_run: keeps the items with a path of at least
 * target (constant included), and only among those already kept if thin. */
bool cert_dp_keep(const struct cert_dp *dp, const struct cert_model *m,
		  double target, struct cert_keep *keep,
		  struct nas_arena *arena);

/* ---- pieces that the label setting shares ---- */

/* share: of the block in its stream */
static inline double cert_fixed(const struct cert_stage *st,
				const struct cert_price *p,
				const struct cert_block *b, double share)
{
	return p->score * (b->score.fixed + share * b->score.fixed_c) -
	       (p->use[RES_FLOPS] * b->add +
		p->use[RES_BITOPS] * 64 * b->macs_fixed +
		(p->use[RES_SIZE] + p->use[RES_FLASH]) * b->aux +
		p->use[RES_MACS] * b->macs + p->use[RES_PARAMS] * b->params +
		p->use[RES_LAYERS] * st->layers) +
	       p->width[st->index] * b->ln_width -
	       p->layer[st->index] * st->layers;
}

/* Price of all that A W / 64 multiplies. */
static inline double cert_price_aw(const struct cert_price *p,
				   const struct cert_block *b)
{
	return p->use[RES_FLOPS] * b->mul +
	       p->use[RES_BITOPS] * 64 * (b->macs - b->macs_fixed);
}

/* What the bits of a block are worth: of each figure of a pair. */
struct cert_rates {
	double gain[2], root, aw, bytes;
};

static inline struct cert_rates cert_rates(const struct cert_price *p,
					   const struct cert_block *b,
					   double share)
{
	const struct nas_linear_coef *k = &b->score;

	return (struct cert_rates){
		.gain = { p->score, p->score * share },
		.root = p->score * (k->root + share * k->root_c),
		.aw = p->score * k->aw - cert_price_aw(p, b),
		.bytes = (p->use[RES_SIZE] + p->use[RES_FLASH]) * b->weights,
	};
}

static inline double cert_pair_worth(const struct cert_rates *r,
				     const struct cert_pair *q)
{
	return r->gain[0] * q->gain[0] + r->gain[1] * q->gain[1] +
	       r->root * q->root + r->aw * q->aw - r->bytes * q->bytes;
}

/* What a block adds with pair k, at the better end of its shares: it is
 * linear in the share. */
static inline double cert_pair_value(const struct cert_stage *st,
				     const struct cert_price *p,
				     const struct cert_block *b,
				     struct cert_share share, int k)
{
	struct cert_rates r = cert_rates(p, b, share.high);
	double v = cert_fixed(st, p, b, share.high) +
		   cert_pair_worth(&r, &st->pair[k]), low;

	if (share.low == share.high)
		return v;
	r = cert_rates(p, b, share.low);
	low = cert_fixed(st, p, b, share.low) +
	      cert_pair_worth(&r, &st->pair[k]);
	return low > v ? low : v;
}

/* At one share, by class. */
static inline void cert_block_at(const struct cert_stage *st,
				 const struct cert_price *p,
				 const struct cert_block *b, double share,
				 double best[CERT_CLASSES])
{
	double fixed = cert_fixed(st, p, b, share);
	struct cert_rates r = cert_rates(p, b, share);

	for (int c = 0; c < st->nclass; c++) {
		double most = -HUGE_VAL;

		for (int k = st->class_first[c]; k < st->class_first[c + 1];
		     k++) {
			double v = cert_pair_worth(&r, &st->pair[k]);

			most = v > most ? v : most;
		}
		best[c] = fixed + most;
	}
}

/* What a block adds at best, by class. */
static inline void cert_block_best(const struct cert_stage *st,
				   const struct cert_price *p,
				   const struct cert_block *b,
				   struct cert_share share,
				   double best[CERT_CLASSES])
{
	double low[CERT_CLASSES];

	cert_block_at(st, p, b, share.high, best);
	if (share.low == share.high)
		return;
	cert_block_at(st, p, b, share.low, low);
	for (int c = 0; c < st->nclass; c++)
		best[c] = low[c] > best[c] ? low[c] : best[c];
}

static inline const double *cert_tail(const struct cert_stage *st,
				      const double *tail, size_t node, int j)
{
	size_t steps = (size_t)st->max_depth - 1;
	size_t row = (size_t)st->node_place[node] * steps + (size_t)j - 1;

	return tail + row * (size_t)st->nclass;
}

/* The best that follows block j of node, made with class a. */
static inline double cert_after(const struct cert_stage *st,
				const struct cert_dp *dp, size_t node, int j,
				const struct cert_block *b, int a)
{
	double best = -HUGE_VAL;

	if (st->depth_ok[j] && b->next[a])
		best = dp->end[st->index][(node / (size_t)st->nshape) *
						  (size_t)st->nnext +
					  b->next[a] - 1];
	if (j < st->max_depth && b->own[a]) {
		double more = cert_tail(st, dp->tail[st->index], node,
					j)[b->own[a] - 1];

		best = more > best ? more : best;
	}
	return best;
}

#endif
