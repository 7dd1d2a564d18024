/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/fit_job.h - nas fit: a score from measured networks, what it is
 * worth, and every fixed score on the same networks beside it.
 *
 * Where a fixed score that is a sum over blocks ranks the networks better than
 * the leave-one-out predictions do, the score is z(fit) + z(that score), z in
 * units of the deviation over networks of the space.
 *
 * Usage:
 *	struct fit_job job = FIT_JOB_DEFAULTS;
 *	status = fit_job_run(&job, arena, err);
 *	tree = form_write(&score_file_form, &job.score);
 *	tree = form_write(&fit_form, &job.record);
 */
#ifndef NAS_RUN_FIT_JOB_H
#define NAS_RUN_FIT_JOB_H

#include "nas/run/config.h"
#include "nas/run/correlation.h"
#include "nas/run/score_file.h"
#include "scoring/fit.h"

struct fit_record {
	int schema; /* the only choice */
	int networks, features, sample;
	double lambda;
	double spearman, kendall; /* of leave-one-out predictions */
	struct interval spearman_interval, kendall_interval; /* 90 % */
	char *best; /* fixed score that ranks best */
	bool blended; /* with it */
	char *summary;
	struct correlation_record scores;
};

struct fit_job {
	int ntables;
	const char *const *table;        /* (ntables) measured networks */
	const struct nas_config *config; /* the space; NULL = networks */
	const char *networks; /* a file of networks of the space; NULL = the
			       * table's own */
	int sample;           /* random networks of the space */
	int resamples, threads;
	uint64_t seed;
	/* results */
	struct fit fit;
	struct fit_record record;
	struct nas_score_file score;
};

#define FIT_JOB_DEFAULTS                                                     \
	{ .sample = 1000, .resamples = 1000, .threads = 1, .seed = 1 }

extern const struct form fit_form; /* reads struct fit_record */

enum nas_status fit_job_run(struct fit_job *job, struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
