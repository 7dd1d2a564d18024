/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/help.h - help, printed from the tables.
 *
 * Usage:
 *	return help_command(&cmd_search);        nas search --help
 */
#ifndef NAS_CLI_HELP_H
#define NAS_CLI_HELP_H

#include "nas/cli/values.h"

enum nas_status help_command(const struct command *command);
/* One line each of all, which ends with NULL. */
enum nas_status help_commands(const struct command *const *all);

/* What an option does, with all that its value may be. */
struct nas_text;
void help_option(struct nas_text *t, const struct cli_option *o);

/* A page for man(1); of the program where command is NULL. */
void help_man(const struct command *command, const struct command *const *all);

/* The completion of a shell. */
void help_completion(enum help_page shell, const struct command *const *all);

extern const char help_about[], help_statuses[];

#endif
