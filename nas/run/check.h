/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/check.h - what a config promises before anything is searched.
 *
 * Usage:
 *	status = check_sample(&s, &config, &problem, 20000, arena, err);
 *	check_notes(&notes, &config, &smallest);
 */
#ifndef NAS_RUN_CHECK_H
#define NAS_RUN_CHECK_H

#include "nas/run/config.h"
#include "nas/run/network.h"

struct check_sample { /* architectures drawn uniformly */
	int drawn, feasible;
	double share, low, high; /* of the space; Wilson's 95 % interval */
	int exceeded[USED_BUDGETS]; /* draws that exceed each budget */
};

enum nas_status check_sample(struct check_sample *s,
			     const struct config *config,
			     const struct problem *problem, int n,
			     struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Remarks, a line each. smallest: the least choice of everything. */
void check_notes(struct text *notes, const struct config *config,
		 const struct network *smallest);

#endif
