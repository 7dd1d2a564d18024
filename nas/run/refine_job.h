/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/refine_job.h - QBR on one architecture.
 *
 * Usage:
 *	status = config_read(&job.config, "quick.json", NULL, 0, arena, err);
 *	status = network_arch_read(&job.arch, "net.json", &job.config.space,
 *				   arena, err);
 *	status = refine_job_run(&job, arena, err);
 *	if (job.feasible)
 *		job.after.arch
 */
#ifndef NAS_RUN_REFINE_JOB_H
#define NAS_RUN_REFINE_JOB_H

#include "nas/form/json.h"
#include "nas/run/config.h"
#include "nas/run/records.h"

struct refine_job {
	struct nas_config config; /* given: budgets, candidate bits, score */
	struct nas_arch arch;     /* given */

	bool outside; /* the config's space lacks the structure: only its
		       * candidate bits are used */
	struct nas_space around; /* of the structure then */
	struct nas_problem problem;
	struct nas_genome genome; /* refined */
	bool feasible;
	/* after: least bits when infeasible */
	struct nas_network before, after;
};

/* job must stay where it is. NAS_EINPUT: the architecture cannot be refined. */
enum nas_status refine_job_run(struct refine_job *job, struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* NAS_OK when feasible, else NAS_EINFEASIBLE that names the budgets. */
enum nas_status refine_job_verdict(const struct refine_job *job,
				   struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form refine_form;
cJSON *refine_job_json(const struct refine_job *job);

#endif
