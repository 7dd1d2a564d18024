/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/zen.h - Zen-score (Lin et al., Zen-NAS, ICCV 2021, Algorithm 1).
 *
 * How strongly a random network reacts to a small change of its image. With
 * shortcuts removed, weights N(0, 1), images x and noise eps N(0, 1), batch
 * normalisation by the batch's own statistics, f the last feature map:
 *	Delta = mean over the batch of sum over C, H, W |f(x) - f(x + a eps)|
 *	zen   = ln Delta + sum over normalised convolutions i of
 *		(1/2) ln(mean over channels of the batch's variance of f_i(x))
 * a = 0.01. The sum of absolute values is the released code's; the paper
 * writes a Frobenius norm. Repeated on independent networks, the mean counts.
 *
 * Choices: the image has its real size; a batch has 16 images; x and x + a eps
 * are each normalised by their own statistics, as two training passes do;
 * bits, head and the biases are left out. Squeeze-and-excitation stays, its
 * two convolutions with weights N(0, 1) over the square root of their fan-in,
 * or its gate would be 0 or 1: they have no normalisation.
 *
 * Usage:
 *	struct zen_options o = { .samples = 32, .seed = 1, .threads = 2 };
 *	status = zen_score(&zen, &arch, &o, err);
 */
#ifndef SCORING_ZEN_H
#define SCORING_ZEN_H

#include "nas/base/watch.h"
#include "spaces/arch.h"

struct zen_options {
	int samples; /* networks, at least 1 */
	uint64_t seed;
	int threads;
	struct watch *watch; /* networks run; NULL = nobody waits */
};

struct zen {
	int samples;
	double score, error; /* mean, standard error; 0 of one network */
};

/* A network that has passed arch_check. Sample i draws from stream i of the
 * seed; same bytes for any number of threads. NAS_ENOMEM; NAS_ENUM when the
 * score is not finite. */
enum nas_status zen_score(struct zen *zen, const struct nas_arch *arch,
			  const struct zen_options *options,
			  struct nas_err *err) NAS_MUST_CHECK;

/* The score as one of scores[] (scoring/score.h). */
struct nas_score_options;
enum nas_status score_zen(double *value, const struct nas_arch *arch,
			  const struct nas_score_options *options,
			  struct nas_err *err) NAS_MUST_CHECK;

#endif
