/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "nas/base/file_out.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A new file beside path that no other process or thread has open. */
static int open_temporary(char *name, size_t size, const char *path)
{
	int fd = -1;

	for (int i = 0; i < 1000 && fd < 0; i++) {
		int n = snprintf(name, size, "%s.tmp.%ld.%d", path,
				 (long)getpid(), i);

		if (n < 0 || (size_t)n >= size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

void file_out_open(struct file_out *out, const char *path)
{
	int n = snprintf(out->path, sizeof(out->path), "%s", path);

	out->fd = -1;
	out->error = 0;
	out->lazy = false;
	out->temporary[0] = '\0';
	if (n < 0 || (size_t)n >= sizeof(out->path)) {
		out->error = ENAMETOOLONG;
		return;
	}
	out->fd = open_temporary(out->temporary, sizeof(out->temporary),
				 path);
	if (out->fd < 0)
		out->error = errno;
}

void file_out_put(struct file_out *out, const void *data, size_t n)
{
	const char *at = data;

	while (n > 0 && !out->error) {
		ssize_t done = write(out->fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			out->error = done < 0 ? errno : EIO;
			return;
		}
		at += done;
		n -= (size_t)done;
	}
}

/* Flushed to the disk and closed, or gone. */
static bool finish(struct file_out *out)
{
	if (out->fd < 0)
		return false;
	if (!out->error && !out->lazy && fsync(out->fd) != 0)
		out->error = errno;
	if (close(out->fd) != 0 && !out->error)
		out->error = errno;
	out->fd = -1;
	if (out->error)
		unlink(out->temporary);
	return !out->error;
}

int file_out_commit(struct file_out *out)
{
	if (finish(out) && rename(out->temporary, out->path) != 0) {
		out->error = errno;
		unlink(out->temporary);
	}
	return out->error;
}

/* A second name for the former file; where the file system has none, it is
 * renamed, and for a moment only the former name is there. */
static int keep_former(const char *path, const char *former)
{
	if (unlink(former) != 0 && errno != ENOENT)
		return errno;
	if (link(path, former) == 0 || errno == ENOENT)
		return 0;
	return rename(path, former) == 0 ? 0 : errno;
}

int file_out_commit_keeping(struct file_out *out, const char *former)
{
	if (!finish(out))
		return out->error;
	out->error = keep_former(out->path, former);
	if (!out->error && rename(out->temporary, out->path) != 0)
		out->error = errno;
	if (out->error)
		unlink(out->temporary);
	return out->error;
}

/* "NAME.tmp.PID.N", as open_temporary makes them. */
static bool is_temporary(const char *entry, const char *name)
{
	const char *at = strstr(entry, ".tmp.");
	size_t n;

	if (!at || at == entry ||
	    (name && (strncmp(entry, name, strlen(name)) != 0 ||
		      at != entry + strlen(name))))
		return false;
	at += strlen(".tmp.");
	n = strspn(at, "0123456789");
	if (n == 0 || at[n] != '.')
		return false;
	at += n + 1;
	n = strspn(at, "0123456789");
	return n > 0 && at[n] == '\0';
}

void file_out_clean(const char *dir, const char *name)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (is_temporary(entry->d_name, name))
			unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
}
