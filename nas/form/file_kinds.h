/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/file_kinds.h - the files with a "schema" that commands read, and
 * which commands those are: a form that is given a file of another kind says
 * so, and nothing else of it.
 *
 * To add one: a row; its title is that of the form.
 *
 * Usage:
 *	kind = file_kind_find("nas/graph/1");
 *	kind->commands
 */
#ifndef NAS_FORM_FILE_KINDS_H
#define NAS_FORM_FILE_KINDS_H

struct file_kind {
	const char *schema, *title;
	const char *commands; /* "nas score and export" */
};

extern const struct file_kind file_kinds[]; /* schema NULL ends */

/* NULL = no command reads such files. */
const struct file_kind *file_kind_find(const char *schema);

#endif
