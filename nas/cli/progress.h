/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/progress.h - how far a search is, on standard error.
 *
 * On a terminal a bar that is drawn over, at most ten times a second, in
 * colour unless NO_COLOR is set; elsewhere one plain line each ten seconds;
 * nothing with -q.
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

struct progress {
	bool quiet, terminal, color;
	double last;      /* seconds into the search at the last line */
	double max_evals; /* 0 = no such end */
	double time_s;    /* likewise */
	bool drawn;       /* there is a bar to wipe */
	bool started;     /* steps have begun; last = clock_s() */
};

void progress_start(struct progress *p, bool quiet,
		    const struct evolve_options *options);
void progress_show(struct progress *p, const struct evolve_row *row);
void progress_end(struct progress *p);

/* Work in equal steps, likewise; done < 0 ends it. */
void progress_step(struct progress *p, bool quiet, const char *what, int done,
		   int of);

#endif
