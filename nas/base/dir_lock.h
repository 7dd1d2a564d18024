/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/dir_lock.h - a folder that one process at a time writes to.
 *
 * The folder itself is locked (flock), so that nothing is left in it and a
 * process that is killed leaves no lock behind. Some network file systems
 * have no locks for folders; there everybody is let in.
 *
 * Usage:
 *	int lock;
 *	if (dir_lock(&lock, "runs/a", 10, err) != NAS_OK)
 *		return err->code;
 *	...
 *	dir_unlock(lock);
 */
#ifndef NAS_BASE_DIR_LOCK_H
#define NAS_BASE_DIR_LOCK_H

#include "nas/base/err.h"

/* Waits up to so many seconds for another process to leave: one that was
 * killed may need a moment. *lock = -1 when there is no lock to be had or none
 * was taken. NAS_EIO: in use, or the folder cannot be opened. */
enum nas_status dir_lock(int *lock, const char *dir, int seconds,
			 struct nas_err *err) NAS_MUST_CHECK;

/* lock = -1 is fine. */
void dir_unlock(int lock);

#endif
