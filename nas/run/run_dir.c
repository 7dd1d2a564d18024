/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a run: opening it, writing it. */
#include <string.h>

#include "evolve/ranks/checkpoint.h"
#include "nas/base/dir_lock.h"
#include "nas/base/file_out.h"
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/run.h"

#define PATH_SIZE 4096
#define LOCK_WAIT_S 10 /* ranks of a killed job may need a moment to end */

/* What else a former run may have left. */
static const char *const other_names[] = { "best", "plots", "report.html",
					   "checkpoint",
					   "checkpoint.previous", NULL };

/* A text value at the top of a JSON file, "" where there is none: a file that
 * is no JSON says nothing. */
static enum nas_status read_value(const char *dir, const char *name,
				  const char *key, char *text, size_t size,
				  struct nas_err *err)
{
	static struct nas_err why;
	struct json_doc doc = {0};
	const cJSON *value;
	char path[PATH_SIZE];

	text[0] = '\0';
	memset(&why, 0, sizeof(why));
	if (file_join(path, sizeof(path), dir, name, &why) == NAS_OK &&
	    json_read(&doc, path, &why) == NAS_OK) {
		value = cJSON_GetObjectItemCaseSensitive(doc.root, key);
		if (cJSON_IsString(value))
			snprintf(text, size, "%s", value->valuestring);
		json_free(&doc);
	}
	return why.code == NAS_ENOMEM
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for '%.200s'",
				  path)
		       : NAS_OK;
}

/* NAS_EIO: the folder is not that of a run. */
static enum nas_status check_run_dir(const char *dir, struct nas_err *err)
{
	char config[64], result[64];

	if (read_value(dir, "config.json", "$schema", config, sizeof(config),
		       err) != NAS_OK ||
	    read_value(dir, "result.json", "schema", result, sizeof(result),
		       err) != NAS_OK)
		return err->code;
	if (strcmp(config, config_form.name) == 0 ||
	    strcmp(result, result_form.name) == 0)
		return NAS_OK;
	return nas_fail(err, NAS_EIO,
			"'%.200s' is not the folder of a run; it is left "
			"unchanged",
			dir);
}

static enum nas_status remove_in(const char *dir, const char *name,
				 struct nas_err *err)
{
	char path[PATH_SIZE];

	if (file_join(path, sizeof(path), dir, name, err) != NAS_OK)
		return err->code;
	return file_remove_tree(path, err);
}

/* A former run's files by name; anything else in the folder stays. The first
 * file, by which the folder is known, goes last. */
static enum nas_status remove_run(const char *dir, struct nas_err *err)
{
	int n = 0;

	file_out_clean(dir, NULL);
	for (int i = 0; other_names[i]; i++)
		if (remove_in(dir, other_names[i], err) != NAS_OK)
			return err->code;
	while (run_files[n].name)
		n++;
	while (n-- > 0)
		if (remove_in(dir, run_files[n].name, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static enum nas_status write_run_file(const char *dir,
				      const struct nas_run_file *file,
				      const struct nas_run *run,
				      struct nas_err *err)
{
	char path[PATH_SIZE];
	struct nas_text t = {0};
	enum nas_status status;

	status = file_join(path, sizeof(path), dir, file->name, err);
	if (status == NAS_OK)
		status = file->make(&t, run, err);
	if (status == NAS_OK)
		status = text_write(&t, path, err);
	text_free(&t);
	return status;
}

/* The folder's config leads the search where this one does. */
static enum nas_status check_same_search(const struct nas_run *run,
					 struct nas_err *err)
{
	const char *dir = run->request.output;
	struct nas_config *former =
		NAS_NEW(run->env->arena, struct nas_config, 1);
	char path[PATH_SIZE];
	uint64_t hash = 0;

	if (!former)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	if (file_join(path, sizeof(path), dir, "config.json", err) ||
	    config_read(former, path, NULL, 0, run->env->arena, err) ||
	    config_hash(former, &hash, err) != NAS_OK)
		return err->code;
	if (hash == run->checkpoint->config)
		return NAS_OK;
	return nas_fail(err, NAS_EINPUT, "'%.200s' belongs to a search with a "
			"different config and cannot be resumed with this one",
			dir);
}

enum nas_status run_dir_reopen(struct nas_run *run, struct nas_err *err)
{
	const char *dir = run->request.output;
	char status[32];
	bool empty;

	if (file_dir_is_empty(dir, &empty, err) != NAS_OK)
		return err->code;
	if (empty)
		return run_dir_open(run, err);
	if (dir_lock(&run->lock, dir, LOCK_WAIT_S, err) != NAS_OK)
		return err->code;
	file_out_clean(dir, run_files[0].name);
	if (file_dir_is_empty(dir, &empty, err) != NAS_OK)
		return err->code;
	if (empty)
		return write_run_file(dir, &run_files[0], run, err);
	if (check_run_dir(dir, err) != NAS_OK)
		return err->code;
	file_out_clean(dir, NULL);
	if (run->request.skip_finished ||
	    !checkpoint_exists(run->checkpoint_path)) {
		if (check_same_search(run, err) != NAS_OK)
			return err->code;
		if (read_value(dir, "result.json", "status", status,
			       sizeof(status), err) != NAS_OK)
			return err->code;
		run->finished = strcmp(status, "ok") == 0 ||
				strcmp(status, "infeasible") == 0;
		if (strcmp(status, "infeasible") == 0)
			run->result.status = RESULT_INFEASIBLE;
	}
	if (run->finished)
		return NAS_OK;
	return write_run_file(dir, &run_files[0], run, err);
}

/* Two runs that found the same folder empty meet at the lock. */
enum nas_status run_dir_open(struct nas_run *run, struct nas_err *err)
{
	const char *dir = run->request.output;
	bool empty;

	if (file_make_dir(dir, err) != NAS_OK ||
	    dir_lock(&run->lock, dir, run->request.resume ? LOCK_WAIT_S : 0,
		     err) != NAS_OK)
		return err->code;
	file_out_clean(dir, run_files[0].name); /* killed at the very start */
	if (file_dir_is_empty(dir, &empty, err) != NAS_OK)
		return err->code;
	if (!empty && !run->request.force)
		return nas_fail(err, NAS_EIO, "'%.200s' exists and is not "
				"empty; --force replaces an earlier run, "
				"--resume continues it", dir);
	if (!empty && check_run_dir(dir, err) != NAS_OK)
		return err->code;
	if (!empty && remove_run(dir, err) != NAS_OK)
		return err->code;
	return write_run_file(dir, &run_files[0], run, err);
}

/* All of them follow from result.json, which is waited for. */
static enum nas_status write_network(const char *dir,
				     const struct nas_network_file *file,
				     const struct nas_run *run,
				     const struct nas_network *net,
				     struct nas_err *err)
{
	char path[PATH_SIZE];
	struct nas_text t = {0};
	enum nas_status status;

	status = file_join(path, sizeof(path), dir, file->name, err);
	if (status == NAS_OK)
		status = file->make(&t, run, net, err);
	if (status == NAS_OK)
		status = text_write_derived(&t, path, err);
	text_free(&t);
	return status;
}

static enum nas_status write_best(const char *dir, const struct nas_run *run,
				  int i, struct nas_err *err)
{
	char name[32], path[PATH_SIZE];

	snprintf(name, sizeof(name), "best/%03d", i + 1);
	if (file_join(path, sizeof(path), dir, name, err) != NAS_OK ||
	    file_make_dir(path, err) != NAS_OK)
		return err->code;
	for (int f = 0; network_files[f].name; f++)
		if (write_network(path, &network_files[f], run,
				  &run->result.best[i], err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

/* All but the first; those of the caller before the last. */
static enum nas_status
write_run_files(const char *dir, const struct nas_run *run, struct nas_err *err)
{
	const struct nas_run_file *more = run->request.more,
				  *file = run_files + 1;

	for (; file[1].name; file++)
		if (write_run_file(dir, file, run, err) != NAS_OK)
			return err->code;
	for (; more && more->name; more++)
		if (write_run_file(dir, more, run, err) != NAS_OK)
			return err->code;
	return write_run_file(dir, file, run, err);
}

enum nas_status run_dir_write(const struct nas_run *run, struct nas_err *err)
{
	const char *dir = run->request.output;
	bool there = run->secured &&
		     run->result.best_found_by != FOUND_CERTIFICATE;

	if (!there && remove_in(dir, "best", err) != NAS_OK)
		return err->code;
	for (int i = 0; !there && i < run->result.nbest; i++)
		if (write_best(dir, run, i, err) != NAS_OK)
			return err->code;
	return write_run_files(dir, run, err);
}
