/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/scored.h - one network with every score and every figure, layer by
 * layer.
 *
 * Usage:
 *	status = scored_make(&scored, &arch, &options, arena, err);
 *	status = scored_files(&list, paths, npaths, NULL, &options, arena, err);
 *	tree = form_write(&scores_form, &list);
 */
#ifndef NAS_RUN_SCORED_H
#define NAS_RUN_SCORED_H

#include "nas/base/file.h"
#include "nas/form/form.h"
#include "scoring/deepmad.h"
#include "scoring/monte_carlo.h"
#include "scoring/score.h"
#include "scoring/zen.h"
#include "spaces/latency.h"

#define SCORED_NETWORKS_MAX 100000 /* random ones, of --monte-carlo */

struct scored_options { /* they come before what the file says */
	const struct nas_memory_model *model;
	int height, width; /* 0 = as the file says */
	int classes;       /* -1 = as the file says */
	int bits_a, bits_w; /* of all but the first block and the head, which
			     * have 8/8 then; 0 = as the file says */
	struct nas_qe_options qe;
	bool sigma_a_given, sigma_w_given;
	struct monte_options monte; /* samples 0 = not asked for */
	int zen;		    /* networks; 0 = not asked for */
	const struct nas_latency *latency; /* NULL = not asked for */
};

struct scored {
	char *name;
	struct nas_arch arch; /* as scored: with every setting of the score */
	double score;
	double *entropy; /* (blocks) */
	struct nas_cost cost;
	struct nas_step *steps; /* (cost.nsteps) */
	struct deepmad deepmad;
	double other[SCORES_MAX]; /* of scores[], closed forms */
	bool has_other[SCORES_MAX];
	const struct nas_memory_model *model;
	const struct nas_latency *latency; /* NULL: cost.latency_ms is 0 */
	struct monte_options asked; /* samples 0: no monte */
	struct monte_carlo monte;
	struct zen zen; /* samples 0: none */
};

/* Score one network; scored->name is the caller's to set. */
enum nas_status scored_make(struct scored *scored, const struct nas_arch *arch,
			    const struct scored_options *options,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

struct scored_list {
	int schema; /* 0: nas/scores/1 */
	int n;
	struct scored *scored; /* (n) */
};

/* Every network of the files, or those named network. A network without a name
 * has the file's. NAS_EIO; NAS_EINPUT with all that is wrong. */
enum nas_status scored_files(struct scored_list *list, const char *const *path,
			     int npaths, const char *network,
			     const struct scored_options *options,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form scores_form; /* writes a struct scored_list */

#endif
