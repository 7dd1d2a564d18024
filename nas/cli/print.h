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

/* A table on standard output, its first row a head: cells of a row are parted
 * by tabs, a column is as wide as its widest cell, columns of numbers are set
 * to the right. */
void print_table(const struct text *rows);

/* A line on standard error unless -q; or only with -v. */
void cli_note(const struct cli *cli, const char *fmt, ...) NAS_FORMAT(2, 3);
void cli_detail(const struct cli *cli, const char *fmt, ...)
	NAS_FORMAT(2, 3);

#endif
