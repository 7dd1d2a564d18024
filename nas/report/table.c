/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/table.h"

void table_begin(struct nas_text *t)
{
	text_add(t, "<div class=\"scroll\"><table>\n<thead><tr>");
}

void table_cards(struct nas_text *t)
{
	text_add(t, "<div class=\"scroll\"><table class=\"cards\">\n"
		    "<thead><tr>");
}

static void add_card(struct nas_text *t, const char *head, const char *classes)
{
	text_addf(t, "<td%s data-head=\"", classes);
	text_escape(t, head);
	text_add(t, "\">");
}

void table_card_number(struct nas_text *t, const char *head, struct number x)
{
	add_card(t, head, " class=\"num\"");
	text_addf(t, "%s</td>", x.s);
}

void table_card_share(struct nas_text *t, const char *head, struct number x,
		      double share)
{
	add_card(t, head, " class=\"num\"");
	text_addf(t, "<span>%s", x.s);
	if (share > 0)
		text_addf(t, " <small>%s</small>", number_percent(share).s);
	text_add(t, "</span></td>");
}

void table_card_text(struct nas_text *t, const char *head, const char *s)
{
	add_card(t, head, "");
	text_add(t, "<span>");
	text_escape(t, s);
	text_add(t, "</span></td>");
}

void table_head(struct nas_text *t, const char *head, enum column_kind kind)
{
	text_add(t, kind == COLUMN_NUMBER ? "<th scope=\"col\" class=\"num\">"
					  : "<th scope=\"col\">");
	text_escape(t, head);
	text_add(t, "</th>");
}

void table_body(struct nas_text *t)
{
	text_add(t, "</tr></thead>\n<tbody>");
}

void table_open(struct nas_text *t, const struct column *columns, int n)
{
	table_begin(t);
	for (int i = 0; i < n; i++)
		table_head(t, columns[i].head, columns[i].kind);
	table_body(t);
}

/* Rows need no end tag. */
void table_row(struct nas_text *t)
{
	text_add(t, "\n<tr>");
}

void table_number(struct nas_text *t, struct number x)
{
	text_addf(t, "<td class=\"num\">%s</td>", x.s);
}

void table_text(struct nas_text *t, const char *s)
{
	text_add(t, "<td>");
	text_escape(t, s);
	text_add(t, "</td>");
}

void table_close(struct nas_text *t)
{
	text_add(t, "\n</tbody></table></div>\n");
}

int table_every(int rows)
{
	return (rows + TABLE_ROWS_MAX - 1) / TABLE_ROWS_MAX;
}

bool table_shows(int row, int rows)
{
	return row % table_every(rows) == 0 || row == rows - 1;
}

void table_note(struct nas_text *t, int rows, const char *file)
{
	if (rows <= TABLE_ROWS_MAX)
		return;
	text_addf(t, "<p class=\"note\">Every %dth of %s rows; all of them "
		     "are in %s.</p>\n", table_every(rows),
		  number_count(rows).s, file);
}
