/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/study.h"

#include <math.h>

#include "nas/report/palette.h"
#include "nas/report/plot.h"

static double height_of(const struct sensitivity *s, int i)
{
	return s->value ? s->value[i] : s->loss_w[i * s->nw];
}

static void draw_bar(const struct plot *p, const struct graph *g, int i,
		     double value)
{
	double left = plot_x(p, i + 0.6), right = plot_x(p, i + 1.4);
	double y = plot_y(p, fmax(value, 0)), zero = plot_y(p, 0);
	char title[200];

	snprintf(title, sizeof(title), "%d, %.100s: %.6g", i, g->layer[i].name,
		 value);
	svg_rect(p->svg, left, y, right - left, zero - y, "f-blue", title);
}

void report_sensitivity(struct nas_text *t, const struct graph *g,
		       const struct sensitivity *s)
{
	struct svg svg = { .width = SVG_WIDE };
	struct axis x = { .title = "layer", .lo = 0.5,
			  .hi = s->nlayers + 0.5, .whole = true };
	struct axis y = { .title = s->metric, .loose = true };
	struct nas_text styles = { 0 };
	struct plot p;
	char title[160];

	if (s->value)
		snprintf(title, sizeof(title), "Sensitivity of each layer: "
			 "%s", s->metric);
	else
		snprintf(title, sizeof(title), "Sensitivity of each layer: "
			 "%s with %d-bit weights", s->metric, s->bits_w[0]);
	for (int i = 0; i < s->nlayers; i++)
		y.hi = fmax(y.hi, height_of(s, i));
	if (!(y.hi > 0))
		y.hi = 1;
	svg_text(&svg, 0, 16, "b", 's', title);
	svg.y = 24;
	plot_open(&p, &svg, 200, &x, &y);
	for (int i = 0; i < s->nlayers; i++)
		draw_bar(&p, g, i, height_of(s, i));
	palette_css(&styles, PALETTE_LIGHT);
	svg_finish(&svg, t, title, &styles);
	text_free(&styles);
}
