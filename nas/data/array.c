/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/data/array.h"

#include <stdlib.h>
#include <string.h>

#include "nas/base/file.h"

static bool ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return n >= m && strcmp(path + n - m, end) == 0;
}

bool array_is_file(const char *path)
{
	return ends_in(path, ".npy") || ends_in(path, ".gz") ||
	       ends_in(path, "ubyte") || ends_in(path, ".idx");
}

enum nas_status array_read(struct array *a, const char *path,
			   struct nas_err *err)
{
	char *bytes;
	size_t n;

	*a = (struct array){0};
	if (!ends_in(path, ".npy"))
		return idx_read(a, path, err);
	if (file_read(path, ARRAY_BYTES_MAX, &bytes, &n, err) != NAS_OK)
		return err->code;
	return npy_parse(a, bytes, n, path, err);
}
