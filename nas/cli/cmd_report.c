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

/* Made here, so that it may be replaced: the mark is in its beginning. */
static bool is_ours(const char *path, const char *mark)
{
	char head[512];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return false;
	n = fread(head, 1, sizeof(head) - 1, f);
	fclose(f);
	head[n] = '\0';
	return strstr(head, mark) != NULL;
}

static enum nas_status write_file(const struct cli *cli,
				  const struct nas_text *text, const char *path,
				  const char *mark, struct nas_err *err)
{
	if (file_exists(path) && !cli->force && !is_ours(path, mark))
		return nas_fail(err, NAS_EIO, "'%.200s' exists and was not "
				"made by nas report; --force replaces it",
				path);
	return text_write(text, path, err);
}

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

	if (page_path(path, cli, err) == NAS_OK &&
	    report_page(&t, report, err) == NAS_OK) {
		if (cli->to_stdout)
			(void)!output_write_text(cli, &t, err);
		else if (write_file(cli, &t, path, REPORT_MARK, err) == NAS_OK)
			cli_note(cli, "the page is '%s'", path);
	}
	text_free(&t);
	return err->code;
}

static enum nas_status write_plot(const struct cli *cli,
				  const struct report *report,
				  const struct chart *chart, const char *dir,
				  struct nas_err *err)
{
	char path[PATH_SIZE], name[64];
	struct nas_text t = {0};

	snprintf(name, sizeof(name), "%s.svg", chart->name);
	report_svg(&t, chart, report);
	if (file_join(path, sizeof(path), dir, name, err) == NAS_OK)
		(void)!write_file(cli, &t, path, REPORT_SVG_MARK, err);
	text_free(&t);
	return err->code;
}

static enum nas_status write_plots(const struct cli *cli,
				   const struct report *report,
				   struct nas_err *err)
{
	char dir[PATH_SIZE];
	int n, written = 0;
	const struct chart *const *charts = report_charts(report, &n);

	if (plots_path(dir, cli, err) != NAS_OK ||
	    file_make_dir(dir, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < n; i++) {
		if (report_absent(charts[i], report))
			continue;
		if (write_plot(cli, report, charts[i], dir, err) != NAS_OK)
			return err->code;
		written++;
	}
	cli_note(cli, "%d charts are in '%s'", written, dir);
	return NAS_OK;
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
	report->nruns = cli->nargs;
	report->run = NAS_NEW(cli->arena, struct report_run,
			      (size_t)cli->nargs);
	if (!report->run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the runs");
	for (int i = 0; i < cli->nargs; i++)
		if (make_folder(cli->arg[i], cli, err) != NAS_OK ||
		    report_run_read(&report->run[i], cli->arg[i], cli->arena,
				    err) != NAS_OK ||
		    report_run_label(report, i, cli->arena, err) != NAS_OK)
			return err->code;
	return NAS_OK;
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
