/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/paper.h - published figures as a file, nas/paper/1, and how each of
 * them is computed here.
 *
 * A paper has tables, a table columns and rows. A row is one command of this
 * program with its arguments (paper_kinds[]) and what was published; a column
 * says which number of that command's JSON is compared. A row or a column that
 * cannot be had says why. configs/papers has the files, and a page that says
 * how to write one.
 *
 * Usage:
 *	status = paper_read(&paper, "configs/papers/qe-score.json", arena, err);
 *	paper.table[0].row[0].label
 */
#ifndef NAS_RUN_PAPER_H
#define NAS_RUN_PAPER_H

#include <stdbool.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"
#include "nas/form/record.h"

#define PAPERS "configs/papers/" /* of shipped files */
#define PAPER_MODEL "MODEL" /* for a file: the caller's trained network */
#define PAPER_DATA "DATA"   /* for data: the caller's images */
#define PAPER_LABELS "LABELS" /* for labels: the caller's, or none */
#define PAPER_OTHER "OTHER" /* for data: those of another data set of theirs */
#define PAPER_OTHER_LABELS "OTHER LABELS"
#define PAPER_CPU "#cpu_s" /* of a column: processor time of the command */

struct paper_column {
	char *name, *unit;
	struct texts at; /* JSON pointers; the first that is there; a
				* part "*" is the row's item */
	bool mean;     /* of the numbers that are there */
	double times, plus; /* that number times and plus, for the unit */
	int decimals;  /* of ours that are shown */
	bool only_published; /* ours only beside a published one */
	char *cannot;  /* why no row has it here */
};

struct paper_value { /* published */
	char *column;
	bool is_number;
	double x;
	char *text; /* as it stands there, where it is no number */
};

struct paper_values {
	int n;
	struct paper_value *value; /* (n) */
};

struct paper_row { /* NULL = not given */
	char *label;
	int kind; /* index in paper_kinds[] */
	char *file, *network, *bits, *memory, *image_size, *config, *sweep;
	char *metric, *budget, *bits_w, *bits_a, *pin, *latency_model;
	char *measure_size;
	char *data, *labels, *mean, *std;
	int images, class; /* 0, -1 = not given */
	bool trained; /* the caller's network, if it is the same as file */
	struct texts set; /* "path=value" */
	int item;
	char *named; /* in place of item */
	struct paper_values published;
	char *cannot; /* why nothing is computed here */
	char *note;
};

enum paper_chart { PAPER_NO_CHART, PAPER_BARS, PAPER_GRID, PAPER_CURVE,
		   PAPER_BITS, PAPER_CHARTS };

struct paper_table {
	char *name, *title, *source;
	char *text; /* what is seen, and how ours is counted */
	int chart;  /* enum paper_chart */
	int ncolumns, nrows;
	struct paper_column *column; /* (ncolumns) */
	struct paper_row *row;       /* (nrows) */
};

struct paper {
	int schema; /* the only choice */
	char *name, *title, *source;
	int ntables;
	struct paper_table *table; /* (ntables) */
};

extern const struct form paper_form; /* reads struct paper */

/* NAS_EIO; NAS_EINPUT with all that is wrong and its places. */
enum nas_status paper_read(struct paper *paper, const char *path,
			   struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* All that the library carries, by name. */
enum nas_status papers_read(struct paper **paper, int *n,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
