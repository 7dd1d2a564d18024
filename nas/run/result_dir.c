/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/result_dir.h"

#include "nas/base/file.h"
#include "nas/base/file_out.h"

#define PATH_SIZE 4096

static bool holds(const char *dir, const char *file)
{
	struct nas_err too_long = {0};
	char path[PATH_SIZE];

	return file_join(path, sizeof(path), dir, file, &too_long) == NAS_OK &&
	       file_exists(path);
}

enum nas_status result_dir_open(const char *dir, bool force, const char *first,
				const char *last, const char *what,
				struct nas_err *err)
{
	bool empty;

	file_out_clean(dir, first); /* killed at the very start */
	if (file_dir_is_empty(dir, &empty, err) != NAS_OK)
		return err->code;
	if (empty)
		return file_make_dir(dir, err);
	if (!force)
		return nas_fail(err, NAS_EIO, "'%.200s' exists and is not "
				"empty; --force replaces the %s in it", dir,
				what);
	if (!holds(dir, first) && !holds(dir, last))
		return nas_fail(err, NAS_EIO, "'%.200s' is not the folder of "
				"a %s; it is left unchanged", dir, what);
	return file_make_dir(dir, err);
}
