/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/graph_csv.h - the table of layers of a trained network.
 *
 * For spaces/export/format_csv.c only.
 *
 * Usage:
 *	graph_csv(&text, &graph);
 */
#ifndef SPACES_EXPORT_GRAPH_CSV_H
#define SPACES_EXPORT_GRAPH_CSV_H

#include "nas/base/file.h"
#include "spaces/graph/graph.h"

/* One row a layer: its shapes, bits, work, bytes of its weights; bits 0 =
 * float, which is 4 bytes a weight. */
void graph_csv(struct text *out, const struct graph *g);

#endif
