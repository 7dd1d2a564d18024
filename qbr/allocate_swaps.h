/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_swaps.h - inside qbr/allocate_counts.h: a policy with as many
 * groups at each number of bits as are asked for, made to fit by swaps.
 *
 * Two groups that swap their bits of weights, or of activations, leave the
 * counts as they are, and with them the loss where groups lose alike; only
 * what they use changes. So first single groups change until the counts are
 * right, then pairs swap while that takes away from what is above the limits.
 *
 * Usage:
 *	struct swaps s;
 *	if (swaps_open(&s, &g, arena))
 *		swaps_run(&s, want, price, item)      item fits: true
 *
 * Symbols: G groups, L levels of bits, rising.
 */
#ifndef QBR_ALLOCATE_SWAPS_H
#define QBR_ALLOCATE_SWAPS_H

#include "qbr/allocate_groups.h"

#define SWAPS_LEVELS 16

struct levels { /* of bits of weights, or of activations */
	int n;
	int bits[SWAPS_LEVELS];
};

/* The first level with at least so many bits; n: none. */
int levels_find(const struct levels *l, int bits);

struct swaps {
	const struct groups *g;
	struct levels of[2]; /* weights, activations */
	int *at;	     /* (G, L, L) item of these bits; -1 = none */
	int *level;	     /* (G, 2) scratch: of the items taken */
};

/* False: out of memory, or more levels than there is room for (s->at NULL). */
bool swaps_open(struct swaps *s, const struct groups *g,
		struct nas_arena *arena);

/* The same groups with fewer items. */
void swaps_take(struct swaps *s, const struct groups *g);

/* item (G), changed: as many layers at each level as want (2, L) says, where
 * that can be had; price (B). True: it fits all limits. */
bool swaps_run(const struct swaps *s, int want[2][SWAPS_LEVELS],
	       const double *price, int *item);

#endif
