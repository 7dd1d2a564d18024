/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/qbr.h - Quantization Bits Refinement: spend what memory is left on bits.
 *
 * Sun et al. (2022) describe it in words: activations are scaled until the
 * peak memory meets the budget, weights are raised or lowered until the size
 * approaches the budget. The steps below are this project's reading.
 *
 *  1. Activations: every block gets its largest candidate; while the peak is
 *     above the SRAM budget, of the two tensors alive in the worst step the
 *     one is lowered a level that costs least score.
 *  2. Weights: all blocks start at the lowest level at which a budget (Flash,
 *     size, flops) is exceeded, activations at that level or what step 1 left;
 *     then, while a budget is exceeded, the move that loses least score for
 *     what is exceeded goes down, weights or (for flops) activations.
 *  3. While a raise fits all budgets, the one with the most score for the
 *     shares of the budgets that it uses goes up; once more where a raise may
 *     use less, as it may by a latency model.
 * Where 2 ends above a budget, as it may by such a model, 3 begins at the
 * lowest levels of all.
 * Structure is never changed, and the result depends on it alone, not on the
 * bits it came with.
 *
 * Usage:
 *	if (qbr_refine(&problem, &genome))        feasible now
 */
#ifndef QBR_QBR_H
#define QBR_QBR_H

#include "scoring/chain.h"

/* Set the bits of g; false when no bits meet the budgets (g then has the
 * least of everything). Threads: safe. */
bool qbr_refine(const struct nas_problem *problem, struct nas_genome *g);

#endif
