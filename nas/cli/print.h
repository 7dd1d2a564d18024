/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/print.h - printing results on standard output, notes on standard
 * error.
 *
 * Usage:
 *	return print_json(tree, err);
 *	cli_note(cli, "nothing is written: no -o DIR");
 */
#ifndef NAS_CLI_PRINT_H
#define NAS_CLI_PRINT_H

#include "nas/base/file.h"
#include "nas/form/json.h"
#include "nas/cli/command.h"

/* Print a tree and free it; NAS_ENOMEM when it is NULL or was marked. */
enum nas_status print_json(cJSON *tree, struct nas_err *err) NAS_MUST_CHECK;

/*
 * Everything for people goes through one of these: control characters of names
 * come out as '?', and what memory could not hold makes the exit status that
 * of NAS_ENOMEM (streams_cut), as a failed write does.
 */

/* printf on standard output. */
void say(const char *fmt, ...) NAS_FORMAT(1, 2);
/* The same of a text, a file that is printed rather than written. */
void say_text(const struct nas_text *t);

/* What a text holds, for a %s; marks the output as cut where it had failed. */
const char *text_said(const struct nas_text *t);

/* A name from outside for a line or a cell: without its tabs and line ends as
 * well, and no longer than a line. */
struct shown {
	char s[256];
};
struct shown shown(const char *name);

/* A table on standard output, its first row a head: cells of a row are parted
 * by tabs, a column is as wide as its widest cell, columns of numbers are set
 * to the right. */
void print_table(struct nas_text *rows);

/* A line on standard error: always, unless -q, or only with -v. */
void cli_warn(const char *fmt, ...) NAS_FORMAT(1, 2);
void cli_note(const struct cli *cli, const char *fmt, ...) NAS_FORMAT(2, 3);
void cli_detail(const struct cli *cli, const char *fmt, ...)
	NAS_FORMAT(2, 3);

#endif
