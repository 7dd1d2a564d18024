/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/pareto_page.h"

#include <math.h>

#include "nas/report/page.h"
#include "nas/report/pareto_panel.h"

#define PATH_SIZE 4096
#define FEW 30 /* points that are shown without being asked */

/* ---- panels as charts: an axis or a pair each ----------------------------- */

#define PANEL(kind, i)                                                       \
	static void kind##_draw_##i(struct svg *s, const struct report *r)   \
	{                                                                    \
		panel_##kind##_draw(s, r->pareto, i);                        \
	}                                                                    \
	static void kind##_caption_##i(struct nas_text *t,                   \
				       const struct report *r)               \
	{                                                                    \
		panel_##kind##_caption(t, r->pareto, i);                     \
	}
#define PANELS(kind) PANEL(kind, 0) PANEL(kind, 1) PANEL(kind, 2)
PANELS(over)
PANELS(more)
PANELS(plane)

#define NUMBERS(name, of, i)                                                 \
	static void name##_##i(struct nas_text *t, const struct report *r)   \
	{                                                                    \
		of(t, r->pareto, i);                                         \
	}
NUMBERS(axis_numbers, panel_numbers, 0)
NUMBERS(axis_numbers, panel_numbers, 1)
NUMBERS(axis_numbers, panel_numbers, 2)
NUMBERS(plane_numbers, panel_plane_numbers, 0)
NUMBERS(plane_numbers, panel_plane_numbers, 1)
NUMBERS(plane_numbers, panel_plane_numbers, 2)

#define ROW(kind, table, i)                                                  \
	{ .draw = kind##_draw_##i, .caption = kind##_caption_##i,            \
	  .numbers = table##_##i }
#define ROWS(kind, table)                                                    \
	{ ROW(kind, table, 0), ROW(kind, table, 1), ROW(kind, table, 2) }

static const struct chart over[] = ROWS(over, axis_numbers);
static const struct chart more[] = ROWS(more, axis_numbers);
static const struct chart plane[] = ROWS(plane, plane_numbers);

struct panel {
	struct chart chart;
	char name[80], title[160];
};

#define PANELS_MOST (3 * GRID_AXES)

struct panels {
	int n;
	struct panel panel[PANELS_MOST];
};

static const char *key_of(const struct pareto *f, int axis)
{
	return budget_kinds[f->axis[axis].budget].key;
}

static const char *label_of(const struct pareto *f, int axis)
{
	return budget_kinds[f->axis[axis].budget].label;
}

static struct panel *add_panel(struct panels *p, const struct chart *chart,
			       bool half)
{
	struct panel *panel = &p->panel[p->n++];

	panel->chart = *chart;
	panel->chart.half = half;
	panel->chart.name = panel->name;
	panel->chart.title = panel->title;
	return panel;
}

static void make_panels(struct panels *p, const struct pareto *f)
{
	bool half = f->naxes > 1;
	struct panel *q;

	p->n = 0;
	for (int pair = 0; pair < (f->naxes == 3 ? 3 : f->naxes - 1); pair++) {
		int x, y;

		panel_pair(pair, &x, &y);
		q = add_panel(p, &plane[pair], false);
		snprintf(q->name, sizeof(q->name), "%s-%s", key_of(f, x),
			 key_of(f, y));
		snprintf(q->title, sizeof(q->title), "%s over %s and %s",
			 f->score_title, label_of(f, x), label_of(f, y));
	}
	for (int a = 0; a < f->naxes; a++) {
		q = add_panel(p, &over[a], half);
		snprintf(q->name, sizeof(q->name), "%s", key_of(f, a));
		snprintf(q->title, sizeof(q->title), "%s over %s",
			 f->score_title, label_of(f, a));
		if (panel_more_is_empty(f, a))
			continue;
		q = add_panel(p, &more[a], half);
		snprintf(q->name, sizeof(q->name), "more-%s", key_of(f, a));
		snprintf(q->title, sizeof(q->title), "What 10 %% more %s buys",
			 label_of(f, a));
	}
}

/* ---- the head ------------------------------------------------------------- */

static const char *points_text(char *out, size_t size, double gain)
{
	if (gain > 0)
		snprintf(out, size, "%s points", number_fixed(gain, 2).s);
	else
		snprintf(out, size, "nothing");
	return out;
}

static void add_base(struct nas_text *t, const struct pareto *f)
{
	const struct pareto_base *b = &f->base;
	char gain[80];

	if (!b->present)
		return;
	text_addf(t, "<p class=\"answer\">Inside the config's own budgets the "
		     "best network scores <b>%s</b>%s.",
		  number_fixed(b->score, 2).s,
		  b->optimal ? ", proven optimal" : "");
	for (int i = 0; i < b->nmore; i++) {
		const struct pareto_more *m = &b->more[i];
		const struct nas_budget_kind *kind =
			&budget_kinds[budget_find(m->budget)];

		text_addf(t, " 10&nbsp;%% more %s, %s in place of %s, buys "
			     "<b>%s</b>%s.", kind->label,
			  budget_number(m->more, kind).s,
			  budget_number(m->limit, kind).s,
			  points_text(gain, sizeof(gain), m->gain),
			  m->optimal ? "" : ", as far as is known");
	}
	text_add(t, "</p>\n");
}

/* "99 % of it is had with 719 kB Flash of 2.104 MB" */
static void add_knees(struct nas_text *t, const struct pareto *f)
{
	double most = pareto_score(f, f->grid.n - 1);

	if (!f->whole || !(most > 0))
		return;
	text_addf(t, "<p class=\"note\">The highest score of the grid is %s. "
		     "99&nbsp;%% of it is had with ", number_fixed(most, 2).s);
	for (int a = 0; a < f->naxes; a++) {
		const struct pareto_axis *axis = &f->axis[a];
		const struct nas_budget_kind *b = &budget_kinds[axis->budget];
		int step = grid_step(&f->grid, a), k = 0;

		while (k < axis->n - 1 &&
		       !(pareto_score(f, f->grid.n - 1 -
				      (axis->n - 1 - k) * step) >= 0.99 * most))
			k++;
		text_addf(t, "%s%s %s of %s", a ? ", or " : "",
			  budget_number(axis->value[k], b).s, b->label,
			  budget_number(axis->high, b).s);
	}
	text_addf(t, "%s.</p>\n", f->naxes > 1 ? ", the others at their ends" : "");
}

static void add_head(struct nas_text *t, const struct pareto *f)
{
	struct nas_text summary = { 0 };
	int n = 0;

	text_add(t, "<header>\n<h1>");
	text_escape(t, f->score_title);
	text_add(t, " against ");
	for (int a = 0; a < f->naxes; a++)
		text_addf(t, "%s%s", !a ? "" : a < f->naxes - 1 ? ", " : " and ",
			  label_of(f, a));
	text_add(t, "</h1>\n<p class=\"lead\">");
	text_escape(t, f->name);
	for (int i = 0; budget_rows[i]; i++) {
		const struct nas_number_slot *limit =
			&f->limit[budget_index(budget_rows[i])];

		if (limit->present)
			text_addf(t, "%s %s at most %s", n++ ? "," : ":",
				  budget_rows[i]->label,
				  budget_number(limit->x, budget_rows[i]).s);
	}
	text_add(t, n ? " for all points. " : ". ");
	pareto_summary(&summary, f);
	text_escape(t, summary.data ? summary.data : "");
	text_add(t, ".</p>\n</header>\n");
	t->failed = t->failed || summary.failed;
	text_free(&summary);
	add_base(t, f);
	add_knees(t, f);
}

/* ---- the points ----------------------------------------------------------- */

static struct number gap_of(const struct pareto_point *p)
{
	struct number proven = { "proven" };

	return p->optimal ? proven : number_percent(p->gap);
}

static void add_point(struct nas_text *t, const struct pareto *f, int i)
{
	const struct pareto_point *p = &f->point[i];
	struct nas_text structure = { 0 };
	char head[96];

	text_add_structure(&structure, &p->best.arch);
	table_row(t);
	table_card_number(t, "Point", number_count(i + 1));
	for (int a = 0; a < f->naxes; a++) {
		snprintf(head, sizeof(head), "%s, at most", label_of(f, a));
		table_card_number(t, head, budget_number(
			p->at_most[f->axis[a].budget].x,
			&budget_kinds[f->axis[a].budget]));
	}
	table_card_number(t, f->score_title, number_fixed(p->best.score, 2));
	table_card_number(t, "Gap", gap_of(p));
	for (int a = 0; a < f->naxes; a++) {
		snprintf(head, sizeof(head), "10 %% %s buys", label_of(f, a));
		table_card_number(t, head, number_fixed(number_slot_value(
			&p->more[f->axis[a].budget]), 2));
	}
	table_card_number(t, "Flash", number_si(p->best.cost.flash_bytes, "B"));
	table_card_number(t, "Peak memory",
			  number_si(p->best.cost.peak_memory_bytes, "B"));
	table_card_number(t, "BitOps", number_si(p->best.cost.bitops, ""));
	table_card_text(t, "Structure", structure.data ? structure.data : "");
	t->failed = t->failed || structure.failed;
	text_free(&structure);
}

static void add_heads(struct nas_text *t, const struct pareto *f)
{
	char head[96];

	table_cards(t);
	table_head(t, "Point", COLUMN_NUMBER);
	for (int a = 0; a < f->naxes; a++) {
		snprintf(head, sizeof(head), "%s, at most", label_of(f, a));
		table_head(t, head, COLUMN_NUMBER);
	}
	table_head(t, f->score_title, COLUMN_NUMBER);
	table_head(t, "Gap", COLUMN_NUMBER);
	for (int a = 0; a < f->naxes; a++) {
		snprintf(head, sizeof(head), "10 %% %s buys", label_of(f, a));
		table_head(t, head, COLUMN_NUMBER);
	}
	table_head(t, "Flash", COLUMN_NUMBER);
	table_head(t, "Peak memory", COLUMN_NUMBER);
	table_head(t, "BitOps", COLUMN_NUMBER);
	table_head(t, "Structure", COLUMN_TEXT);
	table_body(t);
}

static void add_points(struct nas_text *t, const struct pareto *f)
{
	bool few = f->npoints <= FEW;

	text_add(t, "<section>\n<h2>The points of the front</h2>\n");
	if (!few)
		text_addf(t, "<details><summary>%d points</summary>\n",
			  f->npoints);
	add_heads(t, f);
	for (int i = 0; i < f->npoints; i++)
		if (table_shows(i, f->npoints))
			add_point(t, f, i);
	table_close(t);
	table_note(t, f->npoints, "<code>pareto.csv</code>");
	if (!few)
		text_add(t, "</details>\n");
	text_add(t, "<p class=\"note\">Flash, memory and BitOps are what the "
		    "network needs. Structure: out channels of each entry, k "
		    "kernel unless 3 or 1, x depth unless 1. <code>nas export "
		    "networks.json --pick 7 --to onnx -o model.onnx</code> "
		    "writes the network of point 7.</p>\n");
	page_latency(t, "", f->latency_by);
	text_add(t, "</section>\n");
}

/* ---- the files ------------------------------------------------------------ */

static enum nas_status make_page(struct nas_text *t, const struct report *r,
				 const struct panels *p, struct nas_err *err)
{
	page_head(t, r->pareto->name);
	add_head(t, r->pareto);
	text_add(t, "<div class=\"figures\">\n");
	for (int i = 0; i < p->n; i++)
		page_chart(t, &p->panel[i].chart, r, i + 1);
	text_add(t, "</div>\n");
	add_points(t, r->pareto);
	page_foot(t, r);
	return text_check(t, "the page", err);
}

static enum nas_status write_charts(const char *dir, const struct report *r,
				    const struct panels *p, struct nas_err *err)
{
	char plots[PATH_SIZE];

	if (file_join(plots, sizeof(plots), dir, "plots", err) != NAS_OK ||
	    file_make_dir(plots, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < p->n; i++)
		if (report_write_chart(&p->panel[i].chart, r, plots, true,
				       err) != NAS_OK)
			break;
	return err->code;
}

enum nas_status report_pareto_write(const char *dir, const struct pareto *front,
				    struct nas_err *err)
{
	struct report r = { .pareto = front };
	struct nas_text t = { 0 };
	struct panels p;

	make_panels(&p, front);
	if (make_page(&t, &r, &p, err) == NAS_OK &&
	    text_write_in(&t, dir, "pareto.html", err) == NAS_OK)
		(void)!write_charts(dir, &r, &p, err);
	text_free(&t);
	return err->code;
}
