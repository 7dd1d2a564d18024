/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figures.csv */
#include <math.h>

#include "nas/base/csv.h"
#include "nas/run/reproduce.h"

static void add_cell(struct nas_text *t, const char *s)
{
	text_add(t, ",");
	csv_add(t, s ? s : "");
}

static void add_line(struct nas_text *t, const struct reproduced_table *table,
		     int i, int c)
{
	const struct reproduced_row *row = &table->row[i];
	const struct paper_column *column = &table->of->column[c];
	const struct reproduced_figure *f = &row->figure[c];
	const struct paper_value *v =
		reproduce_published(row->of, column->name);

	if (!v && !f->is_number && !f->text)
		return;
	csv_add(t, table->paper->name);
	add_cell(t, table->of->name);
	add_cell(t, row->of->label);
	add_cell(t, column->name);
	add_cell(t, column->unit);
	if (v && !v->is_number)
		add_cell(t, v->text);
	else
		text_add_csv_number(t, v ? v->x : (double)NAN);
	if (f->text)
		add_cell(t, f->text);
	else
		text_add_csv_number(t, f->is_number ? f->x : (double)NAN);
	text_add_csv_number(t, reproduce_difference(v, f));
	add_cell(t, reproduce_cannot(row, column, f));
	add_cell(t, f->at);
	add_cell(t, row->command);
	text_add(t, "\n");
}

void reproduce_csv(struct nas_text *t, const struct reproduction *r)
{
	text_add(t, "paper,table,row,figure,unit,published,ours,difference,"
		    "cannot,at,command\n");
	for (int k = 0; k < r->ntables; k++)
		for (int i = 0; i < r->table[k].of->nrows; i++)
			for (int c = 0; c < r->table[k].of->ncolumns; c++)
				add_line(t, &r->table[k], i, c);
}
