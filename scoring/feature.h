/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/feature.h - what scores weigh: sums over the blocks of a network,
 * one row each.
 *
 * With A and W the bits of a block's inputs and weights (8 and 8 in costs
 * where there are none), a block adds to a feature
 *	stages c ( shape + gain(A, W) + root sqrt(A W / 64) + aw A W / 64 )
 * and the end of a stage with C channels stages' ln C, where
 *	c       is the share of the block in its stream (scoring/qe.h) where
 *	        the feature is shared, else 1
 *	stages  is what the stage ends at or behind the block weigh, or that
 *	        end alone (enum nas_feature_stages), else 1
 * A size (resource) is what the costs count, the classifier included. So a
 * feature is a sum over the chain (scoring/chain.h), and so is every score
 * that weighs features (scoring/score.h).
 *
 * Where convolutions of a block differ in bits, gain is their mean, and A W
 * their mean by multiply-accumulates.
 *
 * Usage:
 *	const struct nas_feature *f = feature_find("c_ln_k");
 *	feature_values(&arch, &qe, value);            (nfeatures)
 *
 * To add one: a row in features[] (scoring/features.c).
 */
#ifndef SCORING_FEATURE_H
#define SCORING_FEATURE_H

#include "scoring/qe.h"
#include "spaces/cost.h"

/* Weights of stage ends. PUBLISHED and FLAT: those that are given for a score
 * of scoring/qe.h, else the published ones, or 1 each; EQUAL: 1 each; LAST: 0,
 * .., 0, 1. */
enum nas_feature_stages { FEATURE_ALONE, FEATURE_PUBLISHED, FEATURE_FLAT,
		      FEATURE_EQUAL, FEATURE_LAST, FEATURE_STAGES };

struct nas_feature_block { /* a block with its bits left open */
	const struct nas_block *block;
	const struct nas_place *out;
	const struct nas_block_terms *terms;
	double entropy; /* sum of ln sqrt(C k^2) over its convolutions */
	bool shortcut;  /* adds its input to its output */
};

struct nas_feature {
	const char *name, *unit, *help;
	enum nas_feature_stages stages;
	bool shared;   /* times c */
	bool per_conv; /* gain counts once a convolution */
	bool inverted; /* gain counts in inverted residuals only */
	bool end;      /* ends add ln C */
	bool size;     /* a size: that resource, and nothing below */
	enum nas_resource resource;
	double (*shape)(const struct nas_feature_block *b);
	double ln_in; /* times ln of the channels in is part of shape; the rest
		       * may not depend on them where this is given */
	double (*root)(const struct nas_feature_block *b);
	/* 0 = none */
	double (*gain)(int a, int w, const struct nas_qe_options *o);
};

extern const struct nas_feature features[]; /* name NULL ends */
extern const int nfeatures;
#define FEATURES_MAX 80

const struct nas_feature *feature_find(const char *name); /* NULL: not known */

/* The value of each feature of a network that has passed arch_check, from its
 * layers. What the network says of sigmas comes before options. */
void feature_values(const struct nas_arch *arch,
		    const struct nas_qe_options *options,
		    double value[FEATURES_MAX]);

#endif
