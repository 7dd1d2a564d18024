/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/result_dir.h"

#include "nas/base/file.h"

#define PATH_SIZE 4096

enum nas_status result_dir_open(const char *dir, bool force, const char *file,
				const char *what, struct nas_err *err)
{
	char path[PATH_SIZE];

	if (!file_exists(dir) || file_dir_is_empty(dir))
		return file_make_dir(dir, err);
	if (!force)
		return nas_fail(err, NAS_EIO, "'%.200s' exists and is not "
				"empty; --force replaces the %s in it", dir,
				what);
	if (file_join(path, sizeof(path), dir, file, err) != NAS_OK)
		return err->code;
	if (!file_exists(path))
		return nas_fail(err, NAS_EIO, "'%.200s' is not the folder of "
				"a %s; it is left unchanged", dir, what);
	return file_make_dir(dir, err);
}
