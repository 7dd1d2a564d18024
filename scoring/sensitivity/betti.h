/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sensitivity/betti.h - is the first Betti number of a clique complex 0?
 *
 * The graph is a matrix of bits: bit j of row i for an edge i-j. A vertex
 * whose neighbours, itself among them, are all neighbours of another one is
 * removed: that changes no homotopy type. What is left decides:
 * beta_1 = edges - vertices + components - rank of the triangles' boundaries.
 *
 * Usage:
 *	if (betti_first(adjacency, m, words) != 0)
 */
#ifndef SCORING_SENSITIVITY_BETTI_H
#define SCORING_SENSITIVITY_BETTI_H

#include <stdint.h>

/* beta_1 of the graph on m vertices, rows of words 64-bit words, no loops;
 * adjacency is destroyed. -1 when memory is out. */
int betti_first(uint64_t *adjacency, int m, int words);

#endif
