/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep.h - a grid of runs: axes, jobs, their folder, their table.
 *
 * An axis is a path of the config and its values; a job is one choice of each,
 * numbered from 1 with the last axis running fastest. Values may be added to
 * the axes later: the jobs that there were keep their numbers, new ones come
 * behind them. The folder has sweep.json, which says what the jobs are, and
 * what they found as a line each (sweep_records.h), or a run's folder for each,
 * 0001 and so on. Any number of programs may work on the jobs at the same time.
 *
 * Usage:
 *	status = sweep_parse(&sweep, grids, ngrids, &arena, err);
 *	value = sweep_value(&sweep, job, axis);
 *	status = sweep_merge(&table, dir, arena, err);
 */
#ifndef NAS_RUN_SWEEP_H
#define NAS_RUN_SWEEP_H

#include "nas/base/arena.h"
#include "nas/base/err.h"
#include "nas/base/file.h"

#define SWEEP_AXES 16
#define SWEEP_JOBS 100000
#define SWEEP_FILE "sweep.json"
#define SWEEP_REPORTED 64 /* runs that a page compares */

struct sweep_axis {
	char *path;
	int n;
	char **value; /* (n) JSON, or text that stands for itself */
};

struct sweep {
	char *config; /* the file, as it was given */
	int naxes;
	struct sweep_axis axis[SWEEP_AXES];
	int njobs;
	/* The grids that there were, each larger than the one before: how many
	 * values of each axis; the last one has all. */
	int ngrids;
	int (*grid)[SWEEP_AXES];
	int *combination; /* (njobs) of the whole grid, last axis fastest */
};

/* "path=v1,v2,...": commas in quotes, [] and {} part nothing; "1..10" are
 * ten whole numbers. NAS_EUSAGE. */
enum nas_status sweep_parse(struct sweep *sweep, const char *const *grids,
			    int ngrids, struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

/* One of the axes. NAS_EUSAGE, NAS_ENOMEM. */
enum nas_status sweep_parse_axis(struct sweep_axis *axis, const char *grid,
				 struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

/* Value of an axis in a job. */
const char *sweep_value(const struct sweep *sweep, int job, int axis);

/* What a job is, on one line: "search.seed=1 search.islands=4", cut at size. */
void sweep_job_text(char *text, size_t size, const struct sweep *sweep,
		    int job);

/* Write sweep.json. Where there is one of the same config and axes, the sweep
 * becomes that one with the values added that it has not; of another: NAS_EIO,
 * unless by force. The folder is locked meanwhile (nas/base/dir_lock.h). */
enum nas_status sweep_write(struct sweep *sweep, const char *dir, bool force,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;
/* The same sweep, of which nothing is written. */
enum nas_status sweep_join(struct sweep *sweep, const char *dir,
			   struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status sweep_read(struct sweep *sweep, const char *dir,
			   struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form sweep_form, sweep_table_form;
struct cJSON *sweep_json(const struct sweep *sweep); /* sweep.json */
/* Values of a job by their paths. */
struct cJSON *sweep_set_json(const struct sweep *sweep, int job);

/* out = DIR/0001 */
enum nas_status sweep_job_dir(char *out, size_t size, const char *dir, int job,
			      struct nas_err *err) NAS_MUST_CHECK;

/* A job that has a result, for the page; NAN = not known. */
struct sweep_row {
	int job;
	bool failed;
	bool found, optimal; /* a network inside the budgets; proven best */
	double score, bound, flash, memory, bitops, latency;
	char *design; /* structure and bits; "" = not known */
};

/* All jobs, a row each, done or not. */
struct sweep_table {
	struct sweep sweep;
	int nrows;
	struct sweep_row *row; /* (nrows) */
	struct nas_text csv, json; /* as in the files */
	struct nas_text rows;      /* for people: cells parted by tabs */
	int done, failed;          /* jobs that have a result, that have none */
	char *latency_by; /* of those that count it, or that they are several;
			   * NULL = none does */
	int nreported;
	char *reported[SWEEP_REPORTED]; /* folders of the first of them */
};

/* table.csv and table.json from the jobs in a sweep's folder. The texts are
 * freed by sweep_table_free, after a failure as well. */
enum nas_status sweep_merge(struct sweep_table *table, const char *dir,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;
void sweep_table_free(struct sweep_table *table);

#endif
