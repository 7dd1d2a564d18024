/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/paper_kinds.h - the commands that rows of papers may be.
 *
 * A kind is a row of the table and a file paper_NAME.c whose function makes, by
 * the library, what the command prints with --format json.
 *
 * Usage:
 *	paper_command(&text, row);           "nas score FILE --format json"
 *	status = paper_kinds[row->kind].run(&tree, row, env, err);
 */
#ifndef NAS_RUN_PAPER_KINDS_H
#define NAS_RUN_PAPER_KINDS_H

#include "nas/base/file.h"
#include "nas/form/json.h"
#include "nas/run/env.h"
#include "nas/run/paper.h"

struct paper_kind {
	const char *name; /* of the command */
	bool needs_file, needs_config;
	const char *file_option; /* NULL = the file is the argument */
	const char *more;        /* options of every row; NULL = none */
	/* Keys of a row that it takes beside file, and those that it takes of
	 * a row with a metric; words with blanks between. */
	const char *takes, *takes_with_metric;
	/* *tree is the caller's to free. Memory is env->arena's. */
	enum nas_status (*run)(cJSON **tree, const struct paper_row *row,
			       const struct nas_run_env *env,
			       struct nas_err *err);
};

extern const struct paper_kind paper_kinds[]; /* name NULL ends */

#define PAPER_KIND(name)                                                     \
	enum nas_status paper_##name(cJSON **tree,                           \
				     const struct paper_row *row,            \
				     const struct nas_run_env *env,          \
				     struct nas_err *err)
PAPER_KIND(score);
PAPER_KIND(search);
PAPER_KIND(certify);
PAPER_KIND(refine);
PAPER_KIND(calibrate);
PAPER_KIND(correlate);
PAPER_KIND(sigma);
PAPER_KIND(allocate);
PAPER_KIND(sensitivity);

/* Whether a key is of use in a row of its kind. */
bool paper_kind_takes(const struct paper_row *row, const char *key);

/* The command line that gives the row's figures, as a shell takes it. */
void paper_command(struct nas_text *t, const struct paper_row *row);

#endif
