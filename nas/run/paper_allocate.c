/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas allocate --problem FILE, or where a metric is given nas allocate MODEL
 * --metric METRIC [--budget NAME=X] [--bits-w LIST] [--bits-a LIST] [--pin N]
 * [--latency-model MODEL] [--data IMAGES]
 */
#include <stdio.h>
#include <stdlib.h>

#include "nas/base/quantity.h"
#include "nas/run/allocate_job.h"
#include "nas/run/paper_kinds.h"
#include "nas/run/paper_network.h"

static enum nas_status read_network(struct allocate_job *job,
				    const struct paper_row *row,
				    const struct nas_run_env *env,
				    struct nas_err *err)
{
	struct nas_latency *latency = NAS_NEW(env->arena, struct nas_latency, 1);

	if (!latency)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	job->network_path = row->file;
	job->options.pin = row->pin ? atoi(row->pin) : 8;
	if (row->latency_model) {
		job->options.latency = latency;
		if (latency_read(latency, row->latency_model, env->arena, err))
			return err->code;
	}
	return paper_network_options(&job->how, row, env->arena, err);
}

/* "bitops=7.4e9" */
static enum nas_status set_budget(struct allocate_job *job, const char *text,
				  struct nas_err *err)
{
	char name[64];
	double x;
	int cost, length = 0;

	if (!text)
		return NAS_OK;
	if (sscanf(text, "%63[^=]=%n", name, &length) != 1 || !length ||
	    !quantity_parse(text + length, &x))
		return nas_fail(err, NAS_EINPUT, "budget: '%.80s' is not "
				"NAME=X", text);
	cost = policy_cost_find(&job->file.problem, name);
	if (cost < 0)
		return nas_fail(err, NAS_EINPUT, "budget: the problem has no "
				"cost '%.60s'", name);
	for (int i = 0; i < job->file.ncases; i++)
		job->file.one[i].limit[cost] = x;
	return NAS_OK;
}

PAPER_KIND(allocate)
{
	struct allocate_job *job = NAS_NEW(env->arena, struct allocate_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for the problem");
	if (!row->metric)
		job->problem_path = row->file;
	else if (read_network(job, row, env, err) != NAS_OK)
		return err->code;
	if (allocate_job_read(job, env, err) != NAS_OK ||
	    set_budget(job, row->budget, err) != NAS_OK ||
	    allocate_job_solve(job, env->arena, err) != NAS_OK)
		return err->code;
	*tree = allocate_job_json(job);
	return NAS_OK;
}
