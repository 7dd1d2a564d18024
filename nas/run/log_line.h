/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/log_line.h - a line of log.jsonl: what happened in a run.
 *
 * Usage:
 *	struct log_line l = { .event = LOG_BETTER, .evaluations = 320,
 *			      .has_evaluations = true,
 *			      .best = number_slot(241.9) };
 *	tree = form_write(&log_line_form, &l);
 */
#ifndef NAS_RUN_LOG_LINE_H
#define NAS_RUN_LOG_LINE_H

#include "nas/run/records.h"

enum log_event {
	LOG_START,
	LOG_BETTER,
	LOG_SEARCHED,
	LOG_REFINED,
	LOG_CERTIFICATE,
	LOG_CERTIFICATE_ADOPTED,
	LOG_END
};

struct log_line {
	int event; /* enum log_event */
	const char *name;
	bool has_seed, has_evaluations, has_ended_by, has_improved;
	int64_t seed, evaluations;
	int ended_by; /* enum nas_evolve_end */
	struct nas_number_slot best;
	int improved;
	struct nas_certificate_slot certificate;
};

extern const struct form log_line_form;

#endif
