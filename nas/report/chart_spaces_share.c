/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several spaces: scores as a share of what each space can reach. */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/palette.h"
#include "nas/report/rows.h"

static const double shares[] = { 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1 };

/* A quantile of the random networks over the space's bound. */
static double share_of(const struct nas_compare_space *s, double p)
{
	double bound = space_bound(s);

	if (s->n == 0 || !(bound > 0))
		return UNKNOWN;
	return s->quantile[(int)(p * (s->nquantile - 1) + 0.5)] / bound;
}

static const char *share_absent(const struct report *r)
{
	for (int i = 0; i < r->comparison->nspaces; i++)
		if (isfinite(share_of(&r->comparison->space[i], 0.5)))
			return NULL;
	return "No space has networks and a bound above 0.";
}

static void draw_space(struct bar_rows *rows, const struct nas_compare_space *s,
		       int i)
{
	double x[7], y, evolved = space_evolved(s) / space_bound(s);
	char value[128] = "no bound";

	for (int k = 0; k < 7; k++)
		x[k] = scale_at(&rows->scale, 100 * share_of(s, shares[k]));
	if (isfinite(x[3]))
		snprintf(value, sizeof(value), "median %s of the optimum",
			 number_percent(share_of(s, 0.5)).s);
	y = rows_next(rows, s->name, value);
	if (!isfinite(x[3]))
		return;
	svg_line(rows->svg, x[0], y, x[6], y, "axis l-soft");
	svg_line(rows->svg, x[1], y, x[5], y, "line l-soft");
	svg_rect(rows->svg, x[2], y - 6, x[4] - x[2], 12, palette_run_dot(i),
		 NULL);
	svg_line(rows->svg, x[3], y - 6, x[3], y + 6, "line l-paper");
	if (isfinite(evolved))
		svg_circle(rows->svg, scale_at(&rows->scale, 100 * evolved), y,
			   4, palette_run_dot(i), "best of the search");
}

static void draw_shares(struct svg *s, const struct report *r)
{
	const struct nas_comparison *c = r->comparison;
	struct range range = RANGE_EMPTY;
	struct axis axis = { .title = "score, % of the bound of the space" };
	struct bar_rows rows;

	range_add(&range, 100);
	for (int i = 0; i < c->nspaces; i++)
		range_add(&range, 100 * share_of(&c->space[i], 0));
	range_widen(&range, 0.03, 0);
	axis.lo = range.lo;
	axis.hi = range.hi;
	rows_open(&rows, s, c->nspaces, &axis);
	for (int i = 0; i < c->nspaces; i++)
		draw_space(&rows, &c->space[i], i);
}

static void share_caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_add(t, "How close random networks come to the best of their own "
		    "space: 100 % is the score that no network of it inside "
		    "the budgets exceeds. Boxes, lines and discs as in the "
		    "figure before.");
}

static void share_numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Space", COLUMN_TEXT },    { "Min", COLUMN_NUMBER },
		{ "5 %", COLUMN_NUMBER },    { "25 %", COLUMN_NUMBER },
		{ "Median", COLUMN_NUMBER }, { "75 %", COLUMN_NUMBER },
		{ "95 %", COLUMN_NUMBER },   { "Max", COLUMN_NUMBER },
		{ "Search", COLUMN_NUMBER },
	};
	const struct nas_comparison *c = r->comparison;

	table_open(t, columns, 9);
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		table_row(t);
		table_text(t, s->name);
		for (int k = 0; k < 7; k++)
			table_number(t, number_percent(share_of(s, shares[k])));
		table_number(t, number_percent(space_evolved(s) /
					       space_bound(s)));
	}
	table_close(t);
}

const struct chart chart_spaces_share = {
	.name = "share", .title = "Scores as a share of the optimum",
	.absent = share_absent, .optional = true, .draw = draw_shares,
	.caption = share_caption, .numbers = share_numbers,
};
