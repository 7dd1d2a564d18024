/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/clock.h - wall time, CPU time, peak memory, and stop requests.
 *
 * Usage:
 *	stop_install();                  SIGINT, SIGTERM, SIGUSR1
 *	t = clock_s();
 *	while (!stop_requested() && clock_s() - t < limit_s)
 *		...
 */
#ifndef NAS_BASE_CLOCK_H
#define NAS_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

double clock_s(void);     /* monotonic seconds */
double clock_cpu_s(void); /* CPU seconds of this process */
int64_t clock_peak_rss_bytes(void);

/* The first signal asks to stop at the next safe place; a second one of
 * SIGINT or SIGTERM ends the program at once with status 75. */
void stop_install(void);
bool stop_requested(void);
int stop_signal(void); /* the signal, 0 = none */

#endif
