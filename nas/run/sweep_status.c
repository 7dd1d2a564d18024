/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/sweep_status.h"

#include "nas/form/record.h"
#include "nas/run/sweep_records.h"

/* A job with a folder of its own (--files) that came to its end. */
static bool has_folder(const char *dir, int job)
{
	struct nas_err ignored = { 0 };
	char path[4096], file[4096];

	return sweep_job_dir(path, sizeof(path), dir, job, &ignored) ==
		       NAS_OK &&
	       file_join(file, sizeof(file), path, "result.json", &ignored) ==
		       NAS_OK &&
	       file_exists(file);
}

static void count_job(struct sweep_status *n, const struct sweep_records *r,
		      const char *dir, int job)
{
	const struct sweep_record *record = &r->job[job - 1];

	if (sweep_record_ended(record)) {
		n->ok += record->status[0] == 'o';
		n->infeasible += record->status[0] == 'i';
		n->seconds += record->seconds;
	} else if (has_folder(dir, job)) {
		n->ok++;
	} else if (sweep_records_taken(r, job)) {
		n->running++;
	} else if (record->length) {
		n->failed++;
		if (n->nfailures < SWEEP_NAMED)
			n->failures[n->nfailures++] = job;
	} else {
		n->missing++;
		if (n->nnext < SWEEP_NAMED)
			n->next[n->nnext++] = job;
	}
}

enum nas_status sweep_status_read(struct sweep_status *n, const char *dir,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct sweep *sweep = NAS_NEW(arena, struct sweep, 1);
	struct sweep_records *r = NAS_NEW(arena, struct sweep_records, 1);

	*n = (struct sweep_status){ 0 };
	n->next = NAS_NEW(arena, int, SWEEP_NAMED);
	n->failures = NAS_NEW(arena, int, SWEEP_NAMED);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	if (sweep_read(sweep, dir, arena, err) != NAS_OK ||
	    sweep_records_open(r, dir, sweep, false, arena, err) != NAS_OK)
		return err->code;
	n->jobs = sweep->njobs;
	for (int job = 1; job <= sweep->njobs; job++)
		count_job(n, r, dir, job);
	n->lines_of_no_job = r->other;
	sweep_records_close(r);
	if (n->ok + n->infeasible > 0)
		n->seconds /= n->ok + n->infeasible;
	n->seconds_left = n->seconds * (n->failed + n->running + n->missing);
	return NAS_OK;
}

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
