/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The jobs of a sweep as JSON. */
#include "nas/form/record.h"
#include "nas/run/sweep_run.h"

struct job {
	int job;
	const struct sweep *sweep;
	const char *directory, *status;
	char dir[4096];
};

static cJSON *write_set(const void *in)
{
	const struct job *j = in;

	return sweep_set_json(j->sweep, j->job);
}

static const struct form_custom set_custom = {
	.write = write_set, .schema = schema_texts_by_name
};

#define RECORD struct job

static const struct form_field job_fields[] = {
	ROW(INT, job, "number of the job, from 1"),
	ROW_MADE("set", &set_custom, "values of the grid by their paths"),
	ROW_MAY(STRING, directory, "folder of its run"),
	ROW_MAY(STRING, status, "how it ended: ok, failed, ..."),
};

static const struct form job_form =
	RECORD_FORM(NULL, "a job of a sweep", job_fields);

struct jobs {
	int schema;
	const char *config;
	int jobs_of_grid, njobs;
	const struct sweep_run *from;
};

static void make_job(const void *in, int i, void *item)
{
	const struct sweep_run *r = ((const struct jobs *)in)->from;
	struct nas_err ignored = { 0 };
	struct job *j = item;

	j->job = r->first + i * r->step;
	j->sweep = r->sweep;
	j->status = r->ended ? r->ended[j->job - 1] : NULL;
	if (r->files && r->dir &&
	    sweep_job_dir(j->dir, sizeof(j->dir), r->dir, j->job, &ignored) ==
		    NAS_OK)
		j->directory = j->dir;
}

#undef RECORD
#define RECORD struct jobs

static const struct form_field jobs_fields[] = {
	ROW_SCHEMA("nas/sweep-jobs/1"),
	ROW(STRING, config, "file of the config"),
	ROW(INT, jobs_of_grid, "of the whole grid"),
	ROW_MADE_LIST("jobs", njobs, &job_form, make_job, "of this shard"),
};

const struct form sweep_jobs_form = RECORD_FORM(
	"nas/sweep-jobs/1", "jobs of a sweep, and how they ended",
	jobs_fields);

cJSON *sweep_run_json(const struct sweep_run *r)
{
	struct jobs j = {
		.config = r->sweep->config,
		.jobs_of_grid = r->sweep->njobs,
		.njobs = sweep_run_jobs(r),
		.from = r,
	};

	return form_write(&sweep_jobs_form, &j);
}
