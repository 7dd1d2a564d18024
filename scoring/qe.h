/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/qe.h - QE-Score: differential entropy of a Gaussian-initialised
 * quantised network, in closed form (Sun et al., NeurIPS 2022, Eq 9, as its
 * released code computes it).
 *
 * Of a convolution with fan-in C k^2 (C = 1 for depthwise), bits A and W:
 *	e = ln sqrt(C k^2) + ln(sigma_hat(sigma_a, A) sigma_hat(sigma_w, W))
 *	    - ln sigma_a                        (without bits: ln sqrt(C k^2))
 * and of a network with stages s that end at block n_s with C_s channels
 *	S = sum_s w_s ( sum_{b <= n_s} e_b + ln C_s )
 * Natural logarithms; squeeze-and-excitation, batch normalisation, shortcuts
 * and the classifier add nothing.
 *
 * Usage:
 *	struct qe_options o = QE_DEFAULTS;
 *	status = qe_score(&score, NULL, arch, &o, err);
 */
#ifndef SCORING_QE_H
#define SCORING_QE_H

#include "spaces/arch.h"

struct qe_options {
	double sigma_a, sigma_w;
	int nstage_weights; /* 0 = by the number of stages, see below */
	double stage_weights[ARCH_STAGES_MAX];
};

#define QE_DEFAULTS { .sigma_a = 5.0, .sigma_w = 4.0 }

/* e of one convolution; bits 0 = full precision. */
double qe_conv(int fan, int bits_a, int bits_w, double sigma_a,
	       double sigma_w);

/*
 * Weights of n stages where nobody gives them: [0,0,1,1,6] for 5 and
 * [0,0,1,1,2,2,6] for 7 (the published ones); our choice for other n: the
 * last three weigh 1, 1, 6, those before 0.
 */
void qe_default_weights(double *weights, int n);

/* The score of a network. What the architecture itself says of weights and
 * sigmas comes before options. NAS_EINPUT when the number of weights is not
 * the number of stages. block_entropy (nblocks) may be NULL. */
enum nas_status qe_score(double *score, double *block_entropy,
			 const struct arch *arch,
			 const struct qe_options *options,
			 struct nas_err *err) NAS_MUST_CHECK;

#endif
