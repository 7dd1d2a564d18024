/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas allocate --problem FILE, or where a metric is given nas allocate MODEL
 * --metric METRIC [--budget NAME=X] [--bits-w LIST] [--bits-a LIST] [--pin N]
 * [--latency-model MODEL] [--data IMAGES] [--measure-size N]
 */
#include <stdlib.h>

#include "nas/run/allocate_job.h"
#include "nas/run/paper_kinds.h"
#include "nas/run/paper_network.h"

#define PIN_MOST 8 /* as nas allocate takes it */

static enum nas_status read_pin(const char *text, int *pin, struct nas_err *err)
{
	char end;

	if (text && (sscanf(text, "%2d%c", pin, &end) != 1 || *pin < 0 ||
		     *pin > PIN_MOST))
		return nas_fail(err, NAS_EINPUT, "pin: '%.40s' is not a number "
				"of bits from 0 to %d", text, PIN_MOST);
	return NAS_OK;
}

static enum nas_status read_network(struct allocate_job *job,
				    const struct paper_row *row,
				    const struct nas_run_env *env,
				    struct nas_err *err)
{
	struct nas_latency *latency = NAS_NEW(env->arena, struct nas_latency, 1);

	if (!latency)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	job->network_path = row->file;
	job->options.pin = 8;
	if (read_pin(row->pin, &job->options.pin, err) != NAS_OK ||
	    paper_read_size("measure_size", row->measure_size,
			    job->measure_size, err) != NAS_OK)
		return err->code;
	if (row->latency_model) {
		job->options.latency = latency;
		if (latency_read(latency, row->latency_model, env->arena, err))
			return err->code;
	}
	return paper_network_options(&job->how, row, env->arena, err);
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
	job->budget = (const char *const *)&row->budget;
	job->nbudgets = row->budget != NULL;
	if (allocate_job_read(job, env, err) != NAS_OK ||
	    allocate_job_solve(job, env->arena, err) != NAS_OK)
		return err->code;
	*tree = allocate_job_json(job);
	return NAS_OK;
}
