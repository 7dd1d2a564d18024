/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas refine: QBR on one architecture. */
#include <math.h>

#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/refine_job.h"
#include "spaces/latency.h"

static const struct cli_option options[] = {
	{ "config", 'c', "CONFIG", "budgets, candidate bits and score" },
	{ 0 },
};

static enum nas_status read_job(struct refine_job *job, const struct cli *cli,
				struct nas_err *err)
{
	const char *path = cli_value(cli, "config");

	if (!path)
		return nas_fail(err, NAS_EUSAGE,
				"'nas refine' needs --config CONFIG");
	if (cli->output && output_refuse_existing(cli, err) != NAS_OK)
		return err->code;
	if (config_read(&job->config, path, cli->set, cli->nsets, cli->arena,
			err) != NAS_OK)
		return err->code;
	return network_arch_read(&job->arch, cli->arg[0], &job->config.space,
				 cli->arena, err);
}

static void add_row(struct nas_text *t, const char *name, double before,
		    double after, double limit)
{
	char a[80], b[80], c[80] = "";

	if (isfinite(limit))
		budget_text(c, sizeof(c), floor(limit));
	text_addf(t, "%s\t%s\t%s\t%s\n", name,
		  budget_text(a, sizeof(a), before),
		  budget_text(b, sizeof(b), after), c);
}

/* No whole number, as the others are. */
static void add_latency(struct nas_text *t, double before, double after,
			double limit)
{
	text_addf(t, "latency ms\t%.4g\t%.4g\t", before, after);
	if (isfinite(limit))
		text_addf(t, "%.4g", limit);
	text_add(t, "\n");
}

static void print_costs(const struct refine_job *r)
{
	const struct nas_cost *b = &r->before.cost, *a = &r->after.cost;
	const struct nas_budgets *limits = &r->problem.budgets;
	struct nas_text t = {0};
	char by[512];

	text_addf(&t, "\tbefore\tafter\tlimit\n%s\t%.4f\t%.4f\t\n",
		  r->config.score_def->title, r->before.score,
		  r->after.score);
	add_row(&t, "peak memory bytes", b->peak_memory_bytes,
		a->peak_memory_bytes, limits->sram_bytes);
	add_row(&t, "flash bytes", b->flash_bytes, a->flash_bytes,
		limits->limit[RES_FLASH]);
	add_row(&t, "size bytes", b->size_bytes, a->size_bytes,
		limits->limit[RES_SIZE]);
	add_row(&t, "bitops", b->bitops, a->bitops,
		limits->limit[RES_BITOPS]);
	if (isfinite(limits->limit[RES_FLOPS]))
		add_row(&t, "flops", b->flops, a->flops,
			limits->limit[RES_FLOPS]);
	if (limits->latency)
		add_latency(&t, b->latency_ms, a->latency_ms,
			    limits->limit[RES_LATENCY]);
	print_table(&t);
	if (limits->latency) {
		latency_text(by, sizeof(by), limits->latency);
		say("latency_ms is counted by %s\n", shown(by).s);
	}
	text_free(&t);
}

static void print_bits(const char *when, const struct nas_arch *arch)
{
	struct nas_text t = {0};

	text_add_bits(&t, arch);
	say("%s %s\n", when, *text_said(&t) ? t.data : "full precision");
	text_free(&t);
}

static enum nas_status report(const struct cli *cli,
			      const struct refine_job *r, struct nas_err *err)
{
	if (cli->to_stdout)
		return NAS_OK;
	if (!cli->json) {
		print_costs(r);
		say("bits, activations/weights per block\n");
		print_bits("  before:", &r->before.arch);
		print_bits("  after: ", &r->after.arch);
		if (r->outside)
			say("the space of the config does not hold this "
			    "structure; only its candidate bits are used\n");
		return NAS_OK;
	}
	return print_json(refine_job_json(r), err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct refine_job *job = NAS_NEW(cli->arena, struct refine_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (read_job(job, cli, err) != NAS_OK ||
	    refine_job_run(job, cli->arena, err) != NAS_OK)
		return err->code;
	if (job->feasible && cli->output &&
	    output_write_json(cli, arch_to_json(&job->after.arch), err))
		return err->code;
	if (report(cli, job, err) != NAS_OK)
		return err->code;
	return refine_job_verdict(job, cli->arena, err);
}

const struct command cmd_refine = {
	"refine", "FILE --config CONFIG [-o OUT]",
	"choose the bits of one architecture again (QBR)",
	"nas refine run/best/001/architecture.json --config "
	"configs/quick.json -o refined.json", options, 1, 1, run,
	CLI_FORMAT | CLI_SET | CLI_FILE | CLI_FORCE | CLI_QUIET,
};
