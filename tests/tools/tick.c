/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A monotonic clock that goes on by four seconds whenever it is asked, for
 * LD_PRELOAD: what a program does each ten seconds, it does soon, on any
 * machine. */
#define _POSIX_C_SOURCE 200809L
#include <stdatomic.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
	static atomic_long now;

	(void)id;
	t->tv_sec = 1000000 + atomic_fetch_add(&now, 4);
	t->tv_nsec = 0;
	return 0;
}
