/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/spread.h - networks that are worth measuring: far apart in what a
 * fit looks at.
 *
 * Features are whitened over a pool of networks, x -> L^-1 x with L L' their
 * correlation matrix + RIDGE 1, so that distances are Mahalanobis's; then the
 * network of the pool that is farthest from all that are measured or picked is
 * picked, again and again (max-min, Gonzalez 1985). The first one, where
 * nothing is measured, is the nearest to the pool's mean.
 *
 * Usage:
 *	struct spread_pool pool = { n, x, m, measured };
 *	status = spread_pick(picked, k, &pool, arena, err);
 */
#ifndef SCORING_SPREAD_H
#define SCORING_SPREAD_H

#include "scoring/feature.h"

struct spread_pool {
	int n;
	const double *x; /* (n, FEATURES_MAX) of networks to pick from */
	int m;
	const double *measured; /* (m, FEATURES_MAX) of those there are */
};

/* picked (k): indices into the pool, in the order in which they were picked;
 * k <= n. NAS_ENOMEM. */
enum nas_status spread_pick(int *picked, int k, const struct spread_pool *pool,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
