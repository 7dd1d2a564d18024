/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/heatmap.h - a grid of values, each a box with its number in it.
 *
 * Boxes are shaded by value in one hue; marked ones have a frame. Values that
 * are not finite are empty boxes. Numbers and labels that have no room are left
 * out.
 *
 * Usage:
 *	struct heatmap h = { .title = "Spearman", .x_title = "sigma_w",
 *		.y_title = "sigma_a", .nx = 9, .ny = 9, .x = names, .y = names,
 *		.value = values, .marked = marks, .decimals = 3 };
 *	heatmap_draw(&svg, &h);
 */
#ifndef NAS_REPORT_HEATMAP_H
#define NAS_REPORT_HEATMAP_H

#include "nas/report/svg.h"

struct heatmap {
	const char *title, *x_title, *y_title; /* title: NULL = none */
	int nx, ny;
	const char *const *x, *const *y; /* (nx), (ny): labels */
	const double *value;             /* (ny, nx), first row on top */
	const bool *marked;              /* (ny, nx); NULL = none */
	int decimals;
	const char *hue; /* class of the boxes; NULL = f-blue */
};

/* Below s->y, which moves down; lo and hi of the shades are the values'. */
void heatmap_draw(struct svg *s, const struct heatmap *h);

#endif
