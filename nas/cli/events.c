/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/events.h"

#include <stdio.h>

#include "evolve/share.h"
#include "nas/base/clock.h"
#include "nas/cli/print.h"

static void note(void *context, const char *text)
{
	const struct cli_events *e = context;

	cli_note(e->cli, "%s", text);
}

static void detail(void *context, const char *text)
{
	const struct cli_events *e = context;

	cli_detail(e->cli, "%s", text);
}

static void warn(void *context, const char *text)
{
	(void)context;
	cli_warn("%s", text);
}

/* Who has no island; once a command. */
static void note_idle(struct cli_events *e, int islands)
{
	int ranks = e->cli->comm->size, threads = ranks * e->cli->threads;
	int idle = threads - share_busy(e->cli->comm, islands, e->cli->threads);
	char who[80];

	if (idle == 0 || e->idle_told || e->cli->comm->rank != 0)
		return;
	e->idle_told = true;
	if (ranks > islands)
		snprintf(who, sizeof(who), "%d of %d ranks", ranks - islands,
			 ranks);
	else
		snprintf(who, sizeof(who), "%d of %d threads", idle, threads);
	cli_note(e->cli, "%s %s idle while it searches: it has %d island%s "
		 "(search.islands)", who,
		 (ranks > islands ? ranks - islands : idle) == 1 ? "is" : "are",
		 islands, islands == 1 ? "" : "s");
}

static void search_begins(void *context,
			  const struct nas_evolve_options *options)
{
	struct cli_events *e = context;

	stop_install();
	note_idle(e, options->islands);
	progress_start(&e->progress, e->cli->quiet, options);
}

static void progress(void *context, const struct nas_evolve_row *row)
{
	struct cli_events *e = context;

	progress_show(&e->progress, row);
}

static void step(void *context, const char *what, int done, int of)
{
	struct cli_events *e = context;

	progress_step(&e->progress, e->cli->quiet, what, done, of);
}

static void search_ends(void *context)
{
	struct cli_events *e = context;

	progress_end(&e->progress);
}

/* As a shell would read it. */
static void add_command_line(struct nas_text *t, const struct cli *cli)
{
	for (int i = 0; i < cli->line_argc; i++) {
		text_add(t, i ? " " : "");
		text_add_word(t, cli->line_argv[i]);
	}
}

enum nas_status cli_events_init(struct cli_events *e, const struct cli *cli,
				struct nas_err *err)
{
	struct nas_text line = {0};

	run_env_init(&e->env, cli->arena);
	e->cli = cli;
	e->progress = (struct progress){0};
	e->idle_told = false;
	e->events = (struct nas_run_events){
		e,	  note,	       detail, warn, search_begins,
		progress, search_ends, step};
	e->env.events = &e->events;
	e->env.threads = cli->threads;
	e->env.comm = cli->comm;
	add_command_line(&line, cli);
	if (!line.failed)
		e->env.command = arena_strdup(cli->arena, line.data);
	text_free(&line);
	if (!e->env.command)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the run");
	return NAS_OK;
}
