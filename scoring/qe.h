/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/qe.h - scores from the entropies of blocks.
 *
 * QE-Score: differential entropy of a Gaussian-initialised quantised network,
 * in closed form (Sun et al., NeurIPS 2022, Eq 9, as its released code
 * computes it). Of a convolution with fan-in C k^2 (C = 1 for depthwise), bits
 * A and W:
 *	e = ln sqrt(C k^2) + ln(sigma_hat(sigma_a, A) sigma_hat(sigma_w, W))
 *	    - ln sigma_a                        (without bits: ln sqrt(C k^2))
 * and of a network with stages s that end at block n_s with C_s channels
 *	S = sum_s w_s ( sum_{b <= n_s} e_b + ln C_s )
 * Natural logarithms; squeeze-and-excitation, batch normalisation, shortcuts
 * and the classifier add nothing.
 *
 * Its relatives differ by a rule:
 *	bits        false: e as without bits
 *	residual    e_b counts by the share c_b of it that a stream keeps: with
 *	            an identity shortcut, n units of variance collected so far,
 *	            c_b = (1/2) ln(1 + 1/n), then n + 1; else c_b = 1, n = 1
 *	resolution  S = sum_s w_s ln(C_s h_s w_s) sum_{b <= n_s} c_b e_b, maps
 *	            of h_s x w_s, sides halved rounding down: not additive
 *
 * Usage:
 *	struct nas_qe_options o = QE_DEFAULTS;
 *	status = qe_score(&score, NULL, arch, &qe_rule, &o, err);
 */
#ifndef SCORING_QE_H
#define SCORING_QE_H

#include "scoring/score.h"

struct nas_qe_rule {
	bool bits, residual, resolution;
	enum nas_qe_weights weights;
};

extern const struct nas_qe_rule qe_rule; /* QE-Score itself */

/* e of one convolution; bits 0 = full precision. */
double qe_conv(int fan, int bits_a, int bits_w, double sigma_a,
	       double sigma_w);

/* c_b of a block with an identity shortcut behind n units of variance. */
double qe_residual_share(int n);

/* The weights of n stages where nobody gives them. */
void qe_default_weights(enum nas_qe_weights kind, double *weights, int n);

/* The weights of a network's stages (ARCH_STAGES_MAX): its own, else the
 * options', else the rule's. NAS_EINPUT when they are not as many. */
enum nas_status qe_stage_weights(double *weights, const struct nas_arch *arch,
				 const struct nas_qe_rule *rule,
				 const struct nas_qe_options *options,
				 struct nas_err *err) NAS_MUST_CHECK;

/* The score of a network. What the architecture itself says of weights and
 * sigmas comes before options. NAS_EINPUT when the number of weights is not
 * the number of stages. block_entropy (nblocks) may be NULL; it gets e_b. */
enum nas_status qe_score(double *score, double *block_entropy,
			 const struct nas_arch *arch,
			 const struct nas_qe_rule *rule,
			 const struct nas_qe_options *options,
			 struct nas_err *err) NAS_MUST_CHECK;

#endif
