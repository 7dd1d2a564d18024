/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_labels.h - the best policy whose bound is within a slack.
 *
 * Partial policies grow from both ends of the line (qbr/allocate_line.h). Of
 * one, a label keeps its loss and its uses. A label goes when it cannot be
 * completed within the slack at some price, or when another one loses and
 * uses no more and leaves the next group as free (qbr/allocate_front.h). The
 * labels of a list and a group's items are merged by loss, so what beats a
 * label comes before it. Where the two lists meet, pairs are tried, the least
 * bounds first. So every policy that loses no more than bound + slack is
 * looked at, without a tolerance. A list that grows too long is cut to the
 * labels with the least bounds: then the policy found is a good one only.
 *
 * Usage:
 *	struct labels_limits limits = {most, 20000};
 *	status = labels_solve(&outcome, &line, &limits, item, arena, err);
 *
 * Source: dynamic programming with lists and bounds, Pisinger (1995); two
 * lists: Horowitz and Sahni (1974).
 */
#ifndef QBR_ALLOCATE_LABELS_H
#define QBR_ALLOCATE_LABELS_H

#include "qbr/allocate_line.h"

struct labels_outcome {
	bool all;   /* looked at: not known to be otherwise */
	bool found; /* item (G): the best policy, or a good one */
};

struct labels_limits {
	double most; /* loss that a policy may have */
	int list;    /* labels of a list after a group, about */
};

enum nas_status labels_solve(struct labels_outcome *outcome,
			     const struct line *line,
			     const struct labels_limits *limits, int *item,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
