/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/plot.h - scales, ticks and the frame of a chart.
 *
 * Usage:
 *	struct plot p;
 *	plot_open(&p, svg, 240,
 *		  &(struct axis){ .title = "evaluations", .lo = 0, .hi = 1e5,
 *				  .scaled = true },
 *		  &(struct axis){ .title = "QE-Score", .lo = 400, .hi = 446,
 *				  .loose = true });
 *	svg_circle(svg, plot_x(&p, 5e4), plot_y(&p, 440), 3, "f-blue", NULL);
 */
#ifndef NAS_REPORT_PLOT_H
#define NAS_REPORT_PLOT_H

#include "nas/report/number.h"
#include "nas/report/svg.h"

#define TICKS_MAX 32

struct scale { /* value lo is at pixel from, hi at to */
	double lo, hi, from, to;
	bool log;
};
double scale_at(const struct scale *s, double x);

struct ticks {
	int n;
	double at[TICKS_MAX];
	int decimals; /* to print them with */
	double step;
};

/* Steps of 1, 2 or 5 times a power of ten; at most most of them (2 at least)
 * between lo and hi, which are finite and lo < hi. whole: integers only. */
void ticks_linear(struct ticks *t, double lo, double hi, int most, bool whole);
/* Again with the same step over another range. */
void ticks_place(struct ticks *t, double lo, double hi);
/* Powers of ten; every second, third, ... when there are more than most; 2 and
 * 5 times them as well where they are few. */
void ticks_log(struct ticks *t, double lo, double hi, int most);

struct axis {
	const char *title;
	double lo, hi;
	const char *unit; /* "B": ticks in B, kB, MB, ... and title "(kB)" */
	bool scaled; /* without a unit: ticks in thousands, millions, ... */
	bool loose;  /* lo and hi move out to ticks */
	bool whole;  /* ticks are integers */
	bool log;
	/* made by plot_open */
	double divisor;
};

struct plot {
	struct svg *svg;
	struct scale x, y;
	double left, right, top, bottom; /* of the area */
	struct axis x_axis, y_axis;
	struct ticks x_ticks, y_ticks;
	char x_title[128], y_title[128];
};

/* Find room below svg->y for both axes and an area height px high; svg->y is
 * below it all afterwards. plot_grid draws grid, ticks and titles; what
 * belongs under the grid is drawn between the two. plot_open does both. */
void plot_layout(struct plot *p, struct svg *s, double height,
		 const struct axis *x, const struct axis *y);
void plot_grid(const struct plot *p);
void plot_open(struct plot *p, struct svg *s, double height,
	       const struct axis *x, const struct axis *y);
double plot_x(const struct plot *p, double x);
double plot_y(const struct plot *p, double y);

/* A range that holds all finite values seen; starts empty. */
struct range {
	double lo, hi;
};
#define RANGE_EMPTY { HUGE_VAL, -HUGE_VAL }
void range_add(struct range *r, double x);
/* Never empty nor a point: 0..1 or a little to both sides; by a share of its
 * width wider below and above. */
void range_widen(struct range *r, double below, double above);

/* An axis alone, with grid lines upwards from s->y to top: for charts of
 * rows. Ticks are written under it; s->y moves below its title. */
void axis_below(struct svg *s, const struct axis *a, struct scale *scale,
		double top);

#endif
