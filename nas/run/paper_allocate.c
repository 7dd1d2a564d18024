/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas allocate --problem FILE */
#include "nas/run/allocate_job.h"
#include "nas/run/paper_kinds.h"

PAPER_KIND(allocate)
{
	struct allocate_job *job = NAS_NEW(env->arena, struct allocate_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for the problem");
	job->problem_path = row->file;
	if (allocate_job_read(job, env, err) != NAS_OK ||
	    allocate_job_solve(job, env->arena, err) != NAS_OK)
		return err->code;
	*tree = allocate_job_json(job);
	return NAS_OK;
}
