/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas calibrate: the grid of (sigma_a, sigma_w) against measured
 * accuracies. */

#include "nas/run/calibration.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "nas/cli/values.h"
#include "nas/report/study.h"

#define RESAMPLES_MAX 1000000

static const struct cli_option options[] = {
	{ "sigmas", 0, "LIST", "values of sigma_a and sigma_w; default "
			       CALIBRATE_SIGMAS_TEXT },
	{ "bootstrap", 0, "N", "resamples for the intervals; default 1000" },
	{ 0 },
};

static enum nas_status read_options(struct calibration_record *r,
				    const struct cli *cli, struct nas_err *err)
{
	int64_t resamples = 1000;

	r->level = 0.95;
	r->seed = (int64_t)cli_seed(cli, 1);
	if (calibration_read_sigmas(r, cli_value(cli, "sigmas"), cli->arena,
				    err) != NAS_OK ||
	    cli_whole(cli, "bootstrap", 0, RESAMPLES_MAX, &resamples, err))
		return err->code;
	r->resamples = (int)resamples;
	return NAS_OK;
}

/* Spearman of all pairs. */
static void print_grid(const struct calibration_record *r)
{
	struct nas_text t = { 0 };

	text_add(&t, "Spearman, sigma_a");
	for (int i = 0; i < r->nsigmas; i++)
		text_addf(&t, "\tw %g", r->sigma[i]);
	text_add(&t, "\n");
	for (int i = 0; i < r->ncells; i++) {
		if (i % r->nsigmas == 0)
			text_addf(&t, "%g", r->cell[i].sigma_a);
		text_addf(&t, "\t%s", figure_text(r->cell[i].spearman, 4).s);
		if ((i + 1) % r->nsigmas == 0)
			text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status print(const struct cli *cli,
			     const struct calibration_record *r,
			     struct nas_err *err)
{
	struct nas_text t = { 0 };

	if (cli->json)
		return print_json(form_write(&calibration_form, r), err);
	print_grid(r);
	text_add(&t, "\n");
	calibration_summary(&t, r);
	say_text(&t);
	text_free(&t);
	return NAS_OK;
}

static enum nas_status write_files(const struct cli *cli,
				   const struct calibration_record *r,
				   struct nas_err *err)
{
	struct nas_text svg = { 0 };

	if (calibration_write(cli->output, r, err) != NAS_OK)
		return err->code;
	report_calibration(&svg, r);
	if (output_add_file(cli, "calibration.svg", &svg, err) == NAS_OK)
		cli_note(cli, "'%.200s' holds calibration.csv, .json, .svg "
			 "and .txt", cli->output);
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct calibration_record r = { 0 };
	struct calibrate_table table;
	struct progress_watch watch;
	struct calibration c;

	if (output_refuse_filled(cli, err) != NAS_OK ||
	    read_options(&r, cli, err) != NAS_OK ||
	    calibration_read(&table, &r, cli->arg[0], cli->arena, err))
		return err->code;
	if (calibrate(&c, &table,
		      &(struct calibrate_options){
			      .sigma = r.sigma, .nsigmas = r.nsigmas,
			      .resamples = r.resamples, .level = r.level,
			      .seed = (uint64_t)r.seed,
			      .threads = cli->threads,
			      .watch = progress_watch(&watch, cli->quiet,
						      "calibration") },
		      cli->arena, err) != NAS_OK ||
	    calibration_record_make(&r, &c, cli->arena, err) != NAS_OK)
		return err->code;
	progress_end(&watch.progress);
	if (cli->output && write_files(cli, &r, err) != NAS_OK)
		return err->code;
	return print(cli, &r, err);
}

const struct command cmd_calibrate = {
	"calibrate", "TABLE [-o DIR]",
	"find the sigmas whose score ranks measured accuracies best",
	"nas calibrate tests/data/mobilenetv2_bits_accuracy.json -o calibration",
	options, 1, 1, run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_DIR | CLI_FORCE |
	CLI_QUIET,
};
