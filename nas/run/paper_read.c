/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers from files, and those that the library carries. */
#include <string.h>

#include "nas/base/shipped.h"
#include "nas/form/form.h"
#include "nas/run/paper.h"

enum nas_status paper_read(struct paper *paper, const char *path,
			   struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;

	if (json_read(&doc, path, err) != NAS_OK)
		return err->code;
	(void)!form_read(&paper_form, &doc, doc.root, paper, arena, err);
	json_free(&doc);
	return err->code;
}

static bool is_paper(const struct shipped_file *f)
{
	return strncmp(f->path, PAPERS, strlen(PAPERS)) == 0;
}

enum nas_status papers_read(struct paper **paper, int *n,
			    struct nas_arena *arena, struct nas_err *err)
{
	const struct shipped_file *f;
	int room = 0;

	for (f = shipped_files; f->path; f++)
		room += is_paper(f);
	*n = 0;
	*paper = NAS_NEW(arena, struct paper, (size_t)room + 1);
	if (!*paper)
		return nas_fail(err, NAS_ENOMEM, "out of memory for papers");
	for (f = shipped_files; f->path; f++)
		if (is_paper(f) &&
		    paper_read(&(*paper)[(*n)++], f->path, arena, err))
			break;
	return err->code;
}
