/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tables are asked for, and computing their rows. */
#include "nas/run/reproduce.h"

#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/run/paper_kinds.h"
#include "nas/run/paper_trained.h"
#include "nas/run/reproduce_figure.h"

/* ---- which --------------------------------------------------------------- */

/* "paper/table" against PAPER or PAPER/TABLE. */
static bool is_asked(const char *what, const struct paper *paper,
		     const struct paper_table *table)
{
	size_t n = strlen(paper->name);

	if (!what)
		return true;
	if (strncmp(what, paper->name, n) != 0)
		return false;
	return !what[n] || (what[n] == '/' &&
			    strcmp(what + n + 1, table->name) == 0);
}

static enum nas_status fail_unknown(const struct reproduction *r,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	const char *names[512];
	char name[128];
	int n = 0;

	for (int p = 0; p < r->npapers; p++) {
		if (n < 512)
			names[n++] = r->paper[p].name;
		for (int t = 0; t < r->paper[p].ntables && n < 512; t++) {
			snprintf(name, sizeof(name), "%s/%s", r->paper[p].name,
				 r->paper[p].table[t].name);
			names[n] = arena_strdup(arena, name);
			n += names[n] != NULL;
		}
	}
	return nas_fail(err, NAS_EUSAGE, "unknown paper or table '%.80s'%s",
			r->what, nas_hint(r->what, names, n, "",
			" ('nas reproduce --list' lists them)").s);
}

static char *command_of(const struct paper_row *row, struct nas_arena *arena)
{
	struct nas_text t = { 0 };
	char *command;

	paper_command(&t, row);
	command = t.failed ? NULL : arena_strdup(arena, t.data);
	arena->failed |= t.failed;
	text_free(&t);
	return command;
}

static void take_images(const struct reproduction *r, struct paper_row *row,
			char *images)
{
	row->data = images;
	row->mean = r->mean;
	row->std = r->std;
}

/* The caller's network, if it is the one whose weights are random here. */
static void take_trained(const struct reproduction *r, struct paper_row *row)
{
	static char note[] = "weights of the network that --model names";

	if (!r->model || !paper_trained_alike(row->file, r->model))
		return;
	row->file = r->model;
	row->note = note;
	row->measure_size = NULL;
	if (r->data)
		take_images(r, row, r->data);
}

static bool is(const char *s, const char *word)
{
	return s && strcmp(s, word) == 0;
}

/* MODEL, DATA and OTHER in a row are the caller's; without them it has no
 * figures. */
static void fill_in(const struct reproduction *r, struct paper_row *row)
{
	static char no_data[] = "needs a trained network and its images: "
				"--model MODEL --data DATA";
	static char no_other[] = "needs a trained network and images of another "
				 "data set: --model MODEL --other-data DATA";
	bool model = is(row->file, PAPER_MODEL);
	bool other = is(row->data, PAPER_OTHER);
	bool data = other || is(row->data, PAPER_DATA);
	char *images = other ? r->other : r->data;

	if ((model && !r->model) || (data && !images))
		row->cannot = other ? no_other : no_data;
	else if (model)
		row->file = r->model;
	if (is(row->labels, PAPER_LABELS))
		row->labels = r->labels;
	else if (is(row->labels, PAPER_OTHER_LABELS))
		row->labels = r->other_labels;
	if (data && images)
		take_images(r, row, images);
	if (row->trained)
		take_trained(r, row);
}

static bool add_table(struct reproduction *r, const struct paper *paper,
		      struct paper_table *table, struct nas_arena *arena)
{
	struct reproduced_table *t = &r->table[r->ntables++];

	*t = (struct reproduced_table){
		paper, table,
		NAS_NEW(arena, struct reproduced_row, (size_t)table->nrows)
	};
	for (int i = 0; t->row && i < table->nrows; i++) {
		fill_in(r, &table->row[i]);
		t->row[i].of = &table->row[i];
		t->row[i].figure = NAS_NEW(arena, struct reproduced_figure,
					   (size_t)table->ncolumns);
		if (!table->row[i].cannot)
			t->row[i].command = command_of(&table->row[i], arena);
	}
	return !arena->failed;
}

enum nas_status reproduce_open(struct reproduction *r,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct nas_arena *arena = env->arena;
	int room = 0;

	if (r->file) {
		r->npapers = 1;
		r->paper = NAS_NEW(arena, struct paper, 1);
		if (!r->paper)
			return nas_fail(err, NAS_ENOMEM,
					"out of memory for a paper");
		if (paper_read(r->paper, r->file, arena, err) != NAS_OK)
			return err->code;
	} else if (papers_read(&r->paper, &r->npapers, arena, err) != NAS_OK) {
		return err->code;
	}
	for (int p = 0; p < r->npapers; p++)
		room += r->paper[p].ntables;
	r->table = NAS_NEW(arena, struct reproduced_table, (size_t)room + 1);
	for (int p = 0; r->table && p < r->npapers; p++)
		for (int t = 0; t < r->paper[p].ntables; t++)
			if (is_asked(r->what, &r->paper[p],
				     &r->paper[p].table[t]))
				(void)!add_table(r, &r->paper[p],
						 &r->paper[p].table[t], arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for tables");
	return r->ntables ? NAS_OK : fail_unknown(r, arena, err);
}

/* ---- figures ------------------------------------------------------------- */

const struct paper_value *reproduce_published(const struct paper_row *row,
					      const char *column)
{
	for (int i = 0; i < row->published.n; i++)
		if (strcmp(row->published.value[i].column, column) == 0)
			return &row->published.value[i];
	return NULL;
}

double reproduce_difference(const struct paper_value *published,
			    const struct reproduced_figure *ours)
{
	if (!published || !published->is_number || !ours->is_number)
		return (double)NAN;
	return ours->x - published->x;
}

double reproduce_percent(const struct paper_value *published,
			 const struct reproduced_figure *ours)
{
	double difference = reproduce_difference(published, ours);

	if (!isfinite(difference) || published->x == 0)
		return (double)NAN;
	return 100 * difference / fabs(published->x);
}

const char *reproduce_cannot(const struct reproduced_row *row,
			     const struct paper_column *column,
			     const struct reproduced_figure *ours)
{
	if (ours->is_number || ours->text)
		return NULL;
	if (row->of->cannot)
		return row->of->cannot;
	return row->failed ? row->failed : column->cannot;
}

/* ---- rows ---------------------------------------------------------------- */

struct output { /* of a command that was run */
	const char *command;
	cJSON *tree;
	const char *failed;
};

struct outputs {
	int n, room;
	struct output *output; /* (room) */
};

/* Run the command; what went wrong with it alone is its output. */
static enum nas_status compute(struct output *o, struct reproduced_row *row,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	double start = clock_s(), cpu = clock_cpu_s();
	struct nas_err *why = NAS_NEW(env->arena, struct nas_err, 1);
	struct nas_run_env quiet; /* rows are the steps that are told */

	if (!why)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a row");
	run_env_init(&quiet, env->arena);
	quiet.threads = env->threads;
	o->command = row->command;
	if (paper_kinds[row->of->kind].run(&o->tree, row->of, &quiet, why) ==
	    NAS_OK && (!o->tree || cJSON_IsInvalid(o->tree)))
		nas_fail(why, NAS_ENOMEM, "out of memory for a row");
	row->seconds = clock_s() - start;
	row->cpu_s = clock_cpu_s() - cpu;
	if (why->code == NAS_ENOMEM || why->code == NAS_EINTERRUPTED) {
		*err = *why;
		return err->code;
	}
	if (why->code != NAS_OK)
		o->failed = nas_err_msg(why, 0);
	return NAS_OK;
}

static enum nas_status run_row(struct reproduced_table *t, int i,
			       struct outputs *outputs,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct reproduced_row *row = &t->row[i];
	struct output *o = outputs->output;

	while (o < outputs->output + outputs->n &&
	       strcmp(o->command, row->command) != 0)
		o++;
	if (o == outputs->output + outputs->n) {
		outputs->n++;
		if (compute(o, row, env, err) != NAS_OK)
			return err->code;
	}
	if (o->failed)
		row->failed = arena_strdup(env->arena, o->failed);
	else
		reproduce_take_figures(row, o->tree, t->of, env->arena);
	return env->arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for a row")
		       : NAS_OK;
}

static enum nas_status run_tables(struct reproduction *r,
				  struct outputs *outputs, int nrows,
				  const struct nas_run_env *env,
				  struct nas_err *err)
{
	int done = 0;

	for (int t = 0; t < r->ntables; t++)
		for (int i = 0; i < r->table[t].of->nrows; i++) {
			struct reproduced_row *row = &r->table[t].row[i];

			run_step(env, "rows", done++, nrows);
			if (row->of->cannot) {
				r->nwithout++;
				continue;
			}
			if (stop_requested())
				return nas_fail(err, NAS_EINTERRUPTED,
						"interrupted after %d of %d "
						"rows", done - 1, nrows);
			if (run_row(&r->table[t], i, outputs, env, err))
				return err->code;
			r->ncomputed++;
			r->nfailed += row->failed != NULL;
		}
	return NAS_OK;
}

enum nas_status reproduce_run(struct reproduction *r,
			      const struct nas_run_env *env,
			      struct nas_err *err)
{
	struct outputs outputs = { 0 };
	double start = clock_s();

	for (int t = 0; t < r->ntables; t++)
		outputs.room += r->table[t].of->nrows;
	outputs.output = NAS_NEW(env->arena, struct output,
				 (size_t)outputs.room + 1);
	if (!outputs.output)
		return nas_fail(err, NAS_ENOMEM, "out of memory for rows");
	(void)!run_tables(r, &outputs, outputs.room, env, err);
	run_steps_end(env);
	for (int i = 0; i < outputs.n; i++)
		cJSON_Delete(outputs.output[i].tree);
	r->seconds = clock_s() - start;
	return err->code;
}

enum nas_status reproduce_verdict(const struct reproduction *r,
				  struct nas_err *err)
{
	for (int t = 0; t < r->ntables; t++)
		for (int i = 0; i < r->table[t].of->nrows; i++) {
			const struct reproduced_row *row = &r->table[t].row[i];

			if (row->failed)
				return nas_fail(err, NAS_ERUN, "%d of %d rows "
						"failed; the first: %s/%s, %s: "
						"%.120s", r->nfailed,
						r->ncomputed,
						r->table[t].paper->name,
						r->table[t].of->name,
						row->of->label, row->failed);
		}
	return NAS_OK;
}
