/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep_job.h - DIR/0012 of a sweep whose jobs are lines, for those who
 * read files.
 *
 * Usage:
 *	status = sweep_job_network(path, sizeof(path), given, arena, err);
 *	status = arch_read(&list, path, ...);
 */
#ifndef NAS_RUN_SWEEP_JOB_H
#define NAS_RUN_SWEEP_JOB_H

#include <stddef.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"

/* path (size bytes): DIR/0012.json, to which the network of job 12 is written;
 * given itself where it exists or is no such job. NAS_EIO; NAS_EINPUT: the job
 * found none. */
enum nas_status sweep_job_network(char *path, size_t size, const char *given,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The same of the job's resolved config, DIR/0012.config.json; "" where given
 * exists or is no such job. The caller removes the file. */
enum nas_status sweep_job_config(char *path, size_t size, const char *given,
				 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
