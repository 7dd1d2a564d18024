/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/evaluation_print.h - what nas evaluate prints.
 *
 * Usage:
 *	status = evaluation_print(cli, &e, err);
 */
#ifndef NAS_CLI_EVALUATION_PRINT_H
#define NAS_CLI_EVALUATION_PRINT_H

#include "nas/cli/command.h"
#include "nas/run/evaluation.h"

/* A table, or JSON with --format json. */
enum nas_status evaluation_print(const struct cli *cli,
				 const struct evaluation *e,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
