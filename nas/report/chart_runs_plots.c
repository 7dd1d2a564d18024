/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several runs: convergence overlaid, and scores against budgets. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/report/charts.h"
#include "nas/report/palette.h"

#define POINTS_MAX 400 /* of a line */
#define KEYS_MAX 64

static bool has_history(const struct report_run *run)
{
	const struct history *h = run->history;

	return h->present && h->nrows > 0 &&
	       isfinite(h->row[h->nrows - 1].best);
}

static const char *convergence_absent(const struct report *r)
{
	for (int i = 0; i < r->nruns; i++)
		if (has_history(&r->run[i]))
			return NULL;
	return "No run has a history with a network inside its budgets.";
}

/* Keys of the runs that shown says yes to. */
static void draw_keys(struct svg *s, const struct report *r, bool lines,
		      bool (*shown)(const struct report_run *))
{
	struct svg_key keys[KEYS_MAX];
	int n = 0;

	for (int i = 0; i < r->nruns && n < KEYS_MAX; i++)
		if (shown(&r->run[i]))
			keys[n++] = (struct svg_key){
				r->run[i].label,
				lines ? MARK_LINE : MARK_DOT,
				lines ? palette_run_line(i)
				      : palette_run_dot(i) };
	svg_legend(s, keys, n);
}

static void draw_line(const struct plot *p, const struct history *h,
		      int run)
{
	int every = (h->nrows + POINTS_MAX - 1) / POINTS_MAX, n = 0;
	double x[POINTS_MAX + 1], y[POINTS_MAX + 1];

	for (int i = 0; i < h->nrows; i++) {
		if (i % every && i != h->nrows - 1)
			continue;
		x[n] = plot_x(p, h->row[i].evaluations);
		y[n++] = plot_y(p, h->row[i].best);
	}
	svg_points(p->svg, x, y, n, palette_run_line(run));
	for (int i = 0; i < n && n <= 30; i++)
		if (isfinite(y[i]))
			svg_circle(p->svg, x[i], y[i], 3, palette_run_dot(run),
				   NULL);
}

static void draw_convergence(struct svg *s, const struct report *r)
{
	struct range x = { 0, 1 }, y = RANGE_EMPTY;
	struct plot p;

	for (int i = 0; i < r->nruns; i++) {
		const struct history *h = r->run[i].history;

		if (!has_history(&r->run[i]))
			continue;
		range_add(&x, h->row[h->nrows - 1].evaluations);
		for (int k = 0; k < h->nrows; k++)
			range_add(&y, h->row[k].best);
	}
	range_widen(&y, 0.03, 0.03);
	draw_keys(s, r, true, has_history);
	plot_open(&p, s, 280,
		  &(struct axis){ .title = "evaluations", .scaled = true,
				  .hi = x.hi },
		  &(struct axis){ .title = score_title(r), .loose = true,
				  .lo = y.lo, .hi = y.hi });
	for (int i = 0; i < r->nruns; i++)
		if (has_history(&r->run[i]))
			draw_line(&p, r->run[i].history, i);
}

static void convergence_caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_add(t, "Score of the best network found so far, of each run, at "
		    "the end of each epoch.");
}

static void convergence_numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Run", COLUMN_TEXT },
		{ "Evaluations", COLUMN_NUMBER },
		{ "Best", COLUMN_NUMBER },
		{ "Median", COLUMN_NUMBER },
	};

	table_open(t, columns, 4);
	for (int i = 0; i < r->nruns; i++) {
		const struct history *h = r->run[i].history;

		for (int k = 0; k < h->nrows; k++) {
			if (!table_shows(k, h->nrows))
				continue;
			table_row(t);
			table_text(t, r->run[i].label);
			table_number(t, number_count(h->row[k].evaluations));
			table_number(t, number_fixed(h->row[k].best, 4));
			table_number(t, number_fixed(h->row[k].median, 4));
		}
	}
	table_close(t);
}

const struct chart chart_runs_convergence = {
	.name = "convergence", .title = "Convergence",
	.absent = convergence_absent, .draw = draw_convergence,
	.caption = convergence_caption, .numbers = convergence_numbers,
};

static bool has_network(const struct report_run *run)
{
	return run->best[0].rank > 0;
}

static void draw_run(const struct plot *p, const struct report_run *run, int i,
		     const struct nas_budget_kind *b)
{
	char title[256];

	for (int k = run->nbest - 1; k >= 0; k--) {
		const struct report_network *net = &run->best[k];
		double x = report_figure(net->of, b);

		snprintf(title, sizeof(title), "%.80s, rank %d: %s, score %s",
			 run->label, net->rank,
			 budget_number(x, b).s,
			 number_fixed(net->of->score, 4).s);
		svg_circle(p->svg, plot_x(p, x), plot_y(p, net->of->score),
			   k ? 3 : 6, palette_run_dot(i), title);
	}
}

static void draw_points(struct svg *s, const struct report *r,
			const struct nas_budget_kind *b)
{
	struct range x = RANGE_EMPTY, y = RANGE_EMPTY;
	const char *unit = strcmp(b->unit, "bytes") ? b->unit : "B";
	struct plot p;

	for (int i = 0; i < r->nruns; i++)
		for (int k = 0; has_network(&r->run[i]) &&
				k < r->run[i].nbest; k++) {
			range_add(&x, report_figure(r->run[i].best[k].of, b));
			range_add(&y, r->run[i].best[k].of->score);
		}
	range_widen(&x, 0.06, 0.06);
	range_widen(&y, 0.06, 0.06);
	draw_keys(s, r, false, has_network);
	plot_open(&p, s, 240,
		  &(struct axis){ .title = b->label,
				  .lo = x.lo, .hi = x.hi, .scaled = true,
				  .unit = *unit ? unit : NULL },
		  &(struct axis){ .title = score_title(r), .loose = true,
				  .lo = y.lo, .hi = y.hi });
	for (int i = 0; i < r->nruns; i++)
		if (has_network(&r->run[i]))
			draw_run(&p, &r->run[i], i, b);
}

static void points_caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_add(t, "Large discs are the best network of each run, small ones "
		    "the others that it reports. Up and to the left is "
		    "better.");
}

static void points_numbers(struct nas_text *t, const struct report *r,
			   const struct nas_budget_kind *b)
{
	char head[80];

	snprintf(head, sizeof(head), *b->unit ? "%s (%s)" : "%s", b->label,
		 b->unit);
	table_begin(t);
	table_head(t, "Run", COLUMN_TEXT);
	table_head(t, "Rank", COLUMN_NUMBER);
	table_head(t, head, COLUMN_NUMBER);
	table_head(t, "Score", COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < r->nruns; i++)
		for (int k = 0; has_network(&r->run[i]) &&
				k < r->run[i].nbest; k++) {
			const struct report_network *net = &r->run[i].best[k];

			table_row(t);
			table_text(t, r->run[i].label);
			table_number(t, number_count(net->rank));
			table_number(t, number_count(
						report_figure(net->of, b)));
			table_number(t, number_fixed(net->of->score, 6));
		}
	table_close(t);
}

#define POINTS(what, budget, heading)                                          \
	static void draw_##what(struct svg *s, const struct report *r)         \
	{                                                                      \
		draw_points(s, r, &budget_kinds[budget]);                      \
	}                                                                      \
	static void what##_numbers(struct nas_text *t, const struct report *r) \
	{                                                                      \
		points_numbers(t, r, &budget_kinds[budget]);                   \
	}                                                                      \
	const struct chart chart_runs_##what = {                               \
		.name = "score-" #what,                                        \
		.title = heading,                                              \
		.half = true,                                                  \
		.absent = runs_absent,                                         \
		.draw = draw_##what,                                           \
		.caption = points_caption,                                     \
		.numbers = what##_numbers,                                     \
	}

POINTS(sram, BUDGET_SRAM, "Score against memory");
POINTS(flash, RES_FLASH, "Score against Flash");
POINTS(bitops, RES_BITOPS, "Score against BitOps");
