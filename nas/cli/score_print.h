/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/score_print.h - what nas score prints for people.
 *
 * Usage:
 *	scored_print(&scored);
 */
#ifndef NAS_CLI_SCORE_PRINT_H
#define NAS_CLI_SCORE_PRINT_H

#include "nas/run/scored.h"

/* Tables on standard output: totals and layers of one network; one row a
 * network. */
void scored_print(const struct scored *scored);
void scored_print_list(const struct scored *scored, int n);

#endif
