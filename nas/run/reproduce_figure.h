/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/reproduce_figure.h - a row's figures from what its command prints.
 *
 * Usage:
 *	reproduce_take_figures(row, tree, table, arena);
 */
#ifndef NAS_RUN_REPRODUCE_FIGURE_H
#define NAS_RUN_REPRODUCE_FIGURE_H

#include "nas/run/reproduce.h"

/* One a column, by the JSON pointers of the columns; a row that gets none has
 * failed. Text lives in arena. */
void reproduce_take_figures(struct reproduced_row *row,
			    const struct cJSON *tree,
			    const struct paper_table *of,
			    struct nas_arena *arena);

#endif
