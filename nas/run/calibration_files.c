/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calibration.csv, .json, .txt */
#include <math.h>

#include "nas/run/calibration.h"

static void make_csv(struct nas_text *t, const struct calibration_record *r)
{
	char number[32];

	text_add(t, "sigma_a,sigma_w,spearman,kendall_tau_b,pearson\n");
	for (int i = 0; i < r->ncells; i++) {
		json_format_number(number, r->cell[i].sigma_a);
		text_add(t, number);
		text_add_csv_number(t, r->cell[i].sigma_w);
		text_add_csv_number(t, r->cell[i].spearman);
		text_add_csv_number(t, r->cell[i].kendall);
		text_add_csv_number(t, r->cell[i].pearson);
		text_add(t, "\n");
	}
}

static void add_figure(struct nas_text *t, const char *name, double x,
		       struct interval interval, double level)
{
	text_addf(t, "  %-14s %s", name, figure_text(x, 6).s);
	if (isfinite(interval.low))
		text_addf(t, "   %g %%: %s", 100 * level,
			  interval_text(interval, 4).s);
	text_add(t, "\n");
}

static void add_ties(struct nas_text *t, const struct calibration_record *r)
{
	if (r->nties == 0)
		text_add(t, "No other pair ranks equally well.\n");
	else
		text_addf(t, "%d other pair%s equally well:", r->nties,
			  r->nties == 1 ? " ranks" : "s rank");
	for (int i = 0; i < r->nties; i++)
		text_addf(t, "%s (%g, %g), Pearson %s", i ? "," : "",
			  r->tie[i].sigma_a, r->tie[i].sigma_w,
			  figure_text(r->tie[i].pearson, 6).s);
	text_add(t, r->nties ? "\n" : "");
}

void calibration_summary(struct nas_text *t, const struct calibration_record *r)
{
	const struct calibration_best *b = &r->best.best;

	text_addf(t, "%d networks, %d pairs; correlation of ln sigma_hat(sigma_a, "
		  "bits_a) + ln sigma_hat(sigma_w, bits_w) with accuracy\n",
		  r->rows, r->ncells);
	if (!r->best.present) {
		text_add(t, "No pair has a correlation: all networks have equal "
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

static const struct {
	const char *name;
	void (*make)(struct nas_text *t, const struct calibration_record *r);
} files[] = {
	{ "calibration.csv", make_csv },
	{ "calibration.txt", calibration_summary },
};

enum nas_status calibration_write(const char *dir,
				  const struct calibration_record *r,
				  struct nas_err *err)
{
	struct nas_text json = { 0 };

	if (file_make_dir(dir, err) != NAS_OK)
		return err->code;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct nas_text t = { 0 };

		files[i].make(&t, r);
		(void)!text_write_in(&t, dir, files[i].name, err);
		text_free(&t);
	}
	if (text_add_json(&json, form_write(&calibration_form, r), err) ==
	    NAS_OK)
		(void)!text_write_in(&json, dir, "calibration.json", err);
	text_free(&json);
	return err->code;
}
