/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/linear.h - a score that weighs features (scoring/feature.h), ready
 * for the chain.
 *
 * A block of a stage at weight share c adds
 *	fixed + gain[0][A][W] + c (fixed_c + gain[1][A][W])
 *	+ (root + c root_c) sqrt(A W / 64) + aw A W / 64
 * of which gain depends on the stage, the rest on the block's shape.
 *
 * Usage:
 *	linear_make(&linear, terms, nterms, size_only);
 *	linear_coef(&linear, &block, factor, res, &coef);
 */
#ifndef SCORING_LINEAR_H
#define SCORING_LINEAR_H

#include "scoring/feature.h"

struct nas_score_term { /* ends a list: feature NULL */
	const char *feature;
	double weight;
};

struct nas_linear {
	int n;
	const struct nas_feature *feature[FEATURES_MAX];
	double weight[FEATURES_MAX];
	bool shared; /* some block's share matters */
	bool mixed;  /* more bits may bring less, or little and then much */
	int sign_aw; /* of what larger A W brings by root and aw: 1, -1; 0 =
		      * nothing; 2 = it depends */
};

struct nas_linear_coef {
	double fixed, fixed_c, root, root_c, aw;
};

/* What the stage ends at or behind a stage weigh, and its own end. */
struct nas_linear_stage {
	double behind[FEATURE_STAGES], end[FEATURE_STAGES];
};

/* Terms are summed where they name a feature twice. NAS_EINPUT: a feature is
 * not known. */
enum nas_status linear_make(struct nas_linear *linear,
			    const struct nas_score_term *term,
			    struct nas_err *err) NAS_MUST_CHECK;

/* Of a block's shape. alone, of_aw (RESOURCES): what it adds to sizes. */
void linear_coef(const struct nas_linear *linear,
		 const struct nas_feature_block *b,
		 const struct nas_linear_stage *stage, const double *alone,
		 const double *of_aw, struct nas_linear_coef *c);

/* What multiplies (1/2) ln of the channels in, in fixed. */
double linear_ln_in(const struct nas_linear *linear,
		    const struct nas_linear_stage *stage);

/* Of a block's bits: gain[0] and gain[1]; 0 = full precision. */
void linear_gain(const struct nas_linear *linear,
		 const struct nas_block_ops *kind,
		 const struct nas_linear_stage *stage, int a, int w,
		 const struct nas_qe_options *o, double gain[2]);

/* Of a stage's end; head (RESOURCES): the classifier's sizes. */
double linear_end(const struct nas_linear *linear,
		  const struct nas_linear_stage *stage, double ln_out,
		  const double *head);

/* Of a whole network, from its layers. */
double linear_value(const struct nas_linear *linear,
		    const struct nas_arch *arch,
		    const struct nas_qe_options *options);

#endif
