/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/correlate.h - how well each score ranks networks by accuracy.
 *
 * Of networks with measured accuracy (spaces/measured.h): Spearman and Kendall
 * tau-b of every row of scores[] with it, over all networks and over the top
 * tenth by accuracy, with bootstrap intervals; the mean Spearman among
 * networks of nearly equal FLOPs, which is where a search works; and, where
 * there are accuracies of several training seeds, how well one seed ranks like
 * another: what a score that knew everything but luck would reach.
 *
 * All rows share their resamples, so their intervals may be compared.
 *
 * Usage:
 *	struct correlate_options o = CORRELATE_DEFAULTS;
 *	status = correlate(&c, &list, &o, arena, err);
 *	c.row[0].all.value[SPEARMAN]
 */
#ifndef SCORING_CORRELATE_H
#define SCORING_CORRELATE_H

#include "nas/base/stats.h"
#include "nas/base/watch.h"
#include "scoring/score.h"

#define CORRELATE_BINS	 40 /* of FLOPs, at most */
#define CORRELATE_LEAST	 10 /* networks in the top tenth or a bin; and bins */
#define CORRELATE_ROWS	 64
#define CORRELATE_TIE	 1e-12 /* scores are equal: of the largest one */
#define CORRELATE_SEEDS	 8 /* accuracies compared, at most */

enum correlate_figure { CORRELATE_SPEARMAN, CORRELATE_KENDALL,
			CORRELATE_FIGURES };

/* A score of which only its values are known: predictions, say. */
struct correlate_given {
	const char *name, *title;
	const double *value; /* (networks) */
};

struct correlate_options {
	struct nas_score_options score;
	bool sampled; /* also scores that sample, which are slow */
	/* Stage weights of scores whose own are the published ones; else
	 * their own, and a row more with 1 each. */
	int nstage_weights;
	double stage_weights[ARCH_STAGES_MAX];
	bool equal; /* instead: 1 each */
	const struct nas_score_def *more; /* (nmore) scores behind scores[] */
	int nmore;
	const struct correlate_given *given; /* (ngiven) behind those */
	int ngiven;
	int resamples; /* 0 = no intervals */
	double level;
	uint64_t seed;
	int threads;
	struct watch *watch; /* networks scored; NULL = nobody waits */
};

#define CORRELATE_DEFAULTS                                                   \
	{ .score = SCORE_DEFAULTS, .resamples = 500, .level = 0.95,          \
	  .seed = 1, .threads = 1 }

struct correlate_agreement { /* NAN = undefined */
	int n; /* networks for which the score is defined */
	double value[CORRELATE_FIGURES];
	double low[CORRELATE_FIGURES], high[CORRELATE_FIGURES];
};

struct correlate_row {
	const char *name, *title;
	const struct nas_score_def *def; /* NULL: values come from elsewhere */
	bool equal;                      /* with equal stage weights */
	double *value;                   /* (n); NAN = not defined for it */
	struct correlate_agreement all, top;
	double within; /* mean Spearman within bins of FLOPs; or NAN */
};

struct correlation {
	int n, ntop; /* ntop 0 = too few networks for a top tenth */
	int nseeds;  /* that every network has, 2 at least; 0 = no ceiling */
	int nbins;   /* of FLOPs; 0 = too few networks */
	double *accuracy; /* (n) */
	int nrows;
	/* (nrows) in the order of scores[], then z(lean) + z(ln BitOps), which
	 * ranks best across sizes; then more and given */
	struct correlate_row *row;
	/* Mean of the agreements of all pairs of seeds; values are NULL. */
	struct correlate_row ceiling;
};

/* The networks have measured, and passed arch_check. NAS_EINPUT, NAS_ENUM:
 * a score fails; NAS_ENOMEM. */
enum nas_status correlate(struct correlation *c,
			  const struct nas_arch_list *list,
			  const struct correlate_options *options,
			  struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* For scoring/correlate*.c: fill c->row, and their values. */
enum nas_status correlate_scores(struct correlation *c,
				 const struct nas_arch_list *list,
				 const struct correlate_options *options,
				 struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

/* For scoring/correlate*.c: fill c->row[].within. */
enum nas_status correlate_within(struct correlation *c,
				 const struct nas_arch_list *list,
				 struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
