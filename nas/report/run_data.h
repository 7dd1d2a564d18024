/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/run_data.h - a run that can be drawn, from its records.
 *
 * Usage:
 *	status = report_run_read(&run, "runs/a", arena, err);
 * or, of records in memory, which must live as long as run,
 *	struct report_run run = { .dir = "", .config = &config,
 *				  .result = &result, .history = &history };
 *	status = report_run_make(&run, arena, err);
 */
#ifndef NAS_REPORT_RUN_DATA_H
#define NAS_REPORT_RUN_DATA_H

#include "nas/report/report.h"

/* Fill the label, where there is none, and what is made from the records. The
 * config's space is compiled. NAS_ENOMEM. */
enum nas_status report_run_make(struct report_run *run, struct nas_arena *arena,
				struct nas_err *err) NAS_MUST_CHECK;

/* Of a folder; folder_read's errors. */
enum nas_status report_run_read(struct report_run *run, const char *dir,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* All of a report, from the folders of n runs. Each is labelled by its last
 * part, or more of the path where several end alike. Errors as above. */
enum nas_status report_runs_read(struct report *report, char *const *dir, int n,
				 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
