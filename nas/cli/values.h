/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/values.h - values of options, once the command line is read.
 *
 * A choice is an option whose value is the name of a row of a table. Such an
 * option has one of the words of values.c for its value (cli_option.value,
 * "METRIC"). Help lists the names behind the option's own text, and messages
 * do, both from the table.
 *
 * Usage:
 *	{ "metric", 'm', "METRIC", "what a layer loses by its bits" }
 *	status = cli_read_choice(cli, "metric", &i, err);
 *	status = cli_whole(cli, "images", 1, 100, &images, err);
 */
#ifndef NAS_CLI_VALUES_H
#define NAS_CLI_VALUES_H

#include "nas/base/quantity.h"
#include "nas/cli/command.h"

/* Value of a command's own option, NULL when not given; "" for a flag. A
 * repeated option: the last one (cli_values gives all). */
const char *cli_value(const struct cli *cli, const char *name);
int cli_values(const struct cli *cli, const char *name, const char **values,
	       int max);

/* NAS_EUSAGE for an option of the command that it does not use in this mode,
 * "--status"; names: those that it does, output and set among them, NULL ends. */
enum nas_status cli_takes_only(const struct cli *cli, const char *mode,
			       const char *const *names, struct nas_err *err)
	NAS_MUST_CHECK;

/* Value of an option as a number within bounds (nas/base/quantity.h says how
 * it may be typed), else NAS_EUSAGE; *x is left alone when the option was not
 * given. cli_whole: a whole number. */
enum nas_status cli_number(const struct cli *cli, const char *name,
			   double low, double high, double *x,
			   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status cli_whole(const struct cli *cli, const char *name, int64_t low,
			  int64_t high, int64_t *x, struct nas_err *err)
	NAS_MUST_CHECK;

/* N or HxW of an option; both are left alone when it was not given. */
enum nas_status cli_size(const struct cli *cli, const char *option, int *height,
			 int *width, struct nas_err *err) NAS_MUST_CHECK;

/* --seed, for commands without a config; fallback where it is not given. */
uint64_t cli_seed(const struct cli *cli, uint64_t fallback);

/* What a list of --stage-weights may hold. */
extern const struct quantity_limits cli_stage_weights;

/* Add a "path=text" to the sets, as --set does; or of both parts. */
enum nas_status cli_add_assignment(struct cli *cli, const char *assignment,
				   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status cli_add_set(struct cli *cli, const char *path,
			    const char *text, struct nas_err *err)
	NAS_MUST_CHECK;

/* What help can be printed as, beside the text: choices of PAGE. */
enum help_page { HELP_BASH, HELP_ZSH, HELP_FISH, HELP_MAN, HELP_PAGES };

/* Name i that such a value may be; NULL behind the last one, and where the
 * word is none of those here. */
const char *cli_choice(const char *word, int i);

/* What its row says of it; NULL also where the option's help says all. */
const char *cli_choice_help(const char *word, int i);

/* Index of the option's value in its table; left alone when it was not given.
 * NAS_EUSAGE with the nearest name, or all of them. */
enum nas_status cli_read_choice(const struct cli *cli, const char *option,
				int *index, struct nas_err *err)
	NAS_MUST_CHECK;

/* An option that stands for a key of the config. A number is read and held to
 * the bounds of its key here, so that a message names the option that was typed
 * and not the --set that it stands for. */
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
