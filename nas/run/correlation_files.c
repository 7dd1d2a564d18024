/* SPDX-License-Identifier: GPL-3.0-or-later */
/* correlation.csv, .json, scores.csv */

#include "nas/base/csv.h"
#include "nas/run/correlation.h"

static void add_figures(struct nas_text *t, const struct correlation_figures *f)
{
	text_addf(t, ",%d", f->n);
	text_add_csv_number(t, f->spearman);
	text_add_csv_number(t, f->spearman_interval.low);
	text_add_csv_number(t, f->spearman_interval.high);
	text_add_csv_number(t, f->kendall);
	text_add_csv_number(t, f->kendall_interval.low);
	text_add_csv_number(t, f->kendall_interval.high);
}

static void add_row(struct nas_text *t, const struct correlation_row *row)
{
	csv_add(t, row->name);
	add_figures(t, &row->all);
	add_figures(t, &row->top);
	text_add_csv_number(t, row->within);
	text_add(t, "\n");
}

static void make_csv(struct nas_text *t, const struct correlation_record *r)
{
	text_add(t, "score");
	for (int k = 0; k < 2; k++) {
		const char *of = k ? "top_" : "";

		text_addf(t, ",%sn,%sspearman,%sspearman_low,%sspearman_high,"
			  "%skendall_tau_b,%skendall_tau_b_low,"
			  "%skendall_tau_b_high", of, of, of, of, of, of, of);
	}
	text_add(t, ",within_flops\n");
	for (int i = 0; i < r->nrows; i++)
		add_row(t, &r->row[i]);
	if (r->ceiling.present)
		add_row(t, &r->ceiling.row);
}

static void make_scores(struct nas_text *t, const struct correlation *c,
			const struct nas_arch_list *list)
{
	text_add(t, "network,accuracy");
	for (int r = 0; r < c->nrows; r++)
		text_addf(t, ",%s", c->row[r].name);
	text_add(t, "\n");
	for (int i = 0; i < c->n; i++) {
		csv_add(t, list->arch[i].name);
		text_add_csv_number(t, c->accuracy[i]);
		for (int r = 0; r < c->nrows; r++)
			text_add_csv_number(t, c->row[r].value[i]);
		text_add(t, "\n");
	}
}

void correlation_add_figures(struct nas_text *t,
			     const struct correlation_figures *f,
			     bool intervals)
{
	text_addf(t, "\t%s", figure_text(f->spearman, 4).s);
	if (intervals)
		text_addf(t, "\t%s", interval_text(f->spearman_interval, 3).s);
	text_addf(t, "\t%s", figure_text(f->kendall, 4).s);
	if (intervals)
		text_addf(t, "\t%s", interval_text(f->kendall_interval, 3).s);
}

enum nas_status correlation_write(const char *dir,
				  const struct correlation_record *record,
				  const struct correlation *c,
				  const struct nas_arch_list *list,
				  struct nas_err *err)
{
	struct nas_text csv = { 0 }, json = { 0 }, values = { 0 };

	if (file_make_dir(dir, err) != NAS_OK)
		return err->code;
	make_csv(&csv, record);
	make_scores(&values, c, list);
	(void)!text_write_in(&csv, dir, "correlation.csv", err);
	(void)!text_write_in(&values, dir, "scores.csv", err);
	if (text_add_json(&json, form_write(&correlation_form, record), err) ==
	    NAS_OK)
		(void)!text_write_in(&json, dir, "correlation.json", err);
	text_free(&csv);
	text_free(&values);
	text_free(&json);
	return err->code;
}
