/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/watch.h - how far a long computation is, told to who waits for it.
 *
 * Work on several threads counts its steps; the thread that called it tells.
 *
 * Usage:
 *	struct watch w = { .show = show, .context = &screen };
 *	options.watch = &w;
 * and in the computation, whose options may have no watch (NULL):
 *	watch_begin(options->watch, n);
 *	...                                     on any thread of parallel_for
 *	watch_step(options->watch, 1);
 */
#ifndef NAS_BASE_WATCH_H
#define NAS_BASE_WATCH_H

#include <stdatomic.h>

struct watch {
	/* From the thread that called the computation, at any rate. */
	void (*show)(void *context, int done, int of);
	void *context;
	int of; /* steps in all */
	atomic_int done;
};

void watch_begin(struct watch *w, int of);
void watch_step(struct watch *w, int steps); /* 0: no step, but time passed */

#endif
