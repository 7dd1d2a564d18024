/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas refine FILE --config CONFIG [--set ...] */
#include "nas/run/paper_kinds.h"
#include "nas/run/refine_job.h"

PAPER_KIND(refine)
{
	struct refine_job *job = NAS_NEW(env->arena, struct refine_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (config_read(&job->config, row->config,
			row->set.text, row->set.n, env->arena, err) != NAS_OK ||
	    network_arch_read(&job->arch, row->file, &job->config.space,
			      env->arena, err) != NAS_OK ||
	    refine_job_run(job, env->arena, err) != NAS_OK ||
	    refine_job_verdict(job, env->arena, err) != NAS_OK)
		return err->code;
	*tree = refine_job_json(job);
	return NAS_OK;
}
