/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Best, median and islands, epoch by epoch. */
#include <math.h>

#include "nas/report/charts.h"

#define POINTS_MAX 400  /* of a line */
#define ISLANDS_DRAWN 32

static const struct history *history_of(const struct report *r)
{
	return r->run[0].history;
}

static const char *absent(const struct report *r)
{
	const struct history *h = history_of(r);

	if (!h->present)
		return "The folder holds no <code>history.csv</code>.";
	if (h->nrows == 0)
		return "The history is empty: the search ended before its "
		       "first epoch did.";
	for (int i = 0; i < h->nrows; i++)
		if (isfinite(h->row[i].best))
			return NULL;
	return "No network inside the budgets was found, so there is no score "
	       "to follow.";
}

/* The bound is drawn where it does not flatten the lines. */
static bool shows_bound(const struct report *r, const struct range *range)
{
	const struct nas_certificate_record *c = bound_of(&r->run[0]);

	return c && c->upper_bound - range->hi < 2 * (range->hi - range->lo);
}

static struct range score_range(const struct history *h)
{
	struct range range = RANGE_EMPTY;

	for (int i = 0; i < h->nrows; i++) {
		range_add(&range, h->row[i].best);
		range_add(&range, h->row[i].median);
	}
	for (int i = 0; i < h->nrows * h->islands; i++)
		range_add(&range, h->island[i]);
	return range;
}

/* One column of the history as a line; a single point as a dot. */
static void draw_column(const struct plot *p, const struct history *h,
			const double *value, size_t stride,
			const char *classes, const char *dot)
{
	int every = (h->nrows + POINTS_MAX - 1) / POINTS_MAX, n = 0;
	double x[POINTS_MAX + 1], y[POINTS_MAX + 1];

	for (int i = 0; i < h->nrows; i++) {
		if (i % every && i != h->nrows - 1)
			continue;
		x[n] = plot_x(p, h->row[i].evaluations);
		y[n++] = plot_y(p, value[(size_t)i * stride]);
	}
	if (n > 1)
		svg_points(p->svg, x, y, n, classes);
	for (int i = 0; i < n && n <= 30 && dot; i++)
		if (isfinite(y[i]))
			svg_circle(p->svg, x[i], y[i], 3, dot, NULL);
}

static void draw_islands(const struct plot *p, const struct history *h)
{
	int every = (h->islands + ISLANDS_DRAWN - 1) / ISLANDS_DRAWN;

	for (int i = 0; i < h->islands; i += every)
		draw_column(p, h, h->island + i, (size_t)h->islands,
			    "thin l-soft faint",
			    h->nrows == 1 ? "f-soft faint" : NULL);
}

static void draw_bound(const struct plot *p, const struct report *r)
{
	double y = plot_y(p, bound_of(&r->run[0])->upper_bound);

	svg_line(p->svg, p->left, y, p->right, y, "line dash l-red");
}

static void draw_lines(const struct plot *p, const struct history *h)
{
	size_t stride = sizeof(h->row[0]) / sizeof(double);

	draw_islands(p, h);
	draw_column(p, h, &h->row[0].median, stride, "line l-orange",
		    "f-orange");
	draw_column(p, h, &h->row[0].best, stride, "line l-blue", "f-blue");
}

static void draw(struct svg *s, const struct report *r)
{
	static const struct svg_key keys[] = {
		{ "best", MARK_LINE, "line l-blue" },
		{ "median of the population", MARK_LINE, "line l-orange" },
		{ "best of each island", MARK_LINE, "thin l-soft" },
		{ "proven bound", MARK_LINE, "line dash l-red" },
	};
	const struct history *h = history_of(r);
	struct range range = score_range(h);
	bool bound = shows_bound(r, &range);
	struct axis x = { .title = "evaluations", .scaled = true, .hi =
			  h->row[h->nrows - 1].evaluations };
	struct axis y = { .title = run_score(&r->run[0]), .loose = true };
	struct plot p;

	if (bound)
		range_add(&range, bound_of(&r->run[0])->upper_bound);
	range_widen(&range, 0.03, 0.03);
	y.lo = range.lo;
	y.hi = range.hi;
	if (!(x.hi > 0))
		x.hi = 1;
	svg_legend(s, keys, bound ? 4 : 3);
	plot_open(&p, s, 260, &x, &y);
	draw_lines(&p, h);
	if (bound)
		draw_bound(&p, r);
}

/* The first epoch whose best is within a share of the last one's. */
static double reached_at(const struct history *h, double share)
{
	double last = h->row[h->nrows - 1].best;

	for (int i = 0; i < h->nrows; i++)
		if (last - h->row[i].best <= share * fabs(last))
			return h->row[i].evaluations;
	return UNKNOWN;
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct history *h = history_of(r);
	double at = reached_at(h, 0.01);

	text_addf(t, "Scores at the end of each of %s epoch%s",
		  number_count(h->nrows).s, h->nrows == 1 ? "" : "s");
	if (h->islands > 1)
		text_addf(t, " on %d islands", h->islands);
	text_add(t, ".");
	if (isfinite(at))
		text_addf(t, " The best was within 1 %% of its final value "
			     "after %s evaluations.", number_count(at).s);
	if (r->run[0].result->certificate.present &&
	    r->run[0].result->certificate.record.improved)
		text_add(t, " The certificate then found a better network, "
			    "which is not part of this history.");
}

static void numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Evaluations", COLUMN_NUMBER },
		{ "Inside budgets", COLUMN_NUMBER },
		{ "Duplicates", COLUMN_NUMBER },
		{ "Best", COLUMN_NUMBER },
		{ "Median", COLUMN_NUMBER },
		{ "BitOps of the best", COLUMN_NUMBER },
	};
	const struct history *h = history_of(r);

	table_open(t, columns, 6);
	for (int i = 0; i < h->nrows; i++) {
		const struct history_row *row = &h->row[i];

		if (!table_shows(i, h->nrows))
			continue;
		table_row(t);
		table_number(t, number_count(row->evaluations));
		table_number(t, number_count(row->feasible));
		table_number(t, number_count(row->duplicates));
		table_number(t, number_fixed(row->best, 4));
		table_number(t, number_fixed(row->median, 4));
		table_number(t, number_count(row->best_bitops));
	}
	table_close(t);
	table_note(t, h->nrows, "<code>history.csv</code>");
}

const struct chart chart_convergence = {
	.name = "convergence", .title = "Convergence", .absent = absent,
	.draw = draw, .caption = caption, .numbers = numbers,
};
