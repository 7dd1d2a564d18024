/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/study.h - pictures of studies of measured networks, each a whole
 * SVG file.
 *
 * Usage:
 *	report_calibration(&text, &record);
 */
#ifndef NAS_REPORT_STUDY_H
#define NAS_REPORT_STUDY_H

#include "nas/run/calibration.h"
#include "nas/run/correlation.h"

/* Spearman and Kendall of every pair of sigmas, the best ones framed. */
void report_calibration(struct text *t, const struct calibration_record *r);

/* Every score against accuracy. */
void report_correlation(struct text *t, const struct correlation_record *record,
			const struct correlation *c);

#endif
