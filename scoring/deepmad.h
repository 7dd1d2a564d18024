/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/deepmad.h - DeepMAD's score and effectiveness (Shen et al., CVPR
 * 2023, as the reference's code computes them). Bits are not looked at.
 *
 * With e_b = sum over the convs of block b of ln sqrt(C k^2) (C = 1 for a
 * depthwise conv), and stages s that end at block n_s with C_s channels on a
 * map of h_s x w_s (sides halved rounding down):
 *	S   = sum_s w_s ln(C_s h_s w_s) sum_{b <= n_s} e_b,  w = 1, .., 1, 8
 *	rho = max_s D_s exp(- sum_{b <= n_s} 2 e_b / D_s),   D_s convs so far
 * rho is depth over mean width: a network above about 0.5 is too deep for its
 * width to train well.
 *
 * Usage:
 *	deepmad_of(&d, arch);
 *
 * Its search also subtracts 10 exp(std of the depths of the network's runs of
 * blocks): deepmad_penalty.
 */
#ifndef SCORING_DEEPMAD_H
#define SCORING_DEEPMAD_H

#include "spaces/arch.h"

struct deepmad {
	double score;
	bool has_score; /* not defined with squeeze-and-excitation */
	double rho_max;
};

/* The architecture has passed arch_check. */
void deepmad_of(struct deepmad *d, const struct nas_arch *arch);

/* What a block adds to the sum of ln(C k^2). */
double deepmad_ln_width(const struct nas_block *b);

/* exp of the population's standard deviation of the depths of all runs of
 * blocks of one width, kind and kernel, but plain convolutions; 0 without
 * any. */
double deepmad_penalty(const struct nas_arch *arch);

/* The score as one of scores[] (scoring/score.h): stage weights and depth
 * penalty as the options say. */
struct nas_score_options;
enum nas_status score_deepmad(double *value, const struct nas_arch *arch,
			      const struct nas_score_options *options,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
