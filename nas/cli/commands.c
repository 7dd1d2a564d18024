/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands, in the order in which they are listed: cmd_NAME.c has each. */
#include <string.h>

#include "nas/cli/help.h"

#define COMMAND_LIST(X)                                                       \
	X(search) X(sweep) X(check) X(score) X(certify) X(pareto) X(refine)   \
	X(export) X(verify) X(report) X(compare) X(reproduce) X(calibrate)    \
	X(correlate) X(sample) X(fit) X(sigma) X(latency) X(sensitivity)      \
	X(allocate) X(evaluate) X(bench) X(boards) X(options) X(schema)       \
	X(help) X(version)

#define DECLARATION(name) extern const struct command cmd_##name;
COMMAND_LIST(DECLARATION)

#define ROW(name) &cmd_##name,
const struct command *const commands[] = {COMMAND_LIST(ROW) NULL};

const struct command *command_find(const char *name)
{
	for (int i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

enum nas_status command_unknown(const char *name, struct nas_err *err)
{
	const char *names[sizeof(commands) / sizeof(commands[0])];
	int n = 0;

	for (; commands[n]; n++)
		names[n] = commands[n]->name;
	return nas_fail(err, NAS_EUSAGE, "unknown command '%s'%s", name,
			nas_hint(name, names, n, "", " ('nas' lists them)").s);
}
