/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/options.h - reading the command line of one command.
 *
 * The options that commands share stand in one table, a command's own in
 * another; getopt_long reads both as one. The help is printed from the same
 * tables. A command lists the shared ones that it uses (command->uses); -j, -q
 * and -v are taken by all, so that a script may always give them, and the
 * others are refused where they would do nothing.
 *
 * Usage:
 *	struct cli cli = { .command = &cmd_check, .arena = &arena,
 *			   .comm = &comm };
 *	status = cli_parse(&cli, argc - 1, argv + 1, err);
 */
#ifndef NAS_CLI_OPTIONS_H
#define NAS_CLI_OPTIONS_H

#include "nas/cli/command.h"

#define CLI_COMMON_MAX 10

/* The options of the common table that a command lists; name NULL ends.
 * Returns how many they are. */
int cli_common_options(const struct command *command,
		       struct cli_option options[CLI_COMMON_MAX + 1]);

/* argv[0] is the command's name. argv is reordered. NAS_EUSAGE. */
enum nas_status cli_parse(struct cli *cli, int argc, char **argv,
			  struct nas_err *err) NAS_MUST_CHECK;

#endif
