/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/run_data.h - what nas/report draws, from the records of a run.
 *
 * Usage:
 *	status = report_run_read(&run, "runs/a", arena, err);
 * or, in a search that has just ended,
 *	status = report_run_make(&run, &source, arena, err);
 */
#ifndef NAS_REPORT_RUN_DATA_H
#define NAS_REPORT_RUN_DATA_H

#include "nas/report/report.h"
#include "nas/run/run.h"

struct report_source {
	const char *dir;
	const struct config *config; /* its space is compiled */
	const struct result *result;
	const struct report_history *history;
	const struct meta *meta; /* NULL = leave times out */
};

/* The strings of the source must live as long as run. */
enum nas_status report_run_make(struct report_run *run,
				const struct report_source *source,
				struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Read a folder: config.json and result.json, which must be there;
 * history.csv and meta.json, which may be absent. NAS_EIO; NAS_EINPUT with the
 * place of what is damaged. */
enum nas_status report_run_read(struct report_run *run, const char *dir,
				struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The history of a search as it stands in memory. */
enum nas_status report_history_make(struct report_history *h,
				    const struct evolve_result *r,
				    struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
