/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A format of several files is one text of named parts. */
#include "spaces/export/export_formats.h"

#include <string.h>

#include "nas/base/file.h"

void export_part(struct nas_text *out, const char *stem, const char *ending)
{
	text_addf(out, "%c%s%s\n", EXPORT_PART, stem, ending);
}

#define NAME 256 /* of a part, at most */

/* The next part of such a text, from *at on: its name, and n bytes of content.
 * False at the end, and for a text of one file. */
static bool next_part(const struct nas_text *t, size_t *at, char name[NAME],
		      const char **content, size_t *n)
{
	const char *start = t->data + *at, *line, *end;

	if (*at >= t->length || *start != EXPORT_PART)
		return false;
	line = memchr(start, '\n', t->length - *at);
	if (!line)
		return false;
	snprintf(name, NAME, "%.*s", (int)(line - start - 1), start + 1);
	*content = line + 1;
	end = memchr(*content, EXPORT_PART,
		     t->length - (size_t)(*content - t->data));
	if (!end)
		end = t->data + t->length;
	*n = (size_t)(end - *content);
	*at = (size_t)(end - t->data);
	return true;
}

enum nas_status export_write_folder(const char *dir, const struct nas_text *t,
				    struct nas_err *err)
{
	char name[NAME], path[4096];
	const char *content;
	size_t at = 0, n;

	if (file_make_dir(dir, err) != NAS_OK)
		return err->code;
	while (next_part(t, &at, name, &content, &n)) {
		struct nas_text part = {0};

		text_addn(&part, content, n);
		if (file_join(path, sizeof(path), dir, name, err) == NAS_OK)
			(void)!text_write(&part, path, err);
		text_free(&part);
		if (err->code != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}
