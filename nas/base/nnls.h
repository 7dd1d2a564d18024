/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/nnls.h - least squares with coefficients that are not negative
 * (Lawson and Hanson 1974, ch. 23), from sums of products.
 *
 * Usage:
 *	struct nnls s = { .n = 3 };
 *	nnls_add(&s, row, 1.0, 1);               a row and its value, weight 1
 *	nnls_solve(&s, NULL, x);
 */
#ifndef NAS_BASE_NNLS_H
#define NAS_BASE_NNLS_H

#include <stdbool.h>

#define NNLS_MAX 32

struct nnls {
	int n; /* coefficients */
	double gram[NNLS_MAX][NNLS_MAX], right[NNLS_MAX];
};

/* weight -1 takes a row away again. */
void nnls_add(struct nnls *s, const double *row, double value, double weight);

/* allowed (n): coefficients that may differ from 0; NULL = all. A column that
 * others make up is left at 0. */
void nnls_solve(const struct nnls *s, const bool *allowed, double *x);

#endif
