/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/calibrate.h - which Gaussians make QE-Score rank like accuracy?
 *
 * One network trained at several fixed numbers of bits: its score at bits A
 * of activations and W of weights is, but for a factor and a constant,
 *	ln sigma_hat(sigma_a, A) + ln sigma_hat(sigma_w, W)
 * so accuracies of such networks say which pair (sigma_a, sigma_w) ranks them
 * best. Sun et al. (NeurIPS 2022) chose (5, 4) that way.
 *
 * Usage:
 *	struct calibrate_options o = { .sigma = sigmas, .nsigmas = 9,
 *		.resamples = 1000, .level = 0.95, .seed = 1, .threads = 2 };
 *	status = calibrate(&c, &table, &o, arena, err);
 *	c.cell[c.best].spearman
 */
#ifndef SCORING_CALIBRATE_H
#define SCORING_CALIBRATE_H

#include "nas/base/stats.h"

#define CALIBRATE_SIGMAS_MAX 32
/* Those of the published table, as numbers and as text. */
#define CALIBRATE_SIGMAS { 1, 2, 3, 4, 5, 6, 8, 12, 16 }
#define CALIBRATE_SIGMAS_TEXT "1,2,3,4,5,6,8,12,16"
#define CALIBRATE_TIE	     1e-9 /* scores this close are equal */

struct calibrate_table {
	int n;
	const int *bits_a, *bits_w; /* (n), 1 .. 32 */
	const double *accuracy;     /* (n) */
};

struct calibrate_options {
	const double *sigma; /* (nsigmas), for both, each above 0 */
	int nsigmas;
	int resamples; /* 0 = no intervals */
	double level;
	uint64_t seed;
	int threads;
	struct watch *watch; /* pairs of sigmas, then resamples; NULL = nobody
			      * waits */
};

enum agreement { SPEARMAN, KENDALL, PEARSON, AGREEMENTS };

struct calibrate_cell { /* NAN where all scores are equal */
	double sigma_a, sigma_w;
	double value[AGREEMENTS];
};

struct calibration {
	int ncells;
	struct calibrate_cell *cell; /* (nsigmas, nsigmas): rows sigma_a */
	/* The highest Spearman, then Kendall. Where several have both: the
	 * published (5, 4) if it is one of them, else the highest Pearson. -1
	 * = no pair has a correlation. */
	int best;
	int nties; /* other pairs with the best's Spearman and Kendall */
	double low[AGREEMENTS], high[AGREEMENTS]; /* of the best; or NAN */
};

/* NAS_ENOMEM; NAS_ENUM when an accuracy is not finite. */
enum nas_status calibrate(struct calibration *c,
			  const struct calibrate_table *table,
			  const struct calibrate_options *options,
			  struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

bool calibrate_ties(const struct calibration *c, int cell); /* with the best */

#endif
