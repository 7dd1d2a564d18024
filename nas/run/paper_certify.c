/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas certify CONFIG [--set ...] [--sweep BUDGET=LO:HI:N] */
#include "nas/form/form.h"
#include "nas/run/certify_curve.h"
#include "nas/run/paper_kinds.h"

static enum nas_status run_curve(cJSON **tree, struct nas_certify_job *job,
				 const char *sweep, struct nas_err *err)
{
	struct certify_curve curve = { 0 };

	if (certify_curve_parse(&curve, sweep, err) != NAS_OK ||
	    certify_curve_run(&curve, job, err) != NAS_OK)
		return err->code;
	*tree = certify_curve_json(&curve, job->config.name);
	return NAS_OK;
}

PAPER_KIND(certify)
{
	struct nas_certify_job *job =
		NAS_NEW(env->arena, struct nas_certify_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for a certificate");
	job->env = env;
	if (config_read(&job->config, row->file,
			row->set.text, row->set.n, env->arena, err) != NAS_OK ||
	    config_problem(&job->problem, &job->config, env->arena, err))
		return err->code;
	if (row->sweep)
		return run_curve(tree, job, row->sweep, err);
	if (certify_job_start(job, err) != NAS_OK ||
	    certify_job_run(job, err) != NAS_OK)
		return err->code;
	*tree = form_write(&certify_job_form, job);
	return NAS_OK;
}
