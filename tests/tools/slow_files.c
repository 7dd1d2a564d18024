/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload: a file system that answers late, and what a program
 * asked of it.
 *
 * NAS_TEST_SLOW_MS=5    each call below takes so much longer, as if it went to
 *                       a server: open to write, rename, unlink, mkdir, fsync,
 *                       and locks
 * NAS_TEST_SLOW_LOG=F   when the program ends, a line is appended to F: number
 *                       of calls and seconds in them, by kind
 *
 * Usage:
 *	cc -shared -fPIC -O2 -o slow_files.so tests/tools/slow_files.c -ldl
 *	LD_PRELOAD=./slow_files.so NAS_TEST_SLOW_MS=5 nas sweep ...
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum kind { OPEN, RENAME, UNLINK, MKDIR, SYNC, LOCK, KINDS };
static const char *const names[] = { "open", "rename", "unlink", "mkdir",
				     "fsync", "lock" };
static long calls[KINDS];
static double spent[KINDS];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double begin(void)
{
	const char *ms = getenv("NAS_TEST_SLOW_MS");
	double at = now(), s = ms ? atof(ms) / 1000 : 0;
	struct timespec t = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };

	if (s > 0)
		nanosleep(&t, NULL);
	return at;
}

static void end(enum kind kind, double at)
{
	calls[kind]++;
	spent[kind] += now() - at;
}

/* The function of the system, by name. */
static void find(const char *name, void *function, size_t size)
{
	void *real = dlsym(RTLD_NEXT, name);

	memcpy(function, &real, size);
}

static int open_late(const char *path, int flags, mode_t mode)
{
	double at = flags & (O_WRONLY | O_RDWR) ? begin() : 0;
	int (*real)(const char *, int, ...);
	int fd;

	find("open", &real, sizeof(real));
	fd = real(path, flags, mode);

	if (at > 0)
		end(OPEN, at);
	return fd;
}

int open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	return open_late(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	return open_late(path, flags, mode);
}

int rename(const char *from, const char *to)
{
	double at = begin();
	int (*real)(const char *, const char *);
	int status;

	find("rename", &real, sizeof(real));
	status = real(from, to);

	end(RENAME, at);
	return status;
}

int unlink(const char *path)
{
	double at = begin();
	int (*real)(const char *);
	int status;

	find("unlink", &real, sizeof(real));
	status = real(path);

	end(UNLINK, at);
	return status;
}

int mkdir(const char *path, mode_t mode)
{
	double at = begin();
	int (*real)(const char *, mode_t);
	int status;

	find("mkdir", &real, sizeof(real));
	status = real(path, mode);

	end(MKDIR, at);
	return status;
}

int fsync(int fd)
{
	double at = begin();
	int (*real)(int);
	int status;

	find("fsync", &real, sizeof(real));
	status = real(fd);

	end(SYNC, at);
	return status;
}

static int fcntl_late(int fd, int command, void *what)
{
	double at = command == F_SETLK || command == F_SETLKW ? begin() : 0;
	int (*real)(int, int, ...);
	int status;

	find("fcntl", &real, sizeof(real));
	status = real(fd, command, what);

	if (at > 0)
		end(LOCK, at);
	return status;
}

int fcntl(int fd, int command, ...)
{
	va_list list;
	void *what;

	va_start(list, command);
	what = va_arg(list, void *);
	va_end(list);
	return fcntl_late(fd, command, what);
}

int fcntl64(int fd, int command, ...)
{
	va_list list;
	void *what;

	va_start(list, command);
	what = va_arg(list, void *);
	va_end(list);
	return fcntl_late(fd, command, what);
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("NAS_TEST_SLOW_LOG");
	FILE *f = path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	for (int k = 0; k < KINDS; k++)
		fprintf(f, "%s %ld %.3f%s", names[k], calls[k], spent[k],
			k + 1 < KINDS ? "  " : "\n");
	fclose(f);
}
