/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* fcntl, fsync, pread */
#include "nas/run/sweep_records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nas/base/clock.h"
#include "nas/form/form.h"
#include "nas/run/sweep_line.h"

#define LOCK_FILE "jobs.lock"

/* ---- locks: byte 0 for the file, byte n for job n ------------------------ */

static bool lock_byte(const struct sweep_records *r, int job, int command,
		      short type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
			   .l_start = job, .l_len = 1 };
	int status;

	do
		status = fcntl(r->lock, command, &l);
	while (status != 0 && errno == EINTR && command == F_SETLKW);
	return status == 0;
}

bool sweep_records_claim(struct sweep_records *r, int job)
{
	if (r->unlocked || lock_byte(r, job, F_SETLK, F_WRLCK))
		return true;
	r->unlocked = errno != EAGAIN && errno != EACCES;
	return r->unlocked;
}

void sweep_records_release(struct sweep_records *r, int job)
{
	if (!r->unlocked)
		(void)lock_byte(r, job, F_SETLK, F_UNLCK);
}

bool sweep_records_taken(const struct sweep_records *r, int job)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
			   .l_start = job, .l_len = 1 };

	return r->lock >= 0 && fcntl(r->lock, F_GETLK, &l) == 0 &&
	       l.l_type != F_UNLCK;
}

/* ---- reading ------------------------------------------------------------- */

static const cJSON *key_of(const cJSON *node, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(node, key);
}

static bool is_job(const struct sweep *sweep, int job, const cJSON *set)
{
	for (int i = 0; i < sweep->naxes; i++) {
		const cJSON *value = key_of(set, sweep->axis[i].path);

		if (!cJSON_IsString(value) ||
		    strcmp(value->valuestring, sweep_value(sweep, job, i)) != 0)
			return false;
	}
	return true;
}

/* What a line says, if it is of a job of this sweep; false: of another. */
static bool take_tree(struct sweep_records *r, const cJSON *root,
		      size_t length, int64_t offset)
{
	const cJSON *job = key_of(root, "job"), *status = key_of(root, "status");
	const cJSON *seconds = key_of(key_of(root, "meta"), "seconds");
	int n = cJSON_IsNumber(job) ? job->valueint : 0;
	struct sweep_record *record;

	if (n < 1 || n > r->sweep->njobs || !cJSON_IsString(status) ||
	    !is_job(r->sweep, n, key_of(root, "set")))
		return false;
	record = &r->job[n - 1];
	record->offset = offset;
	record->length = (int64_t)length;
	record->seconds = cJSON_IsNumber(seconds) ? seconds->valuedouble : 0;
	snprintf(record->status, sizeof(record->status), "%s",
		 status->valuestring);
	return true;
}

/* A line into the job that it is of. One that is no JSON, as a killed program
 * leaves it, counts as another's; out of memory is a failure. */
static enum nas_status take_line(struct sweep_records *r, const char *line,
				 size_t length, int64_t offset,
				 struct nas_err *err)
{
	struct json_doc doc = {0};
	struct nas_err why = {0};

	if (!length)
		return NAS_OK;
	if (json_parse(&doc, line, length, r->path, &why) == NAS_ENOMEM)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%.200s'",
				r->path);
	if (why.code != NAS_OK || !take_tree(r, doc.root, length, offset))
		r->other++;
	json_free(&doc);
	return NAS_OK;
}

/* length bytes from offset; *text is freed by the caller. */
static enum nas_status read_part(const struct sweep_records *r, int64_t offset,
				 size_t length, char **text,
				 struct nas_err *err)
{
	FILE *f = fopen(r->path, "rb");
	size_t got = 0;

	*text = malloc(length + 1);
	if (!f || !*text || fseek(f, (long)offset, SEEK_SET) != 0)
		file_fail(err, "read", r->path, *text ? errno : ENOMEM);
	else if ((got = fread(*text, 1, length, f)) != length)
		file_fail(err, "read", r->path, ferror(f) ? errno : EIO);
	if (f)
		fclose(f);
	if (*text)
		(*text)[got] = '\0';
	return err->code;
}

/* 0 where there is none. Asks for no memory, whose lack would look the same. */
static int64_t size_of(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && file.st_size > 0 ? file.st_size : 0;
}

enum nas_status sweep_records_read(struct sweep_records *r,
				   struct nas_err *err)
{
	int64_t size = size_of(r->path);
	char *text, *end;
	size_t at = 0;

	if (size <= r->read)
		return NAS_OK;
	if (read_part(r, r->read, (size_t)(size - r->read), &text, err) !=
	    NAS_OK) {
		free(text);
		return err->code;
	}
	while ((end = strchr(text + at, '\n'))) {
		size_t n = (size_t)(end - (text + at));

		if (take_line(r, text + at, n, r->read + (int64_t)at, err) !=
		    NAS_OK)
			break;
		at += n + 1;
	}
	r->read += (int64_t)at;
	free(text);
	return err->code;
}

enum nas_status sweep_records_get(const struct sweep_records *r, int job,
				  struct json_doc *doc, struct nas_err *err)
{
	const struct sweep_record *record = &r->job[job - 1];
	char *text = NULL;

	if (!record->length)
		return nas_fail(err, NAS_EIO, "job %d of the sweep has no "
				"record in '%.200s'", job, r->path);
	if (read_part(r, record->offset, (size_t)record->length, &text, err) ==
	    NAS_OK)
		(void)!json_parse(doc, text, (size_t)record->length, r->path,
				  err);
	free(text);
	return err->code;
}

/* ---- opening ------------------------------------------------------------- */

enum nas_status sweep_records_open(struct sweep_records *r, const char *dir,
				   const struct sweep *sweep, bool create,
				   struct nas_arena *arena, struct nas_err *err)
{
	char lock[4096];

	memset(r, 0, sizeof(*r));
	r->sweep = sweep;
	r->lock = -1;
	r->job = NAS_NEW(arena, struct sweep_record, (size_t)sweep->njobs);
	if (!r->job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the jobs");
	if (file_join(r->path, sizeof(r->path), dir, SWEEP_RECORDS, err) ||
	    file_join(lock, sizeof(lock), dir, LOCK_FILE, err))
		return err->code;
	r->lock = open(lock, create ? O_RDWR | O_CREAT : O_RDWR, 0666);
	if (r->lock < 0 && create)
		return file_fail(err, "create", lock, errno);
	if (sweep_records_read(r, err) != NAS_OK)
		sweep_records_close(r);
	return err->code;
}

void sweep_records_close(struct sweep_records *r)
{
	if (r->lock >= 0)
		close(r->lock);
	r->lock = -1;
}

/* ---- writing ------------------------------------------------------------- */

/* All of text, however many writes the system makes of it. */
static bool write_all(int fd, const char *text, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, text + done, length - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return true;
}

/* Under the lock: behind a newline where a killed program left half a line. */
static bool append(const struct sweep_records *r, int fd, char *line)
{
	bool locked = !r->unlocked && lock_byte(r, 0, F_SETLKW, F_WRLCK);
	off_t size = lseek(fd, 0, SEEK_END);
	char last = '\n';
	bool ok;

	if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
		last = '\0';
	/* line[0] is the newline that is written where one is missing */
	ok = last == '\n' ? write_all(fd, line + 1, strlen(line + 1))
			  : write_all(fd, line, strlen(line));
	if (!ok && locked && size >= 0) { /* no half of a line */
		int why = errno;

		(void)!ftruncate(fd, size);
		errno = why;
	}
	if (locked)
		(void)lock_byte(r, 0, F_SETLK, F_UNLCK);
	return ok;
}

/* Waits for the disk after the lock, so that programs wait side by side. */
static enum nas_status write_line(const struct sweep_records *r, char *line,
				  struct nas_err *err)
{
	int fd = open(r->path, O_RDWR | O_APPEND | O_CREAT, 0666);

	if (fd < 0 || !append(r, fd, line) || fsync(fd) != 0)
		file_fail(err, "write", r->path, errno);
	if (fd >= 0 && close(fd) != 0 && err->code == NAS_OK)
		file_fail(err, "write", r->path, errno);
	return err->code;
}

static enum sweep_line_status status_of(const struct nas_run *run,
					const char *why)
{
	if (why)
		return SWEEP_LINE_FAILED;
	return run->result.status == RESULT_INFEASIBLE ? SWEEP_LINE_INFEASIBLE
						       : SWEEP_LINE_OK;
}

/* Structure and bits of the best network: equal designs have equal texts. */
static void add_design(struct nas_text *t, const struct nas_result *result)
{
	text_add_structure(t, &result->best[0].arch);
	text_add(t, "; bits ");
	text_add_bits(t, &result->best[0].arch);
}

static cJSON *record_tree(const struct sweep_records *r, int job,
			  const struct nas_run *run, int keep, const char *why)
{
	struct nas_result result = run->result;
	struct nas_text design = { 0 };
	char host[256] = "";
	struct sweep_line l = {
		.sweep = r->sweep,
		.job = job,
		.status = (int)status_of(run, why),
		.meta.seconds = clock_s() - run->times.start,
		.meta.started = run->started,
		.error = why,
	};
	cJSON *tree;

	if (gethostname(host, sizeof(host) - 1) == 0)
		l.meta.host = host;
	if (!why && result.nbest > 0) {
		add_design(&design, &result);
		l.design = design.failed ? "" : design.data;
	}
	if (result.nbest > keep)
		result.nbest = keep;
	if (!why) {
		l.config = &run->config;
		l.result = &result;
	}
	tree = form_write(&sweep_line_form, &l);
	text_free(&design);
	return tree;
}

enum nas_status sweep_records_add(struct sweep_records *r, int job,
				  const struct nas_run *run, int keep,
				  const char *why, struct nas_err *err)
{
	cJSON *tree = record_tree(r, job, run, keep, why);
	char *line = json_print_line(tree);
	struct nas_text t = { 0 };

	text_add(&t, "\n");
	text_add(&t, line ? line : "");
	if (!line || t.failed)
		nas_fail(err, NAS_ENOMEM, "out of memory for a record");
	else
		(void)!write_line(r, t.data, err);
	text_free(&t);
	free(line);
	cJSON_Delete(tree);
	return err->code;
}

char *sweep_config_line(const struct nas_config *config)
{
	cJSON *tree = config_write(config);
	char *line = json_print_line(tree);

	cJSON_Delete(tree);
	return line;
}
