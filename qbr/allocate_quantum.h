/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_quantum.h - limits that sums of uses can reach.
 *
 * Where the uses of a budget are whole multiples of a power of 2 (as bytes and
 * operations are), all that items of a group differ by has a greatest common
 * divisor, and a limit between two multiples of it is as good as the lower one.
 * The sums are exact in doubles then.
 *
 * Losses may have such a divisor too, but for the rounding of their doubles:
 * then all policies lose one of few values.
 *
 * Usage:
 *	quantum_tighten(&g);
 *	steps = quantum_of_losses(&g);
 *	most = quantum_below(&steps, best);
 */
#ifndef QBR_ALLOCATE_QUANTUM_H
#define QBR_ALLOCATE_QUANTUM_H

#include "qbr/allocate_groups.h"

void quantum_tighten(struct groups *g);

struct loss_steps { /* losses of policies: base + some x quantum, +- off */
	double base, quantum, off; /* quantum 0: unknown */
};

struct loss_steps quantum_of_losses(const struct groups *g);

/* What a policy that loses less than `loss` loses at most. */
double quantum_below(const struct loss_steps *s, double loss);

#endif
