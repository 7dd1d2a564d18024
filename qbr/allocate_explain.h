/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_explain.h - which budgets cannot be met and by how much, and
 * the nearest policy.
 *
 * The least use of each budget alone is a search without budgets whose loss is
 * that use. The nearest policy is the one with the least factor on all budgets
 * that makes it fit: searches with ever smaller factors, until nothing fits.
 *
 * Usage:
 *	status = allocate_explain(&allocation, &g, arena, err);
 */
#ifndef QBR_ALLOCATE_EXPLAIN_H
#define QBR_ALLOCATE_EXPLAIN_H

#include "qbr/allocate.h"
#include "qbr/allocate_groups.h"

/* Fills status, method, least, scale and, where a factor exists, policy. */
enum nas_status allocate_explain(struct allocation *a, struct groups *g,
				 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
