/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_quantum.h - limits that sums of uses can reach.
 *
 * Where the uses of a budget are whole multiples of a power of 2 (as bytes and
 * operations are), all that items of a group differ by has a greatest common
 * divisor, and a limit between two multiples of it is as good as the lower one.
 * The sums are exact in doubles then.
 *
 * Usage:
 *	quantum_tighten(&g);
 */
#ifndef QBR_ALLOCATE_QUANTUM_H
#define QBR_ALLOCATE_QUANTUM_H

#include "qbr/allocate_groups.h"

void quantum_tighten(struct groups *g);

#endif
