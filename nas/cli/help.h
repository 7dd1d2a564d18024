/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/help.h - help and version, printed from the tables.
 *
 * Usage:
 *	return help_command(&cmd_search);        nas search --help
 */
#ifndef NAS_CLI_HELP_H
#define NAS_CLI_HELP_H

#include "nas/cli/command.h"

#ifndef NAS_VERSION
#define NAS_VERSION "0.0.0" /* the build sets it */
#endif
#define NAS_PROGRAM "nas"

enum nas_status help_command(const struct command *command);
enum nas_status help_commands(void); /* one line each */

/* What is built in, "OpenMP yes, GLPK yes, ...". */
const char *version_features(void);
const char *version_compiler(void);
const char *version_flags(void); /* compilers and their flags */

extern const struct command cmd_help, cmd_version;

#endif
