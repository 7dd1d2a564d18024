/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/command.h - what a command of the program is.
 *
 * A command is one row of commands[] (nas/cli/commands.c) and one file
 * cmd_NAME.c. Options common to all commands are parsed by options.c; a
 * command lists its own in a table, from which its help is printed as well.
 * Only files in nas/cli print or read argv; only main.c exits.
 *
 * Usage:
 *	static const struct cli_option options[] = {
 *		{ "pick", 0, "N", "the N-th network of a file" },
 *		{ 0 } };
 *	const struct command cmd_score = { "score", "FILE...", "score and "
 *		"costs of architectures", example, options, 1, -1, run,
 *		CLI_FORMAT | CLI_SEED | CLI_THREADS };
 */
#ifndef NAS_CLI_COMMAND_H
#define NAS_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"

#define CLI_SETS_MAX 64
#define CLI_VALUES_MAX 64

enum cli_use { /* the shared options that a command uses, and ranks */
	CLI_FORMAT = 1 << 0,
	CLI_SET = 1 << 1,
	CLI_SEED = 1 << 2,
	CLI_THREADS = 1 << 3,
	CLI_FILE = 1 << 4, /* --output is a file, or - */
	CLI_DIR = 1 << 5,  /* --output is a folder */
	CLI_FORCE = 1 << 6,
	CLI_QUIET = 1 << 7,
	CLI_VERBOSE = 1 << 8,
	CLI_ANY = 1 << 9, /* in the table of options: taken by all commands */
	CLI_RANKS = 1 << 10, /* runs on all ranks of cli->comm; rank 0 speaks */
};

struct cli_option {
	const char *name;  /* long name */
	int letter;        /* short one; 0 = none */
	const char *value; /* "FILE"; NULL = a flag */
	const char *help;
};

struct cli_given { /* an option of the command's own as it was given */
	const char *name, *value;
};

struct nas_comm; /* evolve/ranks/comm.h */

struct cli { /* the parsed command line */
	const struct command *command;
	int nargs;
	char **arg; /* (nargs) what is no option */
	bool json;  /* --format json */
	int nsets;
	const char *set[CLI_SETS_MAX]; /* --set, and --seed etc. as such */
	bool seed_given;
	uint64_t seed;
	int threads;
	bool quiet, verbose, force;
	bool help;          /* -h: print the help, do nothing */
	const char *output; /* -o, NULL = not given */
	bool to_stdout;     /* -o -: standard output is the file */
	int ngiven;
	struct cli_given given[CLI_VALUES_MAX];
	int line_argc; /* the whole command line, for records of a run */
	char *const *line_argv;
	struct nas_arena *arena;
	struct nas_comm *comm; /* one process, but for parallel commands */
};

struct command {
	const char *name;
	const char *args;    /* "CONFIG -o DIR" */
	const char *help;    /* one line, lower case, no full stop */
	const char *example; /* for the end of --help */
	const struct cli_option *options; /* own ones, name NULL ends */
	int min_args, max_args; /* max < 0 = any number */
	enum nas_status (*run)(const struct cli *cli, struct nas_err *err);
	unsigned uses; /* of enum cli_use */
};

extern const struct command *const commands[]; /* NULL ends */

const struct command *command_find(const char *name); /* NULL: not known */

/* NAS_EUSAGE: not a command, with the nearest one. */
enum nas_status command_unknown(const char *name, struct nas_err *err);

#endif
