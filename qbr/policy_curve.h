/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/policy_curve.h - the least loss at many values of one budget.
 *
 * Usage:
 *	struct policy_curve c = { .problem = &problem, .cost = 0,
 *				  .low = 40000, .high = 80000, .n = 9 };
 *	status = policy_curve_run(&c, NULL, NULL, arena, err);
 *	policy_curve_csv(&text, &c);
 */
#ifndef QBR_POLICY_CURVE_H
#define QBR_POLICY_CURVE_H

#include "nas/base/file.h"
#include "qbr/policy_answer.h"

struct policy_curve {
	const struct policy_problem *problem; /* given */
	int cost;         /* given: whose limit runs, from low to high */
	double low, high; /* given */
	int n;            /* given: points, at least 1 */

	double *limit;               /* (n) of that cost */
	struct policy_answer *point; /* (n) */
};

/* Solve all points, the first from low; begin (or NULL) is told before each.
 * Values live in arena. allocate's errors. */
enum nas_status policy_curve_run(struct policy_curve *c,
				 void (*begin)(void *context, int i, int n),
				 void *context, struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

/* A row a point: limit, status, loss, costs, bits of weights/input of each
 * layer; with a cost of latency the mean error of its model in percent. */
void policy_curve_csv(struct nas_text *t, const struct policy_curve *c);
/* Its rows without that error, with something else between cells. */
void policy_curve_rows(struct nas_text *t, const struct policy_curve *c,
		       const char *comma);

extern const struct form policy_curve_form;
cJSON *policy_curve_json(const struct policy_curve *c);

#endif
