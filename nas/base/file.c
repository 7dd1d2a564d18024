/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* nftw */
#include "nas/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nas/base/file_out.h"
#include "nas/base/shipped.h"

enum nas_status file_fail(struct nas_err *err, const char *verb,
			  const char *path, int error)
{
	if (error == ENOMEM)
		return nas_fail(err, NAS_ENOMEM, "out of memory: cannot %s "
				"'%.200s'", verb, path);
	return nas_fail(err, NAS_EIO, "cannot %s '%.200s': %s", verb, path,
			strerror(error));
}

/* Read on until the end or limit + 1 bytes; false with errno. */
static bool read_all(int fd, size_t limit, char **text, size_t *length)
{
	size_t room = 0, used = 0;
	ssize_t n = 1;
	char *grown;

	while (n > 0 && used <= limit) {
		if (room - used < 2) {
			room = room ? 2 * room : 65536;
			grown = realloc(*text, room);
			if (!grown) {
				errno = ENOMEM;
				return false;
			}
			*text = grown;
		}
		do
			n = read(fd, *text + used, room - used - 1);
		while (n < 0 && errno == EINTR);
		used += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return false;
	(*text)[used] = '\0';
	*length = used;
	return true;
}

/* A copy of what the library carries under that path; error stands as it is
 * where it carries none. */
static enum nas_status read_shipped(const char *path, size_t limit,
				    char **text, size_t *length, int error,
				    struct nas_err *err)
{
	const char *shipped = error == ENOENT ? shipped_text(path) : NULL;

	if (!shipped || strlen(shipped) > limit)
		return file_fail(err, "open", path, error);
	*text = strdup(shipped);
	if (!*text)
		return file_fail(err, "read", path, ENOMEM);
	*length = strlen(shipped);
	return NAS_OK;
}

enum nas_status file_read(const char *path, size_t limit, char **text,
			  size_t *length, struct nas_err *err)
{
	bool standard = strcmp(path, "-") == 0, ok;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int error;

	*text = NULL;
	*length = 0;
	if (fd < 0)
		return read_shipped(path, limit, text, length, errno, err);
	ok = read_all(fd, limit, text, length);
	error = errno;
	if (!standard)
		close(fd);
	if (ok && *length <= limit)
		return NAS_OK;
	free(*text);
	*text = NULL;
	*length = 0;
	if (ok)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "larger than %zu bytes", limit);
	return file_fail(err, "read", path, error);
}

static bool write_all(int fd, const char *data, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = write(fd, data, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* Write and close; 0 or what errno said. */
static int fill(int fd, const void *data, size_t length)
{
	int error = 0;

	errno = 0;
	if (!write_all(fd, data, length))
		error = errno ? errno : EIO;
	if (close(fd) != 0 && !error)
		error = errno;
	return error;
}

static int write_renamed(const char *path, const void *data, size_t length,
			 bool lazy)
{
	struct file_out out;

	file_out_open(&out, path);
	out.lazy = lazy;
	file_out_put(&out, data, length);
	return file_out_commit(&out);
}

static int write_in_place(const char *path, const void *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 ? errno : fill(fd, data, length);
}

/*
 * A device, pipe or terminal (/dev/stdout) is written to, never replaced; a
 * symbolic link stays, and the file it points to is replaced.
 */
static enum nas_status write_file(const char *path, const void *data,
				  size_t length, bool lazy,
				  struct nas_err *err)
{
	char real[PATH_MAX];
	struct stat st;
	int error;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		error = write_in_place(path, data, length);
	else if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
		 realpath(path, real))
		error = write_renamed(real, data, length, lazy);
	else
		error = write_renamed(path, data, length, lazy);
	return error ? file_fail(err, "write", path, error) : NAS_OK;
}

enum nas_status file_write(const char *path, const void *data, size_t length,
			   struct nas_err *err)
{
	return write_file(path, data, length, false, err);
}

enum nas_status file_write_derived(const char *path, const void *data,
				   size_t length, struct nas_err *err)
{
	return write_file(path, data, length, true, err);
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum nas_status file_make_dir(const char *path, struct nas_err *err)
{
	char part[PATH_MAX];
	size_t i, n = strlen(path);

	if (n == 0 || n >= sizeof(part))
		return file_fail(err, "make folder", path,
			       n ? ENAMETOOLONG : ENOENT);
	for (i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0777) != 0) {
			int why = errno; /* is_dir sets its own */

			if (!is_dir(part))
				return file_fail(err, "make folder", part, why);
		}
	}
	return NAS_OK;
}

bool file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

enum nas_status file_dir_is_empty(const char *path, bool *empty,
				  struct nas_err *err)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	*empty = true;
	if (!dir && errno != ENOENT && errno != ENOTDIR)
		return file_fail(err, "look into", path, errno);
	while (dir && *empty && (entry = readdir(dir)))
		*empty = !strcmp(entry->d_name, ".") ||
			 !strcmp(entry->d_name, "..");
	if (dir)
		closedir(dir);
	return NAS_OK;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

enum nas_status file_remove_tree(const char *path, struct nas_err *err)
{
	char real[PATH_MAX];

	if (!file_exists(path))
		return NAS_OK;
	if (realpath(path, real) && strcmp(real, "/") == 0)
		return file_fail(err, "remove", path, EPERM);
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		return file_fail(err, "remove", path, errno);
	return NAS_OK;
}

enum nas_status file_join(char *out, size_t size, const char *dir,
			  const char *name, struct nas_err *err)
{
	size_t n = strlen(dir);
	const char *slash = n > 0 && dir[n - 1] == '/' ? "" : "/";
	int length = snprintf(out, size, "%s%s%s", dir, slash, name);

	if (length < 0 || (size_t)length >= size) {
		out[0] = '\0';
		return file_fail(err, "use path", name, ENAMETOOLONG);
	}
	return NAS_OK;
}
