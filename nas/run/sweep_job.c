/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job of a sweep by its number, DIR/0012, for the commands that read files:
 * made from its line in jobs.jsonl. */
#include "nas/run/sweep_job.h"

#include <stdlib.h>
#include <string.h>

#include "nas/run/sweep_records.h"

#define PATH_SIZE 4096

/* "DIR/0012" in two; 0 where it exists, or is no job of a sweep. */
static int job_of(char *dir, const char *given)
{
	const char *slash = strrchr(given, '/');
	struct nas_err ignored = { 0 };
	char path[PATH_SIZE], *end;
	long job;

	if (file_exists(given) || !slash || !slash[1] ||
	    slash - given >= PATH_SIZE)
		return 0;
	job = strtol(slash + 1, &end, 10);
	snprintf(dir, PATH_SIZE, "%.*s", (int)(slash - given), given);
	if (*end || job < 1 || job > SWEEP_JOBS ||
	    file_join(path, sizeof(path), dir, SWEEP_RECORDS, &ignored) ||
	    !file_exists(path))
		return 0;
	return (int)job;
}

static enum nas_status read_job(struct json_doc *doc, const char *dir, int job,
				struct nas_arena *arena, struct nas_err *err)
{
	struct sweep *sweep = NAS_NEW(arena, struct sweep, 1);
	struct sweep_records *r = NAS_NEW(arena, struct sweep_records, 1);

	if (!sweep || !r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	if (sweep_read(sweep, dir, arena, err) != NAS_OK)
		return err->code;
	if (job > sweep->njobs)
		return nas_fail(err, NAS_EIO, "the sweep in '%.200s' has %d "
				"jobs", dir, sweep->njobs);
	if (sweep_records_open(r, dir, sweep, false, arena, err) != NAS_OK)
		return err->code;
	(void)!sweep_records_get(r, job, doc, err);
	sweep_records_close(r);
	return err->code;
}

static const cJSON *key_of(const cJSON *node, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(node, key);
}

/* A part of the line as a file of its own. */
static enum nas_status write_part(const cJSON *part, const char *what,
				  const char *path, struct nas_err *err)
{
	struct nas_text t = { 0 };

	if (!part)
		return nas_fail(err, NAS_EINPUT, "the job has no %s: it found "
				"none, or failed", what);
	if (text_add_json(&t, cJSON_Duplicate(part, true), err) == NAS_OK)
		(void)!text_write(&t, path, err);
	text_free(&t);
	return err->code;
}

enum nas_status sweep_job_network(char *path, size_t size, const char *given,
				  struct nas_arena *arena, struct nas_err *err)
{
	char dir[PATH_SIZE];
	int job = job_of(dir, given);
	struct json_doc doc = { 0 };
	const cJSON *best;

	if ((size_t)snprintf(path, size, "%s%s", given, job ? ".json" : "") >=
	    size)
		return nas_fail(err, NAS_EIO, "the path is too long");
	if (!job)
		return NAS_OK;
	if (read_job(&doc, dir, job, arena, err) == NAS_OK) {
		best = cJSON_GetArrayItem(key_of(key_of(doc.root, "result"),
						 "best"), 0);
		(void)!write_part(key_of(best, "architecture"), "network",
				  path, err);
	}
	json_free(&doc);
	return err->code;
}

/* Its resolved config, DIR/0012.config.json. */
static enum nas_status write_config(char *path, const char *given,
				    const char *dir, int job,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct json_doc doc = { 0 };

	if (snprintf(path, PATH_SIZE, "%s.config.json", given) >= PATH_SIZE)
		return nas_fail(err, NAS_EIO, "the path is too long");
	if (read_job(&doc, dir, job, arena, err) == NAS_OK)
		(void)!write_part(key_of(doc.root, "config"), "config", path,
				  err);
	json_free(&doc);
	return err->code;
}

static enum nas_status run_again(const char *config, const char *dir,
				 const struct nas_run_env *env,
				 const struct nas_run_file *more,
				 struct nas_err *err)
{
	struct nas_run *run = NAS_NEW(env->arena, struct nas_run, 1);
	const struct nas_run_request request = {
		.config = config, .output = dir, .resume = true, .more = more };

	if (!run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	return run_all(run, env, &request, err);
}

enum nas_status sweep_job_folder(bool *made, const char *given,
				 const struct nas_run_env *env,
				 const struct nas_run_file *more,
				 struct nas_err *err)
{
	char dir[PATH_SIZE], config[PATH_SIZE] = "";
	int job = job_of(dir, given);
	struct nas_err ignored = { 0 };

	*made = false;
	if (!job)
		return NAS_OK;
	if (write_config(config, given, dir, job, env->arena, err) == NAS_OK) {
		*made = true;
		(void)!run_again(config, given, env, more, err);
	}
	if (*config)
		(void)!file_remove_tree(config, &ignored);
	return err->code;
}
