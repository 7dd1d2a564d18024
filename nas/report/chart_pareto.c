/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A front: the score over each budget, and what 10 % more of it buys. Where
 * there are other axes, a line for each of a few values of the next one; the
 * third is held where the config has it, or at its end.
 */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/palette.h"
#include "nas/report/pareto_panel.h"

#define LINES_MOST 5

/* ---- where the other axes are --------------------------------------------- */

/* The value of the config, or the largest one below it; else the end. */
int panel_held(const struct pareto *f, int axis)
{
	const struct pareto_axis *a = &f->axis[axis];
	int at = a->n - 1;

	while (a->limit.present && at > 0 && a->value[at] > a->limit.x)
		at--;
	return at;
}

void panel_held_caption(struct nas_text *t, const struct pareto *f, int x,
			int y)
{
	for (int a = 0; a < f->naxes; a++) {
		const struct pareto_axis *axis = &f->axis[a];
		const struct nas_budget_kind *b = &budget_kinds[axis->budget];

		if (a != x && a != y)
			text_addf(t, " %s is %s.", b->label,
				  budget_number(axis->value[panel_held(f, a)],
						b).s);
	}
}

/* The axis that lines stand for; -1: there is one line. */
static int line_axis(const struct pareto *f, int axis)
{
	return f->naxes == 1 ? -1 : axis == 0 ? 1 : 0;
}

struct lines { /* cells of which they begin, with the axis at its first value */
	int n, at[LINES_MOST], first[LINES_MOST];
	int by; /* axis */
};

static void find_lines(struct lines *l, const struct pareto *f, int axis)
{
	int rest = 0, n;

	l->by = line_axis(f, axis);
	for (int a = 0; a < f->naxes; a++)
		if (a != axis && a != l->by)
			rest += panel_held(f, a) * grid_step(&f->grid, a);
	l->n = 1;
	l->first[0] = rest;
	if (l->by < 0)
		return;
	n = f->axis[l->by].n;
	l->n = n > LINES_MOST ? LINES_MOST : n > 1 ? n - 1 : 1;
	for (int i = 0; i < l->n; i++) {
		/* the first value is left out: little fits there */
		l->at[i] = (i + 1) * (n - 1) / l->n;
		l->first[i] = rest + l->at[i] * grid_step(&f->grid, l->by);
	}
}

/* "SRAM 182 kB", the largest first, as the lines lie. */
static void draw_keys(struct svg *s, const struct pareto *f,
		      const struct lines *l)
{
	struct svg_key keys[LINES_MOST];
	char label[LINES_MOST][96];

	if (l->by < 0)
		return;
	for (int i = 0; i < l->n; i++) {
		int k = l->n - 1 - i;
		const struct pareto_axis *a = &f->axis[l->by];
		const struct nas_budget_kind *b = &budget_kinds[a->budget];

		snprintf(label[i], sizeof(label[i]), "%s %s", b->label,
			 budget_number(a->value[l->at[k]], b).s);
		keys[i] = (struct svg_key){ label[i], MARK_LINE,
					    palette_run_line(k) };
	}
	svg_legend(s, keys, l->n);
}

/* ---- axes of a plot ------------------------------------------------------- */

static struct axis budget_axis(const struct pareto *f, int axis)
{
	const struct pareto_axis *a = &f->axis[axis];
	const struct nas_budget_kind *b = &budget_kinds[a->budget];
	bool bytes = b->unit[0] == 'b';
	struct range r = RANGE_EMPTY;

	range_add(&r, a->value[0]);
	range_add(&r, a->value[a->n - 1]);
	if (a->n == 1)
		range_widen(&r, 0, 0);
	return (struct axis){ .title = b->label, .lo = r.lo, .hi = r.hi,
			      .unit = bytes ? "B" : NULL,
			      .scaled = !bytes && r.hi >= 1e4,
			      .log = !f->even && r.lo > 0 };
}

/* The config's own budget as an upright line, its label where curves are not:
 * scores rise, what a step buys falls. */
static void draw_own(const struct plot *p, const struct pareto_axis *a,
		     bool rising)
{
	const struct nas_budget_kind *b = &budget_kinds[a->budget];
	char text[80];
	bool left;
	double x;

	if (!a->limit.present || a->limit.x < a->value[0] ||
	    a->limit.x > a->value[a->n - 1])
		return;
	x = plot_x(p, a->limit.x);
	svg_line(p->svg, x, p->top, x, p->bottom, "thin dash l-red");
	snprintf(text, sizeof(text), "the config: %s",
		 budget_number(a->limit.x, b).s);
	left = x + 4 + text_width(text, SVG_LABEL) > p->right;
	svg_text(p->svg, left ? x - 4 : x + 4,
		 rising ? p->bottom - 8 : p->top + 12, "n halo",
		 left ? 'e' : 's', text);
}

static void draw_line(const struct plot *p, const struct pareto *f, int axis,
		      int first, int i, double (*value)(const struct pareto *f,
							int cell, int axis))
{
	const struct pareto_axis *a = &f->axis[axis];
	const struct nas_budget_kind *b = &budget_kinds[a->budget];
	char text[160];

	for (int k = 0; k < a->n; k++) {
		int cell = first + k * grid_step(&f->grid, axis);
		double v = value(f, cell, axis), before;

		if (!isfinite(v))
			continue;
		before = k ? value(f, cell - grid_step(&f->grid, axis), axis)
			   : UNKNOWN;
		if (isfinite(before))
			svg_line(p->svg, plot_x(p, a->value[k - 1]),
				 plot_y(p, before), plot_x(p, a->value[k]),
				 plot_y(p, v), palette_run_line(i));
		snprintf(text, sizeof(text), "%s %s: %s", b->label,
			 budget_number(a->value[k], b).s, number_fixed(v, 2).s);
		svg_circle(p->svg, plot_x(p, a->value[k]), plot_y(p, v), 3,
			   palette_run_dot(i), text);
	}
}

static double score_at(const struct pareto *f, int cell, int axis)
{
	(void)axis;
	return pareto_score(f, cell);
}

static struct range range_of(const struct pareto *f, int axis,
			     const struct lines *l,
			     double (*value)(const struct pareto *f, int cell,
					     int axis))
{
	struct range r = RANGE_EMPTY;

	for (int i = 0; i < l->n; i++)
		for (int k = 0; k < f->axis[axis].n; k++)
			range_add(&r, value(f, l->first[i] +
					    k * grid_step(&f->grid, axis),
					    axis));
	return r;
}

/* ---- the score over a budget ---------------------------------------------- */

void panel_over_draw(struct svg *s, const struct pareto *f, int axis)
{
	struct axis x = budget_axis(f, axis);
	struct lines l;
	struct range r;
	struct plot p;

	find_lines(&l, f, axis);
	r = range_of(f, axis, &l, score_at);
	range_widen(&r, 0, 0.02);
	draw_keys(s, f, &l);
	plot_open(&p, s, f->naxes == 1 ? 320 : 260, &x,
		  &(struct axis){ .title = f->score_title, .lo = r.lo,
				  .hi = r.hi, .loose = true });
	draw_own(&p, &f->axis[axis], true);
	for (int i = 0; i < l.n; i++)
		draw_line(&p, f, axis, l.first[i], i, score_at);
}

static void add_held(struct nas_text *t, const struct pareto *f, int axis)
{
	panel_held_caption(t, f, axis, line_axis(f, axis));
}

void panel_over_caption(struct nas_text *t, const struct pareto *f, int axis)
{
	text_addf(t, "The best score with at most so much %s: each dot is a "
		     "network, and a proof that none scores higher, but for "
		     "those that the table calls open.",
		  budget_kinds[f->axis[axis].budget].label);
	if (f->axis[axis].limit.present)
		text_add(t, " Dashed upright: what the config allows.");
	add_held(t, f, axis);
}

/* ---- what 10 % more buys -------------------------------------------------- */

/* On a logarithmic axis: from a hundredth of a point on. */
#define LEAST 0.01

static double panel_more(const struct pareto *f, int cell, int axis)
{
	struct nas_number_slot more = pareto_more_at(f, cell, axis);

	return number_slot_value(&more);
}

static double more_shown(const struct pareto *f, int cell, int axis)
{
	double x = panel_more(f, cell, axis);

	return x >= LEAST ? x : UNKNOWN;
}

bool panel_more_is_empty(const struct pareto *f, int axis)
{
	struct lines l;
	struct range r;

	find_lines(&l, f, axis);
	r = range_of(f, axis, &l, more_shown);
	return r.lo > r.hi;
}

void panel_more_draw(struct svg *s, const struct pareto *f, int axis)
{
	struct axis x = budget_axis(f, axis);
	struct lines l;
	struct range r;
	struct plot p;

	find_lines(&l, f, axis);
	r = range_of(f, axis, &l, more_shown);
	if (!(r.hi > r.lo))
		r = (struct range){ r.lo / 2, r.lo * 2 };
	draw_keys(s, f, &l);
	plot_open(&p, s, f->naxes == 1 ? 260 : 220, &x,
		  &(struct axis){ .title = "points of the score for 10 % more",
				  .lo = r.lo / 1.1, .hi = r.hi * 1.1,
				  .log = true });
	draw_own(&p, &f->axis[axis], false);
	for (int i = 0; i < l.n; i++)
		draw_line(&p, f, axis, l.first[i], i, more_shown);
}

void panel_more_caption(struct nas_text *t, const struct pareto *f, int axis)
{
	text_addf(t, "How much the best score rises with 10 %% more %s, between "
		     "the points of the grid. Below %g of a point nothing is "
		     "drawn.", budget_kinds[f->axis[axis].budget].label, LEAST);
	add_held(t, f, axis);
}

/* ---- the numbers of both -------------------------------------------------- */

void panel_numbers(struct nas_text *t, const struct pareto *f, int axis)
{
	const struct pareto_axis *a = &f->axis[axis];
	const struct nas_budget_kind *b = &budget_kinds[a->budget];
	struct lines l;

	find_lines(&l, f, axis);
	table_begin(t);
	table_head(t, b->label, COLUMN_NUMBER);
	for (int i = 0; i < l.n; i++) {
		char head[96];

		snprintf(head, sizeof(head), "%s", f->score_title);
		if (l.by >= 0)
			snprintf(head, sizeof(head), "%s %s",
				 budget_kinds[f->axis[l.by].budget].label,
				 budget_number(f->axis[l.by].value[l.at[i]],
					       &budget_kinds[f->axis[l.by].budget]).s);
		table_head(t, head, COLUMN_NUMBER);
		table_head(t, "10 % more", COLUMN_NUMBER);
	}
	table_body(t);
	for (int k = 0; k < a->n; k++) {
		if (!table_shows(k, a->n))
			continue;
		table_row(t);
		table_number(t, budget_number(a->value[k], b));
		for (int i = 0; i < l.n; i++) {
			int cell = l.first[i] + k * grid_step(&f->grid, axis);

			table_number(t, number_fixed(pareto_score(f, cell), 3));
			table_number(t, number_fixed(panel_more(f, cell, axis), 3));
		}
	}
	table_close(t);
}
