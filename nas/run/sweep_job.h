/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep_job.h - DIR/0012 of a sweep whose jobs are lines, for those who
 * read files.
 *
 * Usage:
 *	status = sweep_job_network(path, sizeof(path), given, arena, err);
 *	status = arch_read(&list, path, ...);
 *	status = sweep_job_folder(&made, "sweep/0012", &env, NULL, err);
 */
#ifndef NAS_RUN_SWEEP_JOB_H
#define NAS_RUN_SWEEP_JOB_H

#include "nas/run/run.h"

/* path (size bytes): DIR/0012.json, to which the network of job 12 is written;
 * given itself where it exists or is no such job. NAS_EIO; NAS_EINPUT: the job
 * found none. */
enum nas_status sweep_job_network(char *path, size_t size, const char *given,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The folder DIR/0012 of the job, by running its config again, which gives the
 * same bytes; made: false where it exists or is no such job. more: other files
 * of the folder, as of struct nas_run_request. */
enum nas_status sweep_job_folder(bool *made, const char *given,
				 const struct nas_run_env *env,
				 const struct nas_run_file *more,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
