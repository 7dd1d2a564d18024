/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/published.h - networks that others published, for comparison.
 *
 * configs/networks, which the library carries: those that have the space's
 * input and classes and meet the budgets, by the config's own score.
 *
 * Usage:
 *	status = published_find(&result, &problem, arena, err);
 *	result.published[0].score
 */
#ifndef NAS_RUN_PUBLISHED_H
#define NAS_RUN_PUBLISHED_H

#include "nas/run/records.h"

/* Into result->published, the best first. None for scores of random networks,
 * which are slow. */
enum nas_status published_find(struct nas_result *result,
			       const struct nas_problem *problem,
			       struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form published_form; /* struct nas_published_net */

#endif
