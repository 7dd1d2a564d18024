/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/shipped.h - configs, networks and papers that the library carries.
 *
 * file_read takes a file from here where there is none of that path, so that
 * the commands that pages and papers show run in any folder. The Makefile's
 * SHIPPED lists them; the build makes the table.
 *
 * Usage:
 *	text = shipped_text("configs/quick.json");
 *	for (f = shipped_files; f->path; f++)
 *		printf("%s\n", f->path);
 */
#ifndef NAS_BASE_SHIPPED_H
#define NAS_BASE_SHIPPED_H

struct shipped_file {
	const char *path, *text; /* from the root of the sources */
};
extern const struct shipped_file shipped_files[]; /* path NULL ends */

/* The text of the file of that path; NULL = none is carried. */
const char *shipped_text(const char *path);

#endif
