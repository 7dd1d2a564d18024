/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas calibrate: the grid of (sigma_a, sigma_w) against measured
 * accuracies. */
#include <math.h>
#include <string.h>

#include "nas/run/calibration.h"
#include "nas/cli/load.h"
#include "nas/cli/print.h"
#include "spaces/arch.h"

#define RESAMPLES_MAX 1000000

static const struct cli_option options[] = {
	{ "sigmas", 0, "LIST", "values of sigma_a and sigma_w; default "
			       "1,2,3,4,5,6,8,12,16" },
	{ "accuracy", 0, "NAME", "column of the accuracies; default 'accuracy', "
				 "or the only one besides bits_a and bits_w" },
	{ "bootstrap", 0, "N", "resamples for the intervals; default 1000" },
	{ 0 },
};

static enum nas_status read_sigmas(struct calibration_record *r,
				   const struct cli *cli, struct nas_err *err)
{
	const char *s = cli_value(cli, "sigmas");

	r->sigma = NAS_NEW(cli->arena, double, CALIBRATE_SIGMAS_MAX);
	if (!r->sigma)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the sigmas");
	if (cli_parse_numbers("--sigmas", s ? s : "1,2,3,4,5,6,8,12,16",
			      ARCH_SIGMA_MIN, ARCH_SIGMA_MAX, r->sigma,
			      CALIBRATE_SIGMAS_MAX, &r->nsigmas, err))
		return err->code;
	for (int i = 0; i < r->nsigmas; i++)
		for (int k = 0; k < i; k++)
			if (r->sigma[i] == r->sigma[k])
				return nas_fail(err, NAS_EUSAGE, "--sigmas: "
						"%g twice", r->sigma[i]);
	return NAS_OK;
}

static enum nas_status read_options(struct calibration_record *r,
				    const struct cli *cli, struct nas_err *err)
{
	double resamples = 1000;

	r->level = 0.95;
	r->seed = (int64_t)cli_seed(cli, 1);
	if (read_sigmas(r, cli, err) != NAS_OK ||
	    cli_number(cli, "bootstrap", 0, RESAMPLES_MAX, &resamples, err))
		return err->code;
	r->resamples = (int)resamples;
	return NAS_OK;
}

static void add_figure(struct text *t, const char *name, double x,
		       struct interval interval, double level)
{
	text_addf(t, "  %-14s %s", name, figure_text(x, 6).s);
	if (isfinite(interval.low))
		text_addf(t, "   %g %%: %s", 100 * level,
			  interval_text(interval, 4).s);
	text_add(t, "\n");
}

static void add_ties(struct text *t, const struct calibration_record *r)
{
	if (r->nties == 0)
		text_add(t, "No other pair ranks as well.\n");
	else
		text_addf(t, "%d other pair%s as well:", r->nties,
			  r->nties == 1 ? " ranks" : "s rank");
	for (int i = 0; i < r->nties; i++)
		text_addf(t, "%s (%g, %g), Pearson %s", i ? "," : "",
			  r->tie[i].sigma_a, r->tie[i].sigma_w,
			  figure_text(r->tie[i].pearson, 6).s);
	text_add(t, r->nties ? "\n" : "");
}

void calibration_summary(struct text *t, const struct calibration_record *r)
{
	const struct calibration_best *b = &r->best.best;

	text_addf(t, "%d rows, %d pairs; correlation of ln sigma_hat(sigma_a, "
		  "bits_a) + ln sigma_hat(sigma_w, bits_w) with %s\n",
		  r->rows, r->ncells, r->accuracy);
	if (!r->best.present) {
		text_add(t, "No pair has a correlation: all rows have equal "
			 "scores.\n");
		return;
	}
	text_addf(t, "best: sigma_a = %g, sigma_w = %g\n", b->cell.sigma_a,
		  b->cell.sigma_w);
	add_figure(t, "Spearman", b->cell.spearman, b->spearman, r->level);
	add_figure(t, "Kendall tau-b", b->cell.kendall, b->kendall, r->level);
	add_figure(t, "Pearson", b->cell.pearson, b->pearson, r->level);
	add_ties(t, r);
}

/* Spearman of all pairs. */
static void print_grid(const struct calibration_record *r)
{
	struct text t = { 0 };

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
	struct text t = { 0 };

	if (cli->json)
		return print_json(form_write(&calibration_form, r), err);
	print_grid(r);
	text_add(&t, "\n");
	calibration_summary(&t, r);
	if (t.failed)
		(void)!nas_fail(err, NAS_ENOMEM, "cannot print the result");
	else
		fputs(t.data, stdout);
	text_free(&t);
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct calibration_record r = { 0 };
	struct calibrate_table table;
	struct calibration c;

	if (output_refuse_filled(cli, err) != NAS_OK ||
	    read_options(&r, cli, err) != NAS_OK ||
	    calibration_read(&table, &r, cli, err) != NAS_OK)
		return err->code;
	if (calibrate(&c, &table,
		      &(struct calibrate_options){
			      .sigma = r.sigma, .nsigmas = r.nsigmas,
			      .resamples = r.resamples, .level = r.level,
			      .seed = (uint64_t)r.seed,
			      .threads = cli->threads },
		      cli->arena, err) != NAS_OK ||
	    calibration_record_make(&r, &c, cli->arena, err) != NAS_OK ||
	    (cli->output && calibration_write(cli, &r, err) != NAS_OK))
		return err->code;
	return print(cli, &r, err);
}

const struct command cmd_calibrate = {
	"calibrate", "TABLE.csv [-o DIR]",
	"find the sigmas whose score ranks measured accuracies best",
	"nas calibrate mobilenetv2_bits_accuracy.csv -o calibration",
	options, 1, 1, run,
};
