/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/shorthand.h - options that stand for a key of the config.
 *
 * A number is read and held to the bounds of its key here, so that a message
 * names the option that was typed and not the --set that it stands for.
 *
 * Usage:
 *	static const struct cli_shorthand shorthands[] = {
 *		{ "max-evals", "search.max_evals", NULL },
 *		{ "no-certify", "certify", "false" }, { 0 } };
 *	status = cli_add_shorthands(&cli, shorthands, err);
 */
#ifndef NAS_CLI_SHORTHAND_H
#define NAS_CLI_SHORTHAND_H

#include "nas/cli/command.h"

struct cli_shorthand {
	const char *option, *path;
	const char *value; /* what a flag sets; NULL = the option's number */
};

/* Add a set for each of the options that was given; option NULL ends the
 * table. NAS_EUSAGE. */
enum nas_status cli_add_shorthands(struct cli *cli,
				   const struct cli_shorthand *table,
				   struct nas_err *err) NAS_MUST_CHECK;

#endif
