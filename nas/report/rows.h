/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/rows.h - a chart of rows: each a line of text and a lane below
 * it, over one horizontal axis. Internal to nas/report.
 *
 * Usage:
 *	rows_open(&rows, svg, 2, &axis);
 *	y = rows_next(&rows, "SRAM", "309.8 kB of 320.0 kB");
 *	rows_bar(&rows, y, 0.968, "f-blue", NULL);
 *	...
 *	rows_close(&rows);
 */
#ifndef NAS_REPORT_ROWS_H
#define NAS_REPORT_ROWS_H

#include "nas/report/plot.h"

struct bar_rows {
	struct svg *svg;
	struct scale scale;
	int n;
	double top, bottom, y;
};

/* Draws the axis and its grid under n rows. */
void rows_open(struct bar_rows *r, struct svg *s, int n, const struct axis *axis);
/* The middle of the next row's lane. label is cut to what value leaves. */
double rows_next(struct bar_rows *r, const char *label, const char *value);
/* A bar from the axis' beginning to x; a dot at x; a stroke at x in all n
 * lanes. */
void rows_bar(const struct bar_rows *r, double y, double x, const char *classes);
void rows_dot(const struct bar_rows *r, double y, double x, const char *classes);
void rows_line(const struct bar_rows *r, double x, const char *classes);

#endif
