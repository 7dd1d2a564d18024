/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/history.h - history.csv, read back.
 *
 * The head is evaluations,feasible,duplicates,best,median,best_bitops and
 * island_1, ... An empty cell of a score is NAN: nothing feasible yet.
 *
 * Usage:
 *	status = history_parse(&h, text, "run/history.csv", arena, err);
 */
#ifndef NAS_REPORT_HISTORY_H
#define NAS_REPORT_HISTORY_H

#include "nas/report/report.h"

#define HISTORY_ISLANDS_MAX 65536

/* NAS_EINPUT with line and column of the first bad cell. */
enum nas_status history_parse(struct report_history *h, const char *text,
			      const char *source, struct arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
