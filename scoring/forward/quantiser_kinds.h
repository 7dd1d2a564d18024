/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/quantiser_kinds.h - the rows of quantisers[].
 *
 * To add a quantiser: a file quantiser_NAME.c with a struct quantiser and its
 * name in the list.
 */
#ifndef SCORING_FORWARD_QUANTISER_KINDS_H
#define SCORING_FORWARD_QUANTISER_KINDS_H

#include "scoring/forward/quantiser.h"

#define QUANTISER_LIST(X)                                                     \
	X(max_abs) X(msqe) X(po2_max_abs) X(po2_msqe) X(po2_masked)           \
	X(po2_lower)

#define QUANTISER_DECLARATION(name)                                           \
	extern const struct quantiser quantiser_##name;
QUANTISER_LIST(QUANTISER_DECLARATION)

#endif
