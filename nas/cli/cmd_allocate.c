/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas allocate: bits a layer by exact integer programming. */
#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/cli/events.h"
#include "nas/cli/model_options.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/allocate_job.h"

static const struct cli_option options[] = {
	{ "problem", 'p', "FILE", "layers with choices, losses and costs; "
				  "instead of MODEL" },
	{ "budget", 'b', "NAME=X,...", "upper limits: those of the file, or "
				       "size (bytes), bits (average of the "
				       "weights), bitops, latency_ms (by "
				       "--latency-model), sram: bytes of "
				       "activations that are alive at once, "
				       "all branches and shortcuts, each at "
				       "the most bits that a reader of it "
				       "takes (qbr/README.md)" },
	LATENCY_OPTION,
	SENSITIVITY_OPTIONS,
	{ "pin", 0, "N", "bits of the first and the last layer, 0 = free; "
			 "default 8" },
	{ "measure-size", 0, "N|HxW", "images that sensitivities are measured "
				      "on, of a list of layers; costs stay "
				      "those of its own size" },
	{ "order", 0, NULL, "a more sensitive layer gets at least as many "
			    "bits" },
	{ "sweep", 0, "BUDGET=LO:HI:N", "the optimum at N values of a "
					"budget; -o FILE.csv or FILE.json "
					"writes them" },
	{ 0 },
};

/* What --metric and the like say of a network. */
static enum nas_status read_network(struct allocate_job *job,
				    const struct cli *cli, struct nas_err *err)
{
	int64_t pin = 8;

	job->network_path = cli->arg[0];
	job->options.ordered = cli_value(cli, "order");
	if (cli_whole(cli, "pin", 0, 8, &pin, err) != NAS_OK ||
	    cli_size(cli, "measure-size", &job->measure_size[0],
		     &job->measure_size[1], err) != NAS_OK)
		return err->code;
	if (pin == 1)
		return nas_fail(err, NAS_EUSAGE, "--pin must be 0 or 2 to 8");
	job->options.pin = (int)pin;
	if (latency_option_read(&job->options.latency, cli, err) != NAS_OK)
		return err->code;
	return sensitivity_options_read(&job->how, cli, err);
}

static enum nas_status read_job(struct allocate_job *job,
				const struct cli *cli,
				const struct nas_run_env *env,
				struct nas_err *err)
{
	const char *budget[CLI_VALUES_MAX];
	static const char *const uses[] = {"problem", "budget", "sweep",
					   "output", NULL};

	job->problem_path = cli_value(cli, "problem");
	if (job->problem_path &&
	    cli_takes_only(cli, "--problem", uses, err) != NAS_OK)
		return err->code;
	if (job->problem_path ? cli->nargs > 0 : cli->nargs != 1)
		return nas_fail(err, NAS_EUSAGE, "'nas allocate' takes MODEL "
				"or --problem FILE");
	if (!job->problem_path && read_network(job, cli, err) != NAS_OK)
		return err->code;
	job->budget = budget;
	job->nbudgets = cli_values(cli, "budget", budget, CLI_VALUES_MAX);
	(void)!allocate_job_read(job, env, err);
	job->budget = NULL; /* which were ours */
	job->nbudgets = 0;
	return err->code;
}

/* ---- the answers --------------------------------------------------------- */

static const struct policy_choice *picked(const struct allocate_answer *a, int i)
{
	return &a->problem.layer[i].choice[a->allocation.policy.pick[i]];
}

static void print_layers(const struct allocate_answer *a)
{
	struct nas_text t = { 0 };

	text_add(&t, "layer\tname\tbits w\tbits a\tloss");
	for (int r = 0; r < a->problem.ncosts; r++)
		text_addf(&t, "\t%s", shown(a->problem.cost_name[r]).s);
	text_add(&t, "\n");
	for (int i = 0; i < a->problem.nlayers; i++) {
		const struct policy_choice *c = picked(a, i);

		text_addf(&t, "%d\t%.40s\t%d\t%d\t%.6g", i,
			  shown(a->problem.layer[i].name).s, c->bits_w, c->bits_a,
			  c->loss);
		for (int r = 0; r < a->problem.ncosts; r++)
			text_addf(&t, "\t%.6g", c->cost[r]);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static void print_memory(const struct allocate_answer *a)
{
	const struct policy_answer *r = &a->record;
	double limit = a->problem.sram_bytes;

	if (!r->sram_bytes.present)
		return;
	say("sram %.10g", number_slot_value(&r->sram_bytes));
	if (limit > 0)
		say(" of %.10g", limit);
	say(", most while '%s' runs\n", shown(r->sram_at).s);
}

/* As papers on bits of layers give it: MB are 2^20 bytes. */
static void print_full(const struct policy_answer *r, double seconds)
{
	double size = number_slot_value(&r->full_size);
	double bitops = number_slot_value(&r->full_bitops);

	if (!r->full_size.present)
		return;
	for (int i = 0; i < r->policy.cost.n; i++)
		if (strcmp(r->policy.cost.name[i], "size") == 0)
			say("parameters %.4g MiB of %.4g, ",
			    r->policy.cost.x[i] / 1048576, size / 1048576);
	say("BOPs %.4g G of %.4g: compression %.4g, found in %.3g s\n",
	    bitops / number_slot_value(&r->compression) / 1e9, bitops / 1e9,
	    number_slot_value(&r->compression), seconds);
}

static void print_answer(const struct allocate_answer *a, double seconds)
{
	const struct allocation *s = &a->allocation;

	if (a->name && *a->name)
		say("%s\n", shown(a->name).s);
	if (s->status != ALLOCATE_OPTIMAL)
		return;
	print_layers(a);
	say("loss %.10g, bound %.10g, gap %.3g (%s; the relaxation alone: "
	    "%.10g)\n", s->policy.loss, s->bound, s->gap, s->method,
	    s->relaxed);
	for (int r = 0; r < a->problem.ncosts; r++) {
		say("%s %.10g", shown(a->problem.cost_name[r]).s,
		    s->policy.cost[r]);
		if (isfinite(a->problem.limit[r]))
			say(" of %.10g; one more unit saves %.4g of the loss",
			    a->problem.limit[r], s->multiplier[r]);
		say("\n");
	}
	print_memory(a);
	print_full(&a->record, seconds);
}

static void print_latency(const struct policy_problem *p)
{
	if (p->latency_by)
		say("latency_ms is counted by %s\n", shown(p->latency_by).s);
}

static enum nas_status report(const struct allocate_job *job,
			      const struct cli *cli, double seconds,
			      struct nas_err *err)
{
	if (cli->output &&
	    output_write_json(cli, allocate_job_json(job), err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(allocate_job_json(job), err);
	for (int i = 0; i < job->file.ncases; i++)
		print_answer(&job->answer[i], seconds);
	print_latency(&job->file.problem);
	return NAS_OK;
}

/* ---- --sweep BUDGET=LO:HI:N: the least loss at many values of it --------- */

static void begin_point(void *context, int i, int n)
{
	const struct cli_events *events = context;

	run_step(&events->env, "points", i, n);
}

static void print_points(const struct policy_curve *s)
{
	struct nas_text t = { 0 };

	text_add(&t, "limit\tstatus\tloss");
	for (int r = 0; r < s->problem->ncosts; r++)
		text_addf(&t, "\t%s", shown(s->problem->cost_name[r]).s);
	text_add(&t, "\tbits\n");
	policy_curve_rows(&t, s, "\t");
	print_table(&t);
	text_free(&t);
	print_latency(s->problem);
}

static enum nas_status write_points(const struct policy_curve *s,
				    const struct cli *cli, struct nas_err *err)
{
	struct nas_text t = { 0 };

	if (!cli->output)
		return NAS_OK;
	if (output_is_json(cli))
		return output_write_json(cli, policy_curve_json(s), err);
	policy_curve_csv(&t, s);
	(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

static enum nas_status sweep(const struct policy_problem *problem,
			     const struct cli *cli, struct cli_events *events,
			     const char *text, struct nas_err *err)
{
	struct policy_curve s = { .problem = problem };

	if (allocate_job_sweep(&s, text, err) != NAS_OK)
		return err->code;
	(void)!policy_curve_run(&s, begin_point, events, cli->arena, err);
	run_steps_end(&events->env);
	if (err->code != NAS_OK || write_points(&s, cli, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(policy_curve_json(&s), err);
	print_points(&s);
	return NAS_OK;
}

/* ---- the command --------------------------------------------------------- */

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct allocate_job *job = NAS_NEW(cli->arena, struct allocate_job, 1);
	const char *points = cli_value(cli, "sweep");
	double start = clock_s();
	struct cli_events events;

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problem");
	if (cli->output && output_refuse_existing(cli, err) != NAS_OK)
		return err->code;
	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    read_job(job, cli, &events.env, err) != NAS_OK)
		return err->code;
	if (points)
		return sweep(&job->file.problem, cli, &events, points, err);
	if (allocate_job_solve(job, cli->arena, err) != NAS_OK ||
	    report(job, cli, clock_s() - start, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < job->file.ncases; i++)
		(void)!policy_answer_verdict(&job->answer[i].record, err);
	return err->code;
}

const struct command cmd_allocate = {
	"allocate", "MODEL --metric METRIC --budget ... | --problem FILE",
	"choose the bits of every layer of a trained network",
	"nas allocate trained.onnx --metric msqe --budget bits=4 -o "
	"policy.json", options, 0, 1, run,
	CLI_FORMAT | CLI_THREADS | CLI_FILE | CLI_FORCE | CLI_QUIET,
};
