/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/scatter.h - small scatter plots, three side by side.
 *
 * Usage:
 *	scatter_page(&text, "Scores and accuracy", plots, nplots, "accuracy");
 */
#ifndef NAS_REPORT_SCATTER_H
#define NAS_REPORT_SCATTER_H

#include "nas/base/file.h"

#define SCATTER_POINTS 1500 /* in a plot; more are thinned out evenly */

struct scatter { /* points that are not finite are left out */
	const char *title, *x_title;
	const char *note; /* below the title */
	int n;
	const double *x, *y; /* (n) */
};

/* A whole SVG file. */
void scatter_page(struct nas_text *t, const char *title,
		  const struct scatter *plots, int nplots,
		  const char *y_title);

#endif
