/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/gemm.h - matrix products by OpenBLAS, one thread a call.
 *
 * The library is loaded when it is first asked for: linked, it would start a
 * thread a core and touch 3.3 MB in every command, also in those that never
 * multiply a matrix. Where it is not installed, plain loops do the work.
 * Matrices are row-major; ld is the distance of rows.
 *
 * Usage:
 *	status = gemm_load(err);            once, from one thread
 *	gemm(GEMM_AB, m, n, k, a, k, b, n, 0, c, n);
 */
#ifndef SCORING_FORWARD_GEMM_H
#define SCORING_FORWARD_GEMM_H

#include "nas/base/err.h"

enum gemm_form { GEMM_AB, GEMM_ABT, GEMM_ATB }; /* T: stored transposed */

/* Call before threads do. Fails for want of memory only. */
enum nas_status gemm_load(struct nas_err *err) NAS_MUST_CHECK;

/* c (m, n) = a (m, k) b (k, n) + beta c. Any thread; the same bytes for the
 * same arguments. */
void gemm(enum gemm_form form, int m, int n, int k, const float *a, int lda,
	  const float *b, int ldb, float beta, float *c, int ldc);

/* y (m) = a (m, n) x (n) */
void gemv(int m, int n, const float *a, int lda, const float *x, float *y);

#endif
