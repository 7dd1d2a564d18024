/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep_run.h - run the jobs of a sweep, or a share of them.
 *
 * Each job that has no answer and that no other program works on is run and
 * recorded: as a line of jobs.jsonl (sweep_records.h), or as a folder of its
 * own. A job that fails does not end the sweep.
 *
 * Usage:
 *	struct sweep_run r = { .env = &env, .sweep = &sweep, .dir = "seeds",
 *			       .first = 1, .step = 1, .keep = 1 };
 *	status = sweep_run(&r, err);
 *	r.ended[0]
 */
#ifndef NAS_RUN_SWEEP_RUN_H
#define NAS_RUN_SWEEP_RUN_H

#include "nas/run/run.h"
#include "nas/run/sweep.h"

struct sweep_run {
	const struct nas_run_env *env; /* of each job */
	struct sweep *sweep;
	const char *const *set; /* (nsets) before the values of the grid */
	int nsets;
	const char *dir; /* the sweep's; NULL = none, when none is run */
	bool force;	 /* replaces sweep.json of another sweep */
	int first, step; /* jobs first, first + step, ... */
	int keep;	 /* networks in a job's line */
	bool files;	 /* a folder for each job instead of a line */
	const struct nas_run_file *more; /* see struct nas_run_request */
	/* Told of each job that was run, and of each failure but the first,
	 * which is returned; NULL = nobody. */
	void (*told)(void *context, int job, enum nas_status status,
		     double seconds);
	void (*failed)(void *context, const struct nas_err *err);
	void *context;

	const char **ended; /* (sweep->njobs) "ok", "infeasible", "failed",
			     * "interrupted", "running" elsewhere, "not run" */
};

/* "2/4": every fourth job from the second on. NAS_EUSAGE. */
enum nas_status sweep_run_share(struct sweep_run *run, const char *text,
				struct nas_err *err) NAS_MUST_CHECK;

/* Writes sweep.json and runs the jobs. The worst that happened: no network
 * inside the budgets is an answer here; NAS_EINTERRUPTED ends it. */
enum nas_status sweep_run(struct sweep_run *run,
			  struct nas_err *err) NAS_MUST_CHECK;

/* How many jobs its share has. */
int sweep_run_jobs(const struct sweep_run *run);

extern const struct form sweep_jobs_form;
/* Those jobs, and how they ended where they were run. */
struct cJSON *sweep_run_json(const struct sweep_run *run);

#endif
