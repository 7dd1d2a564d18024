/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/quantiser_kinds.h - the rows of quantisers[].
 *
 * To add a quantiser: a file quantiser_NAME.c with a struct quantiser, a line
 * here, a row in quantiser.c.
 */
#ifndef SCORING_FORWARD_QUANTISER_KINDS_H
#define SCORING_FORWARD_QUANTISER_KINDS_H

#include "scoring/forward/quantiser.h"

extern const struct quantiser quantiser_max_abs, quantiser_msqe,
	quantiser_po2_max_abs, quantiser_po2_msqe, quantiser_po2_masked,
	quantiser_po2_lower;

#endif
