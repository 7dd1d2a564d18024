/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/score.h - the training-free scores, one row each.
 *
 * A score is a number of an architecture, higher meaning better, or the size
 * of a network, which every score has to beat. Most weigh features of blocks
 * (scoring/feature.h); the rest are functions:
 *
 *	qe       QE-Score (Sun et al., NeurIPS 2022)
 *	rqe      residual-aware QE-Score (ours): a block with an identity
 *	         shortcut counts by what it adds to its stream
 *	rqe-r    the same, each stage times ln(C r^2) of its map (ours)
 *	mae      the entropy without quantisation, multi-scale (MAE-DET, Sun et
 *	         al., ICML 2022)
 *	deepmad  DeepMAD's (Shen et al., CVPR 2023), with its depth penalty
 *	lean     a block pays only if it is wide, whatever the table (ours)
 *	params, macs, bitops, depth
 *	         sizes
 *	zen      Zen-score (Lin et al., ICCV 2021): of random networks, slow
 *
 * Those that weigh features are sums over the chain and have a certificate
 * (evolve/certify/certify.h); rqe-r and deepmad are products of such sums and
 * of what their stage ends weigh, and have one as well. A file can be one more
 * (nas/run/score_file.h).
 *
 * Usage:
 *	const struct nas_score_def *def = score_find("rqe");
 *	struct nas_score_options o = SCORE_DEFAULTS;
 *	status = score_value(&x, def, &arch, &o, err);
 *
 * To add one: a row in scores[] (scoring/score.c), with terms or a function in
 * a file score_NAME.c.
 */
#ifndef SCORING_SCORE_H
#define SCORING_SCORE_H

#include "spaces/arch.h"

struct nas_qe_options {
	double sigma_a, sigma_w;
	int nstage_weights; /* 0 = the rule's, by the number of stages */
	double stage_weights[ARCH_STAGES_MAX];
};

#define QE_DEFAULTS { .sigma_a = 5.0, .sigma_w = 4.0 }

/*
 * Stage weights where nobody gives them.
 * PUBLISHED: [0,0,1,1,6] for 5 stages and [0,0,1,1,2,2,6] for 7 (the published
 *            ones); our choice for others: the last three weigh 1, 1, 6, those
 *            before 0.
 * EQUAL:     1 each. LAST_8: 1 each, the last one 8 (DeepMAD).
 */
enum nas_qe_weights { QE_PUBLISHED, QE_EQUAL, QE_LAST_8 };

struct nas_qe_rule;    /* scoring/qe.h */
struct nas_score_term; /* scoring/linear.h */

struct nas_score_options {
	struct nas_qe_options qe;
	double depth_penalty; /* deepmad: the weight of exp(std of depths) */
	/* of scores that sample: */
	int samples;
	uint64_t seed;
	int threads;          /* changes no value */
};

#define SCORE_DEFAULTS { .qe = QE_DEFAULTS, .samples = 32, .threads = 1 }

struct nas_score_def {
	const char *name;  /* in files and on the command line */
	const char *title; /* for people */
	const char *help;
	/* Entropies under this rule, computed by scoring/qe.h; stage weights
	 * can be given. NULL = else. */
	const struct nas_qe_rule *rule;
	/* The weights of features that it is; NULL = no sum over the chain */
	const struct nas_score_term *terms;
	/* Of a product, what each stage end sums over the blocks so far: a sum
	 * over the chain, which the end multiplies; NULL = no product */
	const struct nas_score_def *summed;
	bool sampled;               /* Monte-Carlo: slow, not exact */
	bool no_squeeze;            /* not defined with squeeze-and-excitation */
	/* NULL = by rule or terms */
	enum nas_status (*value)(double *value, const struct nas_arch *arch,
				 const struct nas_score_options *options,
				 struct nas_err *err);
};

#define SCORES_MAX 16
extern const struct nas_score_def scores[]; /* name NULL ends */

const struct nas_score_def *score_find(const char *name); /* NULL: not known */

/* A sum over the chain. */
static inline bool score_is_additive(const struct nas_score_def *def)
{
	return def->terms != NULL;
}

/* A sum over stage ends, each its weight times ln(C h w) times what it sums
 * over the blocks so far; less a penalty on depths where one is asked for. */
static inline bool score_is_product(const struct nas_score_def *def)
{
	return def->summed != NULL;
}

/* There is a proven bound (evolve/certify/certify.h). */
static inline bool score_has_bound(const struct nas_score_def *def)
{
	return score_is_additive(def) || score_is_product(def);
}

/* Both are the same row, or weigh the same features alike. */
bool score_is_same(const struct nas_score_def *a,
		   const struct nas_score_def *b);

/* It tells networks apart that differ in bits alone: by the features that it
 * weighs, else by its rule. */
bool score_sees_bits(const struct nas_score_def *def);

/* Its stage weights where nobody gives them. */
enum nas_qe_weights score_weights(const struct nas_score_def *def);

/* The score of a network that has passed arch_check. NAS_EINPUT when it is
 * not defined for it; NAS_ENUM when it is not finite. */
enum nas_status score_value(double *value, const struct nas_score_def *def,
			    const struct nas_arch *arch,
			    const struct nas_score_options *options,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
