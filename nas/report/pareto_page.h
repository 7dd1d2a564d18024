/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/pareto_page.h - the pictures of a front of the score against
 * budgets.
 *
 * Usage:
 *	status = report_pareto_write("front", &front, err);
 */
#ifndef NAS_REPORT_PARETO_PAGE_H
#define NAS_REPORT_PARETO_PAGE_H

#include "nas/run/pareto.h"

/* pareto.html and plots/ in a folder that is there. NAS_EIO, NAS_ENOMEM. */
enum nas_status report_pareto_write(const char *dir, const struct pareto *front,
				    struct nas_err *err) NAS_MUST_CHECK;

#endif
