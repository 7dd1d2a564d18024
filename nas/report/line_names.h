/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/line_names.h - names written at the lines of a chart, so that
 * nobody has to look from a legend to a line and back.
 *
 * Usage:
 *	struct line_name name[2] = { { "a", 0 }, { "b", 1 } };
 *	room = line_names_room(name, 2, svg->width);
 *	svg->width -= room;
 *	plot_open(&plot, svg, 300, &x, &y);
 *	svg->width += room;
 *	... draw lines, and set name[i].y to the height of the i-th one's end ...
 *	line_names_after(&plot, name, 2);
 */
#ifndef NAS_REPORT_LINE_NAMES_H
#define NAS_REPORT_LINE_NAMES_H

#include "nas/report/plot.h"

#define LINE_NAMES_MAX 64

struct line_name {
	const char *name;
	int colour;  /* of the line, by number: palette_run_dot */
	double x, y; /* px, where it is labelled */
};

/* px beside a plot of all names, at most a quarter of width; 0 = the chart is
 * too narrow for them. */
double line_names_room(const struct line_name *name, int n, double width);

/* Right of the plot, with a stroke to each line's end at the plot's right edge;
 * one below the other where the ends are close together; LINE_NAMES_MAX at
 * most. Sorts by y. */
void line_names_after(const struct plot *p, struct line_name *name, int n);

/* Beside a dot on the line at x and y, left of it where there is more room. */
void line_names_on(const struct plot *p, const struct line_name *name, int n);

#endif
