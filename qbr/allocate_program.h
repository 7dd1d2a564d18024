/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_program.h - the best policy by GLPK's integer solver, on what a
 * good policy leaves of the choices.
 *
 * Without orders a policy is repaired and improved first
 * (qbr/allocate_relax.h), and items that cannot be in a better one go: a
 * problem of hundreds of items shrinks to some dozens.
 *
 * Usage:
 *	status = program_solve(&answer, &g, multiplier, item, arena, err);
 *	if (answer.found)
 *		item, answer.bound
 */
#ifndef QBR_ALLOCATE_PROGRAM_H
#define QBR_ALLOCATE_PROGRAM_H

#include "qbr/allocate_milp.h"

/* multiplier (B) is any, >= 0, the relaxation's best. item (G) of the best
 * policy, optimal to GLPK's tolerance; answer->value is its loss. The groups
 * are reduced, and the indices are those of the items left. */
enum nas_status program_solve(struct milp_answer *answer, struct groups *g,
			      const double *multiplier, int *item,
			      struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
