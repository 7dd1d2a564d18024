/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/cholesky.h - A + ridge 1 = L L' of a symmetric matrix, and L^-1 v.
 *
 * Row-major; only the lower triangles are read and written. ridge has to be
 * far above the rounding of a positive semidefinite A.
 *
 * Usage:
 *	cholesky(l, a, n, 0.1);
 *	cholesky_forward(z, l, v, n);
 */
#ifndef SCORING_CHOLESKY_H
#define SCORING_CHOLESKY_H

void cholesky(double *l, const double *a, int n, double ridge);

/* z = L^-1 v; may be the same. */
void cholesky_forward(double *z, const double *l, const double *v, int n);

#endif
