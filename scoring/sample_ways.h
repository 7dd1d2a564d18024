/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sample_ways.h - counting the networks of a space whose use of one
 * additive resource, rounded down, stays within a limit; and drawing one of
 * them uniformly.
 *
 * The resource is a weighed sum of the limited ones, each in parts of its
 * limit; a block uses floor(K use) of K units. Rounding down leaves no
 * feasible network out, and none counts twice. With
 *
 *	F_s(c, k)  ways to choose stages s, s+1, ... when c channels reach
 *	           stage s and k units are left
 *	G_j(k)     ways to choose the bits of j more inner blocks of a stage
 *	           and all that follows: G_0 = F_{s+1}(width, k),
 *	           G_j(k) = sum over bits b of G_{j-1}(k - inner(b));
 *	           where blocks choose kernel or expansion, over these as well:
 *	           then one G serves all shapes that differ in nothing else
 *	H(k)       sum over the depths d of G_{d-1}(k)
 *
 *	F_s(c, k) = sum over widths, expansions, kernels, squeezes, bits b of
 *	            H(k - first(c, b))
 *
 * and F after the last stage is 1. Bits at which a block alone exceeds the peak
 * memory are left out as well. A network is drawn forwards with these counts
 * as weights. Which shape (expansion, kernel, squeeze) a width gets is drawn by
 * upper bounds of their sums over b, kept at WAYS_LEVELS parts of K (counts
 * rise with k) and in single precision, and accepted by the sum itself: exact,
 * and most sums need not be known. Counts are doubles, each stage scaled by a
 * power of two; they are sums of positive terms, so their relative error stays
 * near 1e-13.
 *
 * Usage:
 *	status = ways_init(&ways, &problem, weight, 512, threads, arena, err);
 *	if (ways.share > 0)
 *		ways_draw(&ways, &genome, &rng);
 */
#ifndef SCORING_SAMPLE_WAYS_H
#define SCORING_SAMPLE_WAYS_H

#include "scoring/chain.h"

#define WAYS_PAIRS (SPACE_CHOICES_MAX * SPACE_CHOICES_MAX)
#define WAYS_BINS_MAX 1024
#define WAYS_LEVELS 32

struct ways_pair { /* bits of a block, and the units it uses */
	int units;
	double count; /* of pairs with equal units, when merged */
	uint8_t bits;
};

struct ways_stage {
	int nin;         /* widths that can reach it */
	const int *in;   /* (nin) */
	int nshape;      /* expansions, kernels, squeezes of a width */
	const struct nas_stage *choices;
	int inner_levels; /* largest depth - 1 */
	double *width;   /* (nin, K + 1, nwidth) ways up to this width, summed
			  * over the widths */
	double *inner;   /* (nwidth, nshape, inner_levels, K + 1) G_1 ... */
	float *bound;    /* (nin, nwidth, levels + 1, nshape) see above */
	double *all;     /* (nwidth, nshape, K + 1) H */
	uint16_t *depths; /* (nin, nwidth, nexpand) depths at which the
			   * expansion stands for itself, a bit an index */
};

struct ways_variant {
	struct ways_stage *stage; /* (S) */
	double total; /* ways, times 2^-exponent */
	int64_t exponent;
};

struct ways {
	const struct nas_problem *problem;
	int bins; /* K */
	double weight[RESOURCES]; /* of each resource, sum 1 or all 0 */
	struct ways_variant *variant; /* (V) */
	double *variant_weight;       /* (V) */
	double share; /* of the space that is counted */
};

/* Additions and bytes that K bins take. */
struct ways_effort {
	double additions, bytes;
};
void ways_effort(struct ways_effort *e, const struct nas_problem *problem,
		 int bins);

enum nas_status ways_init(struct ways *ways, const struct nas_problem *problem,
			  const double weight[RESOURCES], int bins,
			  int threads, struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* Needs share > 0. */
void ways_draw(const struct ways *ways, struct nas_genome *g, struct rng *rng);

/* ---- shared by building and drawing ---- */

/* The i-th shape of a stage: expansion, kernel, squeeze. */
void ways_shape(const struct nas_stage *st, int i, struct nas_gene *g);

/* The shape whose inner blocks have the same choices: of a stage without such
 * choices itself. */
int ways_common(const struct nas_stage *st, int shape);

/* An inner block at this width may have the shape where ways_common of the
 * stage's is common, and it is no copy of another. */
bool ways_is_inner(const struct nas_stage *st, int w, int shape, int common);

/* The pairs of bits that a block may have, with the units they use; the
 * number of them. extra: what the stage's end adds to each resource. */
int ways_pairs(const struct ways *ways, const struct nas_chain *chain, int s,
	       const struct nas_coef *c, const double *extra,
	       struct ways_pair pair[WAYS_PAIRS]);

int ways_inner_pairs(const struct ways *ways, const struct nas_chain *chain,
		     int s, int w, int shape,
		     struct ways_pair pair[WAYS_PAIRS]);

/* Ways by the units left: x[k * stride]. */
struct ways_view {
	const double *x;
	size_t stride;
};

/* Ways with j inner blocks of a width and shape of stage s to go. */
struct ways_view ways_inner(const struct ways *ways,
			    const struct ways_variant *v, int s, int w,
			    int shape, int j);

/* Ways behind its first block, at any depth. */
struct ways_view ways_any_depth(const struct ways *ways,
				const struct ways_variant *v, int s, int w,
				int shape);

/* The same at the depths of a mask, at k units. */
double ways_at_depths(const struct ways *ways, const struct ways_variant *v,
		      int s, int w, int shape, unsigned depths, int k);

/* Bounds of the shapes at the least level that is not below k. */
float *ways_bounds(const struct ways *ways, const struct ways_stage *ts, int i,
		   int nwidth, int w, int k);

#endif
