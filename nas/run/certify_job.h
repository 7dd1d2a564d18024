/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/certify_job.h - one certificate.
 *
 * Usage:
 *	status = certify_job_start(&job, err);     a network to start from
 *	status = certify_job_run(&job, err);
 */
#ifndef NAS_RUN_CERTIFY_JOB_H
#define NAS_RUN_CERTIFY_JOB_H

#include "nas/run/config.h"
#include "nas/run/env.h"
#include "nas/run/records.h"

struct nas_certify_job {
	int schema; /* 0: nas/certify/1 */
	const struct nas_run_env *env;
	struct nas_config config;
	struct nas_problem problem;

	struct nas_judged given; /* --arch */
	bool has_given;

	struct nas_genome start; /* best known before */
	bool has_start;

	struct nas_certificate certificate;
	struct nas_certificate_record record;
	struct nas_network best;
	bool has_best;
};

/* The architecture of a file: its figures, and a start if it is in the space
 * and inside the budgets. */
enum nas_status certify_job_judge(struct nas_certify_job *job,
				  const char *path, struct nas_err *err)
	NAS_MUST_CHECK;

/* A short search, unless a better network is known: start, has_start. */
enum nas_status certify_job_start(struct nas_certify_job *job,
				  struct nas_err *err) NAS_MUST_CHECK;

/* The certificate, its record, its best network layer by layer. */
enum nas_status certify_job_run(struct nas_certify_job *job,
				struct nas_err *err) NAS_MUST_CHECK;

/* How much about 1 % more of each budget raises the score; 0 where it does
 * not, or where there is no such budget. */
void certify_job_worth(const struct nas_certify_job *job,
		       double worth[RESOURCES]);

/* NAS_EINFEASIBLE: proven that nothing meets the budgets, or the given
 * architecture does not. */
enum nas_status certify_job_verdict(const struct nas_certify_job *job,
				    struct nas_err *err) NAS_MUST_CHECK;

/* The certificate, the best network, the given one, the seconds it took. */
extern const struct form certify_job_form; /* writes a nas_certify_job */

#endif
