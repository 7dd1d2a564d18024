/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/heatmap.h"

#include <math.h>

#include "nas/report/palette.h"
#include "nas/report/plot.h"

#define BOX_HEIGHT 30.0
#define GAP	   8.0

struct grid { /* where things are */
	double left, top, box;
	struct range range;
	bool numbers; /* there is room for them */
};

static double widest(const char *const *label, int n)
{
	double w = 0;

	for (int i = 0; i < n; i++)
		w = fmax(w, text_width(label[i], SVG_TICK));
	return w;
}

static double widest_number(const struct heatmap *h)
{
	double w = 0;

	for (int i = 0; i < h->nx * h->ny; i++)
		w = fmax(w, text_width(number_fixed(h->value[i], h->decimals).s,
				       SVG_LABEL));
	return w;
}

/* 0 .. 1; most of the shades are for the upper part, where the choice is. */
static double shade_of(const struct range *r, double x)
{
	double share = r->hi > r->lo ? (x - r->lo) / (r->hi - r->lo) : 1;

	return share * share * share;
}

static void draw_box(struct svg *s, const struct heatmap *h,
		     const struct grid *g, int row, int column)
{
	double v = h->value[row * h->nx + column];
	double x = g->left + column * g->box, y = g->top + row * BOX_HEIGHT;
	double shade = isfinite(v) ? shade_of(&g->range, v) : 0;
	char title[200];

	snprintf(title, sizeof(title), "%.40s %.20s, %.40s %.20s: %s",
		 h->y_title, h->y[row], h->x_title, h->x[column],
		 isfinite(v) ? number_fixed(v, v == floor(v) ? 0 : 6).s
			     : "not defined");
	svg_rect(s, x + 1, y + 1, g->box - 2, BOX_HEIGHT - 2, "f-tintgrey",
		 title);
	if (!isfinite(v))
		return;
	text_addf(&s->body, "<g opacity=\"%.3f\">", shade);
	svg_rect(s, x + 1, y + 1, g->box - 2, BOX_HEIGHT - 2,
		 h->hue ? h->hue : "f-blue", title);
	text_add(&s->body, "</g>\n");
	if (g->numbers)
		svg_text(s, x + g->box / 2, y + BOX_HEIGHT / 2 + 4,
			 shade > 0.6 ? "f-paper on" : "n", 'm',
			 number_fixed(v, h->decimals).s);
}

static void draw_mark(struct svg *s, const struct grid *g, int row, int column)
{
	double x = g->left + column * g->box, y = g->top + row * BOX_HEIGHT;

	svg_path(s, "line l-red", "M%.2f %.2fh%.2fv%.2fh%.2fz", x + 1, y + 1,
		 g->box - 2, BOX_HEIGHT - 2, 2 - g->box);
}

static void draw_labels(struct svg *s, const struct heatmap *h,
			const struct grid *g)
{
	double bottom = g->top + h->ny * BOX_HEIGHT;
	int every = (int)ceil((widest(h->x, h->nx) + GAP) / g->box);

	for (int row = 0; row < h->ny; row++)
		svg_text(s, g->left - GAP, g->top + (row + 0.5) * BOX_HEIGHT + 4,
			 "t", 'e', h->y[row]);
	for (int i = 0; i < h->nx; i += every)
		svg_text(s, g->left + (i + 0.5) * g->box, bottom + 16, "t",
			 'm', h->x[i]);
	svg_text(s, g->left + h->nx * g->box / 2, bottom + 36, "n", 'm',
		 h->x_title);
	s->y = bottom + 46;
}

void heatmap_draw(struct svg *s, const struct heatmap *h)
{
	struct grid g = { .range = RANGE_EMPTY };

	for (int i = 0; i < h->nx * h->ny; i++)
		range_add(&g.range, h->value[i]);
	if (h->title) {
		svg_text(s, 0, s->y + 12, "b", 's', h->title);
		s->y += 22;
	}
	svg_text(s, 0, s->y + 12, "n", 's', h->y_title);
	g.left = widest(h->y, h->ny) + GAP + 2;
	g.top = s->y + 22;
	g.box = (s->width - g.left) / h->nx;
	g.numbers = widest_number(h) < g.box;
	for (int row = 0; row < h->ny; row++)
		for (int i = 0; i < h->nx; i++)
			draw_box(s, h, &g, row, i);
	for (int row = 0; row < h->ny; row++)
		for (int i = 0; i < h->nx; i++)
			if (h->marked && h->marked[row * h->nx + i])
				draw_mark(s, &g, row, i);
	draw_labels(s, h, &g);
}
