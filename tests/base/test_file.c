/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nas/base/file.h"
#include "tests/check.h"

static char dir[4000];

static const char *in_dir(const char *name)
{
	static char path[2][sizeof(dir) + 64];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static int setup(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%s/nas-test-XXXXXX", base ? base : "/tmp");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	struct nas_err err = {0};

	(void)state;
	if (file_remove_tree(dir, &err) != NAS_OK || file_exists(dir))
		return -1;
	return 0;
}

static void expect_content(const char *path, const char *want)
{
	struct nas_err err = {0};
	char *text;
	size_t n;

	CHECK_OK(file_read(path, 1 << 20, &text, &n, &err), &err);
	assert_int_equal(n, strlen(want));
	assert_memory_equal(text, want, n + 1);
	free(text);
}

static void what_is_written_is_read(void **state)
{
	struct nas_err err = {0};
	struct stat st;
	mode_t mask = umask(0);

	(void)state;
	umask(mask);
	CHECK_OK(file_write(in_dir("a"), "first", 5, &err), &err);
	expect_content(in_dir("a"), "first");
	CHECK_OK(file_write(in_dir("a"), "", 0, &err), &err);
	expect_content(in_dir("a"), "");
	assert_int_equal(stat(in_dir("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0666 & ~mask);
}

static void large_files_are_whole_and_limited(void **state)
{
	struct nas_err err = {0};
	size_t size = 300000, n, i;
	char *data = malloc(size), *text;

	(void)state;
	assert_non_null(data);
	for (i = 0; i < size; i++)
		data[i] = (char)(i * 31);
	CHECK_OK(file_write(in_dir("big"), data, size, &err), &err);
	CHECK_OK(file_read(in_dir("big"), size, &text, &n, &err), &err);
	assert_int_equal(n, size);
	assert_memory_equal(text, data, size);
	free(text);
	CHECK_FAILS(file_read(in_dir("big"), size - 1, &text, &n, &err),
		    NAS_EINPUT, &err, "larger than 299999 bytes");
	assert_null(text);
	free(data);
}

static void endless_input_ends(void **state)
{
	struct nas_err err = {0};
	char *text;
	size_t n;

	(void)state;
	CHECK_FAILS(file_read("/dev/zero", 1000, &text, &n, &err), NAS_EINPUT,
		    &err, "larger than");
}

static void unreadable_files_are_named(void **state)
{
	struct nas_err err = {0}, err2 = {0};
	char *text;
	size_t n;

	(void)state;
	CHECK_FAILS(file_read(in_dir("none"), 1, &text, &n, &err), NAS_EIO,
		    &err, "No such file");
	assert_non_null(strstr(nas_err_msg(&err, 0), "none'"));
	CHECK_FAILS(file_read(dir, 10, &text, &n, &err2), NAS_EIO, &err2,
		    "directory");
}

static int entries(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* A disk that is full: the old file stays, no temporary one is left. */
static void a_failed_write_leaves_the_old_file(void **state)
{
	struct rlimit old, small = {1000, RLIM_INFINITY};
	char data[5000] = {0};
	struct nas_err err = {0};
	int before;

	(void)state;
	CHECK_OK(file_write(in_dir("keep"), "old", 3, &err), &err);
	before = entries();
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_write(in_dir("keep"), data, 5000, &err), NAS_EIO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_non_null(strstr(nas_err_msg(&err, 0), "too large"));
	expect_content(in_dir("keep"), "old");
	assert_int_equal(entries(), before);
}

static void devices_are_written_not_replaced(void **state)
{
	struct nas_err err = {0};
	struct stat st;

	(void)state;
	CHECK_OK(file_write("/dev/null", "x", 1, &err), &err);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	if (stat("/dev/full", &st) != 0)
		skip();
	CHECK_FAILS(file_write("/dev/full", "x", 1, &err), NAS_EIO, &err,
		    "No space left");
}

static void bad_targets_fail(void **state)
{
	struct nas_err err = {0}, err2 = {0};

	(void)state;
	CHECK_FAILS(file_write(in_dir("no/such/dir/x"), "x", 1, &err), NAS_EIO,
		    &err, "No such file");
	CHECK_FAILS(file_write(dir, "x", 1, &err2), NAS_EIO, &err2,
		    "directory");
}

static void links_stay_links(void **state)
{
	struct nas_err err = {0};
	struct stat st;

	(void)state;
	CHECK_OK(file_write(in_dir("target"), "1", 1, &err), &err);
	assert_int_equal(symlink("target", in_dir("link")), 0);
	CHECK_OK(file_write(in_dir("link"), "2", 1, &err), &err);
	expect_content(in_dir("target"), "2");
	assert_int_equal(lstat(in_dir("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static bool is_empty(const char *folder)
{
	struct nas_err err = {0};
	bool empty;

	CHECK_OK(file_dir_is_empty(folder, &empty, &err), &err);
	return empty;
}

static void folders_are_made_and_removed(void **state)
{
	struct nas_err err = {0};

	(void)state;
	assert_true(is_empty(in_dir("x")));
	CHECK_OK(file_make_dir(in_dir("x/y//z/"), &err), &err);
	CHECK_OK(file_make_dir(in_dir("x/y/z"), &err), &err);
	assert_false(is_empty(in_dir("x")));
	assert_true(is_empty(in_dir("x/y/z")));
	CHECK_OK(file_write(in_dir("x/y/z/f"), "1", 1, &err), &err);
	CHECK_OK(file_write(in_dir("outside"), "1", 1, &err), &err);
	assert_int_equal(symlink("../outside", in_dir("x/link")), 0);
	CHECK_OK(file_remove_tree(in_dir("x"), &err), &err);
	assert_false(file_exists(in_dir("x")));
	assert_true(file_exists(in_dir("outside")));
	CHECK_OK(file_remove_tree(in_dir("x"), &err), &err);
	CHECK_OK(file_write(in_dir("x"), "file", 4, &err), &err);
	assert_true(is_empty(in_dir("x")));
	assert_int_equal(file_make_dir(in_dir("x"), &err), NAS_EIO);
	assert_int_equal(file_make_dir(in_dir("x/y"), &err), NAS_EIO);
	assert_int_equal(file_make_dir("", &err), NAS_EIO);
	assert_int_equal(file_remove_tree("/", &err), NAS_EIO);
}

static void paths_are_joined(void **state)
{
	struct nas_err err = {0};
	char out[8];

	(void)state;
	CHECK_OK(file_join(out, sizeof(out), "abc", "def", &err), &err);
	assert_string_equal(out, "abc/def");
	CHECK_OK(file_join(out, sizeof(out), "ab/", "x", &err), &err);
	assert_string_equal(out, "ab/x");
	CHECK_FAILS(file_join(out, sizeof(out), "abcd", "efg", &err), NAS_EIO,
		    &err, "efg");
	assert_string_equal(out, "");
}

static void texts_grow(void **state)
{
	struct nas_err err = {0};
	struct nas_text t = {0};
	int i;

	(void)state;
	for (i = 0; i < 10000; i++)
		text_addf(&t, "%d,", i % 10);
	text_addn(&t, "abc", 2);
	assert_int_equal(t.length, 20002);
	assert_int_equal(strlen(t.data), 20002);
	assert_memory_equal(t.data + 19996, "8,9,ab", 7);
	text_addn(&t, "x", SIZE_MAX - 10);
	assert_true(t.failed);
	text_add(&t, "more");
	assert_int_equal(t.length, 20002);
	assert_int_equal(text_write(&t, in_dir("t"), &err), NAS_ENOMEM);
	text_free(&t);
	text_free(&t);
	CHECK_OK(text_write(&t, in_dir("t"), &err), &err);
	expect_content(in_dir("t"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(large_files_are_whole_and_limited),
		cmocka_unit_test(endless_input_ends),
		cmocka_unit_test(unreadable_files_are_named),
		cmocka_unit_test(a_failed_write_leaves_the_old_file),
		cmocka_unit_test(devices_are_written_not_replaced),
		cmocka_unit_test(bad_targets_fail),
		cmocka_unit_test(links_stay_links),
		cmocka_unit_test(folders_are_made_and_removed),
		cmocka_unit_test(paths_are_joined),
		cmocka_unit_test(texts_grow),
	};
	return cmocka_run_group_tests_name("file", tests, setup, teardown) != 0;
}
