/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/sweep_run.h"

#include <stdlib.h>
#include <string.h>

#include "evolve/ranks/checkpoint.h"
#include "nas/base/clock.h"
#include "nas/run/sweep_records.h"

struct work { /* of one call */
	struct sweep_run *run;
	struct sweep_records *records; /* NULL with files */
	bool compared; /* the config with that of a line */
};

/* What a job is asked: the sets, then the grid's values. */
static const char *const *job_sets(const struct sweep_run *r, int job)
{
	struct nas_arena *arena = r->env->arena;
	const struct sweep *sweep = r->sweep;
	const char **set = NAS_NEW(arena, const char *,
				   (size_t)(r->nsets + sweep->naxes));

	for (int i = 0; set && i < r->nsets; i++)
		set[i] = r->set[i];
	for (int i = 0; set && i < sweep->naxes; i++) {
		const char *path = sweep->axis[i].path;
		const char *value = sweep_value(sweep, job, i);
		size_t n = strlen(path) + strlen(value) + 2;
		char *s = NAS_NEW(arena, char, n);

		if (!s)
			return NULL;
		snprintf(s, n, "%s=%s", path, value);
		set[r->nsets + i] = s;
	}
	return set;
}

static const char *end_name(enum nas_status status)
{
	if (status == NAS_OK)
		return "ok";
	if (status == NAS_EINFEASIBLE)
		return "infeasible";
	return status == NAS_EINTERRUPTED ? "interrupted" : "failed";
}

/* A job that ended, as a line; then its checkpoint is of no more use. */
static enum nas_status record(const struct work *w, int number,
			      const struct nas_run *run,
			      const char *checkpoint, struct nas_err *err)
{
	enum nas_status status = err->code;
	bool answer = status == NAS_OK || status == NAS_EINFEASIBLE;
	struct nas_err own = { 0 };

	if (status == NAS_EINTERRUPTED)
		return status;
	if (sweep_records_add(w->records, number, run, w->run->keep,
			      answer ? NULL : nas_err_msg(err, 0), &own)) {
		if (status == NAS_OK)
			*err = own;
		return err->code;
	}
	if (answer)
		checkpoint_remove(checkpoint);
	return err->code;
}

/* DIR/0001.checkpoint */
static enum nas_status checkpoint_of(char *path, size_t size, const char *dir,
				     struct nas_err *err)
{
	if ((size_t)snprintf(path, size, "%s.checkpoint", dir) >= size)
		return nas_fail(err, NAS_EIO, "the path is too long");
	return NAS_OK;
}

/* Asks for a job and runs it. */
static enum nas_status run_one(const struct work *w, int number,
			       struct nas_run *run, char *checkpoint,
			       size_t size, struct nas_err *err)
{
	const struct sweep_run *r = w->run;
	struct nas_run_request request = {
		.config = r->sweep->config, .nsets = r->nsets + r->sweep->naxes,
		.resume = true, .skip_finished = true, .more = r->more,
	};
	char dir[4096];

	if (sweep_job_dir(dir, sizeof(dir), r->dir, number, err) ||
	    checkpoint_of(checkpoint, size, dir, err))
		return err->code;
	request.set = job_sets(r, number);
	if (!request.set)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	if (r->files)
		request.output = dir;
	else
		request.checkpoint = checkpoint;
	return run_all(run, r->env, &request, err);
}

/* One job; its failure is told and kept, and does not end the sweep. */
static enum nas_status run_job(const struct work *w, int number,
			       struct nas_err *err)
{
	const struct sweep_run *r = w->run;
	struct nas_arena *arena = r->env->arena;
	struct nas_arena_mark mark = arena_mark(arena);
	struct nas_run *run = NAS_NEW(arena, struct nas_run, 1);
	char checkpoint[4096];
	double begin = clock_s();

	if (!run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	(void)!run_one(w, number, run, checkpoint, sizeof(checkpoint), err);
	if (!r->files)
		(void)!record(w, number, run, checkpoint, err);
	if (r->told)
		r->told(r->context, number, err->code, clock_s() - begin);
	arena_rewind(arena, mark);
	return err->code;
}

/* The line of a job that is skipped is of the config that it would run. */
static enum nas_status compare(const struct work *w, int number,
			       struct nas_err *err)
{
	const struct sweep_run *r = w->run;
	struct nas_arena *arena = r->env->arena;
	struct nas_config *config = NAS_NEW(arena, struct nas_config, 1);
	const char *const *set = job_sets(r, number);
	struct json_doc doc = { 0 };
	char *now, *then;

	if (!config || !set)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	if (config_read(config, r->sweep->config, set,
			r->nsets + r->sweep->naxes, arena, err) != NAS_OK ||
	    sweep_records_get(w->records, number, &doc, err) != NAS_OK)
		return err->code;
	now = sweep_config_line(config);
	then = json_print_line(cJSON_GetObjectItemCaseSensitive(doc.root,
								"config"));
	if (!now || !then)
		nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	else if (strcmp(now, then) != 0)
		nas_fail(err, NAS_EINPUT, "'%.200s' has the results of another "
			 "config: job %d differs; use another folder",
			 w->records->path, number);
	free(now);
	free(then);
	json_free(&doc);
	return err->code;
}

/* Take a job that has no answer and that no other program works on; *why: how
 * it is where it is not taken. */
static bool take(struct work *w, int number, const char **why,
		 struct nas_err *err)
{
	struct sweep_records *r = w->records;
	const struct sweep_record *record = &r->job[number - 1];

	*why = NULL;
	if (!sweep_record_ended(record)) {
		if (!sweep_records_claim(r, number)) {
			*why = "running";
			return false;
		}
		if (sweep_records_read(r, err) == NAS_OK &&
		    !sweep_record_ended(record))
			return true;
		sweep_records_release(r, number);
		if (err->code != NAS_OK)
			return false;
	}
	*why = record->status[0] == 'o' ? "ok" : "infeasible";
	if (!w->compared)
		(void)!compare(w, number, err);
	w->compared = true;
	return false;
}

int sweep_run_jobs(const struct sweep_run *r)
{
	return r->sweep->njobs < r->first
		       ? 0 : (r->sweep->njobs - r->first) / r->step + 1;
}

static bool is_taken(const char *why)
{
	return why && strcmp(why, "running") == 0;
}

/* Where a program that meets others goes on, so that they do not ask for the
 * same jobs one after another: any place but the first. */
static int place_of_own(int n)
{
	uint64_t x = (uint64_t)(clock_s() * 1e6) * 0x9e3779b97f4a7c15u;

	return n > 1 ? 1 + (int)((x >> 33) % (uint64_t)(n - 1)) : 1;
}

static enum nas_status run_jobs(struct work *w, struct nas_err *err)
{
	static struct nas_err one;
	const struct sweep_run *r = w->run;
	int failed = 0, n = sweep_run_jobs(r), from = 0;

	for (int k = 0; k < n; k++) {
		int job = r->first + (from + k) % n * r->step;
		const char **ended = &r->ended[job - 1];
		enum nas_status status;

		memset(&one, 0, sizeof(one));
		if (!r->files && !take(w, job, ended, &one)) {
			if (one.code != NAS_OK) {
				*err = one;
				return err->code;
			}
			if (from == 0 && is_taken(*ended)) {
				from = place_of_own(n);
				k = -1; /* all of them again, from there */
			}
			continue;
		}
		status = run_job(w, job, &one);
		if (!r->files)
			sweep_records_release(w->records, job);
		*ended = end_name(status);
		if (status == NAS_OK || status == NAS_EINFEASIBLE)
			continue;
		if (status == NAS_EINTERRUPTED) {
			*err = one;
			return status;
		}
		if (failed++ == 0)
			*err = one;
		else if (r->failed)
			r->failed(r->context, &one);
	}
	return err->code;
}

static enum nas_status begin(struct sweep_run *r, struct nas_err *err)
{
	size_t n = (size_t)r->sweep->njobs;

	r->ended = NAS_NEW(r->env->arena, const char *, n);
	if (!r->ended)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the jobs");
	for (size_t i = 0; i < n; i++)
		r->ended[i] = "not run";
	return NAS_OK;
}

/* Runs them, and says of all that have a line how they ended. */
static enum nas_status run_recorded(struct work *w, struct nas_err *err)
{
	struct sweep_run *r = w->run;
	struct sweep_records *records =
		NAS_NEW(r->env->arena, struct sweep_records, 1);
	struct nas_err unread = { 0 };

	if (!records)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	if (sweep_records_open(records, r->dir, r->sweep, true, r->env->arena,
			       err) != NAS_OK)
		return err->code;
	w->records = records;
	if (begin(r, err) == NAS_OK)
		(void)!run_jobs(w, err);
	if (r->ended && sweep_records_read(records, &unread) != NAS_OK)
		*err = unread;
	for (int i = 0; r->ended && i < r->sweep->njobs; i++)
		if (sweep_record_ended(&records->job[i]))
			r->ended[i] = records->job[i].status;
	sweep_records_close(records);
	return err->code;
}

static enum nas_status read_config(const struct sweep_run *r, int job,
				   struct nas_err *err)
{
	struct nas_arena *arena = r->env->arena;
	struct nas_config *config = NAS_NEW(arena, struct nas_config, 1);
	const char *const *set = job_sets(r, job);

	if (!config || !set)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	return config_read(config, r->sweep->config, set,
			   r->nsets + r->sweep->naxes, arena, err);
}

/* What is wrong with all jobs, as a key that there is not, is said once and not
 * by each of a thousand: neither the config of the first job nor that of the
 * last is valid. */
static enum nas_status check_config(const struct sweep_run *r,
				    struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(r->env->arena);
	static struct nas_err last;

	memset(&last, 0, sizeof(last));
	if (read_config(r, 1, err) != NAS_OK &&
	    read_config(r, r->sweep->njobs, &last) == NAS_OK)
		memset(err, 0, sizeof(*err));
	arena_rewind(r->env->arena, mark);
	return err->code;
}

enum nas_status sweep_run(struct sweep_run *r, struct nas_err *err)
{
	struct work w = { .run = r };

	if (check_config(r, err) != NAS_OK)
		return err->code;
	if (sweep_write(r->sweep, r->dir, r->force, r->env->arena, err))
		return err->code;
	if (!r->files)
		return run_recorded(&w, err);
	return begin(r, err) == NAS_OK ? run_jobs(&w, err) : err->code;
}

enum nas_status sweep_run_share(struct sweep_run *run, const char *text,
				struct nas_err *err)
{
	int end = 0;

	if (sscanf(text, "%9d/%9d%n", &run->first, &run->step, &end) != 2 ||
	    text[end] || run->first < 1 || run->first > run->step)
		return nas_fail(err, NAS_EUSAGE, "--shard is I/N with I from 1 "
				"to N, not '%.40s'", text);
	return NAS_OK;
}
