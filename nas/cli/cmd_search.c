/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas search: the main job. Evolve, refine, certify, write a folder. */
#include "nas/run/run.h"

static const struct cli_option options[] = {
	{ "max-evals", 'n', "N", "end after N evaluations; search.max_evals" },
	{ "time", 't', "S", "end after S seconds; search.time_s. Such a run "
			    "is not repeatable" },
	{ "no-certify", 0, NULL, "no certificate at the end; certify=false" },
	{ "resume", 0, NULL, "go on with the run in the folder of -o from its "
			     "last checkpoint; start one where there is none" },
	{ "checkpoint", 0, "S", "seconds between checkpoints; "
				"search.checkpoint_s" },
	{ 0 },
};

/* Options that stand for a key of the config. */
static const struct {
	const char *option, *path, *value; /* value NULL = the option's */
} shorthands[] = {
	{ "max-evals", "search.max_evals", NULL },
	{ "time", "search.time_s", NULL },
	{ "no-certify", "certify", "false" },
	{ "checkpoint", "search.checkpoint_s", NULL },
};

static enum nas_status add_shorthands(struct cli *cli, struct nas_err *err)
{
	for (size_t i = 0; i < sizeof(shorthands) / sizeof(*shorthands); i++) {
		const char *given = cli_value(cli, shorthands[i].option);
		const char *value = shorthands[i].value;

		if (given && cli_add_set(cli, shorthands[i].path,
					 value ? value : given, err))
			return err->code;
	}
	return NAS_OK;
}

static enum nas_status run_command(const struct cli *given,
				   struct nas_err *err)
{
	struct cli cli = *given;
	struct run_request request = { .resume = cli_value(&cli, "resume") };

	if (request.resume && !cli.output)
		return nas_fail(err, NAS_EUSAGE,
				"--resume needs the folder of the run: -o DIR");
	if (request.resume && cli.force)
		return nas_fail(err, NAS_EUSAGE,
				"--resume and --force exclude each other");
	if (add_shorthands(&cli, err) != NAS_OK)
		return err->code;
	return run_all(&cli, &request, err);
}

const struct command cmd_search = {
	"search", "CONFIG [-o DIR]",
	"find the best architectures: evolve, refine bits, certify",
	"nas search configs/quick.json -o run", options, 1, 1, run_command,
};
