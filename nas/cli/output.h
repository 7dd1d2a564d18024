/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/output.h - what -o asks for: a file, standard output, or a folder.
 *
 * Usage:
 *	status = output_refuse_existing(cli, err);      before the work
 *	status = output_write_json(cli, tree, err);     after it
 */
#ifndef NAS_CLI_OUTPUT_H
#define NAS_CLI_OUTPUT_H

#include "nas/base/file.h"
#include "nas/cli/command.h"
#include "nas/form/json.h"

/* NAS_EIO when cli->output is there and --force is not given. */
enum nas_status output_refuse_existing(const struct cli *cli,
				       struct nas_err *err) NAS_MUST_CHECK;

/* The same of another file that the command writes. */
enum nas_status output_refuse_file(const struct cli *cli, const char *path,
				   struct nas_err *err) NAS_MUST_CHECK;

/* Write cli->output and say so; tree is freed. Of -o - the file is standard
 * output, on which the caller prints nothing else then. */
enum nas_status output_write_json(const struct cli *cli, cJSON *tree,
				  struct nas_err *err) NAS_MUST_CHECK;
enum nas_status output_write_text(const struct cli *cli,
				  const struct nas_text *text,
				  struct nas_err *err) NAS_MUST_CHECK;

/* What is written there is JSON where the name says so; of -o - where --format
 * does. For commands that write CSV else. */
bool output_is_json(const struct cli *cli);

/* For results in a folder: NAS_EIO when cli->output holds something and
 * --force is not given; fine without -o. */
enum nas_status output_refuse_filled(const struct cli *cli,
				     struct nas_err *err) NAS_MUST_CHECK;

/* Write a file of that folder and free the text. */
enum nas_status output_add_file(const struct cli *cli, const char *name,
				struct nas_text *text, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
