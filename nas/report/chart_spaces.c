/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several spaces: distribution functions, boxes, best of n draws. */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/line_names.h"
#include "nas/report/palette.h"
#include "nas/report/rows.h"

#define KEYS_MAX 64
#define EDF_NAMES 16 /* lines of text that find room one below the other */
#define EDF_SHOWN 20 /* parts of the table of quantiles */

static const char *spaces_absent(const struct report *r)
{
	for (int i = 0; i < r->comparison->nspaces; i++)
		if (r->comparison->space[i].n > 0)
			return NULL;
	return "No network was found inside the budgets.";
}

static void draw_keys(struct svg *s, const struct nas_comparison *c)
{
	struct svg_key keys[KEYS_MAX];
	int n = 0;

	for (int i = 0; i < c->nspaces && n < KEYS_MAX; i++)
		if (c->space[i].n > 0)
			keys[n++] = (struct svg_key){ c->space[i].name,
						      MARK_LINE,
						      palette_run_line(i) };
	svg_legend(s, keys, n);
}

/* The spaces that have networks. */
static int name_lines(struct line_name *name, const struct nas_comparison *c)
{
	int n = 0;

	for (int i = 0; i < c->nspaces && n < KEYS_MAX; i++)
		if (c->space[i].n > 0)
			name[n++] = (struct line_name){
				.name = c->space[i].name, .colour = i };
	return n;
}

/* Scores of all spaces: of samples, and of the best known and its bound. */
static struct range score_range(const struct nas_comparison *c, bool best)
{
	struct range range = RANGE_EMPTY;

	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		if (s->n > 0) {
			range_add(&range, s->quantile[0]);
			range_add(&range, s->quantile[s->nquantile - 1]);
		}
		if (best) {
			range_add(&range, space_evolved(s));
			range_add(&range, space_bound(s));
		}
	}
	range_widen(&range, 0.03, 0.03);
	return range;
}

/* A chart has one axis for all scores, alike or not. */
static void warn_of_scores(struct nas_text *t, const struct nas_comparison *c)
{
	if (!comparison_is_alike(c))
		text_add(t, " Not all of these scores are defined alike: curves "
			    "and marks of different scores do not compare.");
}

/* ---- distribution functions ---------------------------------------------- */

/* Their names, from the top by their medians, the least first: left of and
 * above the first curve, right of and below the last one nothing is drawn. */
static void label_curves(const struct plot *p, const struct nas_comparison *c)
{
	struct line_name name[KEYS_MAX];
	int n = name_lines(name, c);

	if (n > EDF_NAMES || p->svg->width < SVG_HALF)
		return;
	for (int i = 0; i < n; i++) {
		const struct nas_compare_space *s = &c->space[name[i].colour];
		int below = 0;
		double share;

		for (int k = 0; k < n; k++) {
			const struct nas_compare_space *o =
				&c->space[name[k].colour];

			below += o->median.x < s->median.x ||
				 (o->median.x == s->median.x && k < i);
		}
		share = 1 - (below + 0.5) / n;
		name[i].x = plot_x(p, s->quantile[(int)(
			share * (s->nquantile - 1) + 0.5)]);
		name[i].y = plot_y(p, share);
	}
	line_names_on(p, name, n);
}

static void draw_edf(struct svg *s, const struct report *r)
{
	const struct nas_comparison *c = r->comparison;
	struct range range = score_range(c, false);
	struct plot p;

	draw_keys(s, c);
	plot_open(&p, s, 300,
		  &(struct axis){ .title = comparison_score(c), .lo = range.lo,
				  .hi = range.hi },
		  &(struct axis){ .title = "share of networks that score "
					   "at most that", .hi = 1 });
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *x = &c->space[i];
		double px[COMPARE_QUANTILES + 1], py[COMPARE_QUANTILES + 1];

		for (int k = 0; k < x->nquantile; k++) {
			px[k] = plot_x(&p, x->quantile[k]);
			py[k] = plot_y(&p, (double)k / (x->nquantile - 1));
		}
		svg_points(s, px, py, x->nquantile, palette_run_line(i));
	}
	label_curves(&p, c);
}

static void edf_caption(struct nas_text *t, const struct report *r)
{
	text_add(t, "Empirical distribution functions of the scores of random "
		    "networks inside the budgets. A curve further to the right "
		    "is a space whose networks score higher.");
	warn_of_scores(t, r->comparison);
}

static void edf_numbers(struct nas_text *t, const struct report *r)
{
	const struct nas_comparison *c = r->comparison;

	table_begin(t);
	table_head(t, "Share", COLUMN_NUMBER);
	for (int i = 0; i < c->nspaces; i++)
		table_head(t, c->space[i].name, COLUMN_NUMBER);
	table_body(t);
	for (int k = 0; k <= EDF_SHOWN; k++) {
		table_row(t);
		table_number(t, number_percent((double)k / EDF_SHOWN));
		for (int i = 0; i < c->nspaces; i++) {
			const struct nas_compare_space *s = &c->space[i];

			table_number(t, number_fixed(
				s->nquantile ? s->quantile[(s->nquantile - 1) *
							   k / EDF_SHOWN]
					     : UNKNOWN, 3));
		}
	}
	table_close(t);
}

const struct chart chart_spaces_edf = {
	.name = "edf", .title = "Distributions of random networks",
	.absent = spaces_absent, .draw = draw_edf, .caption = edf_caption,
	.numbers = edf_numbers,
};

/* ---- boxes --------------------------------------------------------------- */

static double quantile(const struct nas_compare_space *s, double p)
{
	return s->quantile[(int)(p * (s->nquantile - 1) + 0.5)];
}

static void draw_whisker(const struct bar_rows *rows, double y, double from,
			 double to, const char *classes)
{
	svg_line(rows->svg, scale_at(&rows->scale, from), y,
		 scale_at(&rows->scale, to), y, classes);
}

static void draw_box(const struct bar_rows *rows, double y,
		     const struct nas_compare_space *s, int i)
{
	double q1 = scale_at(&rows->scale, quantile(s, 0.25));
	double q3 = scale_at(&rows->scale, quantile(s, 0.75));
	double median = scale_at(&rows->scale, quantile(s, 0.5));

	draw_whisker(rows, y, quantile(s, 0), quantile(s, 1), "axis l-soft");
	draw_whisker(rows, y, quantile(s, 0.05), quantile(s, 0.95),
		     "line l-soft");
	svg_rect(rows->svg, q1, y - 6, q3 - q1, 12, palette_run_dot(i), NULL);
	svg_line(rows->svg, median, y - 6, median, y + 6, "line l-paper");
}

static void draw_space(struct bar_rows *rows, const struct nas_compare_space *s,
		       int i)
{
	char value[200] = "no network found";
	double y;

	if (s->n > 0)
		snprintf(value, sizeof(value), "median %s%s%s",
			 number_fixed(quantile(s, 0.5), 1).s,
			 isfinite(space_bound(s)) ? s->certificate.record.optimal ? ", optimum "
							 : ", bound " : "",
			 isfinite(space_bound(s)) ? number_fixed(space_bound(s), 1).s
					    : "");
	y = rows_next(rows, s->name, value);
	if (s->n > 0)
		draw_box(rows, y, s, i);
	if (isfinite(space_evolved(s)))
		svg_circle(rows->svg, scale_at(&rows->scale, space_evolved(s)), y, 4,
			   palette_run_dot(i), "best of the search");
	if (isfinite(space_bound(s))) {
		double x = scale_at(&rows->scale, space_bound(s));

		svg_line(rows->svg, x, y - 9, x, y + 9, "line l-ink");
	}
}

static void draw_boxes(struct svg *s, const struct report *r)
{
	const struct nas_comparison *c = r->comparison;
	struct range range = score_range(c, true);
	struct axis axis = { .title = comparison_score(c), .lo = range.lo,
			     .hi = range.hi };
	struct bar_rows rows;

	rows_open(&rows, s, c->nspaces, &axis);
	for (int i = 0; i < c->nspaces; i++)
		draw_space(&rows, &c->space[i], i);
}

static void boxes_caption(struct nas_text *t, const struct report *r)
{
	text_add(t, "Boxes hold the middle half of the random networks, with "
		    "the median in them; thick lines 90 %, thin lines all of "
		    "them. A disc is the best network of the evolutionary "
		    "search, the upright stroke the score that no network of "
		    "the space inside the budgets exceeds.");
	warn_of_scores(t, r->comparison);
}

static void boxes_numbers(struct nas_text *t, const struct report *r)
{
	static const double shares[] = { 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1 };
	static const struct column columns[] = {
		{ "Space", COLUMN_TEXT },    { "Min", COLUMN_NUMBER },
		{ "5 %", COLUMN_NUMBER },    { "25 %", COLUMN_NUMBER },
		{ "Median", COLUMN_NUMBER }, { "75 %", COLUMN_NUMBER },
		{ "95 %", COLUMN_NUMBER },   { "Max", COLUMN_NUMBER },
		{ "Mean", COLUMN_NUMBER },   { "Search", COLUMN_NUMBER },
		{ "Bound", COLUMN_NUMBER },
	};
	const struct nas_comparison *c = r->comparison;

	table_open(t, columns, 11);
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		table_row(t);
		table_text(t, s->name);
		for (int k = 0; k < 7; k++)
			table_number(t, number_fixed(
				s->n > 0 ? quantile(s, shares[k]) : UNKNOWN,
				3));
		table_number(t, number_fixed(number_slot_value(&s->mean), 3));
		table_number(t, number_fixed(space_evolved(s), 3));
		table_number(t, number_fixed(space_bound(s), 3));
	}
	table_close(t);
}

const struct chart chart_spaces_boxes = {
	.name = "boxes", .title = "Random networks, search, and bound",
	.absent = spaces_absent, .draw = draw_boxes,
	.caption = boxes_caption, .numbers = boxes_numbers,
};

/* ---- best of n ----------------------------------------------------------- */

static struct range best_range(const struct nas_comparison *c, double *most)
{
	struct range range = RANGE_EMPTY;

	*most = 10;
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		if (s->n > 0) {
			range_add(&range, s->best_expected[0]);
			range_add(&range, s->quantile[s->nquantile - 1]);
			*most = fmax(*most, (double)s->n);
		}
		range_add(&range, space_evolved(s));
		range_add(&range, space_bound(s));
	}
	range_widen(&range, 0.03, 0.06);
	return range;
}

static void draw_level(const struct plot *p, double y, const char *classes)
{
	if (isfinite(y))
		svg_line(p->svg, p->left, plot_y(p, y), p->right,
			 plot_y(p, y), classes);
}

/* The line's colour alone: "l-blue" of "line dash l-blue". */
static const char *colour_of(int i)
{
	const char *line = palette_run_line(i), *colour = line;

	for (; *line; line++)
		if (line[0] == 'l' && line[1] == '-')
			colour = line;
	return colour;
}

static void draw_best_of(struct svg *s, const struct report *r)
{
	const struct nas_comparison *c = r->comparison;
	double most, px[64], py[64];
	struct range range = best_range(c, &most);
	struct line_name name[KEYS_MAX];
	int n = name_lines(name, c);
	double room = line_names_room(name, n, s->width);
	char classes[64];
	struct plot p;

	draw_keys(s, c);
	s->width -= room;
	plot_open(&p, s, 300,
		  &(struct axis){ .title = "random networks drawn", .lo = 1,
				  .hi = most, .log = true },
		  &(struct axis){ .title = "expected best", .loose = true,
				  .lo = range.lo, .hi = range.hi });
	s->width += room;
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *x = &c->space[i];

		for (int k = 0; k < x->nbest_of; k++) {
			px[k] = plot_x(&p, x->best_of[k]);
			py[k] = plot_y(&p, x->best_expected[k]);
		}
		svg_points(s, px, py, x->nbest_of, palette_run_line(i));
		snprintf(classes, sizeof(classes), "thin dash %s",
			 colour_of(i));
		draw_level(&p, space_evolved(x), classes);
		snprintf(classes, sizeof(classes), "thin %s", colour_of(i));
		draw_level(&p, space_bound(x), classes);
	}
	for (int i = 0; i < n; i++) {
		const struct nas_compare_space *x = &c->space[name[i].colour];

		name[i].y = plot_y(&p, x->best_expected[x->nbest_of - 1]);
	}
	if (room > 0)
		line_names_after(&p, name, n);
}

static void best_of_caption(struct nas_text *t, const struct report *r)
{
	text_add(t, "The best score that so many random networks are expected "
		    "to hold, from the order statistics of all that were "
		    "drawn. Horizontal lines in the same colour: the best of "
		    "the evolutionary search (dashed), and the bound that no "
		    "network of the space exceeds (solid; they coincide where "
		    "the search found the optimum).");
	warn_of_scores(t, r->comparison);
}

static void best_of_numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Space", COLUMN_TEXT }, { "Networks", COLUMN_NUMBER },
		{ "Expected best", COLUMN_NUMBER },
	};
	const struct nas_comparison *c = r->comparison;

	table_open(t, columns, 3);
	for (int i = 0; i < c->nspaces; i++)
		for (int k = 0; k < c->space[i].nbest_of; k++) {
			const struct nas_compare_space *s = &c->space[i];

			table_row(t);
			table_text(t, s->name);
			table_number(t, number_count(s->best_of[k]));
			table_number(t, number_fixed(s->best_expected[k], 3));
		}
	table_close(t);
}

const struct chart chart_spaces_best_of = {
	.name = "best-of-n", .title = "Best of n random networks",
	.absent = spaces_absent, .draw = draw_best_of,
	.caption = best_of_caption, .numbers = best_of_numbers,
};
