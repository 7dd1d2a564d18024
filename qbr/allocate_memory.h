/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_memory.h - the policy with the least loss inside the budgets and
 * the memory of activations.
 *
 * Memory is no sum over layers (spaces/graph/graph_live.h), but more bits of a
 * layer never make it less. So the exact program is solved without it; where the
 * policy needs too much while an operator runs, one of the layers that read what
 * is alive then must take fewer bits than it does: a branch for each, with a cap
 * on its bits. Bits that do not fit with the least of all others are not
 * tried. The branch with the least bound goes first, so the first policy that
 * fits is the best. After MEMORY_BRANCHES programs the answer is
 * the best that fits of them, or of the caps that the problem has, and its gap
 * says what is known.
 *
 * Usage:
 *	status = allocate_in_memory(&a, &problem, arena, err);
 */
#ifndef QBR_ALLOCATE_MEMORY_H
#define QBR_ALLOCATE_MEMORY_H

#include "qbr/allocate.h"

#define MEMORY_BRANCHES 2000

/* As allocate(); the same where the problem has no limit of memory. */
enum nas_status allocate_in_memory(struct allocation *a,
				   const struct policy_problem *p,
				   struct nas_arena *arena,
				   struct nas_err *err) NAS_MUST_CHECK;

#endif
