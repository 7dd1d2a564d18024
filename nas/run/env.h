/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/env.h - what every job is given by its caller: memory, threads,
 * ranks, and whom to tell how it goes.
 *
 * Nothing in nas/run prints or exits: what happened is told to the events, what
 * failed to the struct nas_err.
 *
 * Usage:
 *	struct nas_run_env env;
 *	run_env_init(&env, &arena);              all cores, tells nobody
 *	env.events = &my_events;
 *	run_note(&env, "%d networks", n);
 */
#ifndef NAS_RUN_ENV_H
#define NAS_RUN_ENV_H

#include "evolve/evolve.h"
#include "nas/base/arena.h"

struct nas_comm; /* evolve/ranks/comm.h */

/* Whom a job tells how it goes; any function may be NULL. Texts are one line
 * without its end. Called from the thread that started the job. */
struct nas_run_events {
	void *context;
	void (*note)(void *context, const char *text);
	void (*detail)(void *context, const char *text); /* a note of less use */
	void (*warn)(void *context, const char *text);
	void (*search_begins)(void *context,
			      const struct nas_evolve_options *o);
	void (*progress)(void *context, const struct nas_evolve_row *row);
	void (*search_ends)(void *context);
	/* Work in equal steps; done < 0: it ended. */
	void (*step)(void *context, const char *what, int done, int of);
};

struct nas_run_env {
	struct nas_arena *arena; /* holds all results */
	int threads;
	/* the ranks of the job; collective calls say so */
	struct nas_comm *comm;
	const struct nas_run_events *events;
	const char *command;  /* the command line, for meta.json; NULL = none */
};

/* One process, the cores that it may use, no events. env must stay where it
 * is. */
void run_env_init(struct nas_run_env *env, struct nas_arena *arena);

void run_note(const struct nas_run_env *env, const char *fmt, ...)
	NAS_FORMAT(2, 3);
/* Told whatever the caller keeps quiet about. */
void run_warn(const struct nas_run_env *env, const char *fmt, ...)
	NAS_FORMAT(2, 3);
void run_detail(const struct nas_run_env *env, const char *fmt, ...)
	NAS_FORMAT(2, 3);
void run_step(const struct nas_run_env *env, const char *what, int done,
	      int of);
void run_steps_end(const struct nas_run_env *env);

#endif
