/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/cmd_certify.h - what the files of nas certify share.
 *
 * Usage:
 *	return certify_sweep(cli, job, "flash_bytes=800000:1200000:5", err);
 */
#ifndef NAS_CLI_CMD_CERTIFY_H
#define NAS_CLI_CMD_CERTIFY_H

#include "nas/cli/command.h"
#include "nas/run/certify_job.h"

/* BUDGET=LO:HI:N: one certificate each. Prints a table or JSON; writes
 * cli->output as CSV or, where its name ends in .json, as JSON. */
enum nas_status certify_sweep(const struct cli *cli,
			      struct nas_certify_job *job, const char *sweep,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
