/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_sram.h - bits of activations under a limit of their memory.
 *
 * A step of the network holds the input and the output of a layer, each at
 * the bits of the layers that read it (the output of the last at 8). While
 * the largest step is above the budget, the larger of its two tensors gets
 * its next lower candidate; the caps that come out bound the choices of the
 * exact program. As in QBR, activations come first; that order is ours.
 * Shortcuts that are kept meanwhile are not counted, and a tensor that no layer
 * reads directly (a pooling does, or an addition) counts 8 bits.
 *
 * Usage:
 *	status = allocate_sram(cap, &graph, bits_a, na, 320000, err);
 */
#ifndef QBR_ALLOCATE_SRAM_H
#define QBR_ALLOCATE_SRAM_H

#include "spaces/graph/graph.h"

/* cap (layers): most bits of each layer's input, 64 where bytes is 0, no limit.
 * bits_a (na): candidates, rising. NAS_EINFEASIBLE names the step. */
enum nas_status allocate_sram(int *cap, const struct graph *g,
			      const int *bits_a, int na, double bytes,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
