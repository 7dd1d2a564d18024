/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "nas/base/clock.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "nas/base/err.h"

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	NAS_BUG_IF(clock_gettime(clock, &t) != 0);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double clock_s(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double clock_cpu_s(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t clock_peak_rss_bytes(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
#ifdef __APPLE__
	return (int64_t)usage.ru_maxrss;
#else
	return (int64_t)usage.ru_maxrss * 1024;
#endif
}

static volatile sig_atomic_t caught;

/* Only what POSIX allows in a handler: a flag, and _exit. */
static void on_signal(int number)
{
	if (caught && number != SIGUSR1)
		_exit(75); /* the exit status of NAS_EINTERRUPTED */
	caught = number;
}

void stop_install(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGUSR1};
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		NAS_BUG_IF(sigaction(numbers[i], &action, NULL) != 0);
}

bool stop_requested(void)
{
	return caught != 0;
}

int stop_signal(void)
{
	return (int)caught;
}
