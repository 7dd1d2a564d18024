/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/meter.h - how far a command is, on standard error.
 *
 * On a terminal a bar that is drawn over, at most ten times per second, no
 * wider than the terminal, in colour unless NO_COLOR is set; elsewhere one
 * plain line each ten seconds; nothing with -q.
 *
 * Usage:
 *	struct meter m;
 *	meter_begin(&m, cli->quiet);
 *	for (i = 0; i < n; i++) {
 *		if (meter_due(&m))
 *			meter_show((double)i / n, "photo 3 of 9");
 *		...
 *	}
 *	meter_wipe();
 */
#ifndef NAS_CLI_METER_H
#define NAS_CLI_METER_H

#include <stdbool.h>

struct meter {
	bool quiet;
	double next; /* clock_s() of the next line */
};

void meter_begin(struct meter *m, bool quiet);

/* It is time for a line; the interval to the next one begins. */
bool meter_due(struct meter *m);

/* share: 0 .. 1. Control characters of state come out as '?'. */
void meter_show(double share, const char *state);

/* Take the bar off the terminal, if there is one: at the end, and before
 * anything else is written there. */
void meter_wipe(void);

#endif
