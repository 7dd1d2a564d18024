/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload: the n-th call that changes the file system fails, as
 * on a full or broken disk, or the program is killed there.
 *
 *	cc -shared -fPIC -o fail_files.so fail_files.c -ldl
 *	FAIL_AT=7 LD_PRELOAD=./fail_files.so nas search configs/quick.json -o run
 *
 * FAIL_AT=n       the n-th call fails (from 1; unset or 0: none)
 * FAIL_MORE=1     and all after it: the disk stays full
 * FAIL_DO=KILL    SIGKILL just before that call; AFTER: just after it
 * FAIL_SITES=FILE a line for each call: its name
 *
 * Counted: open to write, write, fsync, rename, link, mkdir and remove. A write to a
 * descriptor that was not opened to write here (a terminal, a pipe) is not. A
 * write that fails has written half of its bytes first. Programs that nas
 * starts are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 1024

static atomic_long counted;
static long fail_at;
static bool more, ready;
static enum { FAIL, KILL, AFTER } action;
static int sites = -1;
static bool ours[FILES]; /* opened to write */

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int), (*real_close)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_remove)(const char *);

/* The function of the system, by name. */
static void find(const char *name, void *function, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(function, &found, size);
}

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("FAIL_AT"), *what = getenv("FAIL_DO");
	const char *file = getenv("FAIL_SITES");

	find("open", &real_open, sizeof(real_open));
	find("write", &real_write, sizeof(real_write));
	find("fsync", &real_fsync, sizeof(real_fsync));
	find("close", &real_close, sizeof(real_close));
	find("rename", &real_rename, sizeof(real_rename));
	find("link", &real_link, sizeof(real_link));
	find("mkdir", &real_mkdir, sizeof(real_mkdir));
	find("remove", &real_remove, sizeof(real_remove));
	fail_at = at ? atol(at) : 0;
	more = getenv("FAIL_MORE") != NULL;
	action = !what ? FAIL : strcmp(what, "KILL") == 0 ? KILL : AFTER;
	if (file)
		sites = real_open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
				  0666);
	unsetenv("LD_PRELOAD");
	ready = true;
}

/* Is it this call's turn? */
static bool turn(const char *name)
{
	long n = atomic_fetch_add(&counted, 1) + 1;
	char line[32];

	if (sites >= 0) {
		size_t length = strlen(name);

		memcpy(line, name, length);
		line[length] = '\n';
		if (real_write(sites, line, length + 1) < 0)
			abort();
	}
	if (fail_at <= 0 || (more ? n < fail_at : n != fail_at))
		return false;
	if (action == KILL)
		raise(SIGKILL);
	return true;
}

static int done(bool mine, int result)
{
	int error = errno;

	if (mine && action == AFTER)
		raise(SIGKILL);
	errno = error;
	return result;
}

#define CALL(name, error, ...)                                                 \
	do {                                                                   \
		bool mine = turn(#name);                                       \
		if (mine && action == FAIL) {                                  \
			errno = error;                                         \
			return -1;                                             \
		}                                                              \
		return done(mine, real_##name(__VA_ARGS__));                   \
	} while (0)

int open(const char *path, int flags, ...)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY, mine;
	mode_t mode = 0;
	va_list list;
	int fd;

	if (flags & O_CREAT) {
		va_start(list, flags);
		mode = va_arg(list, mode_t);
		va_end(list);
	}
	if (!ready) /* before this library */
		find("open", &real_open, sizeof(real_open));
	if (!ready || !writes || strncmp(path, "/dev/", 5) == 0)
		return real_open(path, flags, mode);
	mine = turn("open");
	if (mine && action == FAIL) {
		errno = ENOSPC;
		return -1;
	}
	fd = done(mine, real_open(path, flags, mode));
	if (fd >= 0 && fd < FILES)
		ours[fd] = true;
	return fd;
}

int close(int fd)
{
	if (!real_close)
		find("close", &real_close, sizeof(real_close));
	if (fd >= 0 && fd < FILES)
		ours[fd] = false;
	return real_close(fd);
}

ssize_t write(int fd, const void *data, size_t n)
{
	bool mine;
	ssize_t k;

	if (!real_write)
		find("write", &real_write, sizeof(real_write));
	if (fd < 0 || fd >= FILES || !ours[fd])
		return real_write(fd, data, n);
	mine = turn("write");
	if (mine) /* half of it */
		k = real_write(fd, data, action == AFTER ? n : n / 2);
	else
		k = real_write(fd, data, n);
	if (mine && action == FAIL) {
		errno = ENOSPC;
		return -1;
	}
	return done(mine, 0) ? -1 : k;
}

int fsync(int fd)
{
	CALL(fsync, EIO, fd);
}

int rename(const char *from, const char *to)
{
	CALL(rename, EIO, from, to);
}

int link(const char *from, const char *to)
{
	CALL(link, EMLINK, from, to);
}

int mkdir(const char *path, mode_t mode)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return real_mkdir(path, mode);
	CALL(mkdir, ENOSPC, path, mode);
}

int remove(const char *path)
{
	CALL(remove, EIO, path);
}
