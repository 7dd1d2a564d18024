/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/pareto_panel.h - the charts of a front, one for each axis or pair
 * of axes. Internal to nas/report.
 */
#ifndef NAS_REPORT_PARETO_PANEL_H
#define NAS_REPORT_PARETO_PANEL_H

#include "nas/report/svg.h"
#include "nas/run/pareto.h"

/* The value at which an axis is held where it is not drawn. */
int panel_held(const struct pareto *f, int axis);
/* " SRAM is 182 kB." of each axis but x and y. */
void panel_held_caption(struct nas_text *t, const struct pareto *f, int x,
			int y);

/* The score over an axis. */
void panel_over_draw(struct svg *s, const struct pareto *f, int axis);
void panel_over_caption(struct nas_text *t, const struct pareto *f, int axis);

/* What 10 % more of it buys. */
bool panel_more_is_empty(const struct pareto *f, int axis);
void panel_more_draw(struct svg *s, const struct pareto *f, int axis);
void panel_more_caption(struct nas_text *t, const struct pareto *f, int axis);

/* The numbers of both. */
void panel_numbers(struct nas_text *t, const struct pareto *f, int axis);

/* The score over a pair of axes: 0 and 1, 0 and 2, 1 and 2. */
void panel_plane_draw(struct svg *s, const struct pareto *f, int pair);
void panel_plane_caption(struct nas_text *t, const struct pareto *f, int pair);
void panel_plane_numbers(struct nas_text *t, const struct pareto *f, int pair);
void panel_pair(int pair, int *x, int *y);

#endif
