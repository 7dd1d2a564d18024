/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_labels.h - all partial policies that could still be best.
 *
 * Group by group, a label is a choice for the groups so far: its loss, its
 * uses and the sum of its items' d. A label goes when its d passes the slack
 * between bound and best policy known, when even the least uses of the groups
 * to come break a budget, or when another label loses and uses no more.
 * What is left at the end is exact, without a tolerance.
 *
 * Usage:
 *	status = labels_solve(&outcome, &g, slack, item, arena, err);
 *
 * Source: dynamic programming with lists and bounds, Pisinger (1995).
 */
#ifndef QBR_ALLOCATE_LABELS_H
#define QBR_ALLOCATE_LABELS_H

#include "qbr/allocate_groups.h"

#define LABELS_MAX 40000 /* alive after a group */

enum labels_outcome {
	LABELS_KEPT,   /* nothing loses less than item */
	LABELS_BETTER, /* item is now the best */
	LABELS_MANY,   /* too many labels: not known */
};

/* d of every item must be set (relax_price). */
enum nas_status labels_solve(enum labels_outcome *outcome,
			     const struct groups *g, double slack, int *item,
			     struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
