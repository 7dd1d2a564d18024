/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/correlation.h - what nas correlate found, as a record with a form,
 * and its files.
 *
 * Usage:
 *	status = correlation_record_make(&record, &correlation, arena, err);
 *	tree = form_write(&correlation_form, &record);
 */
#ifndef NAS_RUN_CORRELATION_H
#define NAS_RUN_CORRELATION_H

#include "nas/base/file.h"
#include "nas/base/arena.h"
#include "nas/form/figure.h"
#include "scoring/correlate.h"

struct correlation_figures { /* NAN = undefined */
	int n; /* networks for which the score is defined */
	double spearman, kendall;
	struct interval spearman_interval, kendall_interval;
};

struct correlation_row {
	char *name, *title;
	struct correlation_figures all, top;
	double within;
};

struct correlation_slot { /* the ceiling, or none */
	bool present;
	struct correlation_row row;
};

struct correlation_record {
	int schema; /* the only choice */
	int networks, top, seeds, bins;
	int resamples;
	double level;
	int64_t seed;
	int nrows;
	struct correlation_row *row;
	struct correlation_slot ceiling;
};

extern const struct form correlation_form;

/* Options of the bootstrap are in the record already. */
enum nas_status correlation_record_make(struct correlation_record *record,
					const struct correlation *c,
					struct nas_arena *arena,
					struct nas_err *err) NAS_MUST_CHECK;

/* Cells of a table for people: Spearman and Kendall, each with its interval
 * behind it where intervals are asked for, a tab before each. */
void correlation_add_figures(struct nas_text *t,
			     const struct correlation_figures *f,
			     bool intervals);

/* correlation.csv, .json and scores.csv in a folder, which is made. */
enum nas_status correlation_write(const char *dir,
				  const struct correlation_record *record,
				  const struct correlation *c,
				  const struct nas_arch_list *list,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
