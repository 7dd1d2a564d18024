/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to draw a table, and the simpler ones of them. */
#include "nas/report/reproduce_charts.h"

#include <math.h>

#include "nas/report/plot.h"
#include "nas/report/rows.h"

static int no_panels(const struct reproduced_table *t)
{
	(void)t;
	return 0;
}

const struct reproduce_chart reproduce_charts[PAPER_CHARTS] = {
	[PAPER_NO_CHART] = { no_panels, NULL, false, NULL },
	[PAPER_BARS] = { reproduce_bars_panels, reproduce_bars_draw, true,
			 "Grey dots are published, blue ones ours." },
	[PAPER_GRID] = { reproduce_grid_panels, reproduce_grid_draw, true,
			 "Rows are bits of activations, columns bits of "
			 "weights; grey is published, blue ours." },
	[PAPER_CURVE] = { reproduce_curve_panels, reproduce_curve_draw, false,
			  "Each dot is a row of the table." },
	[PAPER_BITS] = { reproduce_bits_panels, reproduce_bits_draw, false,
			 "Bits of each layer: activations go up, weights down; "
			 "grey, where there is any, is before." },
};

double reproduced_published(const struct reproduced_table *t, int row,
			    int column)
{
	const struct paper_value *v = reproduce_published(
		t->row[row].of, t->of->column[column].name);

	return v && v->is_number ? v->x : (double)NAN;
}

double reproduced_ours(const struct reproduced_table *t, int row, int column)
{
	const struct reproduced_figure *f = &t->row[row].figure[column];

	return f->is_number ? f->x : (double)NAN;
}

void reproduced_title(char *text, size_t size, const struct paper_column *c)
{
	if (c->unit)
		snprintf(text, size, "%s (%s)", c->name, c->unit);
	else
		snprintf(text, size, "%s", c->name);
}

/* ---- dots of published and ours, a row each ------------------------------ */

/* Rows with a number of either in a column. */
static int count_rows(const struct reproduced_table *t, int column, bool *both)
{
	int n = 0, published = 0, ours = 0;

	for (int i = 0; i < t->of->nrows; i++) {
		bool p = isfinite(reproduced_published(t, i, column));
		bool o = isfinite(reproduced_ours(t, i, column));

		n += p || o;
		published += p;
		ours += o;
	}
	*both = published && ours;
	return n;
}

/* Columns with both are drawn; where there are none, the first of ours. */
static int pick_column(const struct reproduced_table *t, int panel)
{
	int n = 0, first = -1;
	bool both;

	for (int c = 0; c < t->of->ncolumns; c++) {
		if (count_rows(t, c, &both) < 2)
			continue;
		if (first < 0)
			first = c;
		if (both && n++ == panel)
			return c;
	}
	return n == 0 && panel == 0 ? first : -1;
}

int reproduce_bars_panels(const struct reproduced_table *t)
{
	int n = 0;

	while (pick_column(t, n) >= 0)
		n++;
	return n;
}

static void draw_row(struct bar_rows *rows, const struct reproduced_table *t,
		     int i, int column)
{
	double p = reproduced_published(t, i, column);
	double o = reproduced_ours(t, i, column);
	int decimals = t->of->column[column].decimals;
	char value[128] = "";
	double y;

	if (isfinite(o) && isfinite(p))
		snprintf(value, sizeof(value), "%s, published %s",
			 number_fixed(o, decimals).s, number_digits(p).s);
	else if (isfinite(o))
		snprintf(value, sizeof(value), "%s",
			 number_fixed(o, decimals).s);
	else
		snprintf(value, sizeof(value), "published %s",
			 number_digits(p).s);
	y = rows_next(rows, t->row[i].of->label, value);
	if (isfinite(p)) /* seen behind ours where both are the same */
		svg_circle(rows->svg, scale_at(&rows->scale, p), y, 7, "f-soft",
			   NULL);
	if (isfinite(o))
		rows_dot(rows, y, o, "f-blue");
}

void reproduce_bars_draw(struct svg *s, const struct reproduced_table *t,
			 int panel)
{
	int column = pick_column(t, panel), n;
	struct range range = RANGE_EMPTY;
	struct axis axis = { .loose = false };
	struct bar_rows rows;
	char title[96];
	bool both;

	n = count_rows(t, column, &both);
	reproduced_title(title, sizeof(title), &t->of->column[column]);
	for (int i = 0; i < t->of->nrows; i++) {
		range_add(&range, reproduced_published(t, i, column));
		range_add(&range, reproduced_ours(t, i, column));
	}
	range_widen(&range, 0.03, 0.03);
	axis.title = title;
	axis.lo = range.lo > 0 && range.lo < 0.5 * range.hi ? 0 : range.lo;
	axis.hi = range.hi;
	rows_open(&rows, s, n, &axis);
	for (int i = 0; i < t->of->nrows; i++)
		if (isfinite(reproduced_published(t, i, column)) ||
		    isfinite(reproduced_ours(t, i, column)))
			draw_row(&rows, t, i, column);
}

/* ---- the second column over the first ------------------------------------ */

/* None where no row was computed. */
int reproduce_curve_panels(const struct reproduced_table *t)
{
	int points = 0;

	for (int i = 0; t->of->ncolumns >= 2 && i < t->of->nrows; i++)
		points += isfinite(reproduced_ours(t, i, 0)) &&
			  isfinite(reproduced_ours(t, i, 1));
	return points >= 2;
}

void reproduce_curve_draw(struct svg *s, const struct reproduced_table *t,
			  int panel)
{
	struct range x = RANGE_EMPTY, y = RANGE_EMPTY;
	char x_title[96], y_title[96], title[256];
	struct plot p;
	double last_x = (double)NAN, last_y = (double)NAN;

	(void)panel;
	for (int i = 0; i < t->of->nrows; i++) {
		range_add(&x, reproduced_ours(t, i, 0));
		range_add(&y, reproduced_ours(t, i, 1));
	}
	range_add(&x, 0);
	range_widen(&x, 0, 0);
	range_widen(&y, 0.05, 0.08);
	reproduced_title(x_title, sizeof(x_title), &t->of->column[0]);
	reproduced_title(y_title, sizeof(y_title), &t->of->column[1]);
	plot_open(&p, s, 220,
		  &(struct axis){ .title = x_title, .lo = x.lo, .hi = x.hi,
				  .loose = true },
		  &(struct axis){ .title = y_title, .lo = y.lo, .hi = y.hi,
				  .loose = true });
	for (int i = 0; i < t->of->nrows; i++) {
		double px = plot_x(&p, reproduced_ours(t, i, 0));
		double py = plot_y(&p, reproduced_ours(t, i, 1));

		if (!isfinite(px) || !isfinite(py))
			continue;
		if (isfinite(last_x))
			svg_line(s, last_x, last_y, px, py, "line l-blue");
		last_x = px;
		last_y = py;
	}
	for (int i = 0; i < t->of->nrows; i++) {
		double px = plot_x(&p, reproduced_ours(t, i, 0));
		double py = plot_y(&p, reproduced_ours(t, i, 1));

		snprintf(title, sizeof(title), "%.80s: %s",
			 t->row[i].of->label,
			 number_fixed(reproduced_ours(t, i, 1), 4).s);
		if (isfinite(px) && isfinite(py))
			svg_circle(s, px, py, 4, "f-blue", title);
	}
}
