/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the design cost, beside published figures. */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/rows.h"

#define SHORTEST_H 1e-7 /* a run cannot be shorter than the axis */

static const char *absent(const struct report *r)
{
	return r->run[0].meta ? NULL : "There is no meta.json.";
}

static double hours_of(const struct published *p)
{
	return p->hours_once + p->hours_each;
}

static double run_hours(const struct report *r)
{
	return fmax(r->run[0].meta->cpu_s / 3600, SHORTEST_H);
}

static int count_published(void)
{
	int n = 0;

	for (int i = 0; published[i].method; i++)
		n += isfinite(hours_of(&published[i]));
	return n;
}

static void draw_row(struct bar_rows *rows, const char *label, double hours,
		     const char *value, bool ours)
{
	double y = rows_next(rows, label, value);

	rows_bar(rows, y, hours, ours ? "f-blue" : "f-soft faint");
	rows_dot(rows, y, hours, ours ? "f-blue" : "f-soft");
}

static void draw(struct svg *s, const struct report *r)
{
	double ours = run_hours(r);
	struct axis axis = { .title = "design time for one network (hours, "
				      "logarithmic)",
			     .lo = pow(10, floor(log10(ours)) - 1),
			     .hi = 1e4, .log = true };
	char label[120], value[80];
	struct bar_rows rows;

	axis.lo = fmin(axis.lo, 1e-2);
	rows_open(&rows, s, count_published() + 1, &axis);
	draw_row(&rows, "This run, CPU time of all threads", ours,
		 number_time(r->run[0].meta->cpu_s).s, true);
	for (int i = 0; published[i].method; i++) {
		const struct published *p = &published[i];

		if (!isfinite(hours_of(p)))
			continue;
		snprintf(label, sizeof(label), "%s, %s", p->method,
			 p->device);
		snprintf(value, sizeof(value), "%s h",
			 number_fixed(hours_of(p),
				      hours_of(p) < 10 ? 1 : 0).s);
		draw_row(&rows, label, hours_of(p), value, false);
	}
}

static void caption(struct nas_text *t, const struct report *r)
{
	double cpu_s = r->run[0].meta->cpu_s;

	text_addf(t, "This run took %s of CPU time: %s Wh, about %s g of "
		     "CO\xE2\x82\x82" "e. <em>Formula:</em> CO\xE2\x82\x82" "e "
		     "= CPU time \xC3\x97 %.0f W \xC3\x97 %.2f \xC3\x97 %.3f "
		     "kg/kWh. <em>Assumed:</em> %.0f W for a busy core with "
		     "its share of the machine, %.2f for a data "
		     "centre\xE2\x80\x99s overhead, %.3f kg/kWh for the grid "
		     "(both of Strubell et al. 2019). Grey: published (table 3 "
		     "of Sun et al. 2022), in hours of the device named, for "
		     "ImageNet; the search only, not the training of its "
		     "result.",
		  number_time(cpu_s).s, number_short(cost_energy_wh(cpu_s)).s,
		  number_short(cost_co2_g(cpu_s)).s, COST_CORE_W, COST_PUE,
		  COST_KG_PER_KWH, COST_CORE_W, COST_PUE, COST_KG_PER_KWH);
}

/* "288 + 24 N": once and for each network */
static void add_once_each(struct nas_text *t, double once, double each)
{
	text_add(t, "<td class=\"num\">");
	if (!isfinite(each))
		text_add(t, "\xE2\x80\x93");
	else if (once > 0)
		text_addf(t, "%g + %g N", once, each);
	else
		text_addf(t, "%g N", each);
	text_add(t, "</td>");
}

static void add_optional(struct nas_text *t, double x)
{
	table_number(t, number_fixed(x, 1));
}

static void add_ours(struct nas_text *t, const struct report *r)
{
	double cpu_s = r->run[0].meta->cpu_s;
	const struct nas_cost *cost = &shown_network(r)->of->cost;

	table_row(t);
	text_addf(t, "<td><strong>This run</strong></td><td>1 core</td>"
		     "<td class=\"num\">%s N</td><td class=\"num\">%s N</td>",
		  number_short(cpu_s / 3600).s,
		  number_short(cost_co2_g(cpu_s) / 453.59237).s);
	add_optional(t, cost->flash_bytes / 1e6);
	add_optional(t, cost->bitops / 1e9);
	text_add(t, "<td class=\"num\">not trained</td>");
}

static void numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "Method", COLUMN_TEXT },
		{ "Hours of", COLUMN_TEXT },
		{ "Design time (h)", COLUMN_NUMBER },
		{ "CO\xE2\x82\x82" "e (lb)", COLUMN_NUMBER },
		{ "Size (MB)", COLUMN_NUMBER },
		{ "BitOps (G)", COLUMN_NUMBER },
		{ "ImageNet top-1 (%)", COLUMN_NUMBER },
	};

	table_open(t, columns, 7);
	add_ours(t, r);
	for (int i = 0; published[i].method; i++) {
		const struct published *p = &published[i];

		table_row(t);
		table_text(t, p->method);
		table_text(t, p->device);
		add_once_each(t, p->hours_once, p->hours_each);
		add_once_each(t, p->co2_once, p->co2_each);
		add_optional(t, p->size_mb);
		add_optional(t, p->bitops_g);
		add_optional(t, p->top1);
	}
	table_close(t);
	text_add(t, "<p class=\"note\">N is the number of networks designed. "
		    "CO\xE2\x82\x82" "e as printed; its ratio to the hours is "
		    "that of pounds by the formula of Strubell et al. (2019); "
		    "that of DNAS does not fit its hours. The BitOps of the two "
		    "QE-Score rows are 64 times the reference\xE2\x80\x99s "
		    "bit-weighted flops, which count normalisation and ReLU "
		    "too and no classifier; as this page counts, the two "
		    "networks have 6.0 and 17.0 G.</p>\n");
}

const struct chart chart_cost = {
	.name = "cost", .title = "What the design cost", .half = true,
	.optional = true,
	.absent = absent, .draw = draw, .caption = caption,
	.numbers = numbers,
};
