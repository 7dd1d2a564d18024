/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/file_out.h - a file that is written in pieces, and is whole or not
 * there.
 *
 * Pieces go to a temporary file beside the final one; the first failure is
 * kept and later pieces are dropped. Nothing has the final name before
 * file_out_commit has written and synced everything.
 *
 * Usage:
 *	file_out_open(&out, "run/checkpoint");
 *	file_out_put(&out, data, n);
 *	if (file_out_commit(&out) != 0)
 *		strerror(out.error) says why
 */
#ifndef NAS_BASE_FILE_OUT_H
#define NAS_BASE_FILE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#define FILE_OUT_PATH 4096

struct file_out {
	int fd;    /* -1 = closed */
	int error; /* errno of the first failure, 0 = none */
	bool lazy; /* set after opening: not synced; a power cut may empty it */
	char path[FILE_OUT_PATH], temporary[FILE_OUT_PATH];
};

void file_out_open(struct file_out *out, const char *path);
void file_out_put(struct file_out *out, const void *data, size_t n);

/* Rename to the final name; on failure the temporary file is gone and what
 * had the name before is still there. Returns error. */
int file_out_commit(struct file_out *out);

/* The same, and what had the name before gets the name former; at no moment
 * is there nothing under the name. */
int file_out_commit_keeping(struct file_out *out, const char *former);

/* Remove what killed programs left in a folder, not below it: of one file, or
 * of any (name NULL). */
void file_out_clean(const char *dir, const char *name);

#endif
