/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sweep_status.h - how far the sweep in a folder is, and what is next.
 *
 * Usage:
 *	status = sweep_status_read(&s, "seeds", arena, err);
 *	tree = form_write(&sweep_status_form, &s);
 */
#ifndef NAS_RUN_SWEEP_STATUS_H
#define NAS_RUN_SWEEP_STATUS_H

#include "nas/base/arena.h"
#include "nas/base/err.h"

#define SWEEP_NAMED 10 /* jobs that are named, of each kind */

struct sweep_status {
	int schema; /* 0: nas/sweep-status/1 */
	int jobs;   /* of the whole grid */
	int ok, infeasible, failed, running, missing;
	double seconds;	     /* of a job that ended, mean; 0 = none ended */
	double seconds_left; /* of those without an answer, one by one */
	int nnext, nfailures;
	int *next, *failures; /* the first that are missing, that failed */
	int lines_of_no_job;  /* of the records */
};

/* NAS_EIO, NAS_EINPUT, NAS_ENOMEM. */
enum nas_status sweep_status_read(struct sweep_status *out, const char *dir,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form sweep_status_form; /* writes it */

#endif
