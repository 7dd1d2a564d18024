/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several runs: scores and bounds, budgets, time, in rows. */
#include <math.h>
#include <string.h>

#include "nas/report/charts.h"
#include "nas/report/palette.h"
#include "nas/report/rows.h"

static bool has_network(const struct report_run *run)
{
	return run->best[0].rank > 0;
}

const char *runs_absent(const struct report *r)
{
	for (int i = 0; i < r->nruns; i++)
		if (has_network(&r->run[i]))
			return NULL;
	return "None of the runs found a network inside its budgets.";
}

static struct range score_range(const struct report *r)
{
	struct range range = RANGE_EMPTY;

	for (int i = 0; i < r->nruns; i++) {
		if (has_network(&r->run[i]))
			range_add(&range, r->run[i].best[0].of->score);
		if (bound_of(&r->run[i]))
			range_add(&range, bound_of(&r->run[i])->upper_bound);
	}
	range_widen(&range, 0.06, 0.06);
	return range;
}

static void draw_score(struct bar_rows *rows, const struct report_run *run, int i)
{
	const struct nas_certificate_record *c = bound_of(run);
	char value[160];
	double y, x, bound;

	snprintf(value, sizeof(value), "no network inside the budgets");
	if (has_network(run))
		snprintf(value, sizeof(value), "%s%s%s",
			 number_fixed(run->best[0].of->score, 2).s,
			 c ? ", bound " : "",
			 c ? number_fixed(c->upper_bound, 2).s : "");
	y = rows_next(rows, run->label, value);
	svg_line(rows->svg, rows->scale.from, y, rows->scale.to, y,
		 "axis l-grid");
	if (c) {
		bound = scale_at(&rows->scale, c->upper_bound);
		svg_line(rows->svg, bound, y - 7, bound, y + 7, "line l-ink");
	}
	if (!has_network(run))
		return;
	x = run->best[0].of->score;
	if (c)
		svg_line(rows->svg, scale_at(&rows->scale, x), y,
			 scale_at(&rows->scale, c->upper_bound), y,
			 "line l-ink faint");
	rows_dot(rows, y, x, palette_run_dot(i));
}

const char *score_title(const struct report *r)
{
	for (int i = 1; i < r->nruns; i++)
		if (strcmp(run_score(&r->run[i]), run_score(&r->run[0])) != 0)
			return "score";
	return run_score(&r->run[0]);
}

static void draw_scores(struct svg *s, const struct report *r)
{
	struct range range = score_range(r);
	struct axis axis = { .title = score_title(r), .lo = range.lo,
			     .hi = range.hi };
	struct bar_rows rows;

	rows_open(&rows, s, r->nruns, &axis);
	for (int i = 0; i < r->nruns; i++)
		draw_score(&rows, &r->run[i], i);
}

static void scores_caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_add(t, "A disc is the best network of a run; an upright stroke, "
		    "where there is a certificate, is the score that no "
		    "network of its space inside its budgets exceeds.");
}

static void scores_numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Run", COLUMN_TEXT },	   { "Score", COLUMN_NUMBER },
		{ "Bound", COLUMN_NUMBER }, { "Gap", COLUMN_NUMBER },
	};

	table_open(t, columns, 4);
	for (int i = 0; i < r->nruns; i++) {
		const struct report_run *run = &r->run[i];
		const struct nas_certificate_record *c = bound_of(run);
		bool known = has_network(run);

		table_row(t);
		table_text(t, run->label);
		table_number(t, number_fixed(
			known ? run->best[0].of->score : UNKNOWN, 6));
		table_number(t, number_fixed(
			c ? c->upper_bound : UNKNOWN, 6));
		table_number(t, c && known
					? number_short(c->gap)
					: number_count(UNKNOWN));
	}
	table_close(t);
}

const struct chart chart_runs_scores = {
	.name = "scores", .title = "Best scores and bounds", .half = true,
	.absent = runs_absent, .draw = draw_scores,
	.caption = scores_caption, .numbers = scores_numbers,
};

static double share(const struct report_run *run,
		    const struct nas_budget_kind *b)
{
	return report_figure(run->best[0].of, b) / run->limit[budget_index(b)];
}

static int count_shares(const struct report *r)
{
	int n = 0;

	for (int i = 0; i < r->nruns; i++)
		EACH_BUDGET(b)
			n += isfinite(r->run[i].limit[budget_index(b)]);
	return n;
}

static const char *budgets_absent(const struct report *r)
{
	return count_shares(r) ? NULL : "The configs limit no budget.";
}

static void draw_share(struct bar_rows *rows, const struct report_run *run, int i,
		       const struct nas_budget_kind *b)
{
	char label[200], value[160];
	double y;

	snprintf(label, sizeof(label), "%s: %s", b->label,
		 run->label);
	snprintf(value, sizeof(value), "%s of %s",
		 number_percent(share(run, b)).s,
		 budget_number(run->limit[budget_index(b)], b).s);
	y = rows_next(rows, label, value);
	rows_bar(rows, y, 100 * share(run, b), palette_run_dot(i));
}

static void draw_budgets(struct svg *s, const struct report *r)
{
	struct axis axis = { .title = "share of the budget (%)", .hi = 105 };
	struct bar_rows rows;

	for (int i = 0; i < r->nruns; i++)
		EACH_BUDGET(b)
			if (isfinite(r->run[i].limit[budget_index(b)]))
				axis.hi = fmax(axis.hi,
					       105 * share(&r->run[i], b));
	rows_open(&rows, s, count_shares(r), &axis);
	EACH_BUDGET(b)
		for (int i = 0; i < r->nruns; i++)
			if (isfinite(r->run[i].limit[budget_index(b)]))
				draw_share(&rows, &r->run[i], i, b);
	rows_line(&rows, 100, "line l-red");
}

static void budgets_caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_add(t, "What the best network of each run needs of each budget "
		    "that its config limits; the red stroke is the limit.");
}

static void budgets_numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Run", COLUMN_TEXT },	     { "Budget", COLUMN_TEXT },
		{ "Needed", COLUMN_NUMBER }, { "Limit", COLUMN_NUMBER },
		{ "Share", COLUMN_NUMBER },
	};

	table_open(t, columns, 5);
	for (int i = 0; i < r->nruns; i++)
		EACH_BUDGET(b) {
			const struct report_run *run = &r->run[i];

			if (!isfinite(run->limit[budget_index(b)]))
				continue;
			table_row(t);
			table_text(t, run->label);
			table_text(t, b->label);
			table_number(t, number_short(report_figure(run->best[0].of, b)));
			table_number(t, number_short(run->limit[budget_index(b)]));
			table_number(t, number_percent(share(run, b)));
		}
	table_close(t);
}

const struct chart chart_runs_budgets = {
	.name = "budgets", .title = "Budgets used",
	.absent = budgets_absent, .draw = draw_budgets,
	.caption = budgets_caption, .numbers = budgets_numbers,
};

static const char *time_absent(const struct report *r)
{
	for (int i = 0; i < r->nruns; i++)
		if (r->run[i].meta)
			return NULL;
	return "None of the folders holds a <code>meta.json</code>.";
}

static void draw_time(struct svg *s, const struct report *r)
{
	struct axis axis = { .title = "CPU time of all threads (s)" };
	struct bar_rows rows;

	for (int i = 0; i < r->nruns; i++)
		if (r->run[i].meta)
			axis.hi = fmax(axis.hi, 1.02 * r->run[i].meta->cpu_s);
	if (!(axis.hi > 0))
		axis.hi = 1;
	rows_open(&rows, s, r->nruns, &axis);
	for (int i = 0; i < r->nruns; i++) {
		const struct nas_meta *m = r->run[i].meta;
		double y = rows_next(&rows, r->run[i].label, m
				     ? number_time(m->cpu_s).s : "not known");

		if (m)
			rows_bar(&rows, y, m->cpu_s, palette_run_dot(i));
	}
}

static void time_caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_addf(t, "CPU time of each run. CO\xE2\x82\x82" "e = CPU time "
		     "\xC3\x97 %.0f W \xC3\x97 %.2f \xC3\x97 %.3f kg/kWh, all "
		     "three assumed: a busy core, a data centre\xE2\x80\x99s "
		     "overhead, the grid.",
		  COST_CORE_W, COST_PUE, COST_KG_PER_KWH);
}

static void time_numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Run", COLUMN_TEXT },
		{ "Wall time (s)", COLUMN_NUMBER },
		{ "CPU time (s)", COLUMN_NUMBER },
		{ "Evaluations", COLUMN_NUMBER },
		{ "Energy (Wh)", COLUMN_NUMBER },
		{ "CO\xE2\x82\x82" "e (g)", COLUMN_NUMBER },
	};

	table_open(t, columns, 6);
	for (int i = 0; i < r->nruns; i++) {
		const struct nas_meta *m = r->run[i].meta;
		double cpu_s = m ? m->cpu_s : UNKNOWN;

		table_row(t);
		table_text(t, r->run[i].label);
		table_number(t, number_fixed(m ? m->seconds : UNKNOWN,
					     3));
		table_number(t, number_fixed(cpu_s, 3));
		table_number(t, number_count(
			(double)r->run[i].result->evaluations));
		table_number(t, number_short(cost_energy_wh(cpu_s)));
		table_number(t, number_short(cost_co2_g(cpu_s)));
	}
	table_close(t);
}

const struct chart chart_runs_time = {
	.name = "time", .title = "What the designs cost", .half = true,
	.absent = time_absent, .draw = draw_time, .caption = time_caption,
	.numbers = time_numbers,
};
