/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sigma_hat.h - standard deviation of a quantised Gaussian.
 *
 * X ~ N(0, sigma^2) is rounded to integers and clamped symmetrically to
 * [-M, M], M = 2^(N-1) for N bits (2^N + 1 levels; Sun et al. 2022,
 * appendix and code). In closed form, with Q(z) = erfc(z / sqrt 2) / 2,
 *	sigma_hat(sigma, N)^2 = 2 sum_{k=1..M} (2k - 1) Q((k - 1/2) / sigma)
 *
 * Usage:
 *	s = sigma_hat(4.0, 5);            4.01017...
 */
#ifndef SCORING_SIGMA_HAT_H
#define SCORING_SIGMA_HAT_H

/* sigma > 0, bits 1 .. 32; the sum stops where its terms vanish. */
double sigma_hat(double sigma, int bits);

#endif
