/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/allocate_job.h - bits for every layer, from the file of a trained
 * network or of a policy problem to the answers.
 *
 * A file of a problem may hold several cases, which differ in their limits; a
 * network is one case without limits. Budgets limit every case.
 *
 * Usage:
 *	const char *budget = "size=300000,bits=4";
 *	struct allocate_job job = { .problem_path = "problem.json",
 *				    .budget = &budget, .nbudgets = 1 };
 *	status = allocate_job_read(&job, &env, err);
 *	status = allocate_job_solve(&job, arena, err);
 *	tree = allocate_job_json(&job);
 */
#ifndef NAS_RUN_ALLOCATE_JOB_H
#define NAS_RUN_ALLOCATE_JOB_H

#include "nas/run/sensitivity_of.h"
#include "qbr/allocate_model.h"
#include "qbr/policy_answer.h"
#include "qbr/policy_curve.h"

struct allocate_answer {
	const char *name;
	struct policy_problem problem; /* with the limits it was solved for */
	struct allocation allocation;
	struct policy_answer record; /* as files have it */
};

struct allocate_job {
	const char *problem_path; /* a policy problem; NULL = a network: */
	const char *network_path;
	struct sensitivity_options how;
	struct allocate_options options;
	const char *const *budget; /* (nbudgets) limits for every case,
				    * "size=300000,bitops=7.4G"; of a network
				    * sram too, which its choices must know */
	int nbudgets;
	int measure_size[2]; /* height, width of images that sensitivities are
			      * measured on; 0 = the network's, as costs are */

	struct policy_file file; /* made by allocate_job_read */
	struct allocate_answer *answer; /* (file.ncases) by .._solve */
};

/* The cost of that name. NAS_EUSAGE: there is none, with the nearest name;
 * or it depends on the size of images, which nobody knows. */
enum nas_status allocate_job_cost(const struct policy_problem *problem,
				  const char *name, int *cost,
				  struct nas_err *err) NAS_MUST_CHECK;

/* What "BUDGET=LO:HI:N" asks for, of curve->problem: cost, low, high, n.
 * NAS_EUSAGE. */
enum nas_status allocate_job_sweep(struct policy_curve *curve, const char *text,
				   struct nas_err *err) NAS_MUST_CHECK;

/* Reads the problem; of a network, measures its layers. All lives in
 * env->arena. NAS_ERUN: the measure is 0 for all there is to choose; errors of
 * sensitivity_of and allocate_model. */
enum nas_status allocate_job_read(struct allocate_job *job,
				  const struct nas_run_env *env,
				  struct nas_err *err) NAS_MUST_CHECK;

/* The answer of each case; NAS_ENOMEM, NAS_ERUN. That nothing is inside the
 * limits is an answer, see policy_answer_verdict. */
enum nas_status allocate_job_solve(struct allocate_job *job,
				   struct nas_arena *arena,
				   struct nas_err *err) NAS_MUST_CHECK;

/* ---- pieces of it ---- */

/* Whether a cost grows with images whose size nobody knows; g NULL: no. */
enum nas_status allocate_check_sized(const struct graph *g, const char *cost,
				     struct nas_err *err) NAS_MUST_CHECK;

/* What the budgets of a job say: sram before a network's choices are made, the
 * others as limits of its cases. NAS_EUSAGE. */
enum nas_status allocate_read_sram(struct allocate_job *job,
				   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status allocate_limit(struct allocate_job *job, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form policies_form;
/* nas/policy/1, or of a file that lists cases nas/policies/1. */
cJSON *allocate_job_json(const struct allocate_job *job);

#endif
