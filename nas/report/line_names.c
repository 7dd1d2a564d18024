/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/line_names.h"

#include <math.h>
#include <stdlib.h>

#include "nas/report/palette.h"

#define STROKE 10.0 /* px from a line's end to its name */
#define GAP 4.0
#define DOT 3.5
#define SHOWN 64 /* bytes of a name */

double line_names_room(const struct line_name *name, int n, double width)
{
	double most = 0;

	if (width < SVG_HALF)
		return 0;
	for (int i = 0; i < n; i++)
		most = fmax(most, text_width(name[i].name, SVG_LABEL));
	return fmin(most + STROKE + GAP, width / 4);
}

static int by_height(const void *a, const void *b)
{
	const struct line_name *p = a, *q = b;

	return p->y < q->y ? -1 : p->y > q->y;
}

/* A line of text apart, from the top; what would end below the plot is moved
 * up together with what is above it. */
static void spread(const struct plot *p, const struct line_name *name,
		   double *at, int n)
{
	for (int i = 0; i < n; i++)
		at[i] = i ? fmax(name[i].y, at[i - 1] + SVG_LINE) : name[i].y;
	for (int i = n - 1; i >= 0; i--)
		at[i] = fmin(at[i], i < n - 1 ? at[i + 1] - SVG_LINE
					      : p->bottom);
}

void line_names_after(const struct plot *p, struct line_name *name, int n)
{
	double at[LINE_NAMES_MAX];
	char shown[SHOWN];

	if (n > LINE_NAMES_MAX)
		n = LINE_NAMES_MAX;
	qsort(name, (size_t)n, sizeof(*name), by_height);
	spread(p, name, at, n);
	for (int i = 0; i < n; i++) {
		double x = p->right + STROKE;

		svg_line(p->svg, p->right, name[i].y, x, at[i], "axis l-soft");
		text_fit(shown, sizeof(shown), name[i].name, SVG_LABEL,
			 p->svg->width - x - GAP);
		svg_text(p->svg, x + GAP, at[i] + 4, "n", 's', shown);
	}
}

void line_names_on(const struct plot *p, const struct line_name *name, int n)
{
	char shown[SHOWN];

	for (int i = 0; i < n; i++) {
		double x = name[i].x, left = x - p->left, right = p->right - x;
		double side = left > right ? -1 : 1;

		svg_circle(p->svg, x, name[i].y, DOT,
			   palette_run_dot(name[i].colour), name[i].name);
		text_fit(shown, sizeof(shown), name[i].name, SVG_LABEL,
			 fmax(left, right) - DOT - GAP);
		svg_text(p->svg, x + side * (DOT + GAP), name[i].y + 4,
			 "n halo", side < 0 ? 'e' : 's', shown);
	}
}
