/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tables are asked for, and what of the caller's their rows take. */
#include <stddef.h>
#include <string.h>

#include "nas/run/paper_kinds.h"
#include "nas/run/paper_trained.h"
#include "nas/run/reproduce.h"
#include "spaces/import/onnx.h"

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

/* What the caller gives for rows, and what gives it a sense. */
static const struct given {
	const char *option;
	size_t offset;
	const char *needs; /* another option, named as this one is; NULL: none */
} given[] = {
	{ "--model", offsetof(struct reproduction, model), NULL },
	{ "--data", offsetof(struct reproduction, data), "--model" },
	{ "--labels", offsetof(struct reproduction, labels), "--data" },
	{ "--other-data", offsetof(struct reproduction, other), "--model" },
	{ "--other-labels", offsetof(struct reproduction, other_labels),
	  "--other-data" },
	{ "--mean", offsetof(struct reproduction, mean), "--data" },
	{ "--std", offsetof(struct reproduction, std), "--data" },
};
#define NGIVEN (sizeof(given) / sizeof(given[0]))

static char *given_value(const struct reproduction *r, const struct given *g)
{
	return *(char *const *)((const char *)r + g->offset);
}

/* The caller's, by the option's name: a row takes it. */
static char *take(struct reproduction *r, const char *option)
{
	for (size_t i = 0; i < NGIVEN; i++)
		if (strcmp(given[i].option, option) == 0) {
			r->taken |= 1U << i;
			return given_value(r, &given[i]);
		}
	return NULL;
}

static void take_images(struct reproduction *r, struct paper_row *row,
			const char *option)
{
	row->data = take(r, option);
	row->mean = take(r, "--mean");
	row->std = take(r, "--std");
}

/* The caller's network, if it is the one whose weights are random here. */
static void take_trained(struct reproduction *r, struct paper_row *row)
{
	static char note[] = "weights of the network that --model names";

	if (!r->model || !paper_trained_alike(row->file, r->graph))
		return;
	row->file = take(r, "--model");
	row->note = note;
	row->measure_size = NULL;
	if (r->data)
		take_images(r, row, "--data");
}

static bool is(const char *s, const char *word)
{
	return s && strcmp(s, word) == 0;
}

/* MODEL, DATA and OTHER in a row are the caller's; without them it has no
 * figures. */
static void fill_in(struct reproduction *r, struct paper_row *row)
{
	static char no_data[] = "needs a trained network and its images: "
				"--model MODEL --data DATA";
	static char no_other[] = "needs a trained network and images of another "
				 "data set: --model MODEL --other-data DATA";
	bool model = is(row->file, PAPER_MODEL);
	bool other = is(row->data, PAPER_OTHER);
	bool data = other || is(row->data, PAPER_DATA);

	if ((model && !r->model) || (data && !(other ? r->other : r->data))) {
		row->cannot = other ? no_other : no_data;
		if (!model || r->model)
			r->lacks = other ? "--other-data" : "--data";
		return;
	}
	if (model)
		row->file = take(r, "--model");
	if (is(row->labels, PAPER_LABELS))
		row->labels = take(r, "--labels");
	else if (is(row->labels, PAPER_OTHER_LABELS))
		row->labels = take(r, "--other-labels");
	if (data)
		take_images(r, row, other ? "--other-data" : "--data");
	if (row->trained)
		take_trained(r, row);
}

/* What no row takes was given for nothing. */
static enum nas_status check_taken(const struct reproduction *r,
				   struct nas_err *err)
{
	for (size_t i = 0; i < NGIVEN; i++) {
		if (!given_value(r, &given[i]) || r->taken & 1U << i)
			continue;
		for (size_t k = 0; given[i].needs && k < NGIVEN; k++)
			if (strcmp(given[k].option, given[i].needs) == 0 &&
			    !given_value(r, &given[k]))
				return nas_fail(err, NAS_EUSAGE,
						"%s needs %s here",
						given[i].option,
						given[k].option);
		if (r->lacks)
			return nas_fail(err, NAS_EUSAGE, "%s: the rows asked "
					"for need %s, too", given[i].option,
					r->lacks);
		return nas_fail(err, NAS_EUSAGE, "%s: none of the rows asked "
				"for takes it", given[i].option);
	}
	return NAS_OK;
}

/* Once, before any row: a file that is none would be many failures. */
static enum nas_status read_model(struct reproduction *r,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct graph_options options = { 0 };

	if (!r->model)
		return NAS_OK;
	r->graph = NAS_NEW(arena, struct graph, 1);
	if (!r->graph)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	return graph_read(r->graph, r->model, &options, arena, err);
}

/* ---- the tables ---------------------------------------------------------- */

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

static enum nas_status read_papers(struct reproduction *r,
				   struct nas_arena *arena, struct nas_err *err)
{
	if (!r->file)
		return papers_read(&r->paper, &r->npapers, arena, err);
	r->npapers = 1;
	r->paper = NAS_NEW(arena, struct paper, 1);
	if (!r->paper)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a paper");
	return paper_read(r->paper, r->file, arena, err);
}

enum nas_status reproduce_open(struct reproduction *r,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct nas_arena *arena = env->arena;
	int room = 0;

	if (read_papers(r, arena, err) != NAS_OK ||
	    read_model(r, arena, err) != NAS_OK)
		return err->code;
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
	return r->ntables ? check_taken(r, err) : fail_unknown(r, arena, err);
}
