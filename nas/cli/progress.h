/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/progress.h - how far a search is, or work in equal steps, on standard
 * error.
 *
 * On a terminal a bar that is drawn over, at most ten times per second, no
 * wider than the terminal, in colour unless NO_COLOR is set; elsewhere one
 * plain line each ten seconds; nothing with -q.
 *
 * Usage:
 *	struct progress p;
 *	progress_start(&p, cli->quiet, options);
 *	progress_show(&p, row);                  each epoch
 *	progress_end(&p);
 */
#ifndef NAS_CLI_PROGRESS_H
#define NAS_CLI_PROGRESS_H

#include "evolve/evolve.h"
#include "nas/base/watch.h"

struct progress {
	bool quiet;
	double next;	  /* clock_s() of the next line */
	double max_evals; /* 0 = no such end */
	double time_s;    /* 0 = no such end */
	double begun;     /* clock_s() */
	double left;      /* seconds, as they were last shown */
	bool started;     /* steps have begun */
};

void progress_start(struct progress *p, bool quiet,
		    const struct nas_evolve_options *options);
void progress_show(struct progress *p, const struct nas_evolve_row *row);
void progress_end(struct progress *p);

/* Take the bar off the terminal, if there is one: at the end, and before
 * anything else is written there. */
void progress_wipe(void);

/* Work in equal steps; done < 0 ends it. */
void progress_step(struct progress *p, bool quiet, const char *what, int done,
		   int of);

/* Steps of a computation that takes a struct watch:
 *	struct progress_watch w;
 *	options.watch = progress_watch(&w, cli->quiet, "random networks");
 *	...
 *	progress_end(&w.progress); */
struct progress_watch {
	struct watch watch;
	struct progress progress;
	bool quiet;
	const char *what;
};
struct watch *progress_watch(struct progress_watch *w, bool quiet,
			     const char *what);

#endif
