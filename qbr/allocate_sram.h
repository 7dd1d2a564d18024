/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_sram.h - bits of activations under a limit of their memory.
 *
 * Memory is what is alive at once while the network runs, operator by operator
 * (spaces/graph/graph_live.h says how). While the operator that needs most is
 * above the limit, the largest tensor alive there that can go lower gets its
 * next lower candidate; the caps that come out are one way to keep the limit.
 * As in QBR, activations come first; that order is ours. No limit is
 * called infeasible that the least bits meet.
 *
 * Usage:
 *	struct sram_choices choices = { bits_a, na, 8 };
 *	status = allocate_sram(cap, &graph, &choices, 320000, arena, err);
 */
#ifndef QBR_ALLOCATE_SRAM_H
#define QBR_ALLOCATE_SRAM_H

#include "spaces/graph/graph.h"

struct sram_choices {
	const int *bits; /* (n) candidates, rising */
	int n;
	int pin; /* the first layer, that is the image, and the last one do
		  * not go below so many bits; 0 = they may */
};

/* cap (layers): most bits of each layer's input, 64 where bytes is 0, no limit.
 * NAS_EINFEASIBLE names the operator. */
enum nas_status allocate_sram(int *cap, const struct graph *g,
			      const struct sram_choices *choices, double bytes,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
