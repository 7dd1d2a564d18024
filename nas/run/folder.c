/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the folder of a run back. */
#include <stdlib.h>
#include <string.h>

#include "nas/run/folder.h"

#include "nas/form/form.h"
#include "nas/form/json.h"

#define PATH_SIZE 4096
#define HISTORY_BYTES_MAX ((size_t)256 << 20)

/* Read a JSON file through its form. */
static enum nas_status read_form(const struct form *form, const char *path,
				 void *out, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status = json_read(&doc, path, err);

	if (status != NAS_OK)
		return status;
	status = form_read(form, &doc, doc.root, out, arena, err);
	json_free(&doc);
	return status;
}

/* A result that says it has a network has one, and widths meet. */
static enum nas_status check_result(const struct nas_result *r,
				    const char *path, struct nas_err *err)
{
	if (!r->nbest && !r->infeasible.present)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, "/best",
				   "is empty, and /infeasible is absent");
	for (int i = 0; i < r->nbest; i++)
		if (arch_check(&r->best[i].arch, err) != NAS_OK)
			return err->code;
	if (!r->nbest)
		return arch_check(&r->infeasible.least.arch, err);
	return NAS_OK;
}

static enum nas_status read_config(struct folder *f, const char *path,
				   struct nas_arena *arena, struct nas_err *err)
{
	if (config_read(&f->config, path, NULL, 0, arena, err) != NAS_OK)
		return err->code;
	return config_problem(&f->problem, &f->config, arena, err);
}

static enum nas_status read_result(struct folder *f, const char *path,
				   struct nas_arena *arena, struct nas_err *err)
{
	if (read_form(&result_form, path, &f->result, arena, err) != NAS_OK)
		return err->code;
	return check_result(&f->result, path, err);
}

static enum nas_status read_history(struct folder *f, const char *path,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	size_t length;
	char *text;

	if (!file_exists(path))
		return NAS_OK;
	if (file_read(path, HISTORY_BYTES_MAX, &text, &length, err) != NAS_OK)
		return err->code;
	(void)!history_parse(&f->history, text, path, arena, err);
	free(text);
	return err->code;
}

static enum nas_status read_meta(struct folder *f, const char *path,
				 struct nas_arena *arena, struct nas_err *err)
{
	f->has_meta = file_exists(path);
	if (!f->has_meta)
		return NAS_OK;
	return read_form(&meta_form, path, &f->meta, arena, err);
}

static const struct {
	const char *name;
	enum nas_status (*read)(struct folder *f, const char *path,
				struct nas_arena *arena, struct nas_err *err);
} files[] = {
	{ "config.json", read_config },
	{ "result.json", read_result },
	{ "history.csv", read_history },
	{ "meta.json", read_meta },
};

enum nas_status folder_read(struct folder *f, const char *dir,
			    struct nas_arena *arena, struct nas_err *err)
{
	char path[PATH_SIZE];

	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (file_join(path, sizeof(path), dir, files[i].name, err) ||
		    files[i].read(f, path, arena, err))
			return err->code;
	return NAS_OK;
}
