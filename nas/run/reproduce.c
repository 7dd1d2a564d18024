/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computing the rows of tables, and comparing figures. */
#include "nas/run/reproduce.h"

#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/run/paper_kinds.h"
#include "nas/run/reproduce_figure.h"

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

const char reproduce_time_text[] =
	"processor time of the row's command, which differs from run to run: "
	"user and sys of 'time COMMAND'";

bool reproduce_is_time(const struct paper_column *column)
{
	return column->at.n == 1 && strcmp(column->at.text[0], PAPER_CPU) == 0;
}

const char *reproduce_cannot(const struct reproduced_row *row,
			     const struct paper_column *column,
			     const struct reproduced_figure *ours)
{
	if (ours->is_number || ours->text)
		return NULL;
	if (row->of->cannot)
		return row->of->cannot;
	if (row->missed)
		return "interrupted before it was there";
	if (row->failed)
		return row->failed;
	if (row->done && !column->cannot)
		return "not in what the row's command prints";
	return column->cannot;
}

/* ---- rows ---------------------------------------------------------------- */

struct output { /* of a command that was run */
	const char *command;
	cJSON *tree;
	double cpu_s;
	enum nas_status code;
	const char *failed;
};

struct outputs {
	int n, room;
	struct output *output; /* (room) */
};

/* "FILE: what is wrong", as a row says it. */
static const char *failure(const struct nas_err *why, struct nas_arena *arena)
{
	struct nas_text t = { 0 };
	const char *source = nas_err_source(why, 0);
	char *text;

	if (*source)
		text_addf(&t, "%s: ", source);
	if (*nas_err_path(why, 0))
		text_addf(&t, "%s: ", nas_err_path(why, 0));
	text_add(&t, nas_err_msg(why, 0));
	text = t.failed ? NULL : arena_strdup(arena, t.data);
	arena->failed |= t.failed;
	text_free(&t);
	return text;
}

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
	o->cpu_s = clock_cpu_s() - cpu;
	if (why->code == NAS_ENOMEM) {
		*err = *why;
		return err->code;
	}
	o->code = why->code;
	if (why->code != NAS_OK)
		o->failed = failure(why, env->arena);
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
		if (stop_requested()) { /* what a search had by then, if that */
			row->missed = true;
			return NAS_OK;
		}
	}
	row->done = true;
	row->cpu_s = o->cpu_s;
	row->code = o->code;
	if (o->failed)
		row->failed = arena_strdup(env->arena, o->failed);
	else
		reproduce_take_figures(row, o->tree, t->of, env->arena);
	return env->arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for a row")
		       : NAS_OK;
}

static void count(struct reproduction *r, const struct reproduced_row *row)
{
	if (row->of->cannot)
		r->nwithout++;
	else if (row->missed)
		r->nmissed++;
	else if (row->failed)
		r->nfailed++;
	else
		r->ncomputed++;
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
			row->missed = !row->of->cannot && stop_requested();
			if (!row->of->cannot && !row->missed &&
			    run_row(&r->table[t], i, outputs, env, err))
				return err->code;
			count(r, row);
		}
	if (r->nmissed)
		return nas_fail(err, NAS_EINTERRUPTED, "interrupted by signal "
				"%d before %d of %d rows; the others are shown",
				stop_signal(), r->nmissed, r->nmissed +
				r->ncomputed + r->nfailed);
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
			bool file = row->code == NAS_EIO ||
				    row->code == NAS_EINPUT;

			if (row->failed)
				return nas_fail(err, file ? row->code : NAS_ERUN,
						"%d of %d rows failed; the "
						"first: %s/%s, %s: %.160s",
						r->nfailed,
						r->ncomputed + r->nfailed,
						r->table[t].paper->name,
						r->table[t].of->name,
						row->of->label, row->failed);
		}
	return NAS_OK;
}
