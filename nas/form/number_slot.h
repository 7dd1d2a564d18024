/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/number_slot.h - a number of a file that may be absent.
 *
 * Usage:
 *	{ .key = "median", .type = FORM_CUSTOM, AT(median),
 *	  .custom = &number_slot_custom, .fallback = "", .help = ... }
 */
#ifndef NAS_FORM_NUMBER_SLOT_H
#define NAS_FORM_NUMBER_SLOT_H

#include <stdbool.h>

struct form_custom; /* nas/form/form.h */

struct nas_number_slot {
	bool present;
	double x;
};

extern const struct form_custom number_slot_custom;

/* Absent where x is not finite. */
struct nas_number_slot number_slot(double x);

/* NAN where it is absent. */
double number_slot_value(const struct nas_number_slot *slot);

#endif
