/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/process.h - running another program and reading what it says.
 *
 * Usage:
 *	const char *argv[] = {"cc", "--version", NULL};
 *	struct nas_text said = {0};
 *	status = process_run(argv, 60, &said, &exit_status, err);
 */
#ifndef NAS_BASE_PROCESS_H
#define NAS_BASE_PROCESS_H

#include "nas/base/file.h"

/* A program of that name stands in a folder of PATH, or name is a path to one. */
bool process_exists(const char *name);

/* Run it without standard input; said gets what it writes to standard output
 * and standard error. *status: its exit status, 128 + signal where one ended it,
 * 124 where it was still running after limit_s seconds and was killed. NAS_EIO:
 * it cannot be started; NAS_ENOMEM. */
enum nas_status process_run(const char *const *argv, double limit_s,
			    struct nas_text *said, int *status,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
