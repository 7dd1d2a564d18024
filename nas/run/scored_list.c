/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks of files, scored. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/file.h"
#include "nas/run/scored.h"
#include "spaces/import/onnx.h"

/* The network's own name, or the file's with the network's number. */
static char *name_of(const struct nas_arch_list *list, int i, const char *path,
		     struct nas_arena *arena)
{
	const char *base = strrchr(path, '/'), *end;
	char name[256];

	if (list->arch[i].name)
		return arena_strdup(arena, list->arch[i].name);
	base = base ? base + 1 : path;
	end = strstr(base, ".json");
	snprintf(name, sizeof(name), "%.*s",
		 end ? (int)(end - base) : (int)strlen(base), base);
	if (list->n > 1)
		snprintf(name + strlen(name), sizeof(name) - strlen(name),
			 "#%d", i);
	return arena_strdup(arena, name);
}

struct asked {
	const char *network; /* NULL = all */
	const struct scored_options *options;
	struct nas_arena *arena;
};

static enum nas_status score_list(struct scored_list *out,
				  const struct nas_arch_list *list,
				  const char *path, const struct asked *asked,
				  struct nas_err *err)
{
	for (int i = 0; i < list->n; i++) {
		struct scored *s = &out->scored[out->n];

		s->name = name_of(list, i, path, asked->arena);
		if (!s->name)
			return nas_fail(err, NAS_ENOMEM,
					"out of memory for a name");
		if (asked->network && strcmp(s->name, asked->network) != 0)
			continue;
		out->n++;
		if (scored_make(s, &list->arch[i], asked->options,
				asked->arena, err) == NAS_ENOMEM)
			return err->code;
	}
	return err->code;
}

/* The nearest name of a network that is there; path: of the only file. */
static enum nas_status fail_unknown(const struct nas_arch_list *lists,
				    int nlists, const char *path,
				    const char *network,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	const char **names;
	int n = 0;

	for (int i = 0; i < nlists; i++)
		n += lists[i].n;
	names = NAS_NEW(arena, const char *, (size_t)n);
	if (!names)
		return nas_fail(err, NAS_ENOMEM, "out of memory for names");
	n = 0;
	for (int i = 0; i < nlists; i++)
		for (int k = 0; k < lists[i].n; k++)
			if (lists[i].arch[k].name)
				names[n++] = lists[i].arch[k].name;
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "no network named '%.80s'%s", network,
			   nas_hint(network, names, n, "", "").s);
}

static bool ends_in(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n >= m && strcmp(path + n - m, ending) == 0;
}

/* The architecture that an ONNX file of ours was written from. */
static enum nas_status read_ours(struct nas_arch_list *list, const char *path,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct onnx_ours *ours = NAS_NEW(arena, struct onnx_ours, 1);
	bool is = false;
	size_t n;
	char *bytes;

	if (!ours)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (file_read(path, ONNX_FILE_MAX, &bytes, &n, err) != NAS_OK)
		return err->code;
	if (onnx_is_ours(&is, bytes, n, path, arena, err) == NAS_OK && is &&
	    onnx_read(ours, bytes, n, path, arena, err) == NAS_OK) {
		list->arch = &ours->arch;
		list->n = 1;
	}
	free(bytes);
	if (err->code != NAS_OK || is)
		return err->code;
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "is a trained network, and a score is one of "
			   "architectures; 'nas export FILE --to csv' gives its "
			   "costs, layer by layer");
}

/* All that is wrong with any of the files. */
static enum nas_status read_lists(struct nas_arch_list *lists, int *n,
				  const char *const *path, int npaths,
				  const struct asked *asked,
				  struct nas_err *err)
{
	const struct nas_arch_defaults defaults = { asked->options->height,
						    asked->options->width };

	for (int i = 0; i < npaths; i++) {
		bool numbers = ends_in(path[i], ".onnx") ||
			       ends_in(path[i], ".tflite");

		if ((numbers ? read_ours(&lists[i], path[i], asked->arena, err)
			     : arch_read(&lists[i], path[i], &defaults,
					 asked->arena, err)) == NAS_ENOMEM)
			break;
		*n += lists[i].n;
	}
	return err->code;
}

enum nas_status scored_files(struct scored_list *list,
			     const char *const *path, int npaths,
			     const char *network,
			     const struct scored_options *options,
			     struct nas_arena *arena, struct nas_err *err)
{
	const struct asked asked = { network, options, arena };
	struct nas_arch_list *lists =
		NAS_NEW(arena, struct nas_arch_list, (size_t)npaths);
	int n = 0;

	list->n = 0;
	if (!lists)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the files");
	if (read_lists(lists, &n, path, npaths, &asked, err) != NAS_OK)
		return err->code;
	list->scored = NAS_NEW(arena, struct scored, (size_t)n);
	if (!list->scored)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the results");
	for (int i = 0; i < npaths; i++)
		if (score_list(list, &lists[i], path[i], &asked, err) ==
		    NAS_ENOMEM)
			break;
	if (err->code == NAS_OK && network && list->n == 0)
		return fail_unknown(lists, npaths, npaths == 1 ? *path : NULL,
				    network, arena, err);
	return err->code;
}
