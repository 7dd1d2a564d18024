/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sweep: a grid of runs as independent jobs; and one table of them. */
#include <stdio.h>

#include "nas/cli/events.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/form/form.h"
#include "nas/report/number.h"
#include "nas/report/run_page.h"
#include "nas/report/sweep_page.h"
#include "nas/run/sweep_records.h"
#include "nas/run/sweep_run.h"
#include "nas/run/sweep_status.h"

#define KEEP_MOST 1000
#define ROWS_SHOWN 100

static const struct cli_option options[] = {
	{ "grid", 'g', "PATH=V,V", "values of a key of the config: "
				   "search.seed=1..10 or "
				   "budgets.sram_bytes=256kB,320kB; repeatable, "
				   "all combinations are run" },
	{ "shard", 0, "I/N", "only every N-th job, from the I-th on; I is 1 "
			     "to N" },
	{ "keep", 0, "N", "networks of a job that its line in jobs.jsonl "
			  "holds; 1 by default" },
	{ "files", 0, NULL, "a folder for each job with all its files, as nas "
			    "search writes it, instead of a line" },
	{ "status", 0, NULL, "how far the sweep in the folder given instead of "
			     "CONFIG is" },
	{ "dry-run", 0, NULL, "list the jobs, run none; with -o by "
			      "the numbers that they have there" },
	{ "merge", 0, NULL, "write table.csv, table.json and report.html of "
			    "the jobs in the folder given instead of CONFIG" },
	{ 0 },
};

/* ---- running ------------------------------------------------------------- */

struct asked {
	const struct cli *cli;
	struct sweep_run run;
};

static void tell_job(void *context, int job, enum nas_status status,
		     double seconds)
{
	const struct asked *a = context;
	char text[256];

	sweep_job_text(text, sizeof(text), a->run.sweep, job);
	cli_note(a->cli, "job %d of %d, %s: %s, %.3g s", job,
		 a->run.sweep->njobs, text, nas_status_text(status), seconds);
}

static void tell_failure(void *context, const struct nas_err *err)
{
	(void)context;
	nas_err_print(err, stderr);
}

static enum nas_status read_options(struct asked *a, const struct cli *cli,
				    struct nas_err *err)
{
	const char *grids[CLI_VALUES_MAX], *text = cli_value(cli, "shard");
	int n = cli_values(cli, "grid", grids, CLI_VALUES_MAX);
	struct sweep_run *r = &a->run;
	int64_t keep = 1;

	*r = (struct sweep_run){
		.sweep = NAS_NEW(cli->arena, struct sweep, 1),
		.set = cli->set, .nsets = cli->nsets, .dir = cli->output,
		.force = cli->force, .first = 1, .step = 1,
		.files = cli_value(cli, "files"), .more = report_run_files,
		.told = tell_job, .failed = tell_failure, .context = a,
	};
	if (!r->sweep)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	r->sweep->config = cli->arg[0];
	if (sweep_parse(r->sweep, grids, n, cli->arena, err) != NAS_OK)
		return err->code;
	if (text && sweep_run_share(r, text, err) != NAS_OK)
		return err->code;
	if (cli_whole(cli, "keep", 1, KEEP_MOST, &keep, err) != NAS_OK)
		return err->code;
	r->keep = (int)keep;
	return NAS_OK;
}

/* Cuts a table behind its first rows: thousands of them are for files and not
 * for a screen. Returns how many it cut. */
static int cut_rows(struct nas_text *t)
{
	size_t end = 0;
	int lines = -1; /* the head is no row */

	for (size_t i = 0; i < t->length; i++)
		if (t->data[i] == '\n' && ++lines == ROWS_SHOWN)
			end = i + 1;
	if (lines <= ROWS_SHOWN)
		return 0;
	t->length = end;
	t->data[end] = '\0';
	return lines - ROWS_SHOWN;
}

/* The jobs of the shard, and how they ended where they were run. */
static enum nas_status print_jobs(const struct cli *cli,
				  const struct sweep_run *r,
				  struct nas_err *err)
{
	const struct sweep *sweep = r->sweep;
	struct nas_text t = {0};
	int cut = 0;

	if (cli->json)
		return print_json(sweep_run_json(r), err);
	text_add(&t, "job");
	for (int i = 0; i < sweep->naxes; i++)
		text_addf(&t, "\t%s", shown(sweep->axis[i].path).s);
	text_add(&t, r->ended ? "\tstatus\n" : "\n");
	for (int job = r->first; job <= sweep->njobs; job += r->step) {
		text_addf(&t, "%04d", job);
		for (int i = 0; i < sweep->naxes; i++)
			text_addf(&t, "\t%s",
				  shown(sweep_value(sweep, job, i)).s);
		if (r->ended)
			text_addf(&t, "\t%s", r->ended[job - 1]);
		text_add(&t, "\n");
	}
	if (r->ended)
		cut = cut_rows(&t);
	print_table(&t);
	if (cut > 0)
		say("and %s more; nas sweep --status counts all of them\n",
		    number_count(cut).s);
	text_free(&t);
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct asked a = { .cli = cli };
	struct cli quiet = *cli; /* of the jobs */
	struct cli_events events;
	struct nas_err unprinted = {0};

	if (read_options(&a, cli, err) != NAS_OK)
		return err->code;
	if (cli_value(cli, "dry-run") && cli->output && !cli->force &&
	    sweep_join(a.run.sweep, cli->output, cli->arena, err) != NAS_OK)
		return err->code;
	if (cli_value(cli, "dry-run"))
		return print_jobs(cli, &a.run, err);
	if (!cli->output)
		return nas_fail(err, NAS_EUSAGE,
				"a sweep needs a folder for its runs: -o DIR");
	quiet.quiet = true;
	if (cli_events_init(&events, &quiet, err) != NAS_OK)
		return err->code;
	a.run.env = &events.env;
	(void)!sweep_run(&a.run, err);
	if (a.run.ended && print_jobs(cli, &a.run, &unprinted) != NAS_OK &&
	    err->code == NAS_OK)
		*err = unprinted;
	return err->code;
}

/* ---- --status ------------------------------------------------------------ */

static void say_jobs(const char *what, const int *job, int n, int of)
{
	if (n == 0)
		return;
	say("%s", what);
	for (int i = 0; i < n; i++)
		say("%s%d", i ? ", " : " ", job[i]);
	say(of > n ? ", ... (%d)\n" : "\n", of);
}

static void print_status(const struct sweep_status *n)
{
	struct nas_text t = { 0 };

	text_add(&t, "jobs\tok\tinfeasible\tfailed\trunning\tmissing\n");
	text_addf(&t, "%d\t%d\t%d\t%d\t%d\t%d\n", n->jobs, n->ok,
		  n->infeasible, n->failed, n->running, n->missing);
	print_table(&t);
	text_free(&t);
	say_jobs("next", n->next, n->nnext, n->missing);
	say_jobs("failed, run again by the same command:", n->failures,
		 n->nfailures, n->failed);
	if (n->seconds > 0)
		say("%.3g s a job; what is left takes %.3g s of one program\n",
		    n->seconds, n->seconds_left);
	if (n->lines_of_no_job)
		say("%d lines of " SWEEP_RECORDS " are of no job: cut short, "
		    "or of other grids\n", n->lines_of_no_job);
}

static enum nas_status status(const struct cli *cli, struct nas_err *err)
{
	struct sweep_status s;

	if (sweep_status_read(&s, cli->arg[0], cli->arena, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(form_write(&sweep_status_form, &s), err);
	print_status(&s);
	return NAS_OK;
}

/* ---- --merge ------------------------------------------------------------- */

/* The page of all jobs. */
static enum nas_status write_page(const struct cli *cli, const char *dir,
				  const struct sweep_table *table,
				  struct nas_err *err)
{
	if (table->nrows < 1)
		return NAS_OK;
	if (report_sweep_write(dir, table, cli->arena, err) == NAS_OK)
		cli_note(cli, "the page is '%s/report.html'", dir);
	return err->code;
}

static void print_rows(struct nas_text *rows)
{
	int cut = cut_rows(rows);

	print_table(rows);
	if (cut > 0)
		say("and %s more; table.csv has all of them\n",
		    number_count(cut).s);
}

static enum nas_status merge(const struct cli *cli, const char *dir,
			     struct nas_err *err)
{
	struct sweep_table *table = NAS_NEW(cli->arena, struct sweep_table, 1);

	if (!table)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	if (sweep_merge(table, dir, cli->arena, err) == NAS_OK &&
	    write_page(cli, dir, table, err) == NAS_OK) {
		if (cli->json)
			say_text(&table->json);
		else
			print_rows(&table->rows);
		if (!cli->json && table->latency_by)
			say("latency_ms is counted by %s\n",
			    shown(table->latency_by).s);
		if (table->failed > 0)
			cli_note(cli, "%d failed; the same nas sweep runs "
				 "them again", table->failed);
		cli_note(cli, "%d of %d jobs have a result; the tables are in "
			 "'%s'", table->done, table->sweep.njobs, dir);
	}
	sweep_table_free(table);
	return err->code;
}

static enum nas_status run_command(const struct cli *cli, struct nas_err *err)
{
	static const char *const status_uses[] = { "status", NULL };
	static const char *const merge_uses[] = { "merge", NULL };
	bool merges = cli_value(cli, "merge");

	if (!merges && !cli_value(cli, "status"))
		return run(cli, err);
	if (cli_takes_only(cli, merges ? "--merge" : "--status",
			   merges ? merge_uses : status_uses, err) != NAS_OK)
		return err->code;
	return merges ? merge(cli, cli->arg[0], err) : status(cli, err);
}

const struct command cmd_sweep = {
	"sweep", "CONFIG --grid PATH=V,V -o DIR",
	"run a grid of configs as independent jobs, or merge their results",
	"nas sweep configs/quick.json --grid search.seed=1..4 -o seeds\n"
	"nas sweep --status seeds\n"
	"nas sweep --merge seeds",
	options, 1, 1, run_command,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR |
	CLI_FORCE | CLI_QUIET | CLI_VERBOSE,
};
