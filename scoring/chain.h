/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/chain.h - the additive chain: what does this block add, given what
 * reaches it?
 *
 * With most scores a network is a chain of blocks. Score, bit-weighted flops,
 * BitOps, bytes, MACs, parameters and layers are sums over blocks; each block's terms
 * depend on its own choices and on the channels that reach it. Peak memory is
 * a maximum over steps, each of which depends on the block, and the last one
 * of a block on the next block's input bits as well. This file says it once;
 * the search, the certificate and the refinement of bits are built on it.
 *
 * With weight bits W and input bits A of a block (8 and 8 without bits):
 *	score  = fixed + gain[0][A][W] + c (fixed_c + gain[1][A][W])
 *	         + (root + c root_c) sqrt(A W / 64) + aw A W / 64
 *	flops  = mul A W / 64 + add
 *	BitOps = (macs - macs_fixed) A W + macs_fixed 64
 *	bytes  = weights W / 8 + aux
 *	ms     = time slow[A][W]
 *	memory = max(step A, tail_a A + tail_out A')    bits; A': of the next
 *
 * c is a block's share in its stream, which depends on the units of variance
 * that reach the block (scoring/qe.h): so they are passed on from stage to
 * stage, as the channels are. It is 1 where no feature of the score asks.
 *
 * A score weighs features of blocks (scoring/linear.h). Scores that are no
 * sums (rqe-r, deepmad) are computed of whole networks, problem_whole; the sums
 * above hold for everything else. A product has the chain of what it sums
 * beside it, problem->summed, and each stage end multiplies that by
 * chain_product_end.
 *
 * Symbols: S stages of the space, V variants.
 *
 * Usage:
 *	status = problem_init(&problem, &space, &budgets,
 *			      score_find("qe"), &options, &arena, err);
 *	chain = &problem.chain[genome.variant];
 *	chain_terms(chain, s, &genome.stage[s], in, units, &terms[s]);
 *	chain_total(chain, terms, &total);
 *	excess = problem_excess(&problem, &total);                0 = feasible
 */
#ifndef SCORING_CHAIN_H
#define SCORING_CHAIN_H

#include "scoring/linear.h"
#include "scoring/problem.h"
#include "spaces/latency.h"

struct nas_coef { /* a block with its bits left open */
	double mul, add;
	double weights, aux;
	double macs, macs_fixed, params, layers;
	double time; /* ms at factor 1 */
	struct nas_linear_coef score;
	double ln_width; /* sum of ln(C k^2), C = 1 for depthwise: of rho */
	double trust[TRUST_MAX]; /* what is held inside ranges */
	double step, tail_a, tail_out; /* elements; memory budgets only */
};

/* A resource of a block: of_aw A W / 64 + of_w W / 8 + of_time slow[A][W]
 * + alone. */
struct nas_coef_use {
	double of_aw, of_w, of_time, alone;
};

static inline struct nas_coef_use coef_use(const struct nas_coef *c,
					   enum nas_resource r)
{
	switch (r) {
#define COEF_USE(id, key, kind, unit, label, help, figure, aw, w, slow, own,  \
		 head)                                                        \
	case id:                                                              \
		return (struct nas_coef_use){ aw, w, slow, own };
	ADDITIVE_BUDGETS(COEF_USE)
#undef COEF_USE
	case RESOURCES:
		break;
	}
	return (struct nas_coef_use){ 0 };
}

/* Which of the three it is. */
enum chain_by { CHAIN_BY_NONE, CHAIN_BY_AW, CHAIN_BY_W, CHAIN_BY_SLOW };
extern const enum chain_by chain_by[RESOURCES];

/* For code that is made of the rows, without a product by 0: whether an
 * expression of a row is 0, and the sum at figures of bits. */
#define CHAIN_IS_0(e) (sizeof(#e) == sizeof("0"))
#define CHAIN_SUM(aw, w, slow, own, by_aw, by_w, by_slow)                     \
	(CHAIN_IS_0(aw) && CHAIN_IS_0(w) && CHAIN_IS_0(slow) ? (own)         \
	 : CHAIN_IS_0(own) ? CHAIN_BITS(aw, w, slow, by_aw, by_w, by_slow)    \
			   : CHAIN_BITS(aw, w, slow, by_aw, by_w, by_slow) +  \
				     (own))
#define CHAIN_BITS(aw, w, slow, by_aw, by_w, by_slow)                         \
	(!CHAIN_IS_0(aw)  ? (aw) * (by_aw)                                    \
	 : !CHAIN_IS_0(w) ? (w) * (by_w)                                      \
			  : (slow) * (by_slow))

/* What the classifier and the network's end add: h of the rows. */
struct chain_head {
	struct nas_head_cost cost;
	double time; /* ms */
};

struct nas_terms { /* what one stage adds */
	double score;
	double res[RESOURCES];
	double peak_bits; /* largest step inside the stage */
	double tail_bits; /* of the last step, without its output */
	double tail_out;  /* elements of the last output */
	uint64_t hash;
	int first_a; /* bits of the stage's input */
	int out;     /* channels of the stage's output */
	int units;   /* of variance in the stream behind the stage */
};

struct nas_chain_made;

struct nas_chain_stage {
	const struct nas_stage *choices;
	const struct nas_chain_made *made; /* of its blocks; NULL = made when
					    * they are asked for */
	int index, stride;
	struct nas_place in, out;
	struct nas_linear_stage weight; /* of the ends from here on */
	double product; /* of a product: what the score weighs this end; 0 where
			 * no stage of the score ends */
	double ln_in; /* so many halves of ln of the channels in are in fixed */
	int bits_a[SPACE_CHOICES_MAX]; /* 8 without bits */
	int bits_w[SPACE_CHOICES_MAX];
	double aw[SPACE_CHOICES_MAX][SPACE_CHOICES_MAX];   /* A W / 64 */
	double root[SPACE_CHOICES_MAX][SPACE_CHOICES_MAX]; /* its root */
	double gain[2][SPACE_CHOICES_MAX][SPACE_CHOICES_MAX]; /* see above */
	bool residual; /* a block at stride 1 with equal widths has a shortcut */
	double bytes_w[SPACE_CHOICES_MAX];                 /* W / 8 */
	double slow[SPACE_CHOICES_MAX][SPACE_CHOICES_MAX]; /* of latency */
};

struct nas_chain { /* one variant of the space */
	int nstages;
	int channels; /* of the network's input */
	int variant;
	int bits_after; /* input bits of what follows the last stage */
	bool memory;    /* peak memory is computed */
	const struct nas_memory_model *model;
	const struct nas_latency *latency; /* NULL = none */
	const struct nas_score_def *def; /* the score */
	const struct nas_linear *linear; /* its features, where it is a sum */
	int ntrust;
	const struct nas_trust *trust; /* (ntrust) */
	struct nas_chain_stage *stage; /* (S) */
	struct nas_head head;
	const double *half_ln; /* half_ln[n] = ln(n) / 2 */
	int nhalf_ln;
};

/* What a block adds to the score at some bits, c its share. */
static inline double chain_block_score(const struct nas_chain_stage *cs,
				       const struct nas_linear_coef *k,
				       double c, int a, int w)
{
	return (k->fixed + cs->gain[0][a][w]) +
	       c * (k->fixed_c + cs->gain[1][a][w]) +
	       (k->root + c * k->root_c) * cs->root[a][w] +
	       k->aw * cs->aw[a][w];
}

/* The first and the inner blocks of a stage (inner: depth 2 and more). Only
 * g's width, kernel, expand and se are read: where blocks choose their own,
 * gene_of_block has those of one. c is not in it. */
void chain_coef_first(const struct nas_chain *chain, int s,
		      const struct nas_gene *g, int in, struct nas_coef *c);
void chain_coef_inner(const struct nas_chain *chain, int s,
		      const struct nas_gene *g, struct nas_coef *c);

/* Block b of a stage, for b = 0, 1, ... in order into the same c. */
void chain_coef_block(const struct nas_chain *chain, int s,
		      const struct nas_gene *g, int in, int b,
		      struct nas_coef *c);

/* What a stage's end adds besides its blocks: ln of the width, classifier.
 * res (RESOURCES) may be NULL. */
double chain_end(const struct nas_chain *chain, int s, int out, double *res);

/* What the end of stage s multiplies a product's sum by: w ln(C h w), or 0. */
double chain_product_end(const struct nas_chain *chain, int s, int out);

/* A network's hash is the sum of these; equal genomes, equal hashes. */
static inline uint64_t gene_hash(const struct nas_gene *g, int s)
{
	uint64_t word[GENE_WORDS], shape, lo, hi;

	memcpy(word, g, sizeof(word));
	lo = (word[0] ^ (uint64_t)(s + 1) * 0x9e3779b97f4a7c15u) *
	     0xd6e8feb86659fd93u;
	shape = word[2] * 0x8ebc6af09c88c6e3u;
	shape ^= shape >> 32;
	shape = (shape ^ word[3]) * 0x589965cc75374cc3u;
	hi = (word[1] ^ shape ^ shape >> 32 ^ 0xa0761d6478bd642fu) *
	     0xe7037ed1a0b428dbu;
	lo ^= lo >> 32;
	hi ^= hi >> 29;
	lo = (lo + hi) * 0xff51afd7ed558ccdu;
	return lo ^ lo >> 31;
}

static inline uint64_t variant_hash(uint64_t variant)
{
	return (variant + 1) * 0xd1342543de82ef95u;
}

/* c of a block behind so many units of variance: the first of stage s, or an
 * inner one; *units moves on. */
double chain_share_first(const struct nas_chain *chain, int s,
			 bool equal_widths, int *units);
double chain_share_inner(const struct nas_chain *chain, int s, int *units);

/* What stage s adds with gene g, reached by in channels and units of variance
 * (1 before the first stage). */
void chain_terms(const struct nas_chain *chain, int s, const struct nas_gene *g,
		 int in, int units, struct nas_terms *t);

/* All stages of a genome; returns the channels of the output. */
void chain_terms_all(const struct nas_chain *chain, const struct nas_genome *g,
		     struct nas_terms *terms);

/* Sum, in stage order. */
void chain_total(const struct nas_chain *chain, const struct nas_terms *terms,
		 struct nas_total *total);


/* Shapes of a stage's blocks: width, expansion, kernel and squeeze, the last
 * fastest. How many; the number of a gene's; a gene of one. */
static inline size_t chain_shapes(const struct nas_stage *st)
{
	return (size_t)st->nwidth * (size_t)st->nexpand *
	       (size_t)st->nkernel * (size_t)st->nse;
}

static inline size_t chain_shape_of(const struct nas_stage *st,
				    const struct nas_gene *g)
{
	return (((size_t)g->width * (size_t)st->nexpand + g->expand) *
			(size_t)st->nkernel + g->kernel) *
		       (size_t)st->nse + g->se;
}

static inline struct nas_gene chain_shape_gene(const struct nas_stage *st,
					       size_t i)
{
	struct nas_gene g = { 0 };

	g.se = (uint8_t)(i % (size_t)st->nse);
	i /= (size_t)st->nse;
	g.kernel = (uint8_t)(i % (size_t)st->nkernel);
	i /= (size_t)st->nkernel;
	g.expand = (uint8_t)(i % (size_t)st->nexpand);
	g.width = (uint8_t)(i / (size_t)st->nexpand);
	return g;
}

#endif
