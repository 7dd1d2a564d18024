/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sample_job.h - nas sample: networks of a config inside its budgets,
 * to be trained and measured.
 *
 * Usage:
 *	struct sample_job job = { .config = &config, .n = 8, .spread = true };
 *	status = sample_job_run(&job, &env, err);
 *	status = sample_job_write(&job, "to_measure", &env, err);
 */
#ifndef NAS_RUN_SAMPLE_JOB_H
#define NAS_RUN_SAMPLE_JOB_H

#include "nas/form/json.h"
#include "nas/run/config.h"
#include "nas/run/env.h"
#include "nas/run/records.h"

#define SAMPLE_JOB_MOST 10000 /* networks */

struct sample_job {
	const struct nas_config *config;
	int n;
	bool spread; /* far apart in what a fit looks at; else at random */
	int ntables;
	const char *const *table; /* (ntables) networks that are measured */
	/* results */
	struct nas_problem problem;
	int nmeasured;
	char *latency_by; /* the model and its error; NULL = none */
	int npool; /* random networks that they were picked from */
	struct nas_network *net; /* (n) */
};

/* NAS_EINFEASIBLE when fewer than n networks were found inside the budgets. */
enum nas_status sample_job_run(struct sample_job *job,
			       const struct nas_run_env *env,
			       struct nas_err *err) NAS_MUST_CHECK;

/* A folder with architecture.json, model.onnx and model.py for each network,
 * and table.json, in which accuracies are to be filled in. */
enum nas_status sample_job_write(const struct sample_job *job, const char *dir,
				 const struct nas_run_env *env,
				 struct nas_err *err) NAS_MUST_CHECK;

/* Networks with their figures. */
extern const struct form sample_form;
cJSON *sample_job_json(const struct sample_job *job);

#endif
