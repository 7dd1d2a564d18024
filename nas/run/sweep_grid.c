/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid of a sweep: its jobs, to sweep.json and back. */
#include <stdlib.h>
#include <string.h>

#include "nas/base/dir_lock.h"
#include "nas/form/json.h"
#include "nas/run/sweep.h"

#define LOCK_WAIT_S 60 /* for others that write sweep.json */

/* ---- jobs ---------------------------------------------------------------- */

/* In the first n grids: all of its values are. */
static bool in_grids(const struct sweep *sweep, int combination, int n)
{
	const int *most = sweep->grid[n - 1];

	for (int i = sweep->naxes - 1; i >= 0; i--) {
		if (combination % sweep->axis[i].n >= most[i])
			return false;
		combination /= sweep->axis[i].n;
	}
	return true;
}

/* Those of the first grid, then what each later one added. */
static void number_jobs(struct sweep *sweep)
{
	int n = 0;

	for (int g = 1; g <= sweep->ngrids; g++)
		for (int c = 0; c < sweep->njobs; c++)
			if (in_grids(sweep, c, g) &&
			    (g == 1 || !in_grids(sweep, c, g - 1)))
				sweep->combination[n++] = c;
}

/* A grid of all values there are now, behind those before. */
static enum nas_status add_grid(struct sweep *sweep, struct nas_arena *arena,
				struct nas_err *err)
{
	int (*grid)[SWEEP_AXES] = arena_alloc(
		arena, (size_t)sweep->ngrids + 1, sizeof(*grid));

	if (!grid)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the grid");
	if (sweep->ngrids)
		memcpy(grid, sweep->grid,
		       (size_t)sweep->ngrids * sizeof(*grid));
	for (int i = 0; i < sweep->naxes; i++)
		grid[sweep->ngrids][i] = sweep->axis[i].n;
	sweep->grid = grid;
	sweep->ngrids++;
	return NAS_OK;
}

static enum nas_status count_jobs(struct sweep *sweep, struct nas_arena *arena,
				  struct nas_err *err)
{
	int64_t jobs = 1;

	for (int i = 0; i < sweep->naxes; i++) {
		jobs *= sweep->axis[i].n;
		if (jobs > SWEEP_JOBS)
			return nas_fail(err, NAS_EUSAGE,
					"the grid has more than %d jobs",
					SWEEP_JOBS);
	}
	sweep->njobs = (int)jobs;
	sweep->combination = NAS_NEW(arena, int, (size_t)jobs);
	if (!sweep->combination)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the grid");
	if (sweep->ngrids == 0 && add_grid(sweep, arena, err) != NAS_OK)
		return err->code;
	number_jobs(sweep);
	return NAS_OK;
}

static bool is_twice(const struct sweep *sweep, int axis)
{
	for (int i = 0; i < axis; i++)
		if (strcmp(sweep->axis[i].path, sweep->axis[axis].path) == 0)
			return true;
	return false;
}

enum nas_status sweep_parse(struct sweep *sweep, const char *const *grids,
			    int ngrids, struct nas_arena *arena,
			    struct nas_err *err)
{
	if (ngrids < 1 || ngrids > SWEEP_AXES)
		return nas_fail(err, NAS_EUSAGE, "a sweep needs 1 to %d --grid",
				SWEEP_AXES);
	for (int i = 0; i < ngrids; i++)
		if (sweep_parse_axis(&sweep->axis[i], grids[i], arena, err))
			return err->code;
	for (int i = 0; i < ngrids; i++)
		if (is_twice(sweep, i))
			return nas_fail(err, NAS_EUSAGE, "two --grid of "
					"'%.80s'", sweep->axis[i].path);
	sweep->naxes = ngrids;
	return count_jobs(sweep, arena, err);
}

const char *sweep_value(const struct sweep *sweep, int job, int axis)
{
	int index = sweep->combination[job - 1];

	for (int i = sweep->naxes - 1; i > axis; i--)
		index /= sweep->axis[i].n;
	return sweep->axis[axis].value[index % sweep->axis[axis].n];
}

cJSON *sweep_set_json(const struct sweep *sweep, int job)
{
	cJSON *set = cJSON_CreateObject();

	for (int i = 0; i < sweep->naxes; i++)
		json_add_string(set, sweep->axis[i].path,
				sweep_value(sweep, job, i));
	return set;
}

/* ---- sweep.json ---------------------------------------------------------- */

static bool has_value(const struct sweep_axis *axis, const char *value)
{
	for (int i = 0; i < axis->n; i++)
		if (strcmp(axis->value[i], value) == 0)
			return true;
	return false;
}

/* Values of more that axis has not, behind its own. */
static bool add_values(struct sweep_axis *axis, const struct sweep_axis *more,
		       struct nas_arena *arena)
{
	struct sweep_axis all = *axis;

	all.value = NAS_NEW(arena, char *, (size_t)(axis->n + more->n));
	if (!all.value)
		return false;
	memcpy(all.value, axis->value, (size_t)axis->n * sizeof(*all.value));
	for (int i = 0; i < more->n; i++)
		if (!has_value(&all, more->value[i]))
			all.value[all.n++] = more->value[i];
	*axis = all;
	return true;
}

static bool same_axes(const struct sweep *a, const struct sweep *b)
{
	bool same = a->naxes == b->naxes && strcmp(a->config, b->config) == 0;

	for (int i = 0; same && i < a->naxes; i++)
		same = strcmp(a->axis[i].path, b->axis[i].path) == 0;
	return same;
}

/* sweep becomes the one of the folder, and what it adds to it. */
static enum nas_status grow(struct sweep *sweep, const char *dir,
			    struct nas_arena *arena, struct nas_err *err)
{
	struct sweep *all = NAS_NEW(arena, struct sweep, 1);
	bool grown = false, ok = all != NULL;

	if (ok && sweep_read(all, dir, arena, err) != NAS_OK)
		return err->code;
	if (ok && !same_axes(all, sweep))
		return nas_fail(err, NAS_EIO, "'%.200s/%s' belongs to a "
				"different sweep; --force replaces it and "
				"keeps its results", dir, SWEEP_FILE);
	for (int i = 0; ok && i < all->naxes; i++) {
		int before = all->axis[i].n;

		ok = add_values(&all->axis[i], &sweep->axis[i], arena);
		grown = grown || all->axis[i].n > before;
	}
	if (!ok)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the grid");
	if (grown && (add_grid(all, arena, err) != NAS_OK ||
		      count_jobs(all, arena, err) != NAS_OK))
		return err->code;
	*sweep = *all;
	return NAS_OK;
}

enum nas_status sweep_join(struct sweep *sweep, const char *dir,
			   struct nas_arena *arena, struct nas_err *err)
{
	char path[4096];

	if (file_join(path, sizeof(path), dir, SWEEP_FILE, err) != NAS_OK)
		return err->code;
	return file_exists(path) ? grow(sweep, dir, arena, err) : NAS_OK;
}

/* Left alone where it says the same. */
static enum nas_status write_changed(const char *path,
				     const struct nas_text *t,
				     struct nas_err *err)
{
	struct nas_err ignored = { 0 };
	char *there = NULL;
	size_t n = 0;
	bool same = file_exists(path) &&
		    file_read(path, (size_t)64 << 20, &there, &n, &ignored) ==
			    NAS_OK &&
		    n == t->length && memcmp(there, t->data, n) == 0;

	free(there);
	return same ? NAS_OK : text_write(t, path, err);
}

static enum nas_status write_grown(struct sweep *sweep, const char *dir,
				   bool force, struct nas_arena *arena,
				   struct nas_err *err)
{
	char path[4096];
	struct nas_text t = { 0 };

	if (file_join(path, sizeof(path), dir, SWEEP_FILE, err) != NAS_OK ||
	    (!force && sweep_join(sweep, dir, arena, err) != NAS_OK))
		return err->code;
	if (text_add_json(&t, sweep_json(sweep), err) == NAS_OK)
		(void)!write_changed(path, &t, err);
	text_free(&t);
	return err->code;
}

/* Between reading and writing nobody else does either: of two programs that
 * add values, the later one adds to what the earlier one wrote. */
enum nas_status sweep_write(struct sweep *sweep, const char *dir, bool force,
			    struct nas_arena *arena, struct nas_err *err)
{
	int lock;

	if (file_make_dir(dir, err) != NAS_OK ||
	    dir_lock(&lock, dir, LOCK_WAIT_S, err) != NAS_OK)
		return err->code;
	(void)!write_grown(sweep, dir, force, arena, err);
	dir_unlock(lock);
	return err->code;
}

static enum nas_status read_axis(struct sweep_axis *axis,
				 const struct json_doc *doc, const cJSON *node,
				 struct nas_arena *arena, struct nas_err *err)
{
	const cJSON *path = cJSON_GetObjectItemCaseSensitive(node, "path");
	const cJSON *values = cJSON_GetObjectItemCaseSensitive(node, "values");
	const cJSON *v;

	if (!cJSON_IsString(path) || cJSON_GetArraySize(values) < 1)
		return json_fail(doc, node, err, "must be a path and values");
	axis->path = arena_strdup(arena, path->valuestring);
	axis->value = NAS_NEW(arena, char *,
			      (size_t)cJSON_GetArraySize(values));
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the sweep");
	cJSON_ArrayForEach(v, values) {
		if (!cJSON_IsString(v))
			return json_fail(doc, v, err, "must be a string");
		axis->value[axis->n++] = arena_strdup(arena, v->valuestring);
	}
	return NAS_OK;
}

/* Sizes of one more grid: as many values of each axis as the one before had, or
 * more; of the last one all. */
static bool read_sizes(struct sweep *sweep, const cJSON *grid, bool last)
{
	const cJSON *sizes = cJSON_GetObjectItemCaseSensitive(grid, "values");
	const cJSON *size;
	int i = 0;

	if (cJSON_GetArraySize(sizes) != sweep->naxes)
		return false;
	cJSON_ArrayForEach(size, sizes) {
		int most = sweep->axis[i].n;
		int least = sweep->ngrids ? sweep->grid[sweep->ngrids - 1][i]
					  : 1;

		if (!cJSON_IsNumber(size) || size->valueint > most ||
		    size->valueint < (last ? most : least))
			return false;
		sweep->grid[sweep->ngrids][i++] = size->valueint;
	}
	sweep->ngrids++;
	return true;
}

/* "grown": the sizes of the grids that there were; absent: there was one. */
static enum nas_status read_grids(struct sweep *sweep,
				  const struct json_doc *doc,
				  struct nas_arena *arena, struct nas_err *err)
{
	const cJSON *grown = cJSON_GetObjectItemCaseSensitive(doc->root,
							      "grown");
	const cJSON *grid;
	int n = cJSON_GetArraySize(grown);

	if (!grown)
		return NAS_OK;
	if (!cJSON_IsArray(grown) || n < 1)
		return json_fail(doc, grown, err, "must be sizes of grids");
	sweep->grid = arena_alloc(arena, (size_t)n, sizeof(*sweep->grid));
	if (!sweep->grid)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the grid");
	cJSON_ArrayForEach(grid, grown)
		if (!read_sizes(sweep, grid, sweep->ngrids == n - 1))
			return json_fail(doc, grid, err, "must not be "
					 "below the sizes before, nor above "
					 "those of the grid");
	return NAS_OK;
}

static enum nas_status read_doc(struct sweep *sweep,
				const struct json_doc *doc,
				struct nas_arena *arena, struct nas_err *err)
{
	const cJSON *grid = cJSON_GetObjectItemCaseSensitive(doc->root,
							     "grid");
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(doc->root,
							       "config");
	const cJSON *node;

	sweep->config = arena_strdup(arena, cJSON_IsString(config)
						   ? config->valuestring : "");
	if (!cJSON_IsArray(grid) || cJSON_GetArraySize(grid) < 1 ||
	    cJSON_GetArraySize(grid) > SWEEP_AXES)
		return json_fail(doc, doc->root, err,
				 "is not a sweep: it needs a grid");
	cJSON_ArrayForEach(node, grid)
		if (read_axis(&sweep->axis[sweep->naxes++], doc, node, arena,
			      err) != NAS_OK)
			return err->code;
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the sweep");
	if (read_grids(sweep, doc, arena, err) != NAS_OK)
		return err->code;
	return count_jobs(sweep, arena, err);
}

enum nas_status sweep_read(struct sweep *sweep, const char *dir,
			   struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	char path[4096];
	enum nas_status status;

	memset(sweep, 0, sizeof(*sweep));
	if (file_join(path, sizeof(path), dir, SWEEP_FILE, err) != NAS_OK ||
	    json_read(&doc, path, err) != NAS_OK)
		return err->code;
	status = read_doc(sweep, &doc, arena, err);
	json_free(&doc);
	return status;
}

enum nas_status sweep_job_dir(char *out, size_t size, const char *dir, int job,
			      struct nas_err *err)
{
	char name[32];

	snprintf(name, sizeof(name), "%04d", job);
	return file_join(out, size, dir, name, err);
}
