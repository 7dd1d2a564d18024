/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas allocate: bits a layer by exact integer programming. */
#include "nas/cli/cmd_allocate.h"

#include <math.h>
#include <string.h>

#include "nas/cli/events.h"
#include "nas/cli/load.h"
#include "nas/cli/sensitivity_options.h"
#include "qbr/allocate_model.h"

static const struct cli_option options[] = {
	{ "problem", 'p', "FILE", "layers with choices, losses and costs; "
				  "instead of MODEL" },
	{ "budget", 'b', "NAME=X,...", "upper limits: those of the file, or "
				       "size (bytes), bits (average of the "
				       "weights), bitops, sram: bytes of "
				       "activations that are alive at once, "
				       "all branches and shortcuts, each at "
				       "the most bits that a reader of it "
				       "takes (qbr/README.md)" },
	SENSITIVITY_OPTIONS,
	{ "pin", 0, "N", "bits of the first and the last layer, 0 = free; "
			 "default 8" },
	{ "order", 0, NULL, "a more sensitive layer gets at least as many "
			    "bits" },
	{ "sweep", 0, "BUDGET=LO:HI:N", "the optimum at N values of a "
					"budget; -o FILE.csv or FILE.json "
					"writes them" },
	{ 0 },
};

enum nas_status allocate_find_budget(const struct policy_problem *problem,
				     const char *name, int *cost,
				     struct nas_err *err)
{
	const char *near;

	*cost = policy_cost_find(problem, name);
	if (*cost >= 0)
		return NAS_OK;
	near = nas_nearest(name, problem->cost_name, problem->ncosts);
	if (near)
		return nas_fail(err, NAS_EUSAGE, "unknown budget '%.80s' (did "
				"you mean '%.80s'?)", name, near);
	return nas_fail(err, NAS_EUSAGE, "unknown budget '%.80s': the problem "
			"has no such cost", name);
}

static enum nas_status one_budget(const struct policy_problem *problem,
				  const struct cli *cli, const char *text,
				  size_t length, double *limit,
				  struct nas_err *err)
{
	char part[160], *value;
	int cost;

	if (length >= sizeof(part))
		return nas_fail(err, NAS_EUSAGE, "--budget is too long");
	memcpy(part, text, length);
	part[length] = 0;
	value = strchr(part, '=');
	if (!value)
		return nas_fail(err, NAS_EUSAGE, "--budget: '%s' is not "
				"NAME=X, such as size=300000", part);
	*value++ = 0;
	if (strcmp(part, "sram") == 0 && !cli_value(cli, "problem"))
		return NAS_OK; /* taken into the choices */
	if (allocate_find_budget(problem, part, &cost, err) != NAS_OK)
		return err->code;
	return cli_parse_number("--budget", value, 0, 1e300, &limit[cost],
				err);
}

enum nas_status allocate_budgets(const struct policy_problem *problem,
				 const struct cli *cli, double *limit,
				 struct nas_err *err)
{
	const char *given[CLI_VALUES_MAX];
	int n = cli_values(cli, "budget", given, CLI_VALUES_MAX);

	for (int i = 0; i < n; i++)
		for (const char *s = given[i]; *s; s += *s == ',') {
			size_t length = strcspn(s, ",");

			if (one_budget(problem, cli, s, length, limit,
					       err))
				return err->code;
			s += length;
		}
	return NAS_OK;
}

struct allocate_job {
	struct policy_file file;
	int n;
	struct answer *answer; /* (n) */
};

static enum nas_status read_problem(struct allocate_job *job, const struct cli *cli,
				    const char *path, struct nas_err *err)
{
	struct json_doc doc = { 0 };

	if (json_read(&doc, path, err) == NAS_OK)
		(void)!policy_file_read(&job->file, &doc, doc.root,
					cli->arena, err);
	json_free(&doc);
	return err->code;
}

/* Value of sram in --budget, 0 = none. */
static enum nas_status sram_budget(double *bytes, const struct cli *cli,
				     struct nas_err *err)
{
	const char *given[CLI_VALUES_MAX];
	int n = cli_values(cli, "budget", given, CLI_VALUES_MAX);

	*bytes = 0;
	for (int i = 0; i < n; i++)
		for (const char *s = given[i]; *s; s += *s == ',') {
			size_t length = strcspn(s, ",");
			char part[64] = "";

			if (length > 5 && length - 5 < sizeof(part) &&
			    strncmp(s, "sram=", 5) == 0) {
				memcpy(part, s + 5, length - 5);
				if (cli_parse_number("--budget sram", part, 1,
						     1e15, bytes, err))
					return err->code;
			}
			s += length;
		}
	return NAS_OK;
}

/* The problem of a trained network; spends what --metric says. */
static enum nas_status read_model(struct policy_problem *problem,
				  const struct cli *cli, struct nas_err *err)
{
	struct sensitivity_run *r =
		NAS_NEW(cli->arena, struct sensitivity_run, 1);
	struct allocate_options o = { .ordered = cli_value(cli, "order") };
	struct sensitivity_options how;
	struct cli_events events;
	int64_t pin = 8;
	int ends; /* layers at either end that have no choice */

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a model");
	if (cli_whole(cli, "pin", 0, 8, &pin, err) != NAS_OK)
		return err->code;
	if (pin == 1)
		return nas_fail(err, NAS_EUSAGE, "--pin must be 0 or 2 to 8");
	o.pin = (int)pin;
	if (sensitivity_read(&how, cli, err) != NAS_OK ||
	    sram_budget(&o.sram_bytes, cli, err) != NAS_OK ||
	    cli_events_init(&events, cli, err) != NAS_OK ||
	    sensitivity_of(r, cli->arg[0], &how, &events.env, err))
		return err->code;
	ends = pin && r->s.nlayers > 2;
	if (sensitivity_sense(&r->s, ends, r->s.nlayers - 1 - ends) ==
	    SENSITIVITY_NOTHING)
		return nas_fail(err, NAS_ERUN, "metric '%s' is 0 for all layers "
				"and bits that there are to choose: any policy "
				"would be optimal; take another metric%s",
				r->s.metric, r->metric->images ? ", or more "
				"images" : "");
	return allocate_model(problem, &r->model.graph, &r->s, &o, cli->arena,
			      err);
}

static enum nas_status read_job(struct allocate_job *job, const struct cli *cli,
				struct nas_err *err)
{
	const char *path = cli_value(cli, "problem");
	struct policy_file *file = &job->file;

	if (path ? cli->nargs > 0 : cli->nargs != 1)
		return nas_fail(err, NAS_EUSAGE, "'nas allocate' takes MODEL "
				"or --problem FILE");
	if (path && read_problem(job, cli, path, err) != NAS_OK)
		return err->code;
	if (!path) {
		if (read_model(&file->problem, cli, err) != NAS_OK)
			return err->code;
		file->ncases = 1;
		file->one = NAS_NEW(cli->arena, struct policy_case, 1);
		if (!file->one)
			return nas_fail(err, NAS_ENOMEM, "out of memory");
		file->one->name = file->problem.name;
		file->one->limit = file->problem.limit;
	}
	for (int i = 0; i < file->ncases; i++)
		if (allocate_budgets(&file->problem, cli, file->one[i].limit,
				     err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static enum nas_status solve(struct allocate_job *job, const struct cli *cli,
			     struct nas_err *err)
{
	const struct policy_file *file = &job->file;

	job->n = file->ncases;
	job->answer = NAS_NEW(cli->arena, struct answer, (size_t)job->n);
	if (!job->answer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the answers");
	for (int i = 0; i < job->n; i++) {
		struct answer *a = &job->answer[i];

		a->name = file->one[i].name;
		a->problem = file->problem;
		a->problem.limit = file->one[i].limit;
		if (answer_solve(a, cli->arena, err))
			return err->code;
	}
	return NAS_OK;
}

static enum nas_status report(const struct allocate_job *job, const struct cli *cli,
			      struct nas_err *err)
{
	bool listed = job->file.listed;

	if (cli->output &&
	    output_write_json(cli, answers_json(job->answer, job->n, listed),
			      err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(answers_json(job->answer, job->n, listed),
				  err);
	for (int i = 0; i < job->n; i++)
		answer_print(&job->answer[i]);
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct allocate_job *job = NAS_NEW(cli->arena, struct allocate_job, 1);
	const char *sweep = cli_value(cli, "sweep");

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problem");
	if (cli->output && output_refuse_existing(cli, err) != NAS_OK)
		return err->code;
	if (read_job(job, cli, err) != NAS_OK)
		return err->code;
	if (sweep)
		return allocate_sweep(&job->file.problem, cli, sweep, err);
	if (solve(job, cli, err) != NAS_OK || report(job, cli, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < job->n; i++)
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
