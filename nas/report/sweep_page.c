/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/sweep_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/report/page.h"
#include "nas/report/palette.h"
#include "nas/report/rows.h"

#define GROUPS_SHOWN 60
#define DESIGNS_SHOWN 50

/* ---- groups: the values of all axes but seeds ---------------------------- */

struct member { /* a job in its group */
	const struct sweep_row *row;
	int group;
};

struct group {
	int first, n, found, optimal, failed; /* members, sorted by score */
	double bound;                 /* the largest; NAN: not all have one */
};

struct page {
	const struct sweep_table *table;
	struct member *member; /* (n) by group, then by score */
	struct group *group;   /* (ngroups) best median first */
	int n, ngroups;
};

/* Jobs that differ in the seed alone are a group. */
static bool is_seed(const char *path)
{
	size_t n = strlen(path);

	return n >= 4 && strcmp(path + n - 4, "seed") == 0;
}

/* The group's number: its combination with the seeds left out. */
static int group_of(const struct sweep *sweep, int job)
{
	int left = sweep->combination[job - 1], part[SWEEP_AXES], group = 0;

	for (int i = sweep->naxes - 1; i >= 0; i--) {
		part[i] = left % sweep->axis[i].n;
		left /= sweep->axis[i].n;
	}
	for (int i = 0; i < sweep->naxes; i++)
		if (!is_seed(sweep->axis[i].path))
			group = group * sweep->axis[i].n + part[i];
	return group;
}

static int by_number(double x, double y) /* smaller first, unknown last */
{
	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x > y) - (x < y);
}

static int by_group(const void *x, const void *y)
{
	const struct member *p = x, *q = y;
	int order = p->group - q->group;

	if (order == 0)
		order = by_number(p->row->score, q->row->score);
	return order ? order : p->row->job - q->row->job;
}

/* Of the group's scores. */
static double quantile(const struct page *p, const struct group *g, double q)
{
	double at = q * (g->found - 1);
	int low = (int)at, high = low + 1 < g->found ? low + 1 : low;
	const struct member *m = &p->member[g->first];

	if (g->found == 0)
		return UNKNOWN;
	return m[low].row->score +
	       (at - low) * (m[high].row->score - m[low].row->score);
}

static void close_group(const struct page *p, struct group *g)
{
	g->bound = -HUGE_VAL;
	for (int i = 0; i < g->n; i++) {
		const struct sweep_row *row = p->member[g->first + i].row;

		g->found += row->found;
		g->optimal += row->optimal;
		g->failed += row->failed;
		g->bound = isnan(row->bound) ? row->bound
					     : fmax(g->bound, row->bound);
	}
}

static bool make_groups(struct page *p, struct nas_arena *arena)
{
	const struct sweep_table *t = p->table;

	p->n = t->nrows;
	p->member = NAS_NEW(arena, struct member, (size_t)p->n);
	p->group = NAS_NEW(arena, struct group, (size_t)p->n);
	if (!p->member || !p->group)
		return false;
	for (int i = 0; i < p->n; i++)
		p->member[i] = (struct member){
			&t->row[i], group_of(&t->sweep, t->row[i].job) };
	qsort(p->member, (size_t)p->n, sizeof(*p->member), by_group);
	for (int i = 0; i < p->n; i++) {
		if (i == 0 || p->member[i].group != p->member[i - 1].group)
			p->group[p->ngroups++].first = i;
		p->group[p->ngroups - 1].n++;
	}
	for (int g = 0; g < p->ngroups; g++)
		close_group(p, &p->group[g]);
	return true;
}

/* "budgets.flash_bytes 24kB, search.islands 4"; the whole sweep where seeds are
 * all that differs. */
static void group_label(const struct page *p, const struct group *g, char *text,
			size_t size)
{
	const struct sweep *sweep = &p->table->sweep;
	int job = p->member[g->first].row->job;
	size_t n = 0;

	snprintf(text, size, "all jobs");
	for (int i = 0; i < sweep->naxes && n < size; i++)
		if (!is_seed(sweep->axis[i].path))
			n += (size_t)snprintf(text + n, size - n, "%s%s %s",
					      n ? ", " : "",
					      sweep->axis[i].path,
					      sweep_value(sweep, job, i));
}

/* ---- boxes --------------------------------------------------------------- */

static void draw_group(const struct page *p, const struct group *g,
		       struct bar_rows *rows)
{
	char label[256], value[128] = "no network inside the budgets";
	double y, q1, q3, median;

	group_label(p, g, label, sizeof(label));
	if (g->failed == g->n)
		snprintf(value, sizeof(value), "failed");
	if (g->found)
		snprintf(value, sizeof(value), "%d job%s, median %s",
			 g->found, g->found > 1 ? "s" : "",
			 number_fixed(quantile(p, g, 0.5), 2).s);
	y = rows_next(rows, label, value);
	if (!g->found)
		return;
	q1 = scale_at(&rows->scale, quantile(p, g, 0.25));
	q3 = scale_at(&rows->scale, quantile(p, g, 0.75));
	median = scale_at(&rows->scale, quantile(p, g, 0.5));
	svg_line(rows->svg, scale_at(&rows->scale, quantile(p, g, 0)), y,
		 scale_at(&rows->scale, quantile(p, g, 1)), y, "axis l-soft");
	svg_rect(rows->svg, q1, y - 6, fmax(q3 - q1, 3), 12, palette_run_dot(0),
		 NULL);
	svg_line(rows->svg, median, y - 6, median, y + 6, "line l-paper");
	if (isfinite(g->bound)) {
		double x = scale_at(&rows->scale, g->bound);

		svg_line(rows->svg, x, y - 9, x, y + 9, "line l-ink");
	}
}

static void draw_boxes(struct nas_text *t, const struct page *p, double width)
{
	struct svg s = { .width = width };
	struct range range = RANGE_EMPTY;
	struct axis axis = { .title = "score" };
	struct bar_rows rows;
	int shown = p->ngroups < GROUPS_SHOWN ? p->ngroups : GROUPS_SHOWN;

	for (int g = 0; g < shown; g++) {
		range_add(&range, quantile(p, &p->group[g], 0));
		range_add(&range, quantile(p, &p->group[g], 1));
		range_add(&range, p->group[g].bound);
	}
	range_widen(&range, 0.03, 0.03);
	axis.lo = range.lo;
	axis.hi = range.hi;
	rows_open(&rows, &s, shown, &axis);
	for (int g = 0; g < shown; g++)
		draw_group(p, &p->group[g], &rows);
	svg_finish(&s, t, "Scores of the jobs of each group", NULL);
}

static void add_boxes(struct nas_text *t, const struct page *p)
{
	text_add(t, "<div class=\"figures\">\n<figure id=\"groups\">\n"
		    "<h2>Scores by group</h2>\n<div class=\"wide\">\n");
	draw_boxes(t, p, SVG_WIDE);
	text_add(t, "</div><div class=\"narrow\">\n");
	draw_boxes(t, p, SVG_NARROW);
	text_add(t, "</div>\n<figcaption><b>Figure 1.</b> A group is all jobs "
		    "that differ in the seed alone. Boxes hold the middle half "
		    "of its jobs, with the median in them, lines all of them; "
		    "an upright stroke is the score that no network inside the "
		    "budgets exceeds.");
	if (p->ngroups > GROUPS_SHOWN)
		text_addf(t, " The first %d of %d groups of the grid are "
			     "shown; <code>table.csv</code> has all.",
			  GROUPS_SHOWN, p->ngroups);
	text_add(t, "</figcaption>\n</figure>\n</div>\n");
}

/* ---- designs ------------------------------------------------------------- */

static int by_design(const void *x, const void *y)
{
	const struct sweep_row *p = *(const struct sweep_row *const *)x;
	const struct sweep_row *q = *(const struct sweep_row *const *)y;
	int order = by_number(-p->score, -q->score);

	if (order == 0)
		order = strcmp(p->design, q->design);
	return order ? order : p->job - q->job;
}

static bool same_design(const struct sweep_row *p, const struct sweep_row *q)
{
	return p->score == q->score && strcmp(p->design, q->design) == 0;
}

static void add_design(struct nas_text *t, const struct sweep_row *row,
		       int jobs, bool latency)
{
	char first[32];

	snprintf(first, sizeof(first), "%04d", row->job);
	table_row(t);
	table_card_number(t, "Score", number_fixed(row->score, 4));
	table_card_number(t, "Jobs", number_count(jobs));
	table_card_text(t, "First job", first);
	table_card_number(t, "Flash", number_si(row->flash, "B"));
	table_card_number(t, "Memory", number_si(row->memory, "B"));
	table_card_number(t, "BitOps", number_si(row->bitops, ""));
	if (latency)
		table_card_number(t, "Latency (ms)",
				  number_short(row->latency));
	table_card_text(t, "Design", row->design[0] ? row->design
						    : "see its folder");
}

/* The best first, equal ones once. */
static bool add_designs(struct nas_text *t, const struct page *p,
			struct nas_arena *arena)
{
	static const char *const heads[] = { "Score", "Jobs", "First job",
					     "Flash", "Memory", "BitOps",
					     "Latency (ms)", "Design" };
	const char *by = p->table->latency_by;
	const struct sweep_row **row = NAS_NEW(arena, const struct sweep_row *,
					       (size_t)p->n);
	int n = 0, designs = 0;

	if (!row)
		return false;
	for (int i = 0; i < p->n; i++)
		if (p->table->row[i].found)
			row[n++] = &p->table->row[i];
	qsort(row, (size_t)n, sizeof(*row), by_design);
	text_add(t, "<section>\n<h2>Designs</h2>\n");
	table_cards(t);
	for (int i = 0; i < 8; i++)
		if (by || i != 6)
			table_head(t, heads[i], i == 2 || i == 7
							? COLUMN_TEXT
							: COLUMN_NUMBER);
	table_body(t);
	for (int i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && same_design(row[i], row[j]);)
			j++;
		if (designs++ < DESIGNS_SHOWN)
			add_design(t, row[i], j - i, by != NULL);
	}
	table_close(t);
	page_latency(t, "", by);
	text_addf(t, "<p class=\"note\">%s jobs found %s designs; the best %d "
		     "are shown. <code>nas export DIR/0012 --to onnx</code> "
		     "writes the network of a job, <code>nas report "
		     "DIR/0012</code> its page.</p>\n</section>\n",
		  number_count(n).s, number_count(designs).s,
		  designs < DESIGNS_SHOWN ? designs : DESIGNS_SHOWN);
	return true;
}

/* ---- the page ------------------------------------------------------------ */

static void add_lead(struct nas_text *t, const struct page *p)
{
	const struct sweep *sweep = &p->table->sweep;
	const struct sweep_row *best = NULL;
	int found = 0, optimal = 0;

	for (int i = 0; i < p->n; i++) {
		const struct sweep_row *row = &p->table->row[i];

		found += row->found;
		optimal += row->optimal;
		if (row->found && (!best || row->score > best->score))
			best = row;
	}
	text_addf(t, "<header>\n<h1>Sweep of %s jobs</h1>\n<p class=\"lead\">",
		  number_count(sweep->njobs).s);
	if (best) {
		text_addf(t, "The best network scores %s, job %04d (",
			  number_fixed(best->score, 4).s, best->job);
		for (int i = 0; i < sweep->naxes; i++) {
			text_add(t, i ? ", " : "");
			text_escape(t, sweep->axis[i].path);
			text_add(t, " ");
			text_escape(t, sweep_value(sweep, best->job, i));
		}
		text_add(t, "). ");
	}
	text_addf(t, "%s jobs found a network, %s of them proven optimal; ",
		  number_count(found).s, number_count(optimal).s);
	text_addf(t, "%s ended without one, ",
		  number_count(p->n - found - p->table->failed).s);
	if (p->table->failed > 0)
		text_addf(t, "%s failed, ",
			  number_count(p->table->failed).s);
	text_addf(t, "%s have no result. Config: <code>",
		  number_count(sweep->njobs - p->n).s);
	text_escape(t, sweep->config);
	text_add(t, "</code></p>\n</header>\n");
}

static enum nas_status make_page(struct nas_text *t,
				 const struct sweep_table *table,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct page p = { .table = table };
	struct report r = { 0 };

	if (!make_groups(&p, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the page");
	page_head(t, "Sweep");
	add_lead(t, &p);
	add_boxes(t, &p);
	if (!add_designs(t, &p, arena))
		t->failed = true;
	page_foot(t, &r);
	return text_check(t, "the page", err);
}

enum nas_status report_sweep_write(const char *dir,
				   const struct sweep_table *table,
				   struct nas_arena *arena,
				   struct nas_err *err)
{
	struct nas_text t = {0};

	if (make_page(&t, table, arena, err) == NAS_OK)
		(void)!text_write_in(&t, dir, "report.html", err);
	text_free(&t);
	return err->code;
}
