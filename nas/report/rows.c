/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/rows.h"

#include <math.h>

#define ROW 40.0
#define LANE 28.0 /* its middle, from the row's top */
#define BAR 9.0
#define SIDE 18.0 /* half a tick's label stands out so far */

void rows_open(struct bar_rows *r, struct svg *s, int n, const struct axis *axis)
{
	*r = (struct bar_rows){ .svg = s, .n = n, .top = s->y, .y = s->y };
	r->scale = (struct scale){ axis->lo, axis->hi, SIDE,
				   s->width - SIDE, axis->log };
	s->y += n * ROW + 2;
	r->bottom = s->y;
	axis_below(s, axis, &r->scale, r->top + ROW - LANE + 10);
}

double rows_next(struct bar_rows *r, const char *label, const char *value)
{
	double y = r->y, room = r->svg->width - SIDE;
	char fitted[256];

	r->y += ROW;
	if (*value)
		room -= text_width(value, SVG_LABEL) + 12;
	text_fit(fitted, sizeof(fitted), label, SVG_LABEL, room);
	svg_text(r->svg, 0, y + 14, "n halo", 's', fitted);
	svg_text(r->svg, r->svg->width, y + 14, "n halo", 'e', value);
	return y + LANE;
}

void rows_bar(const struct bar_rows *r, double y, double x, const char *classes)
{
	svg_rect(r->svg, r->scale.from, y - BAR / 2,
		 scale_at(&r->scale, x) - r->scale.from, BAR, classes, NULL);
}

void rows_dot(const struct bar_rows *r, double y, double x, const char *classes)
{
	svg_circle(r->svg, scale_at(&r->scale, x), y, 5, classes, NULL);
}

void rows_line(const struct bar_rows *r, double x, const char *classes)
{
	double at = scale_at(&r->scale, x);

	for (int i = 0; i < r->n; i++) {
		double y = r->top + i * ROW + LANE;

		svg_line(r->svg, at, y - 10, at, y + 10, classes);
	}
}
