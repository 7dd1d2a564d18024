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
#include "nas/run/sensitivity_of.h"

/* Spearman and Kendall of every pair of sigmas, the best ones framed. */
void report_calibration(struct nas_text *t, const struct calibration_record *r);

/* Every score against accuracy. */
void report_correlation(struct nas_text *t,
			const struct correlation_record *record,
			const struct correlation *c);

/* One row of bars for each layer's value, or its loss at the fewest bits of
 * the weights where the metric has no value. */
void report_sensitivity(struct nas_text *t, const struct graph *g,
			const struct sensitivity *s);

#endif
