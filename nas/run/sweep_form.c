/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep as JSON: what it is made of, its jobs, how far it is. */
#include "nas/form/record.h"
#include "nas/run/sweep.h"
#include "nas/run/sweep_run.h"
#include "nas/run/sweep_status.h"

/* ---- sweep.json ---------------------------------------------------------- */

struct axis {
	const char *path;
	struct texts values;
};

#define RECORD struct axis

static const struct form_field axis_fields[] = {
	ROW(STRING, path, "key of the config"),
	ROW(CUSTOM, values, "that it takes, JSON texts",
	    .custom = &texts_custom),
};

static const struct form axis_form =
	RECORD_FORM(NULL, "an axis of the grid", axis_fields);

struct grid {
	int nvalues;
	const int *values;
};

#undef RECORD
#define RECORD struct grid

static const struct form_field grid_fields[] = {
	ROW_LIST(INTS, values, "how many of each axis"),
};

static const struct form grid_form =
	RECORD_FORM(NULL, "a grid that there was", grid_fields);

struct whole {
	int schema;
	const char *config;
	int jobs, naxes, ngrids;
	const struct sweep *from;
};

static void make_axis(const void *in, int i, void *item)
{
	const struct sweep_axis *a = &((const struct whole *)in)->from->axis[i];

	*(struct axis *)item = (struct axis){
		a->path, { a->n, (const char *const *)a->value }
	};
}

static void make_grid(const void *in, int i, void *item)
{
	const struct sweep *s = ((const struct whole *)in)->from;

	*(struct grid *)item = (struct grid){ s->naxes, s->grid[i] };
}

#undef RECORD
#define RECORD struct whole

static const struct form_field whole_fields[] = {
	ROW_SCHEMA("nas/sweep/1"),
	ROW(STRING, config, "file of the config"),
	ROW(INT, jobs, "of the whole grid"),
	ROW_MADE_LIST("grid", naxes, &axis_form, make_axis, "its axes"),
	ROW_MADE_LIST("grown", ngrids, &grid_form, make_grid,
		      "where values were added: the grids that there were, "
		      "the last with all", .fallback = ""),
};

const struct form sweep_form = RECORD_FORM(
	"nas/sweep/1", "what a sweep is made of, sweep.json", whole_fields);

cJSON *sweep_json(const struct sweep *sweep)
{
	struct whole w = {
		.config = sweep->config,
		.jobs = sweep->njobs,
		.naxes = sweep->naxes,
		.ngrids = sweep->ngrids > 1 ? sweep->ngrids : 0,
		.from = sweep,
	};

	return form_write(&sweep_form, &w);
}

/* ---- its jobs ------------------------------------------------------------ */

cJSON *sweep_set_json(const struct sweep *sweep, int job)
{
	cJSON *set = cJSON_CreateObject();

	for (int i = 0; i < sweep->naxes; i++)
		json_add_string(set, sweep->axis[i].path,
				sweep_value(sweep, job, i));
	return set;
}

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

#undef RECORD
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

/* ---- how far it is ------------------------------------------------------- */

#undef RECORD
#define RECORD struct sweep_status

static const struct form_field status_fields[] = {
	ROW_SCHEMA("nas/sweep-status/1"),
	ROW(INT, jobs, "of the whole grid"),
	ROW(INT, ok, "jobs with an answer"),
	ROW(INT, infeasible, "jobs without a network inside the budgets"),
	ROW(INT, failed, "jobs that could not run"),
	ROW(INT, running, "jobs that a program works on now"),
	ROW(INT, missing, "jobs that nobody works on yet"),
	ROW(NUMBER, seconds, "of a job that ended, mean"),
	ROW(NUMBER, seconds_left, "of all jobs without an answer, one after "
	    "another"),
	ROW_LIST(INTS, next, "the first jobs that are missing"),
	ROW_LIST(INTS, failures, "the first jobs that failed"),
	ROW(INT, lines_of_no_job, "of jobs.jsonl: cut short, or of other "
	    "grids"),
};

const struct form sweep_status_form = RECORD_FORM(
	"nas/sweep-status/1", "how far a sweep is", status_fields);
