/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep_records.h - the results of a sweep, one line a job.
 *
 * jobs.jsonl has a line for each job that ended, whoever ran it, in the order
 * in which they ended: number, values of the grid, status, meta (what depends
 * on clock and machine), config and result, its networks the first so many.
 * A line is appended in one write under a lock, and waited for. A line that a
 * killed program left unfinished is no record: the next one begins a new line.
 *
 * jobs.lock is empty: a program that works on a job locks that job's byte of
 * it, so any number of programs may share a folder, on one machine or on many
 * whose file system has POSIX locks, and the lock of a program that dies is
 * free again. Where there are no locks, each program has to have a shard.
 *
 * Usage:
 *	status = sweep_records_open(&r, dir, &sweep, true, arena, err);
 *	if (sweep_records_claim(&r, job) &&
 *	    sweep_records_read(&r, err) == NAS_OK &&
 *	    !sweep_record_ended(&r.job[job - 1]))
 *		status = sweep_records_add(&r, job, run, 1, NULL, err);
 *	sweep_records_release(&r, job);
 *	sweep_records_close(&r);
 */
#ifndef NAS_RUN_SWEEP_RECORDS_H
#define NAS_RUN_SWEEP_RECORDS_H

#include "nas/form/json.h"
#include "nas/run/run.h"
#include "nas/run/sweep.h"

#define SWEEP_RECORDS "jobs.jsonl"

struct sweep_record { /* of a job: its last line */
	int64_t offset, length; /* length 0: there is none */
	char status[16];
	double seconds;
};

struct sweep_records {
	const struct sweep *sweep;
	char path[4096];
	int lock;     /* descriptor; -1 = none */
	bool unlocked; /* the file system has no locks */
	int64_t read; /* bytes of whole lines */
	struct sweep_record *job; /* (njobs) */
	int other; /* lines of jobs that are not in the grid, or no JSON */
};

/* Read what is there; create: to write as well. NAS_EIO. */
enum nas_status sweep_records_open(struct sweep_records *r, const char *dir,
				   const struct sweep *sweep, bool create,
				   struct nas_arena *arena,
				   struct nas_err *err) NAS_MUST_CHECK;
void sweep_records_close(struct sweep_records *r);

/* Read what was added since. */
enum nas_status sweep_records_read(struct sweep_records *r,
				   struct nas_err *err) NAS_MUST_CHECK;

/* Take a job; false where another program works on it. */
bool sweep_records_claim(struct sweep_records *r, int job);
void sweep_records_release(struct sweep_records *r, int job);
/* Another program works on it. */
bool sweep_records_taken(const struct sweep_records *r, int job);

/* It has an answer: ok or infeasible. */
static inline bool sweep_record_ended(const struct sweep_record *r)
{
	return r->length && (r->status[0] == 'o' || r->status[0] == 'i');
}

/* Append a job that ended, with its first keep networks; why: the failure of
 * one that has no result. */
enum nas_status sweep_records_add(struct sweep_records *r, int job,
				  const struct nas_run *run, int keep,
				  const char *why, struct nas_err *err)
	NAS_MUST_CHECK;

/* A resolved config as it stands in a line; the caller frees it. */
char *sweep_config_line(const struct nas_config *config);

/* The line of a job, parsed; the caller frees doc. */
enum nas_status sweep_records_get(const struct sweep_records *r, int job,
				  struct json_doc *doc, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
