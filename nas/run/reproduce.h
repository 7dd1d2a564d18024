/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/reproduce.h - published figures beside ours: what nas reproduce does.
 *
 * Each row of the papers that are asked for is computed by the library, by the
 * same functions as the command that the row names; nothing is stored. Rows of
 * one paper with the same command share its output.
 *
 * Usage:
 *	struct reproduction r = { .what = "qe-score/table3" };
 *	status = reproduce_open(&r, &env, err);
 *	status = reproduce_run(&r, &env, err);
 *	tree = reproduce_json(&r);
 */
#ifndef NAS_RUN_REPRODUCE_H
#define NAS_RUN_REPRODUCE_H

#include "nas/base/file.h"
#include "nas/form/json.h"
#include "nas/run/env.h"
#include "nas/run/paper.h"

struct graph;

struct reproduced_figure { /* of ours; neither: there is none */
	bool is_number;
	double x;
	char *text; /* of a list of numbers or a string */
	char *at;   /* JSON pointer of it, with the row's item for a * */
};

struct reproduced_row {
	const struct paper_row *of;
	char *command; /* NULL = nothing is computed */
	char *failed;  /* what went wrong, and in which file; NULL = nothing */
	enum nas_status code; /* of what went wrong */
	bool done;     /* its command was run */
	bool missed;   /* the user stopped before it was there */
	double seconds; /* 0 where another row had the output */
	double cpu_s;   /* that the command took */
	struct reproduced_figure *figure; /* (columns of the table) */
};

struct reproduced_table {
	const struct paper *paper;
	const struct paper_table *of;
	struct reproduced_row *row; /* (of->nrows) */
};

struct reproduction {
	const char *what; /* PAPER or PAPER/TABLE; NULL = all */
	const char *file; /* a paper's file instead of the shipped ones */
	/* For rows that need a trained network, its images and their labels,
	 * those of another data set, how pixels become numbers; NULL = none. */
	char *model, *data, *labels, *other, *other_labels, *mean, *std;
	struct graph *graph; /* of model */
	unsigned taken;      /* bit i: a row takes the i-th of these */
	const char *lacks;   /* an option without which rows take none */
	int npapers;
	struct paper *paper; /* (npapers) */
	int ntables;
	struct reproduced_table *table; /* (ntables) that are asked for */
	/* Rows that have figures, that failed, that say why there is nothing,
	 * that an interrupt left. */
	int ncomputed, nfailed, nwithout, nmissed;
	double seconds;
};

/* Read the papers, pick the tables. NAS_EUSAGE: there is no such, with the
 * nearest name, or no row takes something of the caller's; NAS_EIO, NAS_EINPUT:
 * of a paper or of the caller's network. */
enum nas_status reproduce_open(struct reproduction *r,
			       const struct nas_run_env *env,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Compute every row. A row that fails says so and the others go on; NAS_ENOMEM
 * ends it, and NAS_EINTERRUPTED, after which the rows before are there. */
enum nas_status reproduce_run(struct reproduction *r,
			      const struct nas_run_env *env,
			      struct nas_err *err) NAS_MUST_CHECK;

/* Names the first row that failed, if one did: NAS_EIO, NAS_EINPUT if that was
 * a file, else NAS_ERUN. */
enum nas_status reproduce_verdict(const struct reproduction *r,
				  struct nas_err *err) NAS_MUST_CHECK;

/* What was published of a column; NULL = nothing. */
const struct paper_value *reproduce_published(const struct paper_row *row,
					      const char *column);

/* Ours less the published one; NAN where one of them is no number. */
double reproduce_difference(const struct paper_value *published,
			    const struct reproduced_figure *ours);
/* Of the published one; NAN where that is 0, too. */
double reproduce_percent(const struct paper_value *published,
			 const struct reproduced_figure *ours);

/* Processor time of the command is its only place, PAPER_CPU; what is said of
 * such a column. */
bool reproduce_is_time(const struct paper_column *column);
extern const char reproduce_time_text[];

/* Why there is no figure of ours; NULL = there is one, or it is not asked
 * for. */
const char *reproduce_cannot(const struct reproduced_row *row,
			     const struct paper_column *column,
			     const struct reproduced_figure *ours);

extern const struct form reproduction_form;
cJSON *reproduce_json(const struct reproduction *r);
/* A line a figure. */
void reproduce_csv(struct nas_text *t, const struct reproduction *r);

#endif
