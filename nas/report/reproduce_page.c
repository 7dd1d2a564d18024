/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/reproduce_page.h"

#include <math.h>
#include <string.h>

#include "nas/report/page.h"
#include "nas/report/reproduce_charts.h"

#define ROWS_SHOWN 24 /* longer tables are folded */

/* ---- drawings ------------------------------------------------------------ */

static void add_drawing(struct nas_text *t, const struct reproduced_table *table,
			int panel, double width)
{
	struct svg s = { .width = width };

	reproduce_charts[table->of->chart].draw(&s, table, panel);
	svg_finish(&s, t, table->of->title, NULL);
}

static const char *caption(const struct reproduced_table *table)
{
	for (int i = 0; i < table->of->nrows; i++)
		for (int c = 0; c < table->of->ncolumns; c++)
			if (isfinite(reproduced_published(table, i, c)))
				return reproduce_charts[table->of->chart].caption;
	return table->of->chart == PAPER_BARS
		       ? "Blue dots are ours; no number was published."
		       : reproduce_charts[table->of->chart].caption;
}

static void add_charts(struct nas_text *t, const struct reproduced_table *table)
{
	const struct reproduce_chart *way = &reproduce_charts[table->of->chart];
	int n = way->panels(table);
	bool half = way->half && n > 1;

	if (n == 0)
		return;
	text_add(t, "<div class=\"figures\">\n");
	for (int i = 0; i < n; i++) {
		text_addf(t, "<figure%s style=\"margin-top:18px\">\n"
			     "<div class=\"wide\">\n",
			  half ? " class=\"half\"" : "");
		add_drawing(t, table, i, half ? SVG_HALF : SVG_WIDE);
		text_add(t, "</div><div class=\"narrow\">\n");
		add_drawing(t, table, i, SVG_NARROW);
		text_add(t, "</div>\n</figure>\n");
	}
	text_addf(t, "</div>\n<p class=\"note\">%s</p>\n", caption(table));
}

/* ---- the table ----------------------------------------------------------- */

/* What a row has in a column was neither published nor computed. */
static bool is_empty(const struct reproduced_table *table, int i, int c)
{
	const struct reproduced_figure *f = &table->row[i].figure[c];

	return !f->is_number && !f->text &&
	       !reproduce_published(table->row[i].of,
				    table->of->column[c].name);
}

/* A column that no row has anything in is left out. */
static bool is_empty_column(const struct reproduced_table *table, int c)
{
	for (int i = 0; i < table->of->nrows; i++)
		if (!is_empty(table, i, c))
			return false;
	return true;
}

static bool is_text_column(const struct reproduced_table *table, int c)
{
	for (int i = 0; i < table->of->nrows; i++)
		if (table->row[i].figure[c].text)
			return true;
	return false;
}

static bool has_figures(const struct reproduced_table *table)
{
	for (int c = 0; c < table->of->ncolumns; c++)
		if (!is_empty_column(table, c))
			return true;
	return false;
}

/* Below ours, digit below digit if that is text; alone in its cell it stands
 * in the line of the row's label. */
static void add_published(struct nas_text *t, const struct paper_value *v,
			  const struct reproduced_figure *ours)
{
	text_add(t, ours->text ? "<small style=\"font-size:1em\">"
		    : ours->is_number ? "<small>"
				      : "<small style=\"line-height:1.63\">");
	if (v->is_number)
		text_add(t, number_digits(v->x).s);
	else
		text_escape(t, v->text);
}

/* Ours, below it in grey what was published and how far ours is off. */
static void add_cell(struct nas_text *t, const struct reproduced_table *table,
		     int i, int c)
{
	const struct paper_column *column = &table->of->column[c];
	const struct reproduced_figure *f = &table->row[i].figure[c];
	const struct paper_value *v =
		reproduce_published(table->row[i].of, column->name);
	double off = reproduce_percent(v, f);
	char head[96];

	if (is_empty(table, i, c)) {
		text_add(t, "<td></td>");
		return;
	}
	reproduced_title(head, sizeof(head), column);
	text_add(t, f->text ? "<td style=\"min-width:7em\" data-head=\""
			    : "<td class=\"num\" data-head=\"");
	text_escape(t, head);
	text_add(t, f->text ? "\"><span style=\"font-size:.9em;"
			      "overflow-wrap:anywhere\">"
			    : "\"><span>");
	if (f->is_number)
		text_add(t, number_fixed(f->x, column->decimals).s);
	else if (f->text)
		text_escape(t, f->text);
	if (v) {
		add_published(t, v, f);
		if (isfinite(off) && fabs(off) >= 0.005)
			text_addf(t, ", %+.2f %%", off);
		text_add(t, "</small>");
	}
	text_add(t, "</span></td>");
}

static const char *absence(const struct reproduced_row *row)
{
	if (row->missed)
		return "interrupted before it was there";
	return row->failed ? row->failed : row->of->cannot;
}

static void add_row(struct nas_text *t, const struct reproduced_table *table,
		    int i)
{
	const char *why = absence(&table->row[i]);
	int shown = 0, filled = 0;

	table_row(t);
	text_add(t, "<th scope=\"row\" style=\"white-space:normal;"
		    "min-width:10em;color:var(--ink)\">");
	text_escape(t, table->row[i].of->label);
	text_add(t, "</th>");
	for (int c = 0; c < table->of->ncolumns; c++) {
		shown += !is_empty_column(table, c);
		filled += !is_empty(table, i, c);
	}
	if (!filled && why) {
		text_addf(t, "<td colspan=\"%d\" data-head=\"\" style=\""
			     "white-space:normal\"><span class=\"note\">",
			  shown);
		text_escape(t, why);
		text_add(t, "</span></td>");
		return;
	}
	for (int c = 0; c < table->of->ncolumns; c++)
		if (!is_empty_column(table, c))
			add_cell(t, table, i, c);
}

static void add_table(struct nas_text *t, const struct reproduced_table *table)
{
	char head[96];

	table_cards(t);
	table_head(t, "", COLUMN_TEXT);
	for (int c = 0; c < table->of->ncolumns; c++) {
		reproduced_title(head, sizeof(head), &table->of->column[c]);
		if (!is_empty_column(table, c))
			table_head(t, head, is_text_column(table, c)
				   ? COLUMN_TEXT : COLUMN_NUMBER);
	}
	table_body(t);
	for (int i = 0; i < table->of->nrows; i++)
		add_row(t, table, i);
	table_close(t);
}

/* ---- what makes it, and why there is none -------------------------------- */

static void add_line(struct nas_text *t, const char *label, const char *text,
		     const char *element)
{
	text_add(t, "<tr><th scope=\"row\">");
	text_escape(t, label);
	text_addf(t, "</th><td><%s>", element);
	text_escape(t, text);
	text_addf(t, "</%s></td></tr>\n", element);
}

/* Rows that share a command stand once. */
static void add_commands(struct nas_text *t,
			 const struct reproduced_table *table)
{
	const char *before = NULL;

	text_add(t, "<details><summary>Commands</summary>\n"
		    "<div class=\"facts\"><table>\n");
	for (int i = 0; i < table->of->nrows; i++) {
		const struct reproduced_row *row = &table->row[i];

		if (!row->command || (before &&
				      strcmp(before, row->command) == 0))
			continue;
		before = row->command;
		add_line(t, row->of->label, row->command, "code");
	}
	text_add(t, "</table></div>\n</details>\n");
}

/* Rows from i on that say the same why there is nothing stand once. Returns how
 * many they are. */
static int add_absence(struct nas_text *t, const struct reproduced_table *table,
		       int i)
{
	const char *why = absence(&table->row[i]), *next;
	char label[256];
	int n = 1;

	for (; i + n < table->of->nrows; n++) {
		next = absence(&table->row[i + n]);
		if (!next || strcmp(next, why) != 0)
			break;
	}
	snprintf(label, sizeof(label), "%.100s", table->row[i].of->label);
	if (n > 1)
		snprintf(label, sizeof(label), "%.100s %s %.100s (%d rows)",
			 table->row[i].of->label, n > 2 ? "to" : "and",
			 table->row[i + n - 1].of->label, n);
	add_line(t, label, why, table->row[i].failed ? "strong" : "span");
	return n;
}

static void add_column_notes(struct nas_text *t,
			     const struct paper_column *column)
{
	if (reproduce_is_time(column))
		add_line(t, column->name, reproduce_time_text, "span");
	if (column->cannot)
		add_line(t, column->name, column->cannot, "span");
}

static void add_notes(struct nas_text *t, const struct reproduced_table *table)
{
	int said = 0; /* rows before this one are */

	text_addf(t, "<details%s><summary>Not computed, and notes</summary>\n"
		     "<div class=\"facts\"><table>\n",
		  has_figures(table) ? "" : " open");
	for (int i = 0; i < table->of->nrows; i++) {
		const struct reproduced_row *row = &table->row[i];
		const char *label = row->of->label;

		if (absence(row) && i >= said)
			said = i + add_absence(t, table, i);
		if (row->of->note)
			add_line(t, label, row->of->note, "span");
	}
	for (int c = 0; c < table->of->ncolumns; c++)
		add_column_notes(t, &table->of->column[c]);
	text_add(t, "</table></div>\n</details>\n");
}

static bool has_notes(const struct reproduced_table *table)
{
	for (int i = 0; i < table->of->nrows; i++)
		if (absence(&table->row[i]) || table->row[i].of->note)
			return true;
	for (int c = 0; c < table->of->ncolumns; c++)
		if (table->of->column[c].cannot ||
		    reproduce_is_time(&table->of->column[c]))
			return true;
	return false;
}

static bool has_commands(const struct reproduced_table *table)
{
	for (int i = 0; i < table->of->nrows; i++)
		if (table->row[i].command)
			return true;
	return false;
}

/* Drawn with its numbers, or long. */
static bool is_folded(const struct reproduced_table *table)
{
	return table->of->chart == PAPER_GRID ||
	       table->of->chart == PAPER_BITS || table->of->nrows > ROWS_SHOWN;
}

static void add_numbers(struct nas_text *t,
			const struct reproduced_table *table)
{
	if (is_folded(table))
		text_add(t, "<details><summary>Numbers</summary>\n");
	add_table(t, table);
	if (is_folded(table))
		text_add(t, "</details>\n");
}

static void add_one(struct nas_text *t, const struct reproduced_table *table)
{
	text_addf(t, "<section id=\"%s-%s\">\n<h2>", table->paper->name,
		  table->of->name);
	text_escape(t, table->of->title);
	text_add(t, "</h2>\n<p class=\"note\">");
	text_escape(t, table->of->source);
	text_addf(t, " \xC2\xB7 <code>nas reproduce %s/%s</code></p>\n",
		  table->paper->name, table->of->name);
	if (table->of->text) {
		text_add(t, "<p>");
		text_escape(t, table->of->text);
		text_add(t, "</p>\n");
	}
	add_charts(t, table);
	if (has_figures(table))
		add_numbers(t, table);
	if (has_commands(table))
		add_commands(t, table);
	if (has_notes(table))
		add_notes(t, table);
	text_add(t, "</section>\n");
}

/* ---- the page ------------------------------------------------------------ */

static void add_contents(struct nas_text *t, const struct reproduction *r)
{
	const struct paper *before = NULL;

	for (int i = 0; i < r->ntables; i++) {
		const struct reproduced_table *table = &r->table[i];

		if (table->paper != before) {
			text_add(t, before ? "</p>\n<p><b>" : "<p><b>");
			text_escape(t, table->paper->title);
			text_add(t, "</b><br><span class=\"note\">");
			text_escape(t, table->paper->source);
			text_add(t, "</span><br>\n");
		} else {
			text_add(t, " \xC2\xB7 ");
		}
		before = table->paper;
		text_addf(t, "<a style=\"color:var(--link)\" href=\"#%s-%s\">",
			  table->paper->name, table->of->name);
		text_escape(t, table->of->name);
		text_add(t, "</a>");
	}
	text_add(t, "</p>\n");
}

enum nas_status report_reproduce_page(struct nas_text *t,
				      const struct reproduction *r,
				      struct nas_err *err)
{
	page_head(t, "Published figures, and ours");
	/* papers have many columns of long names */
	text_add(t, "<style>.cards thead th{white-space:normal;"
		    "vertical-align:bottom}</style>\n");
	text_addf(t, "<header>\n<h1>Published figures, and ours</h1>\n"
		     "<p class=\"lead\">Rows computed here: %d%s%s; without "
		     "figures of ours, each with the reason: %d. Published "
		     "figures are grey, ours stand above them; a difference "
		     "below 0.005 %% is not written.</p>\n</header>\n",
		  r->ncomputed, r->nfailed ? ", some failed" : "",
		  r->nmissed ? ", interrupted before the others" : "",
		  r->nwithout);
	add_contents(t, r);
	for (int i = 0; i < r->ntables; i++)
		add_one(t, &r->table[i]);
	text_add(t, "<footer>Made by <code>nas reproduce</code>. k, M, G are "
		    "powers of 1000. Scores compare only inside one search "
		    "space.</footer>\n");
	page_end(t);
	return text_check(t, "the page", err);
}
