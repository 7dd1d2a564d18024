/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/reproduce_charts.h - how tables of papers are drawn. Internal to
 * nas/report.
 *
 * A way to draw is a row of reproduce_charts[], in the order of enum
 * paper_chart: how many panels a table has, and one of them.
 *
 * Usage:
 *	way = &reproduce_charts[table->of->chart];
 *	for (i = 0; i < way->panels(table); i++)
 *		way->draw(&svg, table, i);
 */
#ifndef NAS_REPORT_REPRODUCE_CHARTS_H
#define NAS_REPORT_REPRODUCE_CHARTS_H

#include "nas/report/svg.h"
#include "nas/run/reproduce.h"

struct reproduce_chart {
	int (*panels)(const struct reproduced_table *t);
	void (*draw)(struct svg *s, const struct reproduced_table *t,
		     int panel);
	bool half; /* two stand side by side */
	const char *caption;
};

extern const struct reproduce_chart reproduce_charts[PAPER_CHARTS];

/* A number of a figure; NAN = none. */
double reproduced_published(const struct reproduced_table *t, int row,
			    int column);
double reproduced_ours(const struct reproduced_table *t, int row, int column);

/* "size (MB)" */
void reproduced_title(char *text, size_t size, const struct paper_column *c);

int reproduce_bars_panels(const struct reproduced_table *t);
void reproduce_bars_draw(struct svg *s, const struct reproduced_table *t,
			 int panel);
int reproduce_grid_panels(const struct reproduced_table *t);
void reproduce_grid_draw(struct svg *s, const struct reproduced_table *t,
			 int panel);
int reproduce_curve_panels(const struct reproduced_table *t);
void reproduce_curve_draw(struct svg *s, const struct reproduced_table *t,
			  int panel);
int reproduce_bits_panels(const struct reproduced_table *t);
void reproduce_bits_draw(struct svg *s, const struct reproduced_table *t,
			 int panel);

#endif
