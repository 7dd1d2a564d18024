/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/judge.h - a network that somebody brings: is it in the space, is it
 * inside the budgets, and what is its score?
 *
 * Usage:
 *	status = judge_network(&judged, &problem, &arch, arena, err);
 *	judged.outside                                "... kernel 7 (allowed: 3, 5)"
 */
#ifndef NAS_RUN_JUDGE_H
#define NAS_RUN_JUDGE_H

#include "nas/run/network.h"
#include "nas/run/records.h"

struct judged {
	struct network net;
	bool in_space, fits;    /* fits: the budgets */
	char *outside;          /* where it leaves the space; NULL */
	struct infeasible over; /* the budgets that it exceeds */
};

enum nas_status judge_network(struct judged *judged,
			      const struct problem *problem,
			      const struct arch *arch, struct arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* The network's figures and the above; the caller may add more. */
cJSON *judged_json(const struct judged *judged);

#endif
