/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own: set up and torn down by its group. */
#ifndef TESTS_BASE_FOLDER_H
#define TESTS_BASE_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

#include "nas/base/file.h"

static char folder[4000];

static int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/nas-test-XXXXXX",
		 base ? base : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
	struct nas_err err = {0};

	(void)state;
	return file_remove_tree(folder, &err) != NAS_OK;
}

static inline const char *in_folder(const char *name)
{
	static char path[sizeof(folder) + 64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

#endif
