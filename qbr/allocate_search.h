/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_search.h - the best items inside the budgets, by branch and
 * bound.
 *
 * First a tree of small nodes, each with prices of its own, is walked for a
 * number of nodes (allocate_tree.h); nearly all problems end there. Where layers
 * lose alike it is soon left for branches on how many layers have few bits
 * (allocate_counts.h). Then items go whose bound is above the best policy so
 * far, and all policies whose bound is within a slack are looked at in short
 * lists, for growing slacks (allocate_labels.h). Where those grow too long, the
 * tree is walked on.
 *
 * Bounds are sums in doubles; what they may be off is allowed for: no policy
 * loses less than the answer by more than 4e-12 of all that was summed.
 *
 * Usage:
 *	struct item_search s;
 *	status = search_run(&s, &g, &search_usual, arena, err);
 *	if (s.found)
 *		s.best[k].pick, s.loss, s.bound
 */
#ifndef QBR_ALLOCATE_SEARCH_H
#define QBR_ALLOCATE_SEARCH_H

#include "qbr/allocate_prices.h"

struct search_limits {
	int list, most; /* labels of a list, at first and at most */
	int first;	/* nodes that are parted before lists are tried */
	int nodes;	/* and after; more: the answer has a gap */
};

extern const struct search_limits search_usual;

struct item_search {
	bool found;
	struct item *best; /* (G) */
	double loss;
	double bound; /* = loss where all was looked at */
	double relaxed, multiplier[POLICY_COSTS_MAX]; /* of the first node */
	const char *method; /* "bounds", "labels", "branches" */
	double enough; /* a loss with which the search of a tree ends */

	/* inside */
	struct search_limits limits;
	struct chains chains;
	int nodes, parted; /* of the tree: looked at; parted */
	double open; /* least bound of those given up */
	bool gave_up;
};

/* The groups stay as they are. NAS_ENOMEM. */
enum nas_status search_run(struct item_search *s, const struct groups *g,
			   const struct search_limits *limits,
			   struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
