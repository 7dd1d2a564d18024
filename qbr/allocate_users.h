/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_users.h - inside qbr/allocate_counts.h: which layers have few
 * bits, where it is known how many.
 *
 * Counts that are whole say what is lost, and leave the question whether it can
 * be done: the least use of the dearest budget, inside all others, where no more
 * layers have at most t bits than the counts say. Its prices are known from
 * the box, in uses of that budget in place of losses.
 *
 * Usage:
 *	enum users found;
 *	if (!users_find(&c, &view, &box, &found, err))
 *		out of memory
 */
#ifndef QBR_ALLOCATE_USERS_H
#define QBR_ALLOCATE_USERS_H

#include "qbr/allocate_boxes.h"

enum users { USERS_NONE, USERS_SOME, USERS_NOT_KNOWN };

/* USERS_SOME: a policy inside the limits, offered to the search; it loses no
 * more than view->count says. False: out of memory, or err. */
bool users_find(struct counts *c, struct view *v, const struct box *b,
		enum users *found, struct nas_err *err) NAS_MUST_CHECK;

#endif
