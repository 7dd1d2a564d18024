/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits of layers: activations up, weights down. The first columns are digits:
 * activations before and after and weights before and after, or activations and
 * weights. */
#include <string.h>

#include "nas/report/reproduce_charts.h"

#define MOST 8
#define STEP 13.0 /* px a bit */
#define GAP 10.0  /* between both halves: the layers' numbers */
#define LEFT 30.0

static bool has_before(const struct reproduced_table *t, int row)
{
	const struct reproduced_figure *f = t->row[row].figure;

	return t->of->ncolumns >= 4 && f[2].text && f[3].text;
}

/* The n-th row with bits; -1 = none. */
static int picked_row(const struct reproduced_table *t, int n)
{
	for (int i = 0; t->of->ncolumns >= 2 && i < t->of->nrows; i++)
		if (t->row[i].figure[0].text && t->row[i].figure[1].text &&
		    n-- == 0)
			return i;
	return -1;
}

int reproduce_bits_panels(const struct reproduced_table *t)
{
	int n = 0;

	while (picked_row(t, n) >= 0)
		n++;
	return n;
}

/* One half; y of no bits, and 1 down or -1 up. */
static void draw_half(struct svg *s, const char *before, const char *after,
		      double y, double down, const char *hue, const char *what)
{
	int n = (int)strlen(after);
	double width = (s->width - LEFT) / n;

	for (int bits = 2; bits <= MOST; bits += 2) {
		double at = y + down * bits * STEP;

		svg_line(s, LEFT, at, s->width, at, "grid");
		svg_textf(s, LEFT - 8, at + 4, "t", 'e', "%d", bits);
	}
	for (int i = 0; i < n; i++) {
		double x = LEFT + i * width;
		int was = i < (int)strlen(before) ? before[i] - '0' : 0;
		int is = after[i] - '0';
		char title[128];

		snprintf(title, sizeof(title), "layer %d, %s: %d bits", i + 1,
			 what, is);
		if (was)
			snprintf(title + strlen(title),
				 sizeof(title) - strlen(title), ", %d before",
				 was);
		svg_rect(s, x + 0.06 * width, down > 0 ? y : y - was * STEP,
			 0.88 * width, was * STEP, "f-grid", title);
		svg_rect(s, x + 0.2 * width, down > 0 ? y : y - is * STEP,
			 0.6 * width, is * STEP, hue, title);
	}
}

void reproduce_bits_draw(struct svg *s, const struct reproduced_table *t,
			 int panel)
{
	int row = picked_row(t, panel);
	const struct reproduced_figure *f = t->row[row].figure;
	bool before = has_before(t, row);
	const struct svg_key keys[] = {
		{ before ? "activations after" : "activations", MARK_BOX,
		  "f-blue" },
		{ before ? "weights after" : "weights", MARK_BOX, "f-orange" },
		{ "before", MARK_BOX, "f-grid" },
	};
	double y;

	svg_text(s, 0, s->y + 12, "b", 's', t->row[row].of->label);
	s->y += 24;
	svg_legend(s, keys, before ? 3 : 2);
	svg_text(s, 0, s->y + 12, "t", 's', "bits of activations");
	y = s->y + 24 + MOST * STEP;
	draw_half(s, before ? f[0].text : "", f[before ? 1 : 0].text, y, -1, "f-blue",
		  "activations");
	draw_half(s, before ? f[2].text : "", f[before ? 3 : 1].text, y + GAP,
		  1, "f-orange", "weights");
	s->y = y + GAP + MOST * STEP + 8;
	svg_text(s, 0, s->y + 12, "t", 's',
		 "bits of weights; layers from the first to the last");
	s->y += 20;
}
