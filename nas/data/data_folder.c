/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Image files: one, a folder of them, or a folder of a folder a class. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nas/base/arena.h"
#include "nas/data/data_source.h"
#include "nas/base/file.h"
#include "nas/data/image.h"

#define FILES_MAX  10000000
#define LIST_BYTES ((size_t)2 << 30)

struct list {
	int n, room;
	char **path;
};

struct state {
	struct nas_arena arena;
	struct list files;
};

static bool is_folder(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool add(struct list *l, struct nas_arena *arena, const char *path)
{
	char *copy = arena_strdup(arena, path);

	if (l->n == l->room) {
		int room = l->room ? 2 * l->room : 64;
		char **more =
			room <= FILES_MAX
				? realloc(l->path, (size_t)room * sizeof(*more))
				: NULL;

		if (!more)
			return false;
		l->path = more;
		l->room = room;
	}
	if (copy)
		l->path[l->n++] = copy;
	return copy != NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sub-folders or image files of a folder, in the order of their names. */
static enum nas_status list_folder(struct list *l, struct nas_arena *arena,
				   const char *path, bool folders,
				   struct nas_err *err)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	char full[4096];

	if (!dir)
		return file_fail(err, "read folder", path, errno);
	while ((e = readdir(dir)) && err->code == NAS_OK) {
		if (e->d_name[0] == '.' ||
		    file_join(full, sizeof(full), path, e->d_name, err))
			continue;
		if (folders ? !is_folder(full) : !image_is_file(full))
			continue;
		if (!add(l, arena, full))
			nas_fail(err, NAS_ENOMEM,
				 "out of memory for the names of "
				 "files");
	}
	closedir(dir);
	if (l->n)
		qsort(l->path, (size_t)l->n, sizeof(*l->path), by_name);
	return err->code;
}

/* Files of all classes in turn, so that the first so many are of all. */
static enum nas_status take_in_turn(struct data *d, struct state *s,
				    const struct list *class, int nclasses,
				    int64_t total, struct nas_err *err)
{
	if (data_set_count(d, total, err) != NAS_OK)
		return err->code;
	for (int row = 0; s->files.n < total; row++)
		for (int c = 0; c < nclasses; c++) {
			if (row >= class[c].n)
				continue;
			d->label[s->files.n] = c;
			if (!add(&s->files, &s->arena, class[c].path[row]))
				return nas_fail(err, NAS_ENOMEM,
						"out of memory for the names");
		}
	d->labels = true;
	return NAS_OK;
}

static enum nas_status open_classes(struct data *d, struct state *s,
				    const struct list *folders,
				    struct nas_err *err)
{
	struct list *class = calloc((size_t)folders->n, sizeof(*class));
	int64_t total = 0;

	d->class_name = NAS_NEW(&s->arena, char *, (size_t)folders->n);
	if (!class || !d->class_name)
		nas_fail(err, NAS_ENOMEM, "out of memory for the classes");
	for (int c = 0; err->code == NAS_OK && c < folders->n; c++) {
		d->class_name[c] = strrchr(folders->path[c], '/') + 1;
		if (list_folder(&class[c], &s -> arena, folders -> path[c],
				false, err) == NAS_OK)
			total += class[c].n;
	}
	d->nclasses = folders->n;
	if (err->code == NAS_OK && !total)
		nas_fail(err, NAS_EINPUT, "no class folder contains images");
	if (err->code == NAS_OK &&
	    take_in_turn(d, s, class, folders->n, total, err) != NAS_OK)
		d->labels = false;
	for (int c = 0; class && c < folders->n; c++)
		free(class[c].path);
	free(class);
	return err->code;
}

static enum nas_status open_folder(struct data *d, struct state *s,
				   const char *path, struct nas_err *err)
{
	struct list folders = {0};

	if (list_folder(&folders, &s->arena, path, true, err) != NAS_OK) {
		/* said already */
	} else if (folders.n) {
		if (open_classes(d, s, &folders, err) != NAS_OK)
			d->nclasses = 0;
	} else if (list_folder(&s->files, &s->arena, path, false, err) ==
		   NAS_OK) {
		if (!s->files.n)
			nas_fail(err, NAS_EINPUT, "'%.200s' has no images",
				 path);
		else if (data_set_count(d, s->files.n, err) != NAS_OK)
			d->n = 0;
	}
	free(folders.path);
	return err->code;
}

static enum nas_status folder_open(struct data *d, const char *path,
				   struct nas_err *err)
{
	struct state *s = calloc(1, sizeof(*s));

	d->state = s;
	if (!s)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images");
	arena_init(&s->arena, LIST_BYTES);
	if (is_folder(path))
		return open_folder(d, s, path, err);
	if (!file_exists(path))
		return nas_fail(err, NAS_EIO, "cannot read '%.200s'", path);
	if (!add(&s->files, &s->arena, path))
		return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
	return data_set_count(d, 1, err);
}

static void folder_close(struct data *d)
{
	struct state *s = d->state;

	if (!s)
		return;
	free(s->files.path);
	arena_free(&s->arena);
	free(s);
}

static enum nas_status folder_get(const struct data *d, int i, float *x,
				  int size[2], struct nas_err *err)
{
	const struct state *s = d->state;
	const struct data_options *o = &d->options;
	struct image m;

	if (image_read(&m, s->files.path[i], err) != NAS_OK)
		return err->code;
	size[0] = m.height;
	size[1] = m.width;
	if (!image_to_floats(x, &m, o->channels, o->height, o->width, o->mean,
			     o->std))
		nas_fail(err, NAS_ENOMEM, "out of memory for an image");
	image_free(&m);
	return err->code;
}

static const char *folder_name(const struct data *d, int i)
{
	return ((const struct state *)d->state)->files.path[i];
}

const struct data_source data_folder = {
	folder_open,
	folder_close,
	folder_get,
	folder_name,
};
