/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/export/export_formats.h"

#include <string.h>

#define ROW(id, name, needs, holds, help)                                     \
	{name, needs, holds, help, export_##id},

const struct export_format export_formats[] = {EXPORT_FORMATS(ROW){0}};

const struct export_format *export_format_find(const char *name)
{
	for (int i = 0; export_formats[i].name; i++)
		if (strcmp(export_formats[i].name, name) == 0)
			return &export_formats[i];
	return NULL;
}

enum nas_status export_format_unknown(const char *name, struct nas_err *err)
{
	const char *names[sizeof(export_formats) / sizeof(*export_formats)];
	int n = 0;

	for (; export_formats[n].name; n++)
		names[n] = export_formats[n].name;
	return nas_fail(err, NAS_EUSAGE, "unknown format '%s'%s", name,
			nas_hint(name, names, n, "",
				 " ('nas export --help' lists them)").s);
}
