/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sample: networks worth measuring. */
#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/sample_job.h"

static const struct cli_option options[] = {
	{ "count", 'n', "N", "networks; default 8" },
	{ "spread", 0, NULL, "far apart in what a fit looks at; else at random" },
	{ "measured", 0, "TABLE", "networks that are measured already, to be far "
				  "from; may be repeated" },
	{ 0 },
};

static enum nas_status read_job(struct sample_job *job, const struct cli *cli,
				const char **table, struct nas_err *err)
{
	struct nas_config *config = NAS_NEW(cli->arena, struct nas_config, 1);
	int64_t n = 8;

	if (!config)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	if (cli_whole(cli, "count", 1, SAMPLE_JOB_MOST, &n, err) != NAS_OK ||
	    output_refuse_filled(cli, err) != NAS_OK)
		return err->code;
	job->config = config;
	job->n = (int)n;
	job->spread = cli_value(cli, "spread") != NULL;
	job->ntables = cli_values(cli, "measured", table, CLI_VALUES_MAX);
	job->table = table;
	return config_read(config, cli->arg[0], cli->set, cli->nsets,
			   cli->arena, err);
}

static void print_networks(const struct sample_job *job)
{
	struct nas_text t = { 0 };
	const char *by = job->latency_by;
	char flash[80], sram[80], macs[80];

	text_addf(&t, "network\t%s\tMACs\tSRAM bytes\tFlash bytes\t%s"
		  "structure: width k kernel x blocks\n",
		  job->config->score_def->title, by ? "ms\t" : "");
	for (int i = 0; i < job->n; i++) {
		const struct nas_network *net = &job->net[i];

		text_addf(&t, "%03d\t%.4f\t%s\t%s\t%s\t",
			  job->nmeasured + i + 1, net->score,
			  with_commas(macs, sizeof(macs), net->cost.macs),
			  with_commas(sram, sizeof(sram),
				      net->cost.peak_memory_bytes),
			  with_commas(flash, sizeof(flash),
				      net->cost.flash_bytes));
		if (by)
			text_addf(&t, "%.4g\t", net->cost.latency_ms);
		text_add_structure(&t, &net->arch);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
	if (job->latency_by)
		say("ms by %s\n", shown(job->latency_by).s);
	if (job->spread)
		say("picked from %d random networks inside the budgets%s\n",
		    job->npool, job->nmeasured ? ", far from the measured ones"
					       : "");
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	const char *table[CLI_VALUES_MAX];
	struct sample_job job = { 0 };
	struct cli_events events;

	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    read_job(&job, cli, table, err) != NAS_OK ||
	    sample_job_run(&job, &events.env, err) != NAS_OK)
		return err->code;
	if (cli->output) {
		if (sample_job_write(&job, cli->output, &events.env, err))
			return err->code;
		cli_note(cli, "'%.200s' holds a folder for each network and "
			 "table.json, for their accuracies", cli->output);
	}
	if (cli->json)
		return print_json(sample_job_json(&job), err);
	print_networks(&job);
	return NAS_OK;
}

const struct command cmd_sample = {
	"sample", "CONFIG -n N [--spread] [-o DIR]",
	"networks inside the budgets, to be trained and measured",
	"nas sample configs/quick.json -n 8 --spread -o to_measure", options,
	1, 1, run,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR | CLI_FORCE |
	CLI_QUIET,
};
