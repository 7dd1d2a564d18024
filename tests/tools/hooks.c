/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload: the clock of nas and of the test programs, and what
 * happens to them, by count instead of by time. Other programs that inherit
 * the variables are left alone, and so are other libraries: the waits of MPI
 * take the time that they take.
 *
 * NAS_TEST_CLOCK=20       its clocks run at 20 times their speed: a machine
 *                         that is 20 times slower
 * NAS_TEST_CLOCK_READ=FILE  is made when a clock is read
 * NAS_TEST_TICK=4         each look at a clock is 4 seconds after the one
 *                         before, whatever the time is
 * NAS_TEST_AT=EVENT:N     when EVENT happens for the Nth time:
 *     checkpoint          a file of that name has been put in its place
 *     saving              it is about to be
 *     clock               a clock has been read
 * NAS_TEST_DO=ACTION,...  this happens, in order:
 *     INT TERM USR1 KILL  the signal
 *     day                 every clock is a day later, from then on
 *     wait                nothing goes on until NAS_TEST_FILE is there
 * NAS_TEST_RANK=2         in this rank of mpirun alone
 *
 * tests/cli/lib.sh has the calls: by_count, preload.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
#define CLOCKS 16 /* ids below this one are scaled */

static double speed = 1, tick;
static int64_t began[CLOCKS]; /* ns; where scaling starts from */
static atomic_llong later;    /* ns added to every clock */
static const char *event, *actions, *file, *clock_read;
static long wanted;
static atomic_long happened, looks;
static bool ours;
static struct {
	uintptr_t low, high;
} code[8]; /* of the program and of libnas, where it is shared */
static int ncode;

/* ---- the true clock ------------------------------------------------------ */

static int read_clock(clockid_t id, struct timespec *t)
{
	return (int)syscall(SYS_clock_gettime, id, t);
}

static int64_t nanoseconds(const struct timespec *t)
{
	return t->tv_sec * SECOND + t->tv_nsec;
}

static int note_code(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	(void)context;
	if (*info->dlpi_name && !strstr(info->dlpi_name, "libnas"))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];

		if (h->p_type != PT_LOAD || ncode == sizeof(code) / sizeof(*code))
			continue;
		code[ncode].low = info->dlpi_addr + h->p_vaddr;
		code[ncode++].high = info->dlpi_addr + h->p_vaddr + h->p_memsz;
	}
	return 0;
}

static bool is_ours(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	for (int i = 0; ours && i < ncode; i++)
		if (at >= code[i].low && at < code[i].high)
			return true;
	return false;
}

__attribute__((constructor)) static void begin(void)
{
	const char *name = program_invocation_short_name;
	const char *clock = getenv("NAS_TEST_CLOCK");
	const char *at = getenv("NAS_TEST_AT");
	const char *only = getenv("NAS_TEST_RANK");
	const char *rank = getenv("OMPI_COMM_WORLD_RANK");
	const char *colon;
	struct timespec t;

	ours = strcmp(name, "nas") == 0 || strncmp(name, "test_", 5) == 0;
	if (!ours)
		return;
	if (strcmp(name, "nas") == 0)
		unsetenv("LD_PRELOAD"); /* what nas runs is no program of ours */
	dl_iterate_phdr(note_code, NULL);
	if (only && (!rank || strcmp(only, rank) != 0))
		at = NULL;
	colon = at ? strchr(at, ':') : NULL;
	for (int id = 0; id < CLOCKS; id++)
		if (read_clock(id, &t) == 0)
			began[id] = nanoseconds(&t);
	if (clock)
		speed = atof(clock);
	if (getenv("NAS_TEST_TICK"))
		tick = atof(getenv("NAS_TEST_TICK"));
	event = at;
	wanted = colon ? atol(colon + 1) : 0;
	actions = getenv("NAS_TEST_DO");
	file = getenv("NAS_TEST_FILE");
	clock_read = getenv("NAS_TEST_CLOCK_READ");
	if (!(speed > 0) || (at && (!colon || !actions))) {
		fputs("hooks.c: bad NAS_TEST_ variables\n", stderr);
		_exit(99);
	}
}

/* ---- events -------------------------------------------------------------- */

static void wait_for_file(void)
{
	const struct timespec t = { .tv_nsec = 10000000 };

	while (file && access(file, F_OK) != 0)
		nanosleep(&t, NULL);
}

static void act(const char *action, size_t n)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = { { "INT", SIGINT }, { "TERM", SIGTERM },
			{ "USR1", SIGUSR1 }, { "KILL", SIGKILL } };

	if (n == 3 && strncmp(action, "day", n) == 0)
		later += 86400 * SECOND;
	if (n == 4 && strncmp(action, "wait", n) == 0)
		wait_for_file();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strlen(signals[i].name) == n &&
		    strncmp(action, signals[i].name, n) == 0)
			kill(getpid(), signals[i].number);
}

static void happens(const char *name)
{
	size_t n = strlen(name);

	if (!ours || !event || strncmp(event, name, n) != 0 ||
	    event[n] != ':' || ++happened != wanted)
		return;
	for (const char *a = actions; *a; a += *a == ',') {
		size_t length = strcspn(a, ",");

		act(a, length);
		a += length;
	}
}

/* ---- what is called instead ---------------------------------------------- */

static void note_reading(void)
{
	int fd = clock_read ? open(clock_read, O_WRONLY | O_CREAT, 0666) : -1;

	if (fd >= 0)
		close(fd);
	clock_read = NULL;
}

static int read_ours(clockid_t id, struct timespec *t, const void *caller)
{
	int64_t now;

	if (read_clock(id, t) != 0)
		return -1;
	if (id < 0 || id >= CLOCKS || !is_ours(caller))
		return 0;
	note_reading();
	happens("clock");
	now = nanoseconds(t) - began[id];
	if (tick > 0)
		now = (int64_t)((double)++looks * tick * (double)SECOND);
	else if (speed < 1 || speed > 1)
		now = (int64_t)floor((double)now * speed);
	now += began[id] + later;
	t->tv_sec = (time_t)(now / SECOND);
	t->tv_nsec = (long)(now % SECOND);
	return 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	return read_ours(id, t, __builtin_return_address(0));
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	if (read_ours(CLOCK_REALTIME, &t, __builtin_return_address(0)) != 0)
		return -1;
	tv->tv_sec = t.tv_sec;
	tv->tv_usec = t.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *out)
{
	struct timespec t;

	if (read_ours(CLOCK_REALTIME, &t, __builtin_return_address(0)) != 0)
		return (time_t)-1;
	if (out)
		*out = t.tv_sec;
	return t.tv_sec;
}

int rename(const char *from, const char *to)
{
	const char *slash = strrchr(to, '/');
	bool checkpoint = strcmp(slash ? slash + 1 : to, "checkpoint") == 0;
	int status, error;

	if (checkpoint)
		happens("saving");
	status = renameat(AT_FDCWD, from, AT_FDCWD, to);
	error = errno;
	if (checkpoint && status == 0)
		happens("checkpoint");
	errno = error;
	return status;
}
