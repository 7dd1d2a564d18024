/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_meet.h - inside qbr/allocate_labels.h: the two lists, and the
 * best pair of them where they meet.
 *
 * Usage:
 *	if (!labels_meet(&l, &outcome, item, arena))
 *		out of memory
 */
#ifndef QBR_ALLOCATE_MEET_H
#define QBR_ALLOCATE_MEET_H

#include "qbr/allocate_labels.h"

struct label {
	double loss, bound; /* bound: the most of all prices */
	double use[POLICY_COSTS_MAX];
	int parent, item;
};

struct trace { /* of a label that stayed */
	int parent, item;
};

struct list { /* of one end */
	bool first; /* the end where the line begins */
	int at;	    /* place that it has reached */
	int n, room;
	struct label *label;  /* (n) rising in loss */
	struct trace **trace; /* (G) by group on the line, (n) each */
};

struct labels {
	const struct line *line;
	double most;
	int limit; /* of a list */
	long traces;
	bool cut;
	int likely;	/* price that leaves no hope */
	double ceiling; /* bound above which labels are cut */
	int until;	/* labels of the next list, then it is cut */
	struct list end[2];
	struct list next;
};

static inline const struct item *list_item(const struct line *line, int i,
					   int k)
{
	return &line_group(line, i)->item[k];
}

/* outcome->found and item (G) of the best pair that fits and loses no more
 * than l->most, but for rounding; l->cut where not all pairs were tried. */
bool labels_meet(struct labels *l, struct labels_outcome *outcome, int *item,
		 struct nas_arena *arena);

#endif
