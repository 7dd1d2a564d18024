/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program: finds the command, reads its options, runs it, reports what
 * went wrong, and exits with the status of the first failure.
 */
#include <stdio.h>
#include <string.h>

#include "evolve/ranks/comm.h"
#include "nas/cli/help.h"
#include "nas/cli/progress.h"
#include "nas/cli/options.h"
#include "nas/cli/streams.h"

#define MEMORY_LIMIT ((size_t)4 << 30) /* of all that a command allocates */

/* What may stand in a command's place. */
static const struct {
	const char *word, *command;
} aliases[] = {
	{ "-h", "help" },
	{ "--help", "help" },
	{ "-V", "version" },
	{ "--version", "version" },
};

static const struct command *find_command(const char *word)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(word, aliases[i].word) == 0)
			word = aliases[i].command;
	return command_find(word);
}

static enum nas_status run_command(struct cli *cli, int argc, char **argv,
				   struct nas_err *err)
{
	if (cli_parse(cli, argc, argv, err) != NAS_OK)
		return err->code;
	if (cli->help)
		return cli->comm->rank ? NAS_OK : help_command(cli->command);
	return cli->command->run(cli, err);
}

static enum nas_status open_comm(struct nas_comm *comm,
				 const struct command *command,
				 struct nas_err *err)
{
	comm_open_self(comm);
	return command->uses & CLI_RANKS ? comm_open(comm, err) : NAS_OK;
}

static enum nas_status dispatch(int argc, char **argv, struct nas_comm *comm,
				struct nas_err *err)
{
	static char help[] = "help";
	char *alone[] = { help, NULL };
	struct nas_arena arena;
	struct cli cli = { .arena = &arena, .line_argc = argc,
			   .line_argv = argv, .comm = comm };
	enum nas_status status;

	if (argc > 1) {
		argc--;
		argv++;
	} else {
		argc = 1;
		argv = alone;
	}
	cli.command = find_command(argv[0]);
	if (!cli.command)
		return command_unknown(argv[0], err);
	if (open_comm(comm, cli.command, err) != NAS_OK)
		return err->code;
	arena_init(&arena, MEMORY_LIMIT);
	status = run_command(&cli, argc, argv, err);
	arena_free(&arena);
	return status;
}

int main(int argc, char **argv)
{
	struct nas_err err = { 0 };
	struct nas_comm comm = { 0 };
	enum nas_status status;

	streams_open();
	status = dispatch(argc, argv, &comm, &err);
	NAS_BUG_IF(status != err.code);
	progress_wipe();
	if (comm.rank == 0)
		nas_err_print(&err, stderr);
	comm_close(&comm);
	return streams_close(nas_exit_status(status));
}
