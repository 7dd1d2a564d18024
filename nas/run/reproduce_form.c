/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published figures beside ours as JSON. */
#include <math.h>

#include "nas/form/record.h"
#include "nas/run/reproduce.h"

/* ---- a figure of a row --------------------------------------------------- */

struct figure {
	const char *column, *unit, *published_text, *ours_text, *at, *cannot;
	double published, ours, difference, difference_percent;
	bool has_published, has_ours, has_difference, has_difference_percent;
};

#define RECORD struct figure

static const struct form_field figure_fields[] = {
	ROW(STRING, column, "which figure"),
	ROW_MAY(STRING, unit, "of published and ours"),
	ROW_GIVEN(NUMBER, published, "the published number"),
	ROW_MAY(STRING, published_text, "or what stands there"),
	ROW_GIVEN(NUMBER, ours, "computed"),
	ROW_MAY(STRING, ours_text, "computed, of what is no number"),
	ROW_MAY(STRING, at, "where ours is in what the command prints, a JSON "
		"pointer, and behind a # the key in a list; #cpu_s: "
		"processor time of the command"),
	ROW_GIVEN(NUMBER, difference, "ours less published"),
	ROW_GIVEN(NUMBER, difference_percent, "of the published number"),
	ROW_MAY(STRING, cannot, "why there is none of ours"),
};

static const struct form figure_form =
	RECORD_FORM(NULL, "a figure of a row", figure_fields);

static void compare(struct figure *o, const struct paper_value *v,
		    const struct reproduced_figure *f)
{
	double difference = reproduce_difference(v, f);
	double percent = reproduce_percent(v, f);

	o->has_published = v && v->is_number;
	o->published = o->has_published ? v->x : 0;
	o->published_text = v && !v->is_number ? v->text : NULL;
	o->has_ours = f->is_number;
	o->ours = f->is_number ? f->x : 0;
	o->ours_text = f->is_number ? NULL : f->text;
	o->at = f->at;
	o->has_difference = isfinite(difference);
	o->difference = o->has_difference ? difference : 0;
	o->has_difference_percent = isfinite(percent);
	o->difference_percent = o->has_difference_percent ? percent : 0;
}

/* ---- a row --------------------------------------------------------------- */

struct row {
	const struct reproduced_table *table;
	const struct reproduced_row *of;
	const char *label, *command, *cannot, *failed, *note;
	double seconds;
	bool has_seconds, interrupted;
	int nfigures;
};

static void make_figure(const void *in, int c, void *item)
{
	const struct row *row = in;
	const struct paper_column *column = &row->table->of->column[c];
	const struct reproduced_figure *f = &row->of->figure[c];
	const struct paper_value *v =
		reproduce_published(row->of->of, column->name);
	struct figure *o = item;

	o->column = column->name;
	o->unit = column->unit;
	compare(o, v, f);
	o->cannot = v ? reproduce_cannot(row->of, column, f) : NULL;
}

#undef RECORD
#define RECORD struct row

static const struct form_field row_fields[] = {
	ROW(STRING, label, "what the row is about"),
	ROW_MAY(STRING, command, "that gives ours"),
	ROW_GIVEN(NUMBER, seconds, "that it took; 0 where another row had it"),
	ROW_MAY(STRING, cannot, "why nothing is computed"),
	ROW_MAY(STRING, failed, "what went wrong"),
	ROW_MAY(BOOL, interrupted, "the user stopped before it was there"),
	ROW_MAY(STRING, note, "what else must be known"),
	ROW_MADE_LIST("figures", nfigures, &figure_form, make_figure,
		      "one a column"),
};

static const struct form row_form = RECORD_FORM(NULL, "a row", row_fields);

/* ---- a table ------------------------------------------------------------- */

struct column {
	const char *name, *unit, *cannot;
	struct texts at;
	double times, plus;
};

#undef RECORD
#define RECORD struct column

static const struct form_field column_fields[] = {
	ROW(STRING, name, "of the figure"),
	ROW_MAY(STRING, unit, "of published and ours"),
	ROW(CUSTOM, at, "JSON pointers into what the row's command prints",
	    .custom = &texts_custom),
	ROW(NUMBER, times, "factor from there to the unit"),
	ROW(NUMBER, plus, "added behind it"),
	ROW_MAY(STRING, cannot, "why no row has it here"),
};

static const struct form column_form =
	RECORD_FORM(NULL, "a figure of a table", column_fields);

struct table {
	const struct reproduced_table *from;
	const char *paper, *table, *title, *source, *text;
	int ncolumns, nrows;
};

static void make_column(const void *in, int i, void *item)
{
	const struct paper_column *c =
		&((const struct table *)in)->from->of->column[i];

	*(struct column *)item = (struct column){
		c->name, c->unit, c->cannot, c->at, c->times, c->plus
	};
}

static void make_row(const void *in, int i, void *item)
{
	const struct reproduced_table *t = ((const struct table *)in)->from;
	const struct reproduced_row *row = &t->row[i];

	*(struct row *)item = (struct row){
		.table = t,
		.of = row,
		.label = row->of->label,
		.command = row->command,
		.cannot = row->of->cannot,
		.failed = row->failed,
		.interrupted = row->missed,
		.note = row->of->note,
		.seconds = row->seconds,
		.has_seconds = row->command,
		.nfigures = t->of->ncolumns,
	};
}

#undef RECORD
#define RECORD struct table

static const struct form_field table_fields[] = {
	ROW(STRING, paper, "its name"),
	ROW(STRING, table, "its name"),
	ROW(STRING, title, "for people"),
	ROW(STRING, source, "where it stands in the paper"),
	ROW_MAY(STRING, text, "what is seen, and how ours is counted"),
	ROW_MADE_LIST("columns", ncolumns, &column_form, make_column,
		      "its figures"),
	ROW_MADE_LIST("rows", nrows, &row_form, make_row, "its rows"),
};

static const struct form table_form =
	RECORD_FORM(NULL, "a table or figure of a paper", table_fields);

/* ---- all of them --------------------------------------------------------- */

#undef RECORD
#define RECORD struct paper

static const struct form_field paper_fields[] = {
	ROW(STRING, name, "in PAPER/TABLE"),
	ROW(STRING, title, "of the paper"),
	ROW(STRING, source, "authors, where and when"),
};

static const struct form paper_part =
	RECORD_FORM(NULL, "a paper", paper_fields);

struct record {
	int schema;
	const struct reproduction *r;
	int computed, failed, without, interrupted;
	double seconds;
	int npapers, ntables;
};

static bool is_shown(const struct reproduction *r, const struct paper *paper)
{
	for (int t = 0; t < r->ntables; t++)
		if (r->table[t].paper == paper)
			return true;
	return false;
}

/* The i-th of those that are shown. */
static void make_paper(const void *in, int i, void *item)
{
	const struct reproduction *r = ((const struct record *)in)->r;
	int p = 0;

	for (; !is_shown(r, &r->paper[p]) || i-- > 0; p++)
		;
	*(struct paper *)item = r->paper[p];
}

static void make_table(const void *in, int i, void *item)
{
	const struct reproduced_table *t =
		&((const struct record *)in)->r->table[i];

	*(struct table *)item = (struct table){
		t, t->paper->name, t->of->name, t->of->title, t->of->source,
		t->of->text, t->of->ncolumns, t->of->nrows
	};
}

#undef RECORD
#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/reproduction/1"),
	ROW(INT, computed, "rows that have figures of ours"),
	ROW(INT, failed, "rows whose command fails"),
	ROW(INT, without, "rows that say why they are not computed"),
	ROW_MAY(INT, interrupted, "rows that were left when the user stopped"),
	ROW(NUMBER, seconds, "for all"),
	ROW_MADE_LIST("papers", npapers, &paper_part, make_paper,
		      "of the tables"),
	ROW_MADE_LIST("tables", ntables, &table_form, make_table,
		      "that were asked for"),
};

const struct form reproduction_form = RECORD_FORM(
	"nas/reproduction/1", "published figures beside ours", fields);

cJSON *reproduce_json(const struct reproduction *r)
{
	struct record o = {
		.r = r, .computed = r->ncomputed, .failed = r->nfailed,
		.without = r->nwithout, .interrupted = r->nmissed, .seconds = r->seconds,
		.ntables = r->ntables,
	};

	for (int p = 0; p < r->npapers; p++)
		o.npapers += is_shown(r, &r->paper[p]);
	return form_write(&reproduction_form, &o);
}
