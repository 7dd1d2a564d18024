/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/run_meta.h - meta.json, what of a run depends on clock or machine.
 *
 * Usage:
 *	run->started = run_time_text(arena);
 *	status = run_make_meta(&text, run, err);
 */
#ifndef NAS_RUN_RUN_META_H
#define NAS_RUN_RUN_META_H

#include "nas/run/run.h"

/* "2031-05-17T09:30:00Z", in the arena; NULL when memory is out. */
char *run_time_text(struct nas_arena *arena);

enum nas_status run_make_meta(struct nas_text *t, const struct nas_run *run,
			      struct nas_err *err);

#endif
