/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas search: the main job. Evolve, refine, certify, write a folder. */
#include "evolve/ranks/comm.h"
#include "nas/cli/events.h"
#include "nas/cli/run_print.h"
#include "nas/cli/values.h"
#include "nas/report/run_page.h"

static const struct cli_option options[] = {
	{ "max-evals", 'n', "N", "stop after N evaluations; search.max_evals" },
	{ "time", 't', "S", "stop after S seconds; search.time_s. Such a run "
			    "is not repeatable" },
	{ "no-certify", 0, NULL, "no certificate at the end; certify=false" },
	{ "resume", 0, NULL, "continue the run in the folder of -o from its "
			     "last checkpoint; start it where there is none" },
	{ "checkpoint", 0, "S", "seconds between checkpoints; "
				"search.checkpoint_s" },
	{ 0 },
};

static const struct cli_shorthand shorthands[] = {
	{ "max-evals", "search.max_evals", NULL },
	{ "time", "search.time_s", NULL },
	{ "no-certify", "certify", "false" },
	{ "checkpoint", "search.checkpoint_s", NULL },
	{ 0 },
};

/* A result is printed even where it cannot be written. */
static enum nas_status search(const struct cli *cli, bool resume,
			      struct nas_err *err)
{
	struct nas_run *run = NAS_NEW(cli->arena, struct nas_run, 1);
	struct nas_run_request request = {
		.config = cli->arg[0], .set = cli->set, .nsets = cli->nsets,
		.output = cli->output, .force = cli->force, .resume = resume,
		.more = report_run_files,
	};
	struct cli_events events;

	if (!run)
		nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	else
		(void)!cli_events_init(&events, cli, err);
	if (comm_agree(cli->comm, err) != NAS_OK || !run)
		return err->code;
	(void)!run_all(run, &events.env, &request, err);
	if (run->concluded && run_print(cli, run, err) == NAS_OK)
		run_note_speed(cli, run);
	return err->code;
}

static enum nas_status run_command(const struct cli *given,
				   struct nas_err *err)
{
	struct cli cli = *given;
	bool resume = cli_value(&cli, "resume");

	if (resume && !cli.output)
		return nas_fail(err, NAS_EUSAGE,
				"--resume needs the folder of the run: -o DIR");
	if (resume && cli.force)
		return nas_fail(err, NAS_EUSAGE,
				"--resume and --force exclude each other");
	if (cli_add_shorthands(&cli, shorthands, err) != NAS_OK)
		return err->code;
	return search(&cli, resume, err);
}

const struct command cmd_search = {
	"search", "CONFIG [-o DIR]",
	"find the best architectures: evolve, refine bits, certify",
	"nas search configs/quick.json -o run", options, 1, 1, run_command,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR |
	CLI_FORCE | CLI_QUIET | CLI_VERBOSE | CLI_RANKS,
};
