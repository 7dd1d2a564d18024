/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas report: the page of a run, or of several, from their folders. */
#include <string.h>

#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/report/run_data.h"
#include "nas/report/run_page.h"
#include "nas/run/outputs.h"
#include "nas/run/sweep_job.h"

#define PATH_SIZE 4096

static const struct cli_option options[] = {
	{ "no-plots", 0, NULL, "write the page only, not each chart as a "
			       "file" },
	{ 0 },
};

/* The page of one run is in its folder unless -o says otherwise. */
static enum nas_status page_path(char *path, const struct cli *cli,
				 struct nas_err *err)
{
	if (cli->output) {
		if (snprintf(path, PATH_SIZE, "%s", cli->output) >= PATH_SIZE)
			return nas_fail(err, NAS_EIO, "the path is too long");
		return NAS_OK;
	}
	if (cli->nargs > 1)
		return nas_fail(err, NAS_EUSAGE, "several runs: -o says where "
				"the page goes, as in -o comparison.html");
	return file_join(path, PATH_SIZE, cli->arg[0], "report.html", err);
}

/* DIR/plots; or beside the page that -o names: PAGE-plots. */
static enum nas_status plots_path(char *path, const struct cli *cli,
				  struct nas_err *err)
{
	size_t n;

	if (!cli->output)
		return file_join(path, PATH_SIZE, cli->arg[0], "plots", err);
	n = strlen(cli->output);
	if (n > 5 && strcmp(cli->output + n - 5, ".html") == 0)
		n -= 5;
	if (snprintf(path, PATH_SIZE, "%.*s-plots", (int)n, cli->output) >=
	    PATH_SIZE)
		return nas_fail(err, NAS_EIO, "the path is too long");
	return NAS_OK;
}

static enum nas_status write_page(const struct cli *cli,
				  const struct report *report,
				  struct nas_err *err)
{
	char path[PATH_SIZE];
	struct nas_text t = {0};

	if (cli->to_stdout) {
		if (report_page(&t, report, err) == NAS_OK)
			say_text(&t);
		text_free(&t);
		return err->code;
	}
	if (page_path(path, cli, err) == NAS_OK &&
	    report_write_page(report, path, cli->force, err) == NAS_OK)
		cli_note(cli, "the page is '%s'", path);
	return err->code;
}

static enum nas_status write_plots(const struct cli *cli,
				   const struct report *report,
				   struct nas_err *err)
{
	char dir[PATH_SIZE];
	int n;

	if (plots_path(dir, cli, err) == NAS_OK &&
	    report_write_charts(&n, report, dir, cli->force, err) == NAS_OK)
		cli_note(cli, "%d charts are in '%s'", n, dir);
	return err->code;
}

/* The folder of a sweep's job that is a line is made. */
static enum nas_status make_folder(const char *dir, const struct cli *cli,
				   struct nas_err *err)
{
	struct cli quiet = *cli;
	struct cli_events events;
	bool made;

	quiet.quiet = true;
	if (cli_events_init(&events, &quiet, err) != NAS_OK ||
	    sweep_job_folder(&made, dir, &events.env, report_run_files, err) !=
		    NAS_OK)
		return err->code;
	if (made)
		cli_note(cli, "the files of '%s' are made: the job was run "
			 "again", dir);
	return NAS_OK;
}

static enum nas_status read_runs(struct report *report, const struct cli *cli,
				 struct nas_err *err)
{
	for (int i = 0; i < cli->nargs; i++)
		if (make_folder(cli->arg[i], cli, err) != NAS_OK)
			return err->code;
	return report_runs_read(report, cli->arg, cli->nargs, cli->arena, err);
}

static enum nas_status print_result(const struct cli *cli,
				    struct nas_err *err)
{
	char page[PATH_SIZE], plots[PATH_SIZE];
	struct report_output o = { .page = page };

	if (page_path(page, cli, err) != NAS_OK)
		return err->code;
	if (!cli->json) {
		say("%s\n", page);
		return NAS_OK;
	}
	if (!cli_value(cli, "no-plots")) {
		if (plots_path(plots, cli, err) != NAS_OK)
			return err->code;
		o.plots = plots;
	}
	return print_json(form_write(&report_form, &o), err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct report report = {0};
	char path[PATH_SIZE];

	if (page_path(path, cli, err) != NAS_OK ||
	    read_runs(&report, cli, err) != NAS_OK ||
	    write_page(cli, &report, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (!cli_value(cli, "no-plots") &&
	    write_plots(cli, &report, err) != NAS_OK)
		return err->code;
	return print_result(cli, err);
}

const struct command cmd_report = {
	"report", "DIR... [-o PAGE.html]",
	"draw a run, or compare several: one HTML page, each chart as SVG",
	"nas report run\nnas report seeds/0003", options, 1, -1, run,
	CLI_FORMAT | CLI_FILE | CLI_FORCE | CLI_QUIET,
};
