/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas fit: a score from measured networks. */
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/fit_job.h"
#include "nas/run/score_file.h"

#define RESAMPLES_MAX 100000

static const struct cli_option options[] = {
	{ "config", 'c', "CONFIG", "the space that the networks are of; scales "
				   "the features" },
	{ "networks", 0, "FILE", "instead: networks that do, measured or not; "
				 "default those of the table" },
	{ "bootstrap", 0, "N", "resamples for the intervals; default 1000" },
	{ 0 },
};

static enum nas_status read_job(struct fit_job *job, const struct cli *cli,
				struct nas_err *err)
{
	const char *path = cli_value(cli, "config");
	int64_t resamples = job->resamples;
	struct nas_config *config;

	job->table = (const char *const *)cli->arg;
	job->ntables = cli->nargs;
	job->networks = cli_value(cli, "networks");
	job->threads = cli->threads;
	job->seed = cli_seed(cli, job->seed);
	if (path && job->networks)
		return nas_fail(err, NAS_EUSAGE, "--config and --networks: "
				"one of them");
	if (cli_whole(cli, "bootstrap", 0, RESAMPLES_MAX, &resamples, err))
		return err->code;
	job->resamples = (int)resamples;
	if (cli->output && output_refuse_existing(cli, err) != NAS_OK)
		return err->code;
	if (!path)
		return NAS_OK;
	config = NAS_NEW(cli->arena, struct nas_config, 1);
	if (!config)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	job->config = config;
	return config_read(config, path, cli->set, cli->nsets, cli->arena,
			   err);
}

static void print_scores(const struct fit_record *r)
{
	bool intervals = r->scores.resamples > 0;
	struct nas_text t = { 0 };

	text_addf(&t, "%d networks\tSpearman%s\tKendall%s\n", r->networks,
		  intervals ? "\t95 %" : "", intervals ? "\t95 %" : "");
	for (int i = 0; i < r->scores.nrows; i++) {
		const struct correlation_row *row = &r->scores.row[i];

		text_add(&t, row->name);
		correlation_add_figures(&t, &row->all, intervals);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct fit_job *job = NAS_NEW(cli->arena, struct fit_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a fit");
	*job = (struct fit_job)FIT_JOB_DEFAULTS;
	if (read_job(job, cli, err) != NAS_OK ||
	    fit_job_run(job, cli->arena, err) != NAS_OK)
		return err->code;
	if (cli->output &&
	    output_write_json(cli, form_write(&score_file_form, &job->score),
			      err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(form_write(&fit_form, &job->record), err);
	print_scores(&job->record);
	say("\n%s\n", job->record.summary);
	return NAS_OK;
}

const struct command cmd_fit = {
	"fit", "TABLE... [--config CONFIG] [-o score.json]",
	"a score from measured networks, with a certificate like any other",
	"nas fit tests/study/table.json -o score.json", options, 1, -1, run,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_FILE | CLI_FORCE |
	CLI_QUIET,
};
