/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/help.h - help, printed from the tables.
 *
 * Usage:
 *	return help_command(&cmd_search);        nas search --help
 */
#ifndef NAS_CLI_HELP_H
#define NAS_CLI_HELP_H

#include "nas/cli/command.h"

enum nas_status help_command(const struct command *command);
enum nas_status help_commands(void); /* one line each */

#endif
