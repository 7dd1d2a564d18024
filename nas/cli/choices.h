/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/choices.h - options whose value is the name of a row of a table.
 *
 * Such an option has one of the words here for its value (cli_option.value,
 * "METRIC"). Help lists the names behind the option's own text, and messages
 * do, both from the table.
 *
 * Usage:
 *	{ "metric", 'm', "METRIC", "what a layer loses by its bits" }
 *	status = cli_read_choice(cli, "metric", &i, err);
 *	metric = sensitivity_metrics[i];
 */
#ifndef NAS_CLI_CHOICES_H
#define NAS_CLI_CHOICES_H

#include "nas/cli/command.h"

/* Name i that such a value may be; NULL behind the last one, and where the
 * word is none of those here. */
const char *cli_choice(const char *word, int i);

/* Index of the option's value in its table; left alone when it was not given.
 * NAS_EUSAGE with the nearest name, or all of them. */
enum nas_status cli_read_choice(const struct cli *cli, const char *option,
				int *index, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
