/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/file.h - files that are whole or not there.
 *
 * A file is written under a temporary name in the same folder, flushed,
 * synced, checked and renamed: nobody ever reads half a result.
 *
 * Usage:
 *	status = file_write("run/result.json", text, strlen(text), err);
 */
#ifndef NAS_BASE_FILE_H
#define NAS_BASE_FILE_H

#include <stdbool.h>

#include "nas/base/err.h"

/* "cannot VERB 'path': why", error being an errno: NAS_EIO; NAS_ENOMEM where
 * memory was out. */
enum nas_status file_fail(struct nas_err *err, const char *verb,
			  const char *path, int error);

/* Read a whole file of at most limit bytes; "-" is standard input.
 * *text is NUL-terminated and freed with free(). A path of a shipped file that
 * is not there (configs/..., nas/base/shipped.h) gives the one that the library
 * carries. NAS_EIO; NAS_EINPUT when it is larger than limit. */
enum nas_status file_read(const char *path, size_t limit, char **text,
			  size_t *length, struct nas_err *err) NAS_MUST_CHECK;

enum nas_status file_write(const char *path, const void *data, size_t length,
			   struct nas_err *err) NAS_MUST_CHECK;

/* The same without waiting for the disk: for files that can be made again from
 * one that is waited for. */
enum nas_status file_write_derived(const char *path, const void *data,
				   size_t length, struct nas_err *err)
	NAS_MUST_CHECK;

/* Make a folder and its parents; an existing one is fine. */
enum nas_status file_make_dir(const char *path, struct nas_err *err)
	NAS_MUST_CHECK;

bool file_exists(const char *path);
/* *empty: path is no folder or an empty one (or absent). NAS_EIO, NAS_ENOMEM:
 * that cannot be told. */
enum nas_status file_dir_is_empty(const char *path, bool *empty,
				  struct nas_err *err) NAS_MUST_CHECK;
/* Remove a file or folder with all that is in it; absent is fine. */
enum nas_status file_remove_tree(const char *path, struct nas_err *err)
	NAS_MUST_CHECK;

/* out (size bytes) = dir "/" name; NAS_EIO when it does not fit. */
enum nas_status file_join(char *out, size_t size, const char *dir,
			  const char *name, struct nas_err *err)
	NAS_MUST_CHECK;

/* A string that grows: for tables, CSV and pages. Zero-initialise; free with
 * text_free. A failed allocation sets failed and drops further text. */
struct nas_text {
	char *data; /* NUL-terminated once anything was added */
	size_t length, size;
	bool failed;
};
void text_add(struct nas_text *t, const char *s);
void text_addn(struct nas_text *t, const char *s, size_t n);
/* Without control characters, which part and end the cells of a table. */
void text_add_cell(struct nas_text *t, const char *s);
/* A word of a command line, in quotes where a shell would take it apart. */
void text_add_word(struct nas_text *t, const char *s);
void text_addf(struct nas_text *t, const char *fmt, ...) NAS_FORMAT(2, 3);
/* What another text holds, and that it failed; frees that one. */
void text_take(struct nas_text *t, struct nas_text *part);
void text_free(struct nas_text *t);
/* NAS_ENOMEM "out of memory for WHAT" when it had failed. */
enum nas_status text_check(const struct nas_text *t, const char *what,
			   struct nas_err *err) NAS_MUST_CHECK;
/* "319,488": a count with separators, for people; "1e+60" where these do not fit.
 * Returns out, which holds 80 bytes. */
const char *with_commas(char *out, size_t size, double x);
/* file_write of a text; NAS_ENOMEM when it had failed. */
enum nas_status text_write(const struct nas_text *t, const char *path,
			   struct nas_err *err) NAS_MUST_CHECK;
/* The same to dir "/" name. */
enum nas_status text_write_in(const struct nas_text *t, const char *dir,
			      const char *name, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status text_write_derived(const struct nas_text *t, const char *path,
				   struct nas_err *err) NAS_MUST_CHECK;

#endif
