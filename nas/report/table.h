/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/table.h - HTML tables: numbers to the right, text escaped.
 *
 * Usage:
 *	static const struct column columns[] = {
 *		{ "layer", COLUMN_NUMBER }, { "kind", COLUMN_TEXT } };
 *	table_open(t, columns, 2);
 *	table_row(t);
 *	table_number(t, number_count(1));
 *	table_text(t, "conv");
 *	table_close(t);
 */
#ifndef NAS_REPORT_TABLE_H
#define NAS_REPORT_TABLE_H

#include "nas/report/number.h"
#include "nas/report/svg.h"

enum column_kind { COLUMN_NUMBER, COLUMN_TEXT };

struct column {
	const char *head;
	enum column_kind kind;
};

#define TABLE_ROWS_MAX 400 /* longer ones are thinned out by who writes them */

void table_open(struct nas_text *t, const struct column *columns, int n);
/* Heads that are made at run time. */
void table_begin(struct nas_text *t);
void table_head(struct nas_text *t, const char *head, enum column_kind kind);
void table_body(struct nas_text *t);

/* A table whose rows become cards in narrow windows: begin it with
 * table_cards and give each cell its head again. */
void table_cards(struct nas_text *t);
void table_card_number(struct nas_text *t, const char *head, struct number x);
/* With its share of a limit below; one that is 0 is left out. */
void table_card_share(struct nas_text *t, const char *head, struct number x,
		      double share);
void table_card_text(struct nas_text *t, const char *head, const char *s);

void table_row(struct nas_text *t);
void table_number(struct nas_text *t, struct number x);
void table_text(struct nas_text *t, const char *s);
void table_close(struct nas_text *t);

/* Every how many rows one is shown, for at most TABLE_ROWS_MAX; the last one
 * is always shown. */
int table_every(int rows);
bool table_shows(int row, int rows);
/* A line under a table that was thinned out; nothing for a short one. */
void table_note(struct nas_text *t, int rows, const char *file);

#endif
