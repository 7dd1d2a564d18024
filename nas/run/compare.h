/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/compare.h - search spaces side by side: what their random networks
 * score, and their best.
 *
 * After Radosavovic et al. (2019), On Network Design Spaces for Visual
 * Recognition: spaces are compared by the distributions of their networks
 * inside the same budgets, not by their best alone.
 *
 * Usage:
 *	status = compare_read(&comparison, &job, paths, n, err);
 *	status = compare_run(&comparison, &job, err);
 *	tree = form_write(&comparison_form, &comparison);
 */
#ifndef NAS_RUN_COMPARE_H
#define NAS_RUN_COMPARE_H

#include "nas/run/config.h"
#include "nas/run/env.h"
#include "nas/run/records.h"
#include "nas/form/number_slot.h"

#define COMPARE_SPACES_MAX 32
#define COMPARE_QUANTILES 200 /* parts between the quantiles kept */
#define COMPARE_INSIDE 500    /* networks looked for in the other space */

struct nas_compare_space {
	char *name, *config;
	double log10_size; /* networks of the space */
	int64_t wanted, n, draws;
	int from;          /* enum nas_sample_from */
	double set_share, share, low, high; /* scoring/sample.h */
	bool proven_empty;
	struct nas_number_slot min, q1, median, q3, max, mean;
	int nquantile;
	double *quantile; /* (COMPARE_QUANTILES + 1) of the scores */
	int nbest_of;
	int *best_of;            /* n ... */
	int nbest_expected;
	double *best_expected;   /* ... and the expected best of n draws */
	struct nas_number_slot lean, blend; /* medians; compare_blend.c */
	char *latency_by; /* its model and that one's error; NULL = none */
	struct nas_number_slot evolved; /* best of the search and refinement */
	struct nas_certificate_slot certificate;
	int nbest;
	struct nas_network *best; /* 0 or 1: best known */
	struct nas_number_slot limit[BUDGET_KINDS]; /* budgets that held */

	/* not in the file */
	char *title; /* of the config; NULL = none */
	int npublished;
	/* (npublished) inside the budgets, the best first */
	struct nas_published_net *published;
	struct nas_config job_config;
	struct nas_problem problem;
	struct nas_genome *genome; /* (n) of the sample */
	struct nas_total *total;   /* (n) */
	double *score;  /* (n) as drawn */
	double *sorted; /* (n) */
};

enum nas_verdict { /* of two distributions, at 95 %, all pairs together */
	VERDICT_EQUAL,  /* no difference is shown */
	VERDICT_A,      /* a scores higher (Mann-Whitney) */
	VERDICT_B,
	VERDICT_SHAPE,  /* neither higher, but not alike (Kolmogorov-Smirnov) */
	VERDICT_UNKNOWN, /* a space without networks */
	VERDICT_NONE     /* the scores do not compare */
};

enum nas_effect_size { EFFECT_NEGLIGIBLE, EFFECT_SMALL, EFFECT_MEDIUM,
		   EFFECT_LARGE, EFFECT_NONE /* no test was made */ };

enum nas_best_verdict { /* of the best networks, by the certificates */
	BEST_EQUAL, BEST_A, BEST_B, BEST_UNKNOWN,
	BEST_NONE /* the scores do not compare */
};

struct nas_compare_pair {
	int a, b; /* indices of spaces, from 1 in files */
	char *differs; /* why the scores do not compare; "" = they do */
	/* Absent where no test was made. Mann-Whitney: nas/base/stats.h. */
	struct nas_number_slot ks_d, ks_p, ks_p_holm;
	struct nas_number_slot effect, delta, u_p, u_p_holm;
	int verdict, size, best;
	struct nas_number_slot blend_delta; /* Cliff's, of compare_blend.c */
	struct nas_number_slot a_in_b, b_in_a; /* share of the networks */
};

struct nas_comparison { /* compare.json */
	int schema;     /* the only choice */
	char *score;
	int64_t seed;
	bool own_budgets;
	int nspaces;
	struct nas_compare_space *space;
	int npairs;
	struct nas_compare_pair *pair;
};

extern const struct form comparison_form;

struct nas_compare_job {
	const struct nas_run_env *env;
	const char *const *set; /* (nsets) "path=value", over the configs' */
	int nsets;
	bool search;
	int n;
	int64_t max_draws;
	const struct nas_config *budgets; /* NULL = each its own */
	uint64_t seed;
};

/* Read the configs of all spaces, n paths; then draw from each, search,
 * certify, and compare all pairs. NAS_EUSAGE: more than COMPARE_SPACES_MAX;
 * config_read's errors; NAS_EINTERRUPTED. */
enum nas_status compare_read(struct nas_comparison *c,
			     const struct nas_compare_job *job,
			     char *const *path, int n, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status compare_run(struct nas_comparison *c,
			    const struct nas_compare_job *job,
			    struct nas_err *err) NAS_MUST_CHECK;

/* NAS_EINFEASIBLE when no space has a network. */
enum nas_status compare_verdict(const struct nas_comparison *c,
				struct nas_err *err) NAS_MUST_CHECK;

/* The parts: the index-th space ... */
enum nas_status compare_space_read(const struct nas_compare_job *job,
				   struct nas_compare_space *space,
				   const char *path, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status compare_space_run(const struct nas_compare_job *job,
				  struct nas_compare_space *space, int index,
				  struct nas_err *err) NAS_MUST_CHECK;

/* ... and all pairs, when all spaces have run. */
enum nas_status compare_pairs(struct nas_comparison *c, struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;
/* ... by a measure that spaces of different sizes have in common. */
enum nas_status compare_blend(struct nas_comparison *c, struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* What the scores of two configs are defined by and that is not the same, of
 * one score the settings that its rule looks at: "score qe and rqe". Nothing
 * where they compare. */
void compare_differences(struct nas_text *t, const struct nas_config *a,
			 const struct nas_config *b);

/* All scores are defined alike: any two spaces compare. */
bool comparison_is_alike(const struct nas_comparison *c);

/* "no significant difference", "imagenet-a scores higher, medium effect" */
void compare_verdict_text(char *out, size_t size,
			  const struct nas_comparison *c,
			  const struct nas_compare_pair *pair);
void compare_best_text(char *out, size_t size, const struct nas_comparison *c,
		       const struct nas_compare_pair *pair);

/* samples.csv, edf.csv and, last, compare.json. */
enum nas_status compare_dir_write(const char *dir,
				  const struct nas_comparison *c,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
