/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reproduction.json and figures.csv */
#include <math.h>

#include "nas/base/csv.h"
#include "nas/run/reproduce.h"

static void add_published(cJSON *o, const struct paper_value *v)
{
	if (v && v->is_number)
		json_add_number(o, "published", v->x);
	else if (v)
		json_add_string(o, "published_text", v->text);
}

static void add_ours(cJSON *o, const struct paper_value *v,
		     const struct reproduced_figure *f)
{
	double difference = reproduce_difference(v, f);

	if (f->is_number)
		json_add_number(o, "ours", f->x);
	else if (f->text)
		json_add_string(o, "ours_text", f->text);
	if (!isfinite(difference))
		return;
	json_add_number(o, "difference", difference);
	if (v->x != 0)
		json_add_number(o, "difference_percent",
				100 * difference / fabs(v->x));
}

static cJSON *figure_json(const struct reproduced_table *t, int row, int c)
{
	const struct paper_column *column = &t->of->column[c];
	const struct reproduced_figure *f = &t->row[row].figure[c];
	const struct paper_value *v =
		reproduce_published(t->row[row].of, column->name);
	const char *cannot = reproduce_cannot(&t->row[row], column, f);
	cJSON *o = json_add_string(cJSON_CreateObject(), "column",
				   column->name);

	if (column->unit)
		json_add_string(o, "unit", column->unit);
	add_published(o, v);
	add_ours(o, v, f);
	if (v && cannot)
		json_add_string(o, "cannot", cannot);
	return o;
}

static cJSON *row_json(const struct reproduced_table *t, int i)
{
	const struct reproduced_row *row = &t->row[i];
	cJSON *o = json_add_string(cJSON_CreateObject(), "label",
				   row->of->label);
	cJSON *figures = cJSON_CreateArray();

	if (row->command) {
		json_add_string(o, "command", row->command);
		json_add_number(o, "seconds", row->seconds);
	}
	if (row->of->cannot)
		json_add_string(o, "cannot", row->of->cannot);
	if (row->failed)
		json_add_string(o, "failed", row->failed);
	if (row->of->note)
		json_add_string(o, "note", row->of->note);
	for (int c = 0; c < t->of->ncolumns; c++)
		json_append(figures, figure_json(t, i, c));
	return json_add(o, "figures", figures);
}

static cJSON *columns_json(const struct paper_table *table)
{
	cJSON *list = cJSON_CreateArray();

	for (int c = 0; c < table->ncolumns; c++) {
		const struct paper_column *column = &table->column[c];
		cJSON *o = json_add_string(cJSON_CreateObject(), "name",
					   column->name);
		cJSON *at = cJSON_CreateArray();

		if (column->unit)
			json_add_string(o, "unit", column->unit);
		for (int i = 0; i < column->at.n; i++)
			json_append(at, cJSON_CreateString(column->at.text[i]));
		json_add(o, "at", at);
		json_add_number(o, "times", column->times);
		if (column->cannot)
			json_add_string(o, "cannot", column->cannot);
		json_append(list, o);
	}
	return list;
}

static cJSON *table_json(const struct reproduced_table *t)
{
	cJSON *o = json_add_string(cJSON_CreateObject(), "paper",
				   t->paper->name);
	cJSON *rows = cJSON_CreateArray();

	json_add_string(o, "table", t->of->name);
	json_add_string(o, "title", t->of->title);
	json_add_string(o, "source", t->of->source);
	if (t->of->text)
		json_add_string(o, "text", t->of->text);
	json_add(o, "columns", columns_json(t->of));
	for (int i = 0; i < t->of->nrows; i++)
		json_append(rows, row_json(t, i));
	return json_add(o, "rows", rows);
}

static bool is_shown(const struct reproduction *r, const struct paper *paper)
{
	for (int t = 0; t < r->ntables; t++)
		if (r->table[t].paper == paper)
			return true;
	return false;
}

cJSON *reproduce_json(const struct reproduction *r)
{
	cJSON *o = json_object("nas/reproduction/1");
	cJSON *papers = cJSON_CreateArray(), *tables = cJSON_CreateArray();

	json_add_int64(o, "computed", r->ncomputed);
	json_add_int64(o, "failed", r->nfailed);
	json_add_int64(o, "without", r->nwithout);
	json_add_number(o, "seconds", r->seconds);
	for (int p = 0; p < r->npapers; p++) {
		cJSON *paper;

		if (!is_shown(r, &r->paper[p]))
			continue;
		paper = json_add_string(cJSON_CreateObject(), "name",
					r->paper[p].name);
		json_add_string(paper, "title", r->paper[p].title);
		json_add_string(paper, "source", r->paper[p].source);
		json_append(papers, paper);
	}
	json_add(o, "papers", papers);
	for (int t = 0; t < r->ntables; t++)
		json_append(tables, table_json(&r->table[t]));
	return json_add(o, "tables", tables);
}

/* ---- figures.csv --------------------------------------------------------- */

static void add_number(struct nas_text *t, double x)
{
	char number[32] = "";

	if (isfinite(x))
		json_format_number(number, x);
	text_addf(t, ",%s", number);
}

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
		add_number(t, v ? v->x : (double)NAN);
	if (f->text)
		add_cell(t, f->text);
	else
		add_number(t, f->is_number ? f->x : (double)NAN);
	add_number(t, reproduce_difference(v, f));
	add_cell(t, reproduce_cannot(row, column, f));
	add_cell(t, row->command);
	text_add(t, "\n");
}

void reproduce_csv(struct nas_text *t, const struct reproduction *r)
{
	text_add(t, "paper,table,row,figure,unit,published,ours,difference,"
		    "cannot,command\n");
	for (int k = 0; k < r->ntables; k++)
		for (int i = 0; i < r->table[k].of->nrows; i++)
			for (int c = 0; c < r->table[k].of->ncolumns; c++)
				add_line(t, &r->table[k], i, c);
}
