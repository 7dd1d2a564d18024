/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/svg.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "nas/report/report.h"

#define FAR 1e7 /* px: nothing is drawn beyond */

/* Two decimals of a pixel, no longer than they need be. Pages have thousands
 * of these: printf would take most of the time. */
static void add_px(struct nas_text *t, double x)
{
	char digits[24];
	int n = 24;
	long v = isfinite(x) ? lround(100 * fmax(-FAR, fmin(FAR, x))) : 0;
	long left = labs(v);

	for (int place = 0; place < 3 || left > 0; place++, left /= 10) {
		if (place == 2 && n < 24)
			digits[--n] = '.';
		if (place >= 2 || n < 24 || left % 10)
			digits[--n] = (char)('0' + left % 10);
	}
	if (v < 0)
		digits[--n] = '-';
	text_addn(t, digits + n, (size_t)(24 - n));
}

static void add_attribute(struct nas_text *t, const char *name, double x)
{
	text_add(t, " ");
	text_add(t, name);
	text_add(t, "=\"");
	add_px(t, x);
	text_add(t, "\"");
}

static void add_end(struct svg *s, const char *element, const char *classes,
		    const char *title)
{
	text_add(&s->body, " class=\"");
	text_add(&s->body, classes);
	text_add(&s->body, "\"");
	if (!title || !*title) {
		text_add(&s->body, "/>\n");
		return;
	}
	text_add(&s->body, "><title>");
	text_escape(&s->body, title);
	text_addf(&s->body, "</title></%s>\n", element);
}

void svg_rect(struct svg *s, double x, double y, double w, double h,
	      const char *classes, const char *title)
{
	text_add(&s->body, "<rect");
	add_attribute(&s->body, "x", x);
	add_attribute(&s->body, "y", y);
	add_attribute(&s->body, "width", fmax(w, 0));
	add_attribute(&s->body, "height", fmax(h, 0));
	add_end(s, "rect", classes, title);
}

void svg_line(struct svg *s, double x1, double y1, double x2, double y2,
	      const char *classes)
{
	text_add(&s->body, "<line");
	add_attribute(&s->body, "x1", x1);
	add_attribute(&s->body, "y1", y1);
	add_attribute(&s->body, "x2", x2);
	add_attribute(&s->body, "y2", y2);
	add_end(s, "line", classes, NULL);
}

void svg_circle(struct svg *s, double x, double y, double r,
		const char *classes, const char *title)
{
	text_add(&s->body, "<circle");
	add_attribute(&s->body, "cx", x);
	add_attribute(&s->body, "cy", y);
	add_attribute(&s->body, "r", r);
	add_end(s, "circle", classes, title);
}

void svg_path(struct svg *s, const char *classes, const char *fmt, ...)
{
	char data[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(data, sizeof(data), fmt, ap);
	va_end(ap);
	text_addf(&s->body, "<path d=\"%s\"", data);
	add_end(s, "path", classes, NULL);
}

void svg_points(struct svg *s, const double *x, const double *y, int n,
		const char *classes)
{
	bool pen = false; /* is down */

	text_add(&s->body, "<path d=\"");
	for (int i = 0; i < n; i++) {
		if (!isfinite(x[i]) || !isfinite(y[i])) {
			pen = false;
			continue;
		}
		text_add(&s->body, pen ? "L" : "M");
		add_px(&s->body, x[i]);
		text_add(&s->body, " ");
		add_px(&s->body, y[i]);
		pen = true;
	}
	text_add(&s->body, "\"");
	add_end(s, "path", classes, NULL);
}

void svg_text(struct svg *s, double x, double y, const char *classes,
	      char anchor, const char *text)
{
	text_add(&s->body, "<text");
	add_attribute(&s->body, "x", x);
	add_attribute(&s->body, "y", y);
	text_addf(&s->body, " class=\"%s\"", classes);
	if (anchor != 's')
		text_addf(&s->body, " text-anchor=\"%s\"",
			  anchor == 'm' ? "middle" : "end");
	text_add(&s->body, ">");
	text_escape(&s->body, text);
	text_add(&s->body, "</text>\n");
}

void svg_textf(struct svg *s, double x, double y, const char *classes,
	       char anchor, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	svg_text(s, x, y, classes, anchor, text);
}

#define KEY_MARK 22.0
#define KEY_GAP 18.0

static void draw_key(struct svg *s, const struct svg_key *key, double x)
{
	double y = s->y + 8;

	if (key->mark == MARK_LINE)
		svg_line(s, x, y, x + 16, y, key->classes);
	else if (key->mark == MARK_DOT)
		svg_circle(s, x + 8, y, 4, key->classes, NULL);
	else
		svg_rect(s, x + 2, y - 6, 12, 12, key->classes, NULL);
}

void svg_legend(struct svg *s, const struct svg_key *key, int n)
{
	char label[256];
	double x = 0;

	for (int i = 0; i < n; i++) {
		double width;

		text_fit(label, sizeof(label), key[i].label, SVG_LABEL,
			 s->width - KEY_MARK);
		width = KEY_MARK + text_width(label, SVG_LABEL);
		if (x > 0 && x + width > s->width) {
			x = 0;
			s->y += SVG_LINE + 2;
		}
		draw_key(s, &key[i], x);
		svg_text(s, x + KEY_MARK, s->y + 12, "n", 's', label);
		x += width + KEY_GAP;
	}
	s->y += SVG_LINE + 9;
}

void svg_finish(struct svg *s, struct nas_text *t, const char *title,
		const struct nas_text *styles)
{
	text_addf(t, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\""
		     "0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" "
		     "role=\"img\" aria-label=\"",
		  s->width, ceil(s->y), s->width, ceil(s->y));
	text_escape(t, title);
	text_add(t, "\">\n");
	if (styles) {
		text_add(t, REPORT_SVG_MARK "\n<title>");
		text_escape(t, title);
		text_addf(t, "</title>\n<style>\n%s</style>\n<rect "
			     "width=\"100%%\" height=\"100%%\" "
			     "class=\"f-paper\"/>\n",
			  styles->data ? styles->data : "");
		t->failed |= styles->failed;
	}
	text_addn(t, s->body.data ? s->body.data : "", s->body.length);
	text_add(t, "</svg>\n");
	t->failed |= s->body.failed;
	text_free(&s->body);
}
