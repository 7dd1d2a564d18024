/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score against its proven bound. */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/rows.h"

#define NETWORKS_SHOWN 5

static const struct nas_certificate_record *
certificate_of(const struct report *r)
{
	return &r->run[0].result->certificate.record;
}

static const char *absent(const struct report *r)
{
	const struct nas_certificate_record *c = certificate_of(r);

	if (!r->run[0].result->certificate.present)
		return "No certificate was asked for. <code>nas certify</code> "
		       "makes one.";
	if (c->status == CERTIFY_NOT_APPLICABLE)
		return "The certificate does not apply to this score, which is "
		       "sampled: no sum over blocks.";
	if (c->status == CERTIFY_UNFINISHED)
		return "The certificate reached a limit of its work, time or "
		       "memory before there was a bound.";
	if (c->status == CERTIFY_INFEASIBLE)
		return "The certificate proves that no network of the space "
		       "meets the budgets.";
	return NULL;
}

static int networks_shown(const struct report_run *run)
{
	if (run->result->status == RESULT_INFEASIBLE || run->best[0].rank == 0)
		return 0;
	return run->nbest < NETWORKS_SHOWN ? run->nbest : NETWORKS_SHOWN;
}

static bool has_root(const struct nas_certificate_record *c)
{
	return c->root_bound > c->upper_bound;
}

static struct range values(const struct report *r)
{
	const struct nas_certificate_record *c = certificate_of(r);
	struct range range = RANGE_EMPTY;

	range_add(&range, c->upper_bound);
	if (has_root(c))
		range_add(&range, c->root_bound);
	for (int i = 0; i < networks_shown(&r->run[0]); i++)
		range_add(&range, r->run[0].best[i].of->score);
	range_widen(&range, 0.06, 0.12);
	return range;
}

static int score_decimals(const struct range *range)
{
	int d = (int)ceil(2 - log10(range->hi - range->lo));

	return d < 2 ? 2 : d > 9 ? 9 : d;
}

static void draw_one(struct bar_rows *rows, const char *label, double x,
		     int decimals, const char *classes)
{
	double y = rows_next(rows, label, number_fixed(x, decimals).s);

	svg_line(rows->svg, rows->scale.from, y, rows->scale.to, y,
		 "axis l-grid");
	rows_dot(rows, y, x, classes);
}

static void draw(struct svg *s, const struct report *r)
{
	const struct nas_certificate_record *c = certificate_of(r);
	struct range range = values(r);
	struct axis axis = { .title = "score", .lo = range.lo,
			     .hi = range.hi };
	int n = networks_shown(&r->run[0]), decimals = score_decimals(&range);
	struct bar_rows rows;
	char label[40];
	double bound;

	rows_open(&rows, s, n + 1 + has_root(c), &axis);
	bound = scale_at(&rows.scale, c->upper_bound);
	svg_rect(s, bound, rows.top, rows.scale.to - bound,
		 rows.bottom - rows.top, "f-tintorange faint",
		 "no network scores here");
	if (has_root(c))
		draw_one(&rows, "Bound of the relaxation alone",
			 c->root_bound, decimals, "f-soft");
	draw_one(&rows, "Proven bound", c->upper_bound, decimals, "f-red");
	for (int i = 0; i < n; i++) {
		snprintf(label, sizeof(label), "Network %d", i + 1);
		draw_one(&rows, label, r->run[0].best[i].of->score, decimals,
			 "f-blue");
	}
	rows_line(&rows, c->upper_bound, "line l-red");
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct nas_certificate_record *c = certificate_of(r);

	if (c->optimal)
		text_add(t, "<strong>Proven optimal:</strong> no network of "
			    "the space inside the budgets scores higher. ");
	else if (c->known)
		text_addf(t, "No network of the space inside the budgets can "
			     "score in the shaded range: the best one found is "
			     "at most %s %% below the optimum. ",
			  number_short(100 * c->gap).s);
	else
		text_add(t, "No network of the space inside the budgets can "
			    "score in the shaded range; the certificate knows "
			    "of none inside them. ");
	if (c->method && *c->method) {
		text_add(t, "Method: ");
		text_escape(t, c->method);
		text_add(t, ".");
	}
}

static void numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = { { "What", COLUMN_TEXT },
						 { "Value", COLUMN_NUMBER } };
	const struct nas_certificate_record *c = certificate_of(r);

	table_open(t, columns, 2);
	table_row(t);
	table_text(t, "Proven upper bound");
	table_number(t, number_fixed(c->upper_bound, 9));
	table_row(t);
	table_text(t, "Bound of the relaxation alone");
	table_number(t, number_fixed(c->root_bound, 9));
	table_row(t);
	table_text(t, "Best score known");
	table_number(t, number_fixed(c->known ? c->score : UNKNOWN, 9));
	table_row(t);
	table_text(t, "Gap, (bound \xE2\x88\x92 score) / |score|");
	table_number(t, number_short(c->known ? c->gap : UNKNOWN));
	for (int i = 0; i < networks_shown(&r->run[0]); i++) {
		table_row(t);
		text_addf(t, "<td>Network %d</td>", i + 1);
		table_number(t, number_fixed(r->run[0].best[i].of->score, 9));
	}
	table_close(t);
}

const struct chart chart_certificate = {
	.name = "certificate", .title = "Score and its proven bound",
	.half = true, .absent = absent, .draw = draw, .caption = caption,
	.numbers = numbers,
};
