/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a chart: axes, grid, ticks, titles. */
#include "nas/report/plot.h"

#include <math.h>
#include <string.h>

#define TICK_GAP 8.0     /* between an axis and its labels */
#define LABEL_APART 16.0 /* between two labels */
#define ROW_APART 34.0   /* between two horizontal grid lines, at least */

double plot_x(const struct plot *p, double x)
{
	return scale_at(&p->x, x);
}

double plot_y(const struct plot *p, double y)
{
	return scale_at(&p->y, y);
}

static struct number tick_label(const struct axis *a, const struct ticks *t,
				int i)
{
	struct number n;

	if (!a->log)
		return number_fixed(t->at[i] / a->divisor, t->decimals);
	if (a->divisor > 1)
		return number_short(t->at[i] / a->divisor);
	if (t->at[i] >= 1 && t->at[i] < 1e6)
		return number_count(t->at[i]);
	if (t->at[i] > 0.9e-4 && t->at[i] < 1)
		return number_short(t->at[i]);
	snprintf(n.s, sizeof(n.s), "1e%.0f", log10(t->at[i]));
	return n;
}

static void make_ticks(const struct axis *a, struct ticks *t, int most)
{
	if (a->log) {
		ticks_log(t, a->lo, a->hi, most);
		return;
	}
	ticks_linear(t, a->lo / a->divisor, a->hi / a->divisor, most,
		     a->whole && a->divisor <= 1);
	for (int i = 0; i < t->n; i++)
		t->at[i] *= a->divisor;
	t->step *= a->divisor;
}

static double widest_label(const struct axis *a, const struct ticks *t)
{
	double widest = 0;

	for (int i = 0; i < t->n; i++)
		widest = fmax(widest,
			      text_width(tick_label(a, t, i).s, SVG_TICK));
	return widest;
}

/* Fewer and fewer ticks until their labels stand apart. */
static void fit_ticks(const struct axis *a, struct ticks *t, double room)
{
	int most = 12;

	do
		make_ticks(a, t, most);
	while (t->n * (widest_label(a, t) + LABEL_APART) > room && --most > 1);
}

/* "memory (kB)", "evaluations (thousands)" */
static void axis_title(char *out, size_t size, const struct axis *a,
		       const char *prefix, const char *name)
{
	if (a->unit)
		snprintf(out, size, "%s (%s%s)", a->title, prefix, a->unit);
	else if (a->divisor > 1)
		snprintf(out, size, "%s (%s)", a->title, name);
	else
		snprintf(out, size, "%s", a->title);
}

static void prepare(struct axis *a, char *title, size_t size)
{
	const char *prefix = "", *name = "";

	a->divisor = 1;
	if (a->unit || a->scaled)
		a->divisor = number_unit(fmax(fabs(a->lo), fabs(a->hi)),
					 &prefix, &name);
	axis_title(title, size, a, prefix, name);
}

static void draw_rows(const struct plot *p)
{
	for (int i = 0; i < p->y_ticks.n; i++) {
		double y = plot_y(p, p->y_ticks.at[i]);

		svg_line(p->svg, p->left, y, p->right, y, "axis l-grid");
		svg_text(p->svg, p->left - TICK_GAP, y + 4, "t", 'e',
			 tick_label(&p->y_axis, &p->y_ticks, i).s);
	}
}

static void draw_columns(const struct plot *p)
{
	for (int i = 0; i < p->x_ticks.n; i++) {
		double x = plot_x(p, p->x_ticks.at[i]);

		svg_line(p->svg, x, p->bottom, x, p->bottom + 4,
			 "axis l-soft");
		svg_text(p->svg, x, p->bottom + 18, "t", 'm',
			 tick_label(&p->x_axis, &p->x_ticks, i).s);
	}
	svg_line(p->svg, p->left, p->bottom, p->right, p->bottom,
		 "axis l-soft");
}

/* The range moves out to ticks of the step that was found for it. */
static void layout_rows(struct plot *p, double height)
{
	struct axis *a = &p->y_axis;
	struct ticks *t = &p->y_ticks;

	make_ticks(a, t, (int)(height / ROW_APART) + 1);
	if (!a->loose)
		return;
	a->lo = floor(a->lo / t->step + 1e-9) * t->step;
	a->hi = ceil(a->hi / t->step - 1e-9) * t->step;
	ticks_place(t, a->lo, a->hi);
}

void plot_layout(struct plot *p, struct svg *s, double height,
		 const struct axis *x, const struct axis *y)
{
	*p = (struct plot){ .svg = s, .x_axis = *x, .y_axis = *y };
	prepare(&p->x_axis, p->x_title, sizeof(p->x_title));
	prepare(&p->y_axis, p->y_title, sizeof(p->y_title));
	layout_rows(p, height);
	p->left = widest_label(&p->y_axis, &p->y_ticks) + TICK_GAP + 2;
	fit_ticks(&p->x_axis, &p->x_ticks, s->width - p->left);
	p->right = s->width - widest_label(&p->x_axis, &p->x_ticks) / 2 - 2;
	p->top = s->y + 26;
	p->bottom = p->top + height;
	p->x = (struct scale){ p->x_axis.lo, p->x_axis.hi, p->left, p->right,
			       p->x_axis.log };
	p->y = (struct scale){ p->y_axis.lo, p->y_axis.hi, p->bottom, p->top,
			       p->y_axis.log };
	s->y = p->bottom + 46;
}

void plot_grid(const struct plot *p)
{
	svg_text(p->svg, 0, p->top - 14, "n", 's', p->y_title);
	draw_rows(p);
	draw_columns(p);
	svg_text(p->svg, (p->left + p->right) / 2, p->bottom + 38, "n", 'm',
		 p->x_title);
}

void plot_open(struct plot *p, struct svg *s, double height,
	       const struct axis *x, const struct axis *y)
{
	plot_layout(p, s, height, x, y);
	plot_grid(p);
}

void axis_below(struct svg *s, const struct axis *given, struct scale *scale,
		double top)
{
	struct axis a = *given;
	struct ticks t;
	char title[128];

	prepare(&a, title, sizeof(title));
	fit_ticks(&a, &t, scale->to - scale->from);
	for (int i = 0; i < t.n; i++) {
		double x = scale_at(scale, t.at[i]);

		svg_line(s, x, top, x, s->y + 4, "axis l-grid");
		svg_text(s, x, s->y + 18, "t", 'm', tick_label(&a, &t, i).s);
	}
	svg_text(s, (scale->from + scale->to) / 2, s->y + 38, "n", 'm', title);
	s->y += 46;
}
