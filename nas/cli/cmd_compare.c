/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas compare: search spaces side by side, inside the same budgets. */
#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/cli/compare_print.h"
#include "nas/cli/events.h"
#include "nas/cli/print.h"
#include "nas/report/compare_page.h"

#define SAMPLES	    10000
#define SAMPLES_MAX 10000000
#define DRAWS_MAX   1000000000000000

static const struct cli_option options[] = {
	{ "samples", 'n', "N", "random networks of each space; default "
			       "10000" },
	{ "budgets", 'b', "CONFIG", "budgets of this config for all; default: "
				    "of the first" },
	{ "own-budgets", 0, NULL, "each space inside its own config's "
				  "budgets" },
	{ "no-search", 0, NULL, "no evolutionary search and no certificate" },
	{ "max-draws", 0, "N", "draws for a space at most; default a million "
			       "and 1000 a network" },
	{ 0 },
};

static enum nas_status read_job(struct compare_job *job,
				const struct cli *cli, struct nas_err *err)
{
	int64_t n = SAMPLES;

	job->set = cli->set;
	job->nsets = cli->nsets;
	job->search = !cli_value(cli, "no-search");
	if (cli_whole(cli, "samples", 1, SAMPLES_MAX, &n, err) != NAS_OK ||
	    cli_whole(cli, "max-draws", 1, DRAWS_MAX, &job->max_draws, err))
		return err->code;
	job->n = (int)n;
	if (cli_value(cli, "budgets") && cli_value(cli, "own-budgets"))
		return nas_fail(err, NAS_EUSAGE, "--budgets and --own-budgets "
				"exclude each other");
	return NAS_OK;
}

/* Of --budgets, else of the first config. */
static enum nas_status read_budgets(struct compare_job *job,
				    const struct cli *cli, struct nas_err *err)
{
	const char *path = cli_value(cli, "budgets");
	struct config *config = NAS_NEW(cli->arena, struct config, 1);

	if (!config)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	if (config_read(config, path ? path : cli->arg[0], cli->set,
			cli->nsets, cli->arena, err) != NAS_OK)
		return err->code;
	job->seed = (uint64_t)config->search.seed;
	if (!cli_value(cli, "own-budgets"))
		job->budgets = config;
	return NAS_OK;
}

/* compare.json comes last: with it the folder is whole. */
static enum nas_status write_dir(const struct cli *cli,
				 const struct comparison *c,
				 struct nas_err *err)
{
	if (report_compare_write(cli->output, c, err) != NAS_OK ||
	    compare_dir_write(cli->output, c, err) != NAS_OK)
		return err->code;
	cli_note(cli, "results are in '%s'", cli->output);
	return NAS_OK;
}

static enum nas_status report(const struct comparison *c,
			      const struct cli *cli, struct nas_err *err)
{
	if (cli->json) {
		if (print_json(form_write(&comparison_form, c), err))
			return err->code;
	} else {
		compare_print(c);
	}
	return compare_verdict(c, err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct comparison *c = NAS_NEW(cli->arena, struct comparison, 1);
	struct compare_job job = { .n = SAMPLES };
	struct cli_events events;

	job.env = &events.env;
	if (!c)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a comparison");
	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    read_job(&job, cli, err) != NAS_OK ||
	    read_budgets(&job, cli, err) != NAS_OK ||
	    compare_read(c, &job, cli->arg, cli->nargs, err) != NAS_OK)
		return err->code;
	if (cli->output &&
	    compare_dir_open(cli->output, cli->force, err) != NAS_OK)
		return err->code;
	stop_install();
	if (compare_run(c, &job, err) != NAS_OK ||
	    (cli->output && write_dir(cli, c, err) != NAS_OK))
		return err->code;
	return report(c, cli, err);
}

const struct command cmd_compare = {
	"compare", "CONFIG... [-n N] [-o DIR]",
	"compare search spaces by their random networks and their best",
	"nas compare configs/spaces/mobilenetv1-8bit.json "
	"configs/spaces/mobilenetv2-8bit.json -n 2000",
	options, 1, -1, run,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR |
	CLI_FORCE | CLI_QUIET,
};
