/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/shipped.h"

#include <stddef.h>
#include <string.h>

const char *shipped_text(const char *path)
{
	for (const struct shipped_file *f = shipped_files; f->path; f++)
		if (strcmp(f->path, path) == 0)
			return f->text;
	return NULL;
}
