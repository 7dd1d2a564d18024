/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/run_page.h - the page of a run, and one of several: HTML with
 * everything in it.
 *
 * Usage:
 *	request.more = report_run_files;         report.html in a run's folder
 *	status = report_runs_page(&text, dirs, n, arena, err);
 */
#ifndef NAS_REPORT_RUN_PAGE_H
#define NAS_REPORT_RUN_PAGE_H

#include "nas/run/run.h"

/* Other files of a run's folder, for run_request.more: report.html. */
extern const struct nas_run_file report_run_files[];

/* One page of the folders of n runs; each is labelled by its last part,
 * or more of the path where several end alike. NAS_EIO; NAS_EINPUT with the
 * place of what is damaged; NAS_ENOMEM. */
enum nas_status report_runs_page(struct nas_text *t, char *const *dir, int n,
				 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
