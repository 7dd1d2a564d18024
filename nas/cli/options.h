/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/options.h - reading the command line of one command.
 *
 * The options that every command takes stand in one table, a command's own in
 * another; getopt_long reads both as one. The help is printed from the same
 * tables.
 *
 * Usage:
 *	struct cli cli = { .command = &cmd_check, .arena = &arena,
 *			   .comm = &comm };
 *	status = cli_parse(&cli, argc - 1, argv + 1, err);
 */
#ifndef NAS_CLI_OPTIONS_H
#define NAS_CLI_OPTIONS_H

#include "nas/cli/command.h"

extern const struct cli_option cli_common_options[]; /* name NULL ends */

/* argv[0] is the command's name. argv is reordered. NAS_EUSAGE. */
enum nas_status cli_parse(struct cli *cli, int argc, char **argv,
			  struct nas_err *err) NAS_MUST_CHECK;

#endif
