/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep_line.h - what a line of jobs.jsonl says (sweep_records.h).
 *
 * Usage:
 *	struct sweep_line l = { .sweep = sweep, .job = 3, .config = &config,
 *				.result = &result };
 *	tree = form_write(&sweep_line_form, &l);
 */
#ifndef NAS_RUN_SWEEP_LINE_H
#define NAS_RUN_SWEEP_LINE_H

#include "nas/run/config.h"
#include "nas/run/records.h"
#include "nas/run/sweep.h"

enum sweep_line_status { SWEEP_LINE_OK, SWEEP_LINE_INFEASIBLE,
			 SWEEP_LINE_FAILED };

struct sweep_line_meta {
	double seconds;
	const char *host, *started; /* NULL: not known */
};

struct sweep_line {
	int schema;
	const struct sweep *sweep;
	int job; /* from 1 */
	int status; /* enum sweep_line_status */
	struct sweep_line_meta meta;
	const char *error;  /* of one that failed */
	const char *design; /* NULL: no network */
	const struct nas_config *config; /* NULL: it failed */
	const struct nas_result *result; /* NULL: it failed */
};

extern const struct form sweep_line_form;

#endif
