/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of each budget the network uses. */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/rows.h"

static double share(const struct report *r, const struct nas_budget_kind *b)
{
	return report_figure(shown_network(r)->of, b) /
	       r->run[0].limit[budget_index(b)];
}

static int count_limits(const struct report *r)
{
	int n = 0;

	EACH_BUDGET(b)
		n += isfinite(r->run[0].limit[budget_index(b)]);
	return n;
}

static const char *absent(const struct report *r)
{
	return count_limits(r) ? NULL : "The config limits no budget.";
}

/* "309.8 kB of 320.0 kB: 96.80 %" */
static void describe(char *out, size_t size, const struct report *r,
		     const struct nas_budget_kind *b)
{

	snprintf(out, size, "%s of %s: %s",
		 budget_number(report_figure(shown_network(r)->of, b), b).s,
		 budget_number(r->run[0].limit[budget_index(b)], b).s,
		 number_percent(share(r, b)).s);
}

static void draw(struct svg *s, const struct report *r)
{
	struct axis axis = { .title = "share of the budget (%)", .hi = 105 };
	char value[160];
	struct bar_rows rows;

	EACH_BUDGET(b)
		if (isfinite(r->run[0].limit[budget_index(b)]))
			axis.hi = fmax(axis.hi, 105 * share(r, b));
	rows_open(&rows, s, count_limits(r), &axis);
	EACH_BUDGET(b) {
		double x = 100 * share(r, b), y;

		if (!isfinite(r->run[0].limit[budget_index(b)]))
			continue;
		describe(value, sizeof(value), r, b);
		y = rows_next(&rows, b->label, value);
		rows_bar(&rows, y, axis.hi, "f-band");
		rows_bar(&rows, y, x, x > 100 ? "f-red" : "f-blue");
	}
	rows_line(&rows, 100, "line l-red");
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct nas_budget_kind *tightest = NULL;

	EACH_BUDGET(b)
		if (isfinite(r->run[0].limit[budget_index(b)]) &&
		    (!tightest || share(r, b) > share(r, tightest)))
			tightest = b;
	text_addf(t, "Bars show what the network needs of each budget; the "
		     "red stroke is the limit. Tightest: %s, %s.",
		  tightest->label,
		  number_percent(share(r, tightest)).s);
}

static void numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Budget", COLUMN_TEXT },
		{ "Needed", COLUMN_NUMBER },
		{ "Limit", COLUMN_NUMBER },
		{ "Share", COLUMN_NUMBER },
		{ "Unit", COLUMN_TEXT },
	};

	table_open(t, columns, 5);
	EACH_BUDGET(b) {
		double limit = r->run[0].limit[budget_index(b)];

		table_row(t);
		table_text(t, b->label);
		table_number(t, number_short(report_figure(
					shown_network(r)->of, b)));
		table_number(t, number_short(limit));
		table_number(t, isfinite(limit) ? number_percent(share(r, b))
						: number_count(UNKNOWN));
		table_text(t, b->unit);
	}
	table_close(t);
}

const struct chart chart_budgets = {
	.name = "budgets", .title = "Budgets used", .half = true,
	.absent = absent, .draw = draw, .caption = caption,
	.numbers = numbers,
};
