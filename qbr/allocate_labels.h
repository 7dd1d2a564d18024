/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_labels.h - the best policy whose bound is within a slack.
 *
 * Partial policies grow from both ends of the line (qbr/allocate_line.h). Of
 * one, a label keeps its loss and its uses. A label goes when it cannot be
 * completed within the slack at some price, or when another one loses and
 * uses no more and leaves the next group as free. Where the two lists meet,
 * pairs are tried, the least bounds first. So every policy that loses no more
 * than bound + slack is looked at, without a tolerance; the policies of
 * neither list alone are as many as their product.
 *
 * Usage:
 *	status = labels_solve(&outcome, &line, slack, item, arena, err);
 *
 * Source: dynamic programming with lists and bounds, Pisinger (1995); two
 * lists: Horowitz and Sahni (1974).
 */
#ifndef QBR_ALLOCATE_LABELS_H
#define QBR_ALLOCATE_LABELS_H

#include "qbr/allocate_line.h"

enum labels_outcome {
	LABELS_NONE,  /* every policy loses more than bound + slack */
	LABELS_FOUND, /* item (G) is the best policy */
	LABELS_MANY,  /* too many labels: not known */
};

enum nas_status labels_solve(enum labels_outcome *outcome,
			     const struct line *line, double slack, int *item,
			     struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
