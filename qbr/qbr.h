/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/qbr.h - Quantization Bits Refinement: spend what memory is left on bits.
 *
 * Sun et al. (2022) describe it in words: activations are scaled until the
 * peak memory meets the budget, weights are raised or lowered until the size
 * approaches the budget. The steps below are this project's reading.
 *
 *  1. Activations: every block gets its largest candidate; while the peak is
 *     above the SRAM budget, of the tensors alive in the worst step one is
 *     lowered a level, the one that costs least score.
 *  2. Weights: while a budget (Flash, size, flops) is exceeded, the block
 *     whose lower level loses least score a unit saved goes down; where
 *     flops are exceeded activations may go down too.
 *  3. While a raise fits all budgets, the one with the most score a unit
 *     goes up.
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
bool qbr_refine(const struct problem *problem, struct genome *g);

#endif
