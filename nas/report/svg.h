/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/svg.h - shapes and text of one SVG, and how wide text is.
 *
 * A drawing has a width that is given and grows downwards: y is the lower edge
 * of what is drawn, and in the end the height. Styles are classes of the
 * palette (nas/report/palette.h). No text is cut or runs into another one
 * where whoever draws leaves it the room that text_width says: its table is
 * that of the widest common system fonts.
 *
 * Usage:
 *	struct svg s = { .width = 464 };
 *	svg_rect(&s, 0, s.y, 100, 10, "f-blue", "100 of 464");
 *	svg_text(&s, 0, s.y + 12, "t", 's', "a <b>");       escaped
 *	s.y += 20;
 *	svg_finish(&s, &text, "a bar", NULL);
 */
#ifndef NAS_REPORT_SVG_H
#define NAS_REPORT_SVG_H

#include "nas/base/file.h"

#define SVG_WIDE 960.0   /* px: a chart over the page's width */
#define SVG_HALF 464.0   /* two side by side */
#define SVG_NARROW 352.0 /* on a telephone */

/* Sizes in px of the classes of text: "t" ticks and notes, "n" labels, "b"
 * the same in bold. */
#define SVG_TICK 11.0
#define SVG_LABEL 12.0
#define SVG_LINE 17.0 /* from one line of text to the next */

struct svg {
	double width, y;
	struct nas_text body;
};

/* Escaped for HTML and XML: & < > " ', and what XML does not allow (control
 * characters, noncharacters) or what turns the direction of text, as '?'. */
void text_escape(struct nas_text *t, const char *s);

/* Upper bound in px of a line of text of a size; bold is a little wider. */
double text_width(const char *s, double size);
double text_width_bold(const char *s, double size);

/* out = s, or its beginning and an ellipsis, so that it is at most room
 * wide. */
void text_fit(char *out, size_t out_size, const char *s, double size,
	      double room);

/* title: shown on hovering; NULL or "" = none. */
void svg_rect(struct svg *s, double x, double y, double w, double h,
	      const char *classes, const char *title);
void svg_line(struct svg *s, double x1, double y1, double x2, double y2,
	      const char *classes);
void svg_circle(struct svg *s, double x, double y, double r,
		const char *classes, const char *title);
/* A path by its data: "M0 0H10". */
void svg_path(struct svg *s, const char *classes, const char *fmt, ...)
	NAS_FORMAT(3, 4);

/* A line through points; one that is not finite breaks it. */
void svg_points(struct svg *s, const double *x, const double *y, int n,
		const char *classes);

/* anchor: 's'tart, 'm'iddle or 'e'nd of the text is at x; y: its base line. */
void svg_text(struct svg *s, double x, double y, const char *classes,
	      char anchor, const char *text);
void svg_textf(struct svg *s, double x, double y, const char *classes,
	       char anchor, const char *fmt, ...) NAS_FORMAT(6, 7);

/* Legend at s->y, in as many rows as it takes; n items. */
enum svg_mark { MARK_BOX, MARK_LINE, MARK_DOT };
struct svg_key {
	const char *label;
	enum svg_mark mark;
	const char *classes;
};
void svg_legend(struct svg *s, const struct svg_key *key, int n);

/* Append the whole <svg> to t and free the drawing. styles: CSS text for a
 * file of its own, NULL inside a page. */
void svg_finish(struct svg *s, struct nas_text *t, const char *title,
		const struct nas_text *styles);

#endif
