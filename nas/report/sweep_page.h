/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/sweep_page.h - the page of a sweep: jobs grouped by the values of
 * the grid but seeds, a box over the jobs of each group, and the designs that
 * they found, equal ones once. Its size does not grow with the jobs beyond the
 * groups and designs that are shown.
 *
 * Usage:
 *	status = report_sweep_write("sweep", &table, arena, err);
 */
#ifndef NAS_REPORT_SWEEP_PAGE_H
#define NAS_REPORT_SWEEP_PAGE_H

#include "nas/run/sweep.h"

/* report.html in a folder that is there. NAS_EIO, NAS_ENOMEM. */
enum nas_status report_sweep_write(const char *dir,
				   const struct sweep_table *table,
				   struct nas_arena *arena,
				   struct nas_err *err) NAS_MUST_CHECK;

#endif
