/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/run_print.h - what is said of a run.
 *
 * Usage:
 *	status = run_print(cli, run, err);
 *	run_note_speed(cli, run);
 */
#ifndef NAS_CLI_RUN_PRINT_H
#define NAS_CLI_RUN_PRINT_H

#include "nas/cli/command.h"
#include "nas/run/run.h"

/* The result on standard output, a table or result.json. */
enum nas_status run_print(const struct cli *cli, const struct nas_run *run,
			  struct nas_err *err) NAS_MUST_CHECK;

/* Speed, and where the files are, on standard error; nothing of a run that
 * could not be written. */
void run_note_speed(const struct cli *cli, const struct nas_run *run);

#endif
