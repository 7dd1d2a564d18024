/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/clones.h - inner loops compiled for several processors.
 *
 * The right one is chosen when the program starts. As products and sums are
 * not contracted, all give the same bytes. Elsewhere than with GCC on x86-64
 * and glibc, there is one version.
 *
 * Usage:
 *	NAS_CLONES static void add(float *x, const float *y, size_t n) ...
 */
#ifndef NAS_BASE_CLONES_H
#define NAS_BASE_CLONES_H

#include <stddef.h> /* defines __GLIBC__ where there is glibc */
#include <stdint.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) &&          \
	!defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
	!defined(__SANITIZE_THREAD__)
#define NAS_CLONES                                                             \
	__attribute__((target_clones("avx512f", "avx2", "default"),            \
		       optimize("O3")))
#else
#define NAS_CLONES
#endif

/* Sixteen floats, anywhere in memory. */
typedef float lanes __attribute__((vector_size(64), aligned(4), __may_alias__));
#define LANES 16

#endif
