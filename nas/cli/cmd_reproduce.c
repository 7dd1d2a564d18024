/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas reproduce: published figures beside ours. */
#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/report/reproduce_page.h"
#include "nas/run/paper_network.h"
#include "nas/run/reproduce.h"

static const struct cli_option options[] = {
	{ "list", 'l', NULL, "list papers and tables; compute nothing" },
	{ "paper", 0, "FILE", "a paper of your own (nas/paper/1) instead of "
			      "those that the program carries" },
	{ "model", 0, "MODEL", "a trained network (ONNX, TFLite) for rows that "
			       "need one" },
	{ "data", 0, "X", "its images, for those rows: .npy, IDX, a folder" },
	{ "labels", 0, "Y", "labels of the images, where no folder says them" },
	{ "other-data", 0, "X", "images of another data set, for rows that "
				"compare two" },
	{ "other-labels", 0, "Y", "their labels" },
	{ "mean", 0, "M[,M,M]", "mean of p / 255 (p = 0 .. 255) of all these "
				"images; default 0.5" },
	{ "std", 0, "S[,S,S]", "the network gets (p / 255 - mean) / std; "
			       "default 0.5, that is p / 127.5 - 1" },
	{ 0 },
};

/* ---- --list -------------------------------------------------------------- */

static int rows_computed(const struct paper_table *t)
{
	int n = 0;

	for (int i = 0; i < t->nrows; i++)
		n += !t->row[i].cannot;
	return n;
}

static void print_list(const struct reproduction *r)
{
	struct nas_text t = { 0 };

	for (int p = 0; p < r->npapers; p++)
		say("%s: %s; %s\n", r->paper[p].name,
		    shown(r->paper[p].title).s, shown(r->paper[p].source).s);
	say("\n");
	text_add(&t, "paper/table\trows\tcomputed\tshows\tsource\n");
	for (int i = 0; i < r->ntables; i++) {
		const struct paper_table *table = r->table[i].of;

		text_addf(&t, "%s/%s\t%d\t%d\t%s\t%s\n",
			  r->table[i].paper->name, table->name, table->nrows,
			  rows_computed(table), shown(table->title).s,
			  shown(table->source).s);
	}
	print_table(&t);
	text_free(&t);
}

/* ---- the tables ---------------------------------------------------------- */

static void add_number(struct nas_text *t, double x, int decimals)
{
	char text[32];

	json_format_number(text, x);
	if (decimals >= 0)
		text_addf(t, "\t%.*f", decimals, x);
	else
		text_addf(t, "\t%s", text);
}

static void add_difference(struct nas_text *t, const struct paper_value *v,
			   const struct reproduced_figure *f)
{
	double x = reproduce_difference(v, f), percent = reproduce_percent(v, f);

	if (isfinite(x) && x == 0)
		text_add(t, "\tequal");
	else if (isfinite(percent) && fabs(percent) < 0.005)
		text_add(t, "\tunder 0.005 %");
	else if (isfinite(percent))
		text_addf(t, "\t%+.2f %%", percent);
	else if (isfinite(x))
		text_addf(t, "\t%+.4g", x);
	else if (v && v->text && f->text)
		text_add(t, strcmp(v->text, f->text) == 0 ? "\tequal"
							  : "\tdiffers");
	else
		text_add(t, "\t");
}

/* first: the row's label stands in this line. */
static bool add_figure(struct nas_text *t, const struct reproduced_table *table,
		       int i, int c, bool first)
{
	const struct paper_column *column = &table->of->column[c];
	const struct reproduced_figure *f = &table->row[i].figure[c];
	const struct paper_value *v =
		reproduce_published(table->row[i].of, column->name);

	if (!v && !f->is_number && !f->text)
		return false;
	text_addf(t, "%s\t%s\t%s",
		  first ? shown(table->row[i].of->label).s : "",
		  shown(column->name).s,
		  column->unit ? shown(column->unit).s : "");
	if (v && v->is_number)
		add_number(t, v->x, -1);
	else
		text_addf(t, "\t%s", v ? shown(v->text).s : "");
	if (f->is_number)
		add_number(t, f->x, column->decimals);
	else
		text_addf(t, "\t%s", f->text ? shown(f->text).s : "");
	add_difference(t, v, f);
	text_add(t, "\n");
	return true;
}

/* "LABEL to LABEL (8 rows): TEXT": rows from i on that say the same stand
 * together. Returns how many they are. */
static int say_once(const struct reproduced_table *table, int i,
		    const char *(*of)(const struct reproduced_row *row))
{
	const char *text = of(&table->row[i]), *next;
	int n = 1;

	for (; text && i + n < table->of->nrows; n++) {
		next = of(&table->row[i + n]);
		if (!next || strcmp(next, text) != 0)
			break;
	}
	if (!text)
		return 1;
	say("  %s", shown(table->row[i].of->label).s);
	if (n > 1)
		say(" %s %s (%d rows)", n > 2 ? "to" : "and",
		    shown(table->row[i + n - 1].of->label).s, n);
	say(": %s\n", text);
	return n;
}

static const char *command_of(const struct reproduced_row *row)
{
	return row->command;
}

static const char *failure_of(const struct reproduced_row *row)
{
	return row->failed;
}

static const char *absence_of(const struct reproduced_row *row)
{
	return row->missed ? "interrupted before it was there"
			   : row->of->cannot;
}

static const char *note_of(const struct reproduced_row *row)
{
	return row->of->note;
}

/* What makes the rows, and why there is nothing. */
static void print_notes(const struct reproduced_table *table)
{
	static const char *(*const said[])(const struct reproduced_row *) = {
		command_of, failure_of, absence_of, note_of
	};

	for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++)
		for (int i = 0; i < table->of->nrows;)
			i += say_once(table, i, said[k]);
	for (int c = 0; c < table->of->ncolumns; c++) {
		const struct paper_column *column = &table->of->column[c];

		if (reproduce_is_time(column))
			say("  %s: %s\n", shown(column->name).s,
			    reproduce_time_text);
		if (column->cannot)
			say("  %s: %s\n", shown(column->name).s,
			    column->cannot);
	}
}

static void print_one(const struct reproduced_table *table)
{
	struct nas_text t = { 0 };

	say("%s/%s: %s (%s)\n", table->paper->name, table->of->name,
	    table->of->title, table->of->source);
	if (table->of->text)
		say("%s\n", table->of->text);
	text_add(&t, "row\tfigure\tunit\tpublished\tours\tdifference\n");
	for (int i = 0; i < table->of->nrows; i++) {
		bool first = true;

		for (int c = 0; c < table->of->ncolumns; c++)
			if (add_figure(&t, table, i, c, first))
				first = false;
	}
	print_table(&t);
	text_free(&t);
	print_notes(table);
	say("\n");
}

static void print_all(const struct reproduction *r)
{
	for (int i = 0; i < r->ntables; i++)
		print_one(&r->table[i]);
	say("%d rows computed in %.1f s, %d failed; %d say why they are not",
	    r->ncomputed, r->seconds, r->nfailed, r->nwithout);
	if (r->nmissed)
		say("; %d were left when it was interrupted", r->nmissed);
	say("\n");
}

/* ---- the command --------------------------------------------------------- */

static enum nas_status write_files(const struct cli *cli,
				   const struct reproduction *r,
				   struct nas_err *err)
{
	struct nas_text json = { 0 }, csv = { 0 }, page = { 0 };

	if (text_add_json(&json, reproduce_json(r), err) != NAS_OK ||
	    output_add_file(cli, "reproduction.json", &json, err) != NAS_OK)
		return err->code;
	reproduce_csv(&csv, r);
	if (output_add_file(cli, "figures.csv", &csv, err) != NAS_OK)
		return err->code;
	if (report_reproduce_page(&page, r, err) != NAS_OK) {
		text_free(&page);
		return err->code;
	}
	if (output_add_file(cli, "reproduction.html", &page, err) == NAS_OK)
		cli_note(cli, "'%.200s' holds reproduction.html, .json and "
			 "figures.csv", cli->output);
	return err->code;
}

static char *given(const struct cli *cli, const char *option)
{
	const char *s = cli_value(cli, option);

	return s ? arena_strdup(cli->arena, s) : NULL;
}

static enum nas_status check_channels(const struct reproduction *r,
				      struct nas_err *err)
{
	float x[3];

	if (paper_read_channels("--mean", r->mean, -1e6, x, err) != NAS_OK ||
	    paper_read_channels("--std", r->std, 1e-6, x, err) != NAS_OK)
		err->code = NAS_EUSAGE;
	return err->code;
}

static const char *const list_uses[] = {"list", "paper", NULL};

static enum nas_status read_options(struct reproduction *r,
				    const struct cli *cli, struct nas_err *err)
{
	if (cli_value(cli, "list") &&
	    cli_takes_only(cli, "--list", list_uses, err) != NAS_OK)
		return err->code;
	r->what = cli->nargs ? cli->arg[0] : NULL;
	r->file = cli_value(cli, "paper");
	r->model = given(cli, "model");
	r->data = given(cli, "data");
	r->labels = given(cli, "labels");
	r->other = given(cli, "other-data");
	r->other_labels = given(cli, "other-labels");
	r->mean = given(cli, "mean");
	r->std = given(cli, "std");
	return check_channels(r, err);
}

static enum nas_status show(const struct cli *cli, const struct reproduction *r,
			    struct nas_err *err)
{
	if (cli->output && write_files(cli, r, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(reproduce_json(r), err);
	print_all(r);
	return NAS_OK;
}

/* What an interrupt leaves is shown before it is said. */
static enum nas_status compute(const struct cli *cli, struct reproduction *r,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct nas_err *stopped = NAS_NEW(cli->arena, struct nas_err, 1);

	if (!stopped)
		return nas_fail(err, NAS_ENOMEM, "out of memory for papers");
	if (cli->output && file_make_dir(cli->output, err) != NAS_OK)
		return err->code;
	stop_install();
	if (reproduce_run(r, env, stopped) != NAS_OK &&
	    stopped->code != NAS_EINTERRUPTED) {
		*err = *stopped;
		return err->code;
	}
	if (show(cli, r, err) != NAS_OK)
		return err->code;
	if (stopped->code == NAS_OK)
		return reproduce_verdict(r, err);
	*err = *stopped;
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct reproduction *r = NAS_NEW(cli->arena, struct reproduction, 1);
	struct cli_events events;

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for papers");
	if (read_options(r, cli, err) != NAS_OK ||
	    output_refuse_filled(cli, err) != NAS_OK ||
	    cli_events_init(&events, cli, err) != NAS_OK ||
	    reproduce_open(r, &events.env, err) != NAS_OK)
		return err->code;
	if (!cli_value(cli, "list"))
		return compute(cli, r, &events.env, err);
	if (cli->json)
		return print_json(reproduce_json(r), err);
	print_list(r);
	return NAS_OK;
}

const struct command cmd_reproduce = {
	"reproduce", "[PAPER[/TABLE]] [-o DIR]",
	"published figures beside ours, each with its command",
	"nas reproduce qe-score/table3 -o reproduced", options, 0, 1, run,
	CLI_FORMAT | CLI_THREADS | CLI_DIR | CLI_FORCE | CLI_QUIET,
};
