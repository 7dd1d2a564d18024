/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sweep --status: how far a sweep is, and what is next. */
#include <string.h>

#include "nas/cli/cmd_sweep.h"
#include "nas/cli/print.h"
#include "nas/run/sweep_records.h"

#define NAMED 10 /* jobs that are named */

struct counts {
	int ok, infeasible, failed, running, missing;
	double seconds; /* of those that ended */
	int next[NAMED], nnext, failures[NAMED], nfailures;
};

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

static void count_job(struct counts *n, const struct sweep_records *r,
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
		if (n->nfailures < NAMED)
			n->failures[n->nfailures++] = job;
	} else {
		n->missing++;
		if (n->nnext < NAMED)
			n->next[n->nnext++] = job;
	}
}

static double mean_seconds(const struct counts *n)
{
	int ended = n->ok + n->infeasible;

	return ended ? n->seconds / ended : 0;
}

static double seconds_left(const struct counts *n)
{
	return mean_seconds(n) * (n->failed + n->running + n->missing);
}

static enum nas_status print_as_json(const struct counts *n,
				     const struct sweep *sweep, int other,
				     struct nas_err *err)
{
	cJSON *o = json_object("nas/sweep-status/1");

	json_add_int64(o, "jobs", sweep->njobs);
	json_add_int64(o, "ok", n->ok);
	json_add_int64(o, "infeasible", n->infeasible);
	json_add_int64(o, "failed", n->failed);
	json_add_int64(o, "running", n->running);
	json_add_int64(o, "missing", n->missing);
	json_add_number(o, "seconds", mean_seconds(n));
	json_add_number(o, "seconds_left", seconds_left(n));
	json_add_ints(o, "next", n->next, n->nnext);
	json_add_ints(o, "failures", n->failures, n->nfailures);
	json_add_int64(o, "lines_of_no_job", other);
	return print_json(o, err);
}

static void say_jobs(const char *what, const int *job, int n, int of)
{
	if (n == 0)
		return;
	say("%s", what);
	for (int i = 0; i < n; i++)
		say("%s%d", i ? ", " : " ", job[i]);
	say(of > n ? ", ... (%d)\n" : "\n", of);
}

static void print_counts(const struct counts *n, const struct sweep *sweep,
			 int other)
{
	struct nas_text t = { 0 };

	text_add(&t, "jobs\tok\tinfeasible\tfailed\trunning\tmissing\n");
	text_addf(&t, "%d\t%d\t%d\t%d\t%d\t%d\n", sweep->njobs, n->ok,
		  n->infeasible, n->failed, n->running, n->missing);
	print_table(&t);
	text_free(&t);
	say_jobs("next", n->next, n->nnext, n->missing);
	say_jobs("failed, run again by the same command:", n->failures,
		 n->nfailures, n->failed);
	if (n->seconds > 0)
		say("%.3g s a job; what is left takes %.3g s of one program\n",
		    mean_seconds(n), seconds_left(n));
	if (other)
		say("%d lines of " SWEEP_RECORDS " are of no job: cut short, "
		    "or of other grids\n", other);
}

enum nas_status sweep_status_print(const struct cli *cli, const char *dir,
				   struct nas_err *err)
{
	struct sweep *sweep = NAS_NEW(cli->arena, struct sweep, 1);
	struct sweep_records *r = NAS_NEW(cli->arena, struct sweep_records, 1);
	struct counts n = { 0 };

	if (!sweep || !r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	if (sweep_read(sweep, dir, cli->arena, err) != NAS_OK ||
	    sweep_records_open(r, dir, sweep, false, cli->arena, err) != NAS_OK)
		return err->code;
	for (int job = 1; job <= sweep->njobs; job++)
		count_job(&n, r, dir, job);
	sweep_records_close(r);
	if (cli->json)
		return print_as_json(&n, sweep, r->other, err);
	print_counts(&n, sweep, r->other);
	return NAS_OK;
}
