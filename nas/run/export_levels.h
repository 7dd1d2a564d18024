/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/export_levels.h - for formats of integers: every map of a network on a
 * grid. What has none gets one over the range that images say: those of
 * --images or --data, or noise for a network whose numbers are drawn.
 *
 * Usage:
 *	status = export_levels(&whole, &graph, false, &job, &env, err);
 */
#ifndef NAS_RUN_EXPORT_LEVELS_H
#define NAS_RUN_EXPORT_LEVELS_H

#include "nas/run/export_job.h"

/* NAS_EINPUT: a layer of other bits, or images are needed; data's errors. */
enum nas_status export_levels(struct graph *out, const struct graph *g,
			      bool drawn, const struct export_job *job,
			      const struct nas_run_env *env,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
