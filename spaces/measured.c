/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/measured.h"

#include <string.h>

#include "nas/base/file.h"
#include "spaces/nas_bench_macro.h"

#define BYTES_MAX ((size_t)16 << 20)

static enum nas_status name_all(struct arch_list *list, struct arena *arena,
				struct nas_err *err)
{
	char name[32];

	for (int i = 0; i < list->n; i++) {
		struct arch *arch = &list->arch[i];

		snprintf(name, sizeof(name), "#%d", i);
		if (!arch->name)
			arch->name = arena_strdup(arena, name);
		if (!arch->measured)
			return nas_fail(err, NAS_EINPUT, "network %d ('%.80s') "
					"has no accuracy", i,
					arch->name ? arch->name : "");
	}
	return arena->failed ? nas_fail(err, NAS_ENOMEM, "out of memory for names")
			     : NAS_OK;
}

static enum nas_status from_json(struct arch_list *list, const char *text,
				 size_t n, const char *source,
				 struct arena *arena, struct nas_err *err)
{
	struct json_doc doc;

	if (json_parse(&doc, text, n, source, err) != NAS_OK)
		return err->code;
	if (nas_bench_macro_is(doc.root))
		(void)!nas_bench_macro_from_json(list, &doc, arena, err);
	else
		(void)!arch_from_json(list, &doc, doc.root, NULL, arena, err);
	json_free(&doc);
	if (err->code != NAS_OK)
		return err->code;
	return name_all(list, arena, err);
}

/* JSON begins with { or [. */
static bool looks_like_json(const char *text)
{
	text += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	text += strspn(text, " \t\r\n");
	return *text == '{' || *text == '[';
}

enum nas_status measured_read(struct arch_list *list, const char *path,
			      const char *column, struct arena *arena,
			      struct nas_err *err)
{
	const char *source = strcmp(path, "-") ? path : "standard input";
	char *text, *copy;
	size_t n;

	*list = (struct arch_list){ 0 };
	if (file_read(path, BYTES_MAX, &text, &n, err) != NAS_OK)
		return err->code;
	copy = looks_like_json(text) ? NULL : NAS_NEW(arena, char, n + 1);
	if (copy) {
		memcpy(copy, text, n);
		(void)!measured_from_csv(list, copy, n, source, column, arena,
					 err);
	} else if (arena->failed) {
		(void)!nas_fail(err, NAS_ENOMEM, "out of memory for '%s'", source);
	} else {
		(void)!from_json(list, text, n, source, arena, err);
	}
	free(text);
	return err->code;
}
