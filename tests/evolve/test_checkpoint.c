/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: what is whole is read back, everything else is refused. */
#define _XOPEN_SOURCE 700
#include "tests/check.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "evolve/ranks/checkpoint.h"
#include "tests/base/folder.h"

#define BODY 5000

static char path[sizeof(folder) + 32], former[sizeof(path) + 32];
static char warned[800];
static unsigned char body[BODY];
static struct nas_err err; /* large: not on the stack */

static void warn(void *context, const char *text)
{
	(void)context;
	snprintf(warned, sizeof(warned), "%s", text);
}

static struct checkpoint_options options(void)
{
	return (struct checkpoint_options){ .path = path,
					    .version = "1.2.3",
					    .config = 42,
					    .seed = 7,
					    .warn = warn };
}

static struct checkpoint_head head_of(int64_t evaluations)
{
	struct checkpoint_head head = { .config = 42,
					.seed = 7,
					.evaluations = evaluations };

	snprintf(head.version, sizeof(head.version), "1.2.3");
	return head;
}

static void fresh(void)
{
	memset(&err, 0, sizeof(err));
	warned[0] = '\0';
}

static enum nas_status write_one(int64_t evaluations)
{
	struct checkpoint_head head = head_of(evaluations);
	struct checkpoint_out out;

	fresh();
	checkpoint_create(&out, path, &head);
	checkpoint_put(&out, body, BODY);
	return checkpoint_commit(&out, &err);
}

/* Evaluations of what is found; -1 = refused, -2 = nothing there. */
static int64_t find(const struct checkpoint_options *o)
{
	struct checkpoint_in in;
	int64_t found = -2;

	fresh();
	if (checkpoint_find(&in, o, &err) != NAS_OK)
		return -1;
	if (in.file)
		found = in.head.evaluations;
	checkpoint_close(&in);
	return found;
}

static void put_file(const char *name, const char *data, size_t n)
{
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void is_read_back(void **state)
{
	struct checkpoint_options o = options();
	unsigned char got[BODY];
	struct checkpoint_in in;

	(void)state;
	checkpoint_remove(path);
	assert_int_equal(find(&o), -2);
	CHECK_OK(write_one(1000), &err);
	fresh();
	CHECK_OK(checkpoint_find(&in, &o, &err), &err);
	assert_non_null(in.file);
	assert_int_equal(in.head.evaluations, 1000);
	CHECK_OK(checkpoint_get(&in, got, BODY, &err), &err);
	assert_memory_equal(got, body, BODY);
	CHECK_FAILS(checkpoint_get(&in, got, 1, &err), NAS_EINPUT, &err,
		    "is incomplete");
	checkpoint_close(&in);
}

static void foreign_ones_are_refused(void **state)
{
	struct checkpoint_options o;

	(void)state;
	checkpoint_remove(path);
	CHECK_OK(write_one(1), &err);
	o = options();
	o.version = "1.2.4";
	assert_int_equal(find(&o), -1);
	assert_non_null(strstr(nas_err_msg(&err, 0), "version 1.2.3"));
	o = options();
	o.seed = 8;
	assert_int_equal(find(&o), -1);
	assert_non_null(strstr(nas_err_msg(&err, 0), "seed 7, not 8"));
	o = options();
	o.config = 43;
	assert_int_equal(find(&o), -1);
	assert_non_null(strstr(nas_err_msg(&err, 0), "different config"));
	assert_int_equal(err.code, NAS_EINPUT);
	put_file(path, "{}", 2);
	o = options();
	assert_int_equal(find(&o), -1);
	assert_non_null(strstr(nas_err_msg(&err, 0), "incomplete"));
}

/* Every byte of the head and the end, a sample of the rest; each length. */
static void damaged_ones_are_refused(void **state)
{
	struct checkpoint_options o = options();
	size_t n, head = sizeof(struct checkpoint_head);
	char *data;

	(void)state;
	checkpoint_remove(path);
	CHECK_OK(write_one(1), &err);
	CHECK_OK(file_read(path, 1 << 20, &data, &n, &err), &err);
	assert_int_equal(n, head + BODY + 16);
	for (size_t i = 0; i < n; i += i < head || i + 20 > n ? 1 : 97) {
		char was = data[i];

		data[i] = (char)(was ^ 1 << i % 8);
		put_file(path, data, n);
		if (find(&o) != -1)
			fail_msg("bit %zu of byte %zu", i % 8, i);
		data[i] = was;
	}
	for (size_t i = 0; i < n; i += i < head || i + 20 > n ? 1 : 97) {
		put_file(path, data, i);
		if (find(&o) != -1)
			fail_msg("cut at %zu", i);
	}
	put_file(path, data, n);
	assert_int_equal(find(&o), 1);
	free(data);
}

static void the_one_before_is_taken(void **state)
{
	struct checkpoint_options o = options();

	(void)state;
	checkpoint_remove(path);
	CHECK_OK(write_one(1), &err);
	CHECK_OK(write_one(2), &err);
	CHECK_OK(write_one(3), &err);
	assert_int_equal(find(&o), 3);
	put_file(path, "broken", 6);
	assert_int_equal(find(&o), 2);
	assert_non_null(strstr(warned, "using the previous checkpoint"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(find(&o), 2);
	put_file(path, "broken", 6);
	put_file(former, "broken too", 10);
	assert_int_equal(find(&o), -1);
	assert_int_equal(err.count, 2);
}

/* The disk is full: what is there stays, nothing else is left. */
static void a_failed_one_changes_nothing(void **state)
{
	struct checkpoint_options o = options();
	struct rlimit limit, small;
	bool empty;

	(void)state;
	checkpoint_remove(path);
	CHECK_OK(write_one(1), &err);
	CHECK_OK(write_one(2), &err);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = BODY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(write_one(3), NAS_EIO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_non_null(strstr(nas_err_msg(&err, 0), "cannot write checkpoint"));
	assert_int_equal(find(&o), 2);
	put_file(path, "broken", 6);
	assert_int_equal(find(&o), 1);
	checkpoint_remove(path);
	CHECK_OK(file_dir_is_empty(folder, &empty, &err), &err);
	assert_true(empty);
}

static void a_missing_folder_is_said(void **state)
{
	struct checkpoint_head head = head_of(1);
	struct checkpoint_out out;

	(void)state;
	fresh();
	checkpoint_create(&out, "/nowhere/at/all/checkpoint", &head);
	checkpoint_put(&out, body, BODY);
	CHECK_FAILS(checkpoint_commit(&out, &err), NAS_EIO, &err,
		    "No such file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read_back),
		cmocka_unit_test(foreign_ones_are_refused),
		cmocka_unit_test(damaged_ones_are_refused),
		cmocka_unit_test(the_one_before_is_taken),
		cmocka_unit_test(a_failed_one_changes_nothing),
		cmocka_unit_test(a_missing_folder_is_said),
	};
	int failed;

	if (make_folder(NULL) != 0)
		return 1;
	snprintf(path, sizeof(path), "%s/checkpoint", folder);
	snprintf(former, sizeof(former), "%s.previous", path);
	for (int i = 0; i < BODY; i++)
		body[i] = (unsigned char)(i * 31 ^ i >> 3);
	failed = CHECK_RUN("checkpoint", tests);
	return drop_folder(NULL) != 0 || failed;
}
