/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/page.h"

#include "nas/report/palette.h"

const char *report_absent(const struct chart *c, const struct report *r)
{
	return c->absent ? c->absent(r) : NULL;
}

static void add_drawing(struct nas_text *t, const struct chart *c,
			const struct report *r, double width,
			const struct nas_text *styles)
{
	struct svg s = { .width = width };

	c->draw(&s, r);
	svg_finish(&s, t, c->title, styles);
}

void report_svg(struct nas_text *t, const struct chart *c,
		const struct report *r)
{
	struct nas_text styles = {0};

	palette_css(&styles, PALETTE_LIGHT);
	add_drawing(t, c, r, c->half ? SVG_HALF : SVG_WIDE, &styles);
	text_free(&styles);
}

/* Each chart is there twice, for wide and for narrow windows: text keeps its
 * size, and styles show the one that fits. */
static void add_drawings(struct nas_text *t, const struct chart *c,
			 const struct report *r)
{
	text_add(t, "<div class=\"wide\">\n");
	add_drawing(t, c, r, c->half ? SVG_HALF : SVG_WIDE, NULL);
	text_add(t, "</div><div class=\"narrow\">\n");
	add_drawing(t, c, r, SVG_NARROW, NULL);
	text_add(t, "</div>\n");
}

void page_chart(struct nas_text *t, const struct chart *c,
		const struct report *r, int number)
{
	const char *why = report_absent(c, r);

	text_addf(t, "<figure id=\"%s\"%s>\n<h2>", c->name,
		  c->half ? " class=\"half\"" : "");
	text_escape(t, c->title);
	text_add(t, "</h2>\n");
	if (why) {
		text_addf(t, "<p class=\"absent\">%s</p>\n</figure>\n", why);
		return;
	}
	add_drawings(t, c, r);
	text_addf(t, "<figcaption><b>Figure %d.</b> ", number);
	c->caption(t, r);
	text_add(t, "</figcaption>\n<details><summary>Numbers</summary>\n");
	c->numbers(t, r);
	text_add(t, "</details>\n</figure>\n");
}

static void add_charts(struct nas_text *t, const struct report *r)
{
	int n, number = 0;
	const struct chart *const *charts = report_charts(r, &n);

	text_add(t, "<div class=\"figures\">\n");
	for (int i = 0; i < n; i++) {
		bool absent = report_absent(charts[i], r);

		number += !absent;
		if (!absent || !charts[i]->optional)
			page_chart(t, charts[i], r, number);
	}
	text_add(t, "</div>\n");
}

void page_latency(struct nas_text *t, const char *of, const char *by)
{
	if (!by)
		return;
	text_add(t, "<p class=\"note\">Latency");
	text_escape(t, of);
	text_add(t, " is counted by ");
	text_escape(t, by);
	text_add(t, ".</p>\n");
}

static const char *page_title(const struct report *r)
{
	if (r->comparison)
		return "Comparison of search spaces";
	return r->nruns > 1 ? "Comparison of runs" : r->run[0].config->name;
}

enum nas_status report_page(struct nas_text *t, const struct report *r,
			    struct nas_err *err)
{
	page_head(t, page_title(r));
	if (r->comparison) {
		page_spaces(t, r->comparison);
	} else if (r->nruns > 1) {
		page_runs(t, r);
	} else {
		page_found(t, r);
		page_networks(t, &r->run[0]);
		page_files(t, &r->run[0]);
	}
	add_charts(t, r);
	if (r->nruns == 1)
		page_asked(t, &r->run[0]);
	if (r->comparison)
		page_space_pairs(t, r->comparison);
	page_foot(t, r);
	if (t->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the page");
	return NAS_OK;
}
