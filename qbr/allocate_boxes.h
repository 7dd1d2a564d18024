/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_boxes.h - inside qbr/allocate_counts.h: boxes of policies, each
 * by limits of how many layers have items on one side of a number of bits.
 *
 * Usage:
 *	struct view v;
 *	if (boxes_add_limit(&c, &box, &key, false, 3) && boxes_view(&v, &c, &box))
 *		v.n                       the node to be priced
 */
#ifndef QBR_ALLOCATE_BOXES_H
#define QBR_ALLOCATE_BOXES_H

#include "qbr/allocate_node.h"
#include "qbr/allocate_open.h"
#include "qbr/allocate_swaps.h"

#define COUNTS_KEYS (2 * SWAPS_LEVELS)

/* At most so many layers with items on one side of a number of bits. */
struct limit {
	struct part part; /* of all groups */
	int most;
};

struct box {
	double bound;
	double multiplier[GROUPS_USES];
	int n;
	struct limit limit[GROUPS_USES];
};

struct counts {
	struct item_search *s;
	const struct groups *g;
	struct rest left; /* of them; items that may be in a better policy */
	const struct bound_prices *prices; /* of them all */
	double reduced_for;	     /* loss of the best policy then */
	struct nas_arena *arena;
	int nodes; /* that may be parted for one box */
	struct swaps swaps;
	int *item; /* (G) scratch: a policy that swaps change */
	int tried[2][SWAPS_LEVELS]; /* counts of the last such policy */
	int layers; /* of all groups */
	int nkeys;
	struct part key[COUNTS_KEYS]; /* what is counted: up to so many bits */
	double step[COUNTS_KEYS]; /* what one layer more of it loses more */
	struct box *box;       /* (n) open */
	int n, room;
	int next;	       /* where to go on, -1 = the least bound */
	bool gave_up;
	double open; /* least bound of what was given up */
};

struct view { /* of a box */
	struct groups g;
	struct tree t;
	struct node n;
	double count[COUNTS_KEYS]; /* of the linear program */
};

/* Does a part keep the item? */
static inline bool boxes_has(const struct item *it, const struct part *p)
{
	return (part_key(it, p->by) > p->limit) == p->above;
}

/* What an item of the group counts for a key. */
static inline int boxes_count(const struct group *group, const struct item *it,
			      const struct part *key)
{
	return boxes_has(it, key) ? group->members : 0;
}

/* One more budget, or a lower one of those there are. False: no room. */
bool boxes_add_limit(const struct counts *c, struct box *b,
		     const struct part *key, bool above, int most);

/* False: out of memory. */
bool boxes_view(struct view *v, const struct counts *c, const struct box *b);

/* May a better policy be in a node with these prices? What they may be off is
 * on the safe side, however large they are. */
bool boxes_is_open(const struct node *n, const struct bound_prices *p);

/* Prices and bound of a box, HUGE_VAL = nothing better is in it. False: out of
 * memory. */
bool boxes_probe(const struct counts *c, struct box *b);

/* One more open box, if something better may be in it. False: out of memory. */
bool boxes_push(struct counts *c, const struct box *b);

/* The open box with the least bound; -1: none. */
int boxes_least(const struct counts *c);

/* Which item of a group has the picks of this one; it must be there. */
int boxes_find(const struct group *group, const struct item *it);

/* v->t.item, of all groups, becomes the best policy if it fits, inside the box
 * or not, and is better. */
void boxes_offer(const struct counts *c, const struct view *v);

#endif
