/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages and charts as files. */
#include <stdio.h>
#include <string.h>

#include "nas/report/report.h"

#define PATH_SIZE 4096

/* Made here, so that it may be replaced: the mark is in its beginning. */
static bool is_ours(const char *path, const char *mark)
{
	char head[512];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return false;
	n = fread(head, 1, sizeof(head) - 1, f);
	fclose(f);
	head[n] = '\0';
	return strstr(head, mark) != NULL;
}

static enum nas_status write_file(const struct nas_text *text,
				  const char *path, const char *mark,
				  bool force, struct nas_err *err)
{
	if (!force && file_exists(path) && !is_ours(path, mark))
		return nas_fail(err, NAS_EIO, "'%.200s' exists and was not "
				"made by nas report; --force replaces it",
				path);
	return text_write(text, path, err);
}

enum nas_status report_write_page(const struct report *r, const char *path,
				  bool force, struct nas_err *err)
{
	struct nas_text t = {0};

	if (report_page(&t, r, err) == NAS_OK)
		(void)!write_file(&t, path, REPORT_MARK, force, err);
	text_free(&t);
	return err->code;
}

enum nas_status report_write_chart(const struct chart *c,
				   const struct report *r, const char *dir,
				   bool force, struct nas_err *err)
{
	char path[PATH_SIZE], name[96];
	struct nas_text t = {0};

	snprintf(name, sizeof(name), "%s.svg", c->name);
	report_svg(&t, c, r);
	if (file_join(path, sizeof(path), dir, name, err) == NAS_OK)
		(void)!write_file(&t, path, REPORT_SVG_MARK, force, err);
	text_free(&t);
	return err->code;
}

enum nas_status report_write_charts(int *written, const struct report *r,
				    const char *dir, bool force,
				    struct nas_err *err)
{
	int n;
	const struct chart *const *charts = report_charts(r, &n);

	*written = 0;
	if (file_make_dir(dir, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < n; i++) {
		if (report_absent(charts[i], r))
			continue;
		if (report_write_chart(charts[i], r, dir, force, err) != NAS_OK)
			return err->code;
		++*written;
	}
	return NAS_OK;
}
