/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_limits.h - how much a certificate may do.
 *
 * Work is counted in steps: a stored first block in a pass of the dynamic
 * program is one, one that is computed on the way is CERT_COMPUTED, and so
 * is each extension of a label. A pass is charged before it begins, and a
 * stage of labels is charged what is left at most, so where work ends a
 * certificate does not depend on the clock or on the number of threads. The
 * clock is a second limit, and looked at inside passes.
 *
 * Usage:
 *	if (!cert_spend(limits, steps))
 *		...                          no pass: a limit is reached
 *	while (... && !cert_is_over(limits))
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_LIMITS_H
#define EVOLVE_CERTIFY_CERTIFY_LIMITS_H

#include <stdatomic.h>
#include <stdbool.h>

#define CERT_COMPUTED 8

struct cert_limits {
	double work_left; /* steps */
	double deadline;  /* clock_s() */
	bool spent;       /* work was refused */
	atomic_bool late; /* the deadline has passed, or a signal came */
};

/* Take steps; false when that is more than is left, or a limit was reached
 * before. limits NULL: there are none. */
bool cert_spend(struct cert_limits *limits, double steps);

/* A limit was reached; stays so. */
bool cert_is_over(struct cert_limits *limits);

/* The same by the clock alone; for any thread. */
bool cert_is_late(struct cert_limits *limits);

#endif
