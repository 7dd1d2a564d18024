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
	double use[CERT_RESOURCES]; /* l_r, 0 where not limited */
	double tangent[CERT_TANGENTS]; /* of the model's */
	/* made of those, for blocks of stage s: price of W and L by the ends at
	 * or behind it, and what these ends add themselves */
	double width[SPACE_STAGES_MAX + 1], layer[SPACE_STAGES_MAX + 1];
	double offset[SPACE_STAGES_MAX + 1];
	double block[SPACE_STAGES_MAX]; /* of a penalty on depths, a block */
	int nheld;
	double held[TRUST_MAX]; /* of sums that are held, both sides */
};

struct cert_dp {
	struct cert_price price;
	double constant; /* sum l_r L_r, of tangents and of a penalty */
	double bound;    /* constant + the best path; -HUGE_VAL = no path */
	/* by class of weights J (certify_weights.h), before the stage or
	 * behind it */
	double **value;  /* (S + 1): (J before, nin, nclass) */
	double **end;    /* (S): (J behind, nout, nnext) */
	double **tail;   /* (S): (J behind, nodes, max_depth - 1, nclass) */
	size_t nodes[SPACE_STAGES_MAX]; /* room in tail */
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

/* A block's circumstances: a price, what its score weighs, its share. */
struct cert_at {
	const struct cert_stage *st;
	const struct cert_price *p;
	double score; /* of the price, times what the block weighs */
	double share; /* of the block in its stream */
};

static inline double cert_held(const struct cert_price *p,
			       const struct cert_block *b)
{
	double sum = 0;

	for (int i = 0; i < p->nheld; i++)
		sum += p->held[i] * b->trust[i];
	return sum;
}

/* Prices of what a block c uses: of what stands alone, and of what is times A W
 * / 64, W / 8 and the factor of the bits. */
#define CERT_PRICE(id, sum, e)                                                \
	if (!CHAIN_IS_0(e))                                                   \
		(sum) += p->use[id] * (e);
#define CERT_ADD(id, key, kind, unit, label, help, figure, aw, w, slow, own,  \
		 head)                                                        \
	CERT_PRICE(id, sum.of_aw, aw)                                         \
	CERT_PRICE(id, sum.of_w, w)                                           \
	CERT_PRICE(id, sum.of_time, slow)                                     \
	CERT_PRICE(id, sum.alone, own)

static inline struct nas_coef_use cert_use_price(const struct cert_price *p,
						 const struct cert_block *c)
{
	struct nas_coef_use sum = { 0 };

	ADDITIVE_BUDGETS(CERT_ADD)
	return sum;
}

static inline double cert_fixed(const struct cert_at *at,
				const struct cert_block *b)
{
	const struct cert_stage *st = at->st;
	const struct cert_price *p = at->p;

	return at->score * (b->score.fixed + at->share * b->score.fixed_c) -
	       cert_use_price(p, b).alone +
	       p->width[st->index] * b->ln_width -
	       p->layer[st->index] * st->layers - p->block[st->index] -
	       cert_held(p, b);
}

/* What the bits of a block are worth: of each figure of a pair. */
struct cert_rates {
	double gain[2], root, aw, bytes, slow;
};

static inline struct cert_rates cert_rates(const struct cert_at *at,
					   const struct cert_block *b)
{
	const struct nas_linear_coef *k = &b->score;
	const struct nas_coef_use use = cert_use_price(at->p, b);

	return (struct cert_rates){
		.gain = { at->score, at->score * at->share },
		.root = at->score * (k->root + at->share * k->root_c),
		.aw = at->score * k->aw - use.of_aw,
		.bytes = use.of_w,
		.slow = use.of_time,
	};
}

static inline double cert_pair_worth(const struct cert_rates *r,
				     const struct cert_pair *q)
{
	return r->gain[0] * q->gain[0] + r->gain[1] * q->gain[1] +
	       r->root * q->root + r->aw * q->aw - r->bytes * q->bytes -
	       r->slow * q->slow;
}

/* The ends of the ranges of weight and share: what a block adds is linear in
 * each, so it is most at one of them. Returns how many differ. */
static inline int cert_corners(const struct cert_stage *st,
			       const struct cert_price *p,
			       struct cert_weight weight,
			       struct cert_share share, struct cert_at at[4])
{
	int n = 0;

	for (int w = weight.low == weight.high; w < 2; w++)
		for (int c = share.low == share.high; c < 2; c++)
			at[n++] = (struct cert_at){
				st, p, p->score * (w ? weight.high
						     : weight.low),
				c ? share.high : share.low };
	return n;
}

/* What a block adds with pair k at best. */
static inline double cert_pair_value(const struct cert_stage *st,
				     const struct cert_price *p,
				     const struct cert_block *b,
				     struct cert_weight weight,
				     struct cert_share share, int k)
{
	struct cert_at at[4];
	int n = cert_corners(st, p, weight, share, at);
	double best = -HUGE_VAL;

	for (int i = 0; i < n; i++) {
		struct cert_rates r = cert_rates(&at[i], b);
		double v = cert_fixed(&at[i], b) +
			   cert_pair_worth(&r, &st->pair[k]);

		best = v > best ? v : best;
	}
	return best;
}

/* What a block adds at best in one corner, by class. */
static inline void cert_block_at(const struct cert_at *at,
				 const struct cert_block *b,
				 double best[CERT_CLASSES])
{
	const struct cert_stage *st = at->st;
	double fixed = cert_fixed(at, b);
	struct cert_rates r = cert_rates(at, b);

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

/* The same at best. */
static inline void cert_block_best(const struct cert_stage *st,
				   const struct cert_price *p,
				   const struct cert_block *b,
				   struct cert_weight weight,
				   struct cert_share share,
				   double best[CERT_CLASSES])
{
	struct cert_at at[4];
	int n = cert_corners(st, p, weight, share, at);
	double other[CERT_CLASSES];

	cert_block_at(&at[n - 1], b, best);
	for (int i = 0; i < n - 1; i++) {
		cert_block_at(&at[i], b, other);
		for (int c = 0; c < st->nclass; c++)
			best[c] = other[c] > best[c] ? other[c] : best[c];
	}
}

/* Where the values of a state behind block j of a node are: class J. */
static inline double *cert_tail(const struct cert_dp *dp,
				const struct cert_stage *st, int class,
				size_t node, int j)
{
	size_t steps = (size_t)st->max_depth - 1;
	size_t row = ((size_t)class * dp->nodes[st->index] +
		      (size_t)st->node_place[node]) * steps + (size_t)j - 1;

	return dp->tail[st->index] + row * (size_t)st->nclass;
}

/* The end of the stage, by class of the next block's bits. */
static inline double *cert_end(const struct cert_dp *dp,
			       const struct cert_stage *st, int class,
			       size_t out)
{
	return dp->end[st->index] + ((size_t)class * (size_t)st->nout + out) *
					    (size_t)st->nnext;
}

static inline double *cert_value(const struct cert_dp *dp, int s, int nin,
				 int nclass, int class, int in)
{
	return dp->value[s] + ((size_t)class * (size_t)nin + (size_t)in) *
				      (size_t)nclass;
}

/* The best that follows block j of node, made with class a. */
static inline double cert_after(const struct cert_stage *st,
				const struct cert_dp *dp, int class,
				size_t node, int j, const struct cert_block *b,
				int a)
{
	double best = -HUGE_VAL;

	if (st->depth_ok[j] && b->next[a])
		best = cert_end(dp, st, class,
				node / (size_t)st->nshape)[b->next[a] - 1];
	if (j < st->max_depth && b->own[a]) {
		double more = cert_tail(dp, st, class, node, j)[b->own[a] - 1];

		best = more > best ? more : best;
	}
	return best;
}

#endif
