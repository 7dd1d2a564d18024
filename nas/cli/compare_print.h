/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/compare_print.h - what nas compare prints for people.
 *
 * Usage:
 *	compare_print(&comparison);
 */
#ifndef NAS_CLI_COMPARE_PRINT_H
#define NAS_CLI_COMPARE_PRINT_H

#include "nas/run/compare.h"

void compare_print(const struct comparison *c);

#endif
