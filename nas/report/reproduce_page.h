/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/reproduce_page.h - published figures beside ours as one page.
 *
 * Published figures are grey, ours in colour. A table is drawn as its file
 * says (paper_table.chart), and stands below the drawing with every number,
 * the command of each row, and why there is none.
 *
 * Usage:
 *	status = report_reproduce_page(&text, &reproduction, err);
 */
#ifndef NAS_REPORT_REPRODUCE_PAGE_H
#define NAS_REPORT_REPRODUCE_PAGE_H

#include "nas/run/reproduce.h"

enum nas_status report_reproduce_page(struct nas_text *t,
				      const struct reproduction *r,
				      struct nas_err *err) NAS_MUST_CHECK;

#endif
