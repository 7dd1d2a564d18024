/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A format of several files is one text of named parts. */
#include "spaces/export/export_formats.h"

#include <string.h>

void export_part(struct nas_text *out, const char *stem, const char *ending)
{
	text_addf(out, "%c%s%s\n", EXPORT_PART, stem, ending);
}

bool export_next_part(const struct nas_text *t, size_t *at, char *name,
		      size_t size, const char **content, size_t *n)
{
	const char *start = t->data + *at, *line, *end;

	if (*at >= t->length || *start != EXPORT_PART)
		return false;
	line = memchr(start, '\n', t->length - *at);
	if (!line)
		return false;
	snprintf(name, size, "%.*s", (int)(line - start - 1), start + 1);
	*content = line + 1;
	end = memchr(*content, EXPORT_PART,
		     t->length - (size_t)(*content - t->data));
	if (!end)
		end = t->data + t->length;
	*n = (size_t)(end - *content);
	*at = (size_t)(end - t->data);
	return true;
}
