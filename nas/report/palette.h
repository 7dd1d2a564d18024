/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/palette.h - colours, each for a light and a dark page.
 *
 * The colours of data are those of Okabe and Ito (2008), which people with any
 * kind of colour vision can tell apart; on dark ground blue and vermillion are
 * lighter. A colour NAME gives two classes: f-NAME fills, l-NAME draws lines.
 *
 * Usage:
 *	palette_css(&t, PALETTE_LIGHT);     a file that is always light
 *	svg_rect(&s, x, y, w, h, "f-blue", NULL);
 */
#ifndef NAS_REPORT_PALETTE_H
#define NAS_REPORT_PALETTE_H

#include "nas/base/file.h"

/* ink: text; soft: ticks and notes; grid; band: every second stage; paper:
 * the ground; tint-*: boxes with text in them; the rest is for data. */
#define PALETTE_MAP(X)                            \
	X(ink, "#1a2027", "#e8ebee")              \
	X(soft, "#57606b", "#a4adb8")             \
	X(grid, "#e2e6ea", "#323a43")             \
	X(band, "#f4f6f8", "#1d2329")             \
	X(paper, "#ffffff", "#14181c")            \
	X(tintblue, "#dcebf5", "#1d3c52")         \
	X(tintorange, "#fbeed3", "#4a3a15")       \
	X(tintgreen, "#d8f0e8", "#17443a")        \
	X(tintgrey, "#e6e9ed", "#343c45")         \
	X(blue, "#0072b2", "#4aa3dc")             \
	X(orange, "#e69f00", "#e69f00")           \
	X(green, "#009e73", "#2fbd93")            \
	X(red, "#d55e00", "#f0803c")              \
	X(sky, "#56b4e9", "#a5d8f6")              \
	X(purple, "#cc79a7", "#dd9bc1")           \
	X(black, "#1a2027", "#e8ebee")

enum palette_for {
	PALETTE_LIGHT, /* light only: files for papers */
	PALETTE_PAGE   /* light, or dark where the reader's system is */
};

/* The styles of all charts. */
void palette_css(struct nas_text *t, enum palette_for what);

/* Colour of the i-th of several runs, and its dashes: names of classes. */
const char *palette_run_line(int i);
const char *palette_run_dot(int i);

#endif
