/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/compare_page.h - the pictures of a comparison of spaces.
 *
 * Usage:
 *	status = report_compare_write("comparison", &c, err);
 */
#ifndef NAS_REPORT_COMPARE_PAGE_H
#define NAS_REPORT_COMPARE_PAGE_H

#include "nas/run/compare.h"

/* compare.html and plots/ in a folder that is there. NAS_EIO, NAS_ENOMEM. */
enum nas_status report_compare_write(const char *dir,
				     const struct nas_comparison *c,
				     struct nas_err *err) NAS_MUST_CHECK;

#endif
