/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas/cli/cmd_sweep.h - the parts of nas sweep. */
#ifndef NAS_CLI_CMD_SWEEP_H
#define NAS_CLI_CMD_SWEEP_H

#include "nas/cli/command.h"

/* How far the sweep in a folder is. */
enum nas_status sweep_status_print(const struct cli *cli, const char *dir,
				   struct nas_err *err) NAS_MUST_CHECK;

/*
 * DIR/0012 of a sweep whose jobs are lines, for commands that read files. path
 * (size bytes) is what they read instead: given itself where it exists or is no
 * such job. Of a job's network a file DIR/0012.json is written; its folder is
 * made by running its config again.
 */
enum nas_status sweep_job_network(char *path, size_t size, const char *given,
				  const struct cli *cli, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status sweep_job_folder(const char *given, const struct cli *cli,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
