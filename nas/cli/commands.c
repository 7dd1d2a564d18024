/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands, in the order in which they are listed. */
#include <string.h>

#include "nas/cli/help.h"

extern const struct command cmd_search, cmd_check, cmd_score, cmd_certify,
	cmd_refine, cmd_export, cmd_report, cmd_bench, cmd_boards, cmd_options,
	cmd_schema, cmd_sweep, cmd_sensitivity, cmd_allocate,
	cmd_evaluate, cmd_compare, cmd_calibrate, cmd_correlate;

const struct command *const commands[] = {
	&cmd_search, &cmd_sweep, &cmd_check,  &cmd_score,	&cmd_certify,
	&cmd_refine, &cmd_export, &cmd_report,	&cmd_compare, &cmd_calibrate,
	&cmd_correlate, &cmd_sensitivity, &cmd_allocate, &cmd_evaluate,
	&cmd_bench,
	&cmd_boards, &cmd_options, &cmd_schema, &cmd_help,
	&cmd_version, NULL,
};

const struct command *command_find(const char *name)
{
	for (int i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

bool command_is_parallel(const struct command *command)
{
	return command == &cmd_search;
}

enum nas_status command_unknown(const char *name, struct nas_err *err)
{
	const char *names[sizeof(commands) / sizeof(commands[0])], *near;
	int n = 0;

	for (; commands[n]; n++)
		names[n] = commands[n]->name;
	near = nas_nearest(name, names, n);
	if (near)
		return nas_fail(err, NAS_EUSAGE, "unknown command '%s' (did "
				"you mean '%s'?)", name, near);
	return nas_fail(err, NAS_EUSAGE,
			"unknown command '%s' ('nas' lists them)", name);
}
