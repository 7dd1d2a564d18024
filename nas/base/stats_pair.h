/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/stats_pair.h - two columns sorted once, for rank statistics of any
 * number of resamples of them.
 *
 * A resample is a list of counts, how often it holds each row. The order does
 * not change, so no resample is sorted again: Spearman takes O(n), Kendall
 * O(n log n) with a small constant (Knight 1966, with a tree of counts instead
 * of the merge sort).
 *
 * Usage:
 *	status = stats_pair_make(&pair, score, accuracy, n, arena, err);
 *	scratch = arena_alloc(arena, stats_pair_scratch(&pair), 1);
 *	tau = stats_pair_kendall(&pair, NULL, scratch);      each row once
 */
#ifndef NAS_BASE_STATS_PAIR_H
#define NAS_BASE_STATS_PAIR_H

#include "nas/base/stats.h"

struct stats_pair { /* rows by ascending x, equal x by y */
	int n;
	int nx, ny; /* different values */
	int *row;   /* (n) of the columns */
	int *x, *y; /* (n) 0, 1, ... by value, equal values alike */
	double *x_value, *y_value; /* (n) */
};

/* NAS_ENUM when a value is not finite; NAS_ENOMEM. */
enum nas_status stats_pair_make(struct stats_pair *pair, const double *x,
				const double *y, int n, struct nas_arena *arena,
				struct nas_err *err) NAS_MUST_CHECK;

/* Bytes; aligned for doubles. */
size_t stats_pair_scratch(const struct stats_pair *pair);

/* count (n): how often each row of the columns is there; NULL = once.
 * NAN where a column is constant. */
double stats_pair_spearman(const struct stats_pair *pair, const int *count,
			   void *scratch);
double stats_pair_kendall(const struct stats_pair *pair, const int *count,
			  void *scratch);
double stats_pair_pearson(const struct stats_pair *pair, const int *count);

/* Part of stats_pair_scratch. */
size_t stats_kendall_scratch(const struct stats_pair *pair);

#endif
