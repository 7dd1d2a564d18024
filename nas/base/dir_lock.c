/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* flock, nanosleep */
#include "nas/base/dir_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "nas/base/file.h"

#define TRIES_A_SECOND 20

enum nas_status dir_lock(int *lock, const char *dir, int seconds,
			 struct nas_err *err)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / TRIES_A_SECOND };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*lock = -1;
	if (fd < 0)
		return file_fail(err, "open folder", dir, errno);
	for (int left = seconds * TRIES_A_SECOND;; left--) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			*lock = fd;
			return NAS_OK;
		}
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		if (left <= 0) {
			close(fd);
			return nas_fail(err, NAS_EIO, "'%.200s' is in use by "
					"another run, which writes to it", dir);
		}
		nanosleep(&pause, NULL);
	}
	close(fd);
	return NAS_OK;
}

void dir_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}
