/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/run.h - one run of the search: what it has, and its folder.
 *
 * The folder (design: "Run directory") holds config.json, result.json,
 * history.csv, log.jsonl, meta.json and best/001/... Each file is a row of a
 * table with the function that makes its text; a new file is a new row. All
 * but meta.json are the same bytes for the same program, config and seed.
 *
 * Usage:
 *	struct nas_run_request request = { .config = "quick.json",
 *				       .output = "run" };
 *	status = run_all(run, &env, &request, err);
 *	run->result.best[0].score
 */
#ifndef NAS_RUN_RUN_H
#define NAS_RUN_RUN_H

#include "nas/run/config.h"
#include "nas/run/env.h"
#include "nas/run/records.h"

struct nas_run_times { /* wall seconds */
	double start, search, refine, certify, total, cpu;
};

struct nas_run_file;

struct nas_run_request {
	const char *config;     /* the file */
	const char *const *set; /* (nsets) "path=value", over the file's */
	int nsets;
	const char *output; /* the folder; NULL = write nothing */
	const char *checkpoint; /* its file, where there is no folder; or NULL.
				 * It stays until the caller removes it */
	bool force;         /* replace a former run in it */
	bool resume;        /* go on with the run in the folder, if any */
	bool skip_finished; /* also where its time limit ended it */
	const struct nas_run_file *more; /* other files of the folder, such as
					  * pictures, name NULL ends; or NULL */
};

struct nas_run {
	const struct nas_run_env *env;
	struct nas_config config;
	struct nas_problem problem;
	struct nas_evolve_result evolved;
	struct nas_certificate certificate;
	struct nas_result result;
	struct nas_run_times times;
	double evolved_score; /* best of the search alone, -INFINITY: none */
	int nrefined;         /* networks that the refinement improved */
	char *started;
	struct nas_run_request request;
	bool finished; /* resumed, and there is nothing left to do */
	bool secured;   /* the result was written before the certificate */
	bool concluded; /* there is a result, on rank 0, ... */
	bool written;   /* ... and the folder has all of it */
	int lock; /* of the folder, on rank 0: nas/base/dir_lock.h */
	char checkpoint_path[4096];
	struct checkpoint_options *checkpoint; /* NULL = none */
};

/* The text of one file of the folder, or of one network's. */
struct nas_run_file {
	const char *name;
	enum nas_status (*make)(struct nas_text *t, const struct nas_run *run,
				struct nas_err *err);
};
struct nas_network_file {
	const char *name;
	enum nas_status (*make)(struct nas_text *t, const struct nas_run *run,
				const struct nas_network *net,
				struct nas_err *err);
};

extern const struct nas_run_file run_files[];         /* name NULL ends */
extern const struct nas_network_file network_files[]; /* name NULL ends */

/* Make the folder, or take an empty one; by force remove a former run's files
 * from it. Writes config.json, so that a place that cannot be written
 * to is found out. Locks it until run_all() ends. NAS_EIO, also when another
 * run is writing to it. */
enum nas_status run_dir_open(struct nas_run *run, struct nas_err *err)
	NAS_MUST_CHECK;

/* The same to resume: a former run's folder stays as it is; sets
 * run->finished where that run came to its end. NAS_EINPUT when it is one of
 * another config. */
enum nas_status run_dir_reopen(struct nas_run *run, struct nas_err *err)
	NAS_MUST_CHECK;

/* Write all files; result.json comes last. The networks' are left alone where
 * run->secured says that they are there, and the certificate changed none. */
enum nas_status run_dir_write(const struct nas_run *run, struct nas_err *err)
	NAS_MUST_CHECK;

/* Stopped by a signal, here or on another rank. */
bool run_is_stopped(const struct nas_run *run);

/* A whole run, as its request and config ask for. Collective. NAS_EINFEASIBLE
 * and NAS_EINTERRUPTED are results as well: run->concluded. */
enum nas_status run_all(struct nas_run *run, const struct nas_run_env *env,
			const struct nas_run_request *request,
			struct nas_err *err) NAS_MUST_CHECK;

/* The four steps of a run; each leaves its part in run. */
enum nas_status run_search(struct nas_run *run, struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status run_refine(struct nas_run *run, struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status run_certify(struct nas_run *run, struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;
enum nas_status run_conclude(struct nas_run *run, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

#endif
