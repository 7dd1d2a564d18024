/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/figure.h - figures that may be undefined, in JSON: a number or
 * null, an interval [low, high] or null. NAN in the struct is null.
 *
 * Usage: { .type = FORM_CUSTOM, .custom = &figure_custom, ... }
 */
#ifndef NAS_FORM_FIGURE_H
#define NAS_FORM_FIGURE_H

#include "nas/form/form.h"

struct interval {
	double low, high;
};

extern const struct form_custom figure_custom;   /* double */
extern const struct form_custom interval_custom; /* struct interval */

/* "0.9912", "-" where it is not defined. */
struct figure_text {
	char s[32];
};
struct figure_text figure_text(double x, int decimals);
/* "0.97 .. 0.99" */
struct figure_text interval_text(struct interval x, int decimals);

#endif
