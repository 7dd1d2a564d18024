/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/scatter.h"

#include <math.h>

#include "nas/report/palette.h"
#include "nas/report/plot.h"

#define COLUMNS 3
#define GAP	30.0
#define HEIGHT	170.0

static int every_of(const struct scatter *c)
{
	return (c->n + SCATTER_POINTS - 1) / SCATTER_POINTS;
}

/* All points as one path of dots: a line of no length with round ends. */
static void draw_points(const struct plot *p, const struct scatter *c)
{
	int every = every_of(c);

	text_add(&p->svg->body, "<path class=\"l-blue\" fill=\"none\" "
				"stroke-linecap=\"round\" opacity=\"0.5\" "
				"stroke-width=\"3\" d=\"");
	for (int i = 0; i < c->n; i += every)
		if (isfinite(c->x[i]) && isfinite(c->y[i]))
			text_addf(&p->svg->body, "M%.1f %.1fh0",
				  plot_x(p, c->x[i]), plot_y(p, c->y[i]));
	text_add(&p->svg->body, "\"/>\n");
}

static void draw_one(struct svg *s, const struct scatter *c,
		     const char *y_title)
{
	struct range x = RANGE_EMPTY, y = RANGE_EMPTY;
	struct plot p;

	for (int i = 0; i < c->n; i++) {
		if (!isfinite(c->x[i]) || !isfinite(c->y[i]))
			continue;
		range_add(&x, c->x[i]);
		range_add(&y, c->y[i]);
	}
	range_widen(&x, 0.04, 0.04);
	range_widen(&y, 0.04, 0.04);
	svg_text(s, 0, s->y + 12, "b", 's', c->title);
	svg_text(s, 0, s->y + 29, "t", 's', c->note);
	s->y += 40;
	plot_open(&p, s, HEIGHT,
		  &(struct axis){ .title = c->x_title, .lo = x.lo, .hi = x.hi,
				  .scaled = true },
		  &(struct axis){ .title = y_title, .lo = y.lo, .hi = y.hi });
	draw_points(&p, c);
}

/* Put a drawing at a place in another one. */
static void place(struct svg *s, struct svg *part, double x, double y)
{
	text_addf(&s->body, "<g transform=\"translate(%.1f %.1f)\">\n", x, y);
	text_addn(&s->body, part->body.data ? part->body.data : "",
		  part->body.length);
	text_add(&s->body, "</g>\n");
	s->body.failed = s->body.failed || part->body.failed;
	text_free(&part->body);
}

static int most_every(const struct scatter *plots, int n)
{
	int most = 1;

	for (int i = 0; i < n; i++)
		most = every_of(&plots[i]) > most ? every_of(&plots[i]) : most;
	return most;
}

void scatter_page(struct nas_text *t, const char *title,
		  const struct scatter *plots, int nplots,
		  const char *y_title)
{
	struct svg s = { .width = SVG_WIDE };
	double width = (s.width - (COLUMNS - 1) * GAP) / COLUMNS, next = 0;
	int every = most_every(plots, nplots);
	struct nas_text styles = { 0 };

	svg_text(&s, 0, 16, "b", 's', title);
	if (every > 1)
		svg_textf(&s, 0, 33, "t", 's', "One network in %d is drawn.",
			  every);
	s.y = every > 1 ? 48 : 32;
	for (int i = 0; i < nplots; i++) {
		struct svg part = { .width = width };

		if (i > 0 && i % COLUMNS == 0)
			s.y = next + 12;
		draw_one(&part, &plots[i], y_title);
		next = s.y + part.y;
		place(&s, &part, i % COLUMNS * (width + GAP), s.y);
	}
	s.y = nplots ? next : s.y;
	palette_css(&styles, PALETTE_LIGHT);
	svg_finish(&s, t, title, &styles);
	text_free(&styles);
}
