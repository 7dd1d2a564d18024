/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sweep: a grid of runs as independent jobs; and one table of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/cli/events.h"
#include "nas/cli/print.h"
#include "nas/cli/run_print.h"
#include "nas/cli/values.h"
#include "nas/report/run_page.h"
#include "nas/report/sweep_page.h"
#include "evolve/ranks/checkpoint.h"
#include "nas/cli/cmd_sweep.h"
#include "nas/run/sweep_records.h"

#define KEEP_MOST 1000

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
	{ "dry-run", 0, NULL, "list the jobs, run none" },
	{ "merge", 0, NULL, "write table.csv, table.json and report.html of "
			    "the jobs in the folder given instead of CONFIG" },
	{ 0 },
};

struct shard {
	int first, step; /* jobs first, first + step, ... */
	int keep;
	bool files;
	struct sweep_records *records; /* NULL with files */
	bool compared; /* the config with that of a line */
};

static enum nas_status read_shard(const struct cli *cli, struct shard *shard,
				  struct nas_err *err)
{
	const char *text = cli_value(cli, "shard");
	int i = 1, n = 1, end = 0;

	if (text && (sscanf(text, "%d/%d%n", &i, &n, &end) != 2 || text[end] ||
		     i < 1 || i > n))
		return nas_fail(err, NAS_EUSAGE, "--shard is I/N with I from 1 "
				"to N, not '%.40s'", text);
	*shard = (struct shard){ .first = i, .step = n, .keep = 1,
				 .files = cli_value(cli, "files") != NULL };
	return NAS_OK;
}

/* The command line of one job: the sets, then the grid's values. */
static enum nas_status job_cli(struct cli *job, const struct cli *cli,
			       const struct sweep *sweep, int number,
			       char *dir, struct nas_err *err)
{
	*job = *cli;
	job->json = false;
	job->quiet = true;
	job->force = false;
	job->output = dir;
	for (int i = 0; i < sweep->naxes; i++)
		if (cli_add_set(job, sweep->axis[i].path,
				sweep_value(sweep, number, i), err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

/* What a job was, on one line: "search.seed=1 search.islands=4". */
static void describe(const struct sweep *sweep, int job, char *text,
		     size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (int i = 0; i < sweep->naxes && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s=%s",
				      i ? " " : "", sweep->axis[i].path,
				      sweep_value(sweep, job, i));
}

static const char *end_name(enum nas_status status)
{
	if (status == NAS_OK)
		return "ok";
	if (status == NAS_EINFEASIBLE)
		return "infeasible";
	return status == NAS_EINTERRUPTED ? "interrupted" : "failed";
}

static enum nas_status run_one(const struct cli *cli, struct nas_run *run,
			       const char *checkpoint, struct nas_err *err)
{
	struct nas_run_request request = {
		.config = cli->arg[0], .set = cli->set, .nsets = cli->nsets,
		.output = checkpoint ? NULL : cli->output,
		.checkpoint = checkpoint, .resume = true,
		.skip_finished = true, .more = report_run_files,
	};
	struct cli_events *events = NAS_NEW(cli->arena, struct cli_events, 1);

	if (!events)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	if (cli_events_init(events, cli, err) != NAS_OK)
		return err->code;
	(void)!run_all(run, &events->env, &request, err);
	run_note_speed(cli, run);
	return err->code;
}

/* A job that ended, as a line; then its checkpoint is of no more use. */
static enum nas_status record(struct shard *shard, int number,
			      const struct nas_run *run,
			      const char *checkpoint, struct nas_err *err)
{
	enum nas_status status = err->code;
	bool answer = status == NAS_OK || status == NAS_EINFEASIBLE;
	struct nas_err own = { 0 };

	if (status == NAS_EINTERRUPTED)
		return status;
	if (sweep_records_add(shard->records, number, run, shard->keep,
			      answer ? NULL : nas_err_msg(err, 0), &own)) {
		if (status == NAS_OK)
			*err = own;
		return err->code;
	}
	if (answer)
		checkpoint_remove(checkpoint);
	return err->code;
}

/* DIR/0001.checkpoint */
static enum nas_status checkpoint_of(char *path, size_t size, const char *dir,
				     struct nas_err *err)
{
	if ((size_t)snprintf(path, size, "%s.checkpoint", dir) >= size)
		return nas_fail(err, NAS_EIO, "the path is too long");
	return NAS_OK;
}

/* One job; its failure is told and kept, and does not end the sweep. */
static enum nas_status run_job(const struct cli *cli, const struct sweep *sweep,
			       struct shard *shard, int number,
			       struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(cli->arena);
	struct nas_run *run = NAS_NEW(cli->arena, struct nas_run, 1);
	char dir[4096], checkpoint[4096], text[256];
	struct cli job;
	double begin = clock_s();

	if (!run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	if (sweep_job_dir(dir, sizeof(dir), cli->output, number, err) ||
	    checkpoint_of(checkpoint, sizeof(checkpoint), dir, err) ||
	    job_cli(&job, cli, sweep, number, dir, err) != NAS_OK ||
	    run_one(&job, run, shard->files ? NULL : checkpoint, err) != NAS_OK)
		NAS_BUG_IF(err->code == NAS_OK);
	if (!shard->files)
		(void)!record(shard, number, run, checkpoint, err);
	describe(sweep, number, text, sizeof(text));
	cli_note(cli, "job %d of %d, %s: %s, %.3g s", number, sweep->njobs,
		 text, nas_status_text(err->code), clock_s() - begin);
	arena_rewind(cli->arena, mark);
	return err->code;
}

/* The line of a job that is skipped is of the config that it would run. */
static enum nas_status compare(const struct cli *cli, const struct sweep *sweep,
			       const struct shard *shard, int number,
			       struct nas_err *err)
{
	struct nas_config *config = NAS_NEW(cli->arena, struct nas_config, 1);
	struct json_doc doc = { 0 };
	char dir[4096], *now, *then;
	struct cli job;

	if (!config)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	if (sweep_job_dir(dir, sizeof(dir), cli->output, number, err) ||
	    job_cli(&job, cli, sweep, number, dir, err) != NAS_OK ||
	    config_read(config, job.arg[0], job.set, job.nsets, cli->arena,
			err) != NAS_OK ||
	    sweep_records_get(shard->records, number, &doc, err) != NAS_OK)
		return err->code;
	now = sweep_config_line(config);
	then = json_print_line(cJSON_GetObjectItemCaseSensitive(doc.root,
								"config"));
	if (!now || !then)
		nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	else if (strcmp(now, then) != 0)
		nas_fail(err, NAS_EINPUT, "'%.200s' has the results of another "
			 "config: job %d differs; use another folder",
			 shard->records->path, number);
	free(now);
	free(then);
	json_free(&doc);
	return err->code;
}

/* Take a job that has no answer and that no other program works on; *why: how
 * it is where it is not taken. */
static bool take(const struct cli *cli, const struct sweep *sweep,
		 struct shard *shard, int number, const char **why,
		 struct nas_err *err)
{
	struct sweep_records *r = shard->records;
	const struct sweep_record *record = &r->job[number - 1];

	*why = NULL;
	if (!sweep_record_ended(record)) {
		if (!sweep_records_claim(r, number)) {
			*why = "running";
			return false;
		}
		if (sweep_records_read(r, err) == NAS_OK &&
		    !sweep_record_ended(record))
			return true;
		sweep_records_release(r, number);
		if (err->code != NAS_OK)
			return false;
	}
	*why = record->status[0] == 'o' ? "ok" : "infeasible";
	if (!shard->compared)
		(void)!compare(cli, sweep, shard, number, err);
	shard->compared = true;
	return false;
}

/* Of the shard. */
static int jobs_of(const struct sweep *sweep, const struct shard *shard)
{
	return sweep->njobs < shard->first
		       ? 0 : (sweep->njobs - shard->first) / shard->step + 1;
}

static bool is_taken(const char *why)
{
	return why && strcmp(why, "running") == 0;
}

/* Where a program that meets others goes on, so that they do not ask for the
 * same jobs one after another: any place but the first. */
static int place_of_own(int n)
{
	uint64_t x = (uint64_t)(clock_s() * 1e6) * 0x9e3779b97f4a7c15u;

	return n > 1 ? 1 + (int)((x >> 33) % (uint64_t)(n - 1)) : 1;
}

/* The worst that happened; no answer inside the budgets is an answer here.
 * ended: (njobs) how each ended. */
static enum nas_status run_jobs(const struct cli *cli,
				const struct sweep *sweep,
				struct shard *shard, const char **ended,
				struct nas_err *err)
{
	static struct nas_err one;
	int failed = 0, n = jobs_of(sweep, shard), from = 0;

	for (int k = 0; k < n; k++) {
		int job = shard->first + (from + k) % n * shard->step;
		enum nas_status status;

		memset(&one, 0, sizeof(one));
		if (!shard->files && !take(cli, sweep, shard, job,
					   &ended[job - 1], &one)) {
			if (one.code != NAS_OK) {
				*err = one;
				return err->code;
			}
			if (from == 0 && is_taken(ended[job - 1])) {
				from = place_of_own(n);
				k = -1; /* all of them again, from there */
			}
			continue;
		}
		status = run_job(cli, sweep, shard, job, &one);
		if (!shard->files)
			sweep_records_release(shard->records, job);
		ended[job - 1] = end_name(status);
		if (status == NAS_OK || status == NAS_EINFEASIBLE)
			continue;
		if (status == NAS_EINTERRUPTED) {
			*err = one;
			return status;
		}
		if (failed++ == 0)
			*err = one;
		else
			nas_err_print(&one, stderr);
	}
	return err->code;
}

static cJSON *job_json(const struct cli *cli, const struct sweep *sweep,
		       int job, const char *ended, bool files)
{
	cJSON *o = json_add_int64(cJSON_CreateObject(), "job", job);
	cJSON *set = cJSON_CreateObject();
	struct nas_err ignored = {0};
	char dir[4096];

	for (int i = 0; i < sweep->naxes; i++)
		json_add_string(set, sweep->axis[i].path,
				sweep_value(sweep, job, i));
	json_add(o, "set", set);
	if (files && cli->output &&
	    sweep_job_dir(dir, sizeof(dir), cli->output, job, &ignored) ==
		    NAS_OK)
		json_add_string(o, "directory", dir);
	if (ended)
		json_add_string(o, "status", ended);
	return o;
}

static enum nas_status print_jobs_json(const struct cli *cli,
				       const struct sweep *sweep,
				       const struct shard *shard,
				       const char *const *ended,
				       struct nas_err *err)
{
	cJSON *o = json_add_string(json_object("nas/sweep-jobs/1"), "config",
				   sweep->config);
	cJSON *jobs = cJSON_CreateArray();

	json_add_int64(o, "jobs_of_grid", sweep->njobs);
	for (int job = shard->first; job <= sweep->njobs; job += shard->step)
		json_append(jobs, job_json(cli, sweep, job,
					   ended ? ended[job - 1] : NULL,
					   shard->files));
	return print_json(json_add(o, "jobs", jobs), err);
}

/* The jobs of the shard, and how they ended; NULL = none was run. */
static enum nas_status print_jobs(const struct cli *cli,
				  const struct sweep *sweep,
				  const struct shard *shard,
				  const char *const *ended,
				  struct nas_err *err)
{
	struct nas_text t = {0};

	if (cli->json)
		return print_jobs_json(cli, sweep, shard, ended, err);
	text_add(&t, "job");
	for (int i = 0; i < sweep->naxes; i++)
		text_addf(&t, "\t%s", shown(sweep->axis[i].path).s);
	text_add(&t, ended ? "\tstatus\n" : "\n");
	for (int job = shard->first; job <= sweep->njobs; job += shard->step) {
		text_addf(&t, "%04d", job);
		for (int i = 0; i < sweep->naxes; i++)
			text_addf(&t, "\t%s",
				  shown(sweep_value(sweep, job, i)).s);
		if (ended)
			text_addf(&t, "\t%s", ended[job - 1]);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
	return NAS_OK;
}

static enum nas_status run_and_print(const struct cli *cli,
				     const struct sweep *sweep,
				     struct shard *shard, struct nas_err *err)
{
	const char **ended = NAS_NEW(cli->arena, const char *,
				     (size_t)sweep->njobs);
	struct nas_err unprinted = {0};

	if (!ended)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the jobs");
	for (int i = 0; i < sweep->njobs; i++)
		ended[i] = "not run";
	(void)!run_jobs(cli, sweep, shard, ended, err);
	if (!shard->files && sweep_records_read(shard->records, &unprinted))
		return unprinted.code;
	for (int i = 0; !shard->files && i < sweep->njobs; i++)
		if (sweep_record_ended(&shard->records->job[i]))
			ended[i] = shard->records->job[i].status;
	if (print_jobs(cli, sweep, shard, ended, &unprinted) != NAS_OK &&
	    err->code == NAS_OK)
		*err = unprinted;
	return err->code;
}

static enum nas_status sweep_run(const struct cli *cli, struct nas_err *err)
{
	const char *grids[CLI_VALUES_MAX];
	int n = cli_values(cli, "grid", grids, CLI_VALUES_MAX);
	struct sweep *sweep = NAS_NEW(cli->arena, struct sweep, 1);
	struct sweep_records *records =
		NAS_NEW(cli->arena, struct sweep_records, 1);
	struct shard shard = { .first = 1, .step = 1 };
	int64_t keep = 1;

	if (!sweep || !records)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	sweep->config = cli->arg[0];
	if (sweep_parse(sweep, grids, n, cli->arena, err) != NAS_OK ||
	    read_shard(cli, &shard, err) != NAS_OK ||
	    cli_whole(cli, "keep", 1, KEEP_MOST, &keep, err) != NAS_OK)
		return err->code;
	shard.keep = (int)keep;
	if (cli_value(cli, "dry-run"))
		return print_jobs(cli, sweep, &shard, NULL, err);
	if (!cli->output)
		return nas_fail(err, NAS_EUSAGE,
				"a sweep needs a folder for its runs: -o DIR");
	if (sweep_write(sweep, cli->output, cli->force, cli->arena, err))
		return err->code;
	if (shard.files)
		return run_and_print(cli, sweep, &shard, err);
	if (sweep_records_open(records, cli->output, sweep, true, cli->arena,
			       err) != NAS_OK)
		return err->code;
	shard.records = records;
	(void)!run_and_print(cli, sweep, &shard, err);
	sweep_records_close(records);
	return err->code;
}

/* The page of all jobs. */
static enum nas_status write_page(const struct cli *cli, const char *dir,
				  const struct sweep_table *table,
				  struct nas_err *err)
{
	struct nas_text t = {0};
	char path[4096];

	if (table->nrows < 1)
		return NAS_OK;
	if (file_join(path, sizeof(path), dir, "report.html", err) == NAS_OK &&
	    report_sweep_page(&t, table, cli->arena, err) == NAS_OK &&
	    text_write(&t, path, err) == NAS_OK)
		cli_note(cli, "the page is '%s'", path);
	text_free(&t);
	return err->code;
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
			print_table(&table->rows);
		cli_note(cli, "%d of %d jobs have a result; the tables are in "
			 "'%s'", table->done, table->sweep.njobs, dir);
	}
	sweep_table_free(table);
	return err->code;
}

static enum nas_status run_command(const struct cli *cli, struct nas_err *err)
{
	if (cli_value(cli, "status"))
		return sweep_status_print(cli, cli->arg[0], err);
	if (cli_value(cli, "merge"))
		return merge(cli, cli->arg[0], err);
	return sweep_run(cli, err);
}

const struct command cmd_sweep = {
	"sweep", "CONFIG --grid PATH=V,V -o DIR",
	"run a grid of configs as independent jobs, or merge their results",
	"nas sweep configs/quick.json --grid search.seed=1..4 -o seeds\n"
	"nas sweep --status seeds\n"
	"nas sweep --merge seeds",
	options, 1, 1, run_command,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR |
	CLI_FORCE | CLI_QUIET,
};
