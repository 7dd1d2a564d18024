/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sensitivity/persistence.h - when the first cycle is born in a feature map.
 *
 * A map U (m x m) is read as a weighted graph of m vertices: edge i-j weighs
 * max(U_ij, U_ji), the diagonal says nothing. Edges come in falling order of
 * weight, equal ones together; each graph is taken with all its cliques
 * filled. The birth time of a map is the number of the distinct weight, from
 * 1, at which the first Betti number is not 0 for the first time; 0 when it
 * never is. Multiplying a map by a positive number changes nothing.
 *
 * While the Betti number is 0 it stays 0 at an edge whose ends were not
 * connected, or have a common neighbour: the edge's star meets the rest in
 * the suspension of what the ends have in common. An edge of neither kind
 * closes a cycle. Equal edges may come in any order, so those of them that
 * keep the number 0 go first; where some remain, the number at the end of the
 * group decides, from ranks over GF(2) after dominated vertices are removed:
 * a class may be born and die within a group.
 *
 * A map that is not square is read into the smallest square that holds its
 * values, row by row, the rest 0.
 *
 * Usage:
 *	struct persistence *w = persistence_new(112);
 *	birth = persistence_birth(w, map, 112, 112);
 *	persistence_free(w);
 *	h = birth_entropy(births, n);
 *
 * Cost: m = 112: some 50 microseconds where the birth is early.
 * Source: Zhao and Zhang (ICLR 2022, arXiv 2103.09716), feature entropy, and
 * its code for ties; dominated vertices: Barmak and Minian (2012). Counting
 * "never" as a bin of its own is a choice (Li, Su and Ma 2025 leave it open).
 */
#ifndef SCORING_SENSITIVITY_PERSISTENCE_H
#define SCORING_SENSITIVITY_PERSISTENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PERSISTENCE_SIDE_MAX 1024

struct persistence; /* work space of one thread */

/* For maps of at most side x side values; NULL when memory is out. */
struct persistence *persistence_new(int side);
void persistence_free(struct persistence *w); /* accepts NULL */

/* Side of the square that holds rows x columns. */
int persistence_side(int rows, int columns);

/* Birth time of map (rows, columns), 0 = never, or one of these. */
#define PERSISTENCE_NOT_FINITE (-1) /* a value of the map */
#define PERSISTENCE_NO_MEMORY  (-2)
int persistence_birth(struct persistence *w, const float *map, int rows,
		      int columns);

/* - sum P ln P over the values of birth (n), "never" among them; birth is
 * sorted. */
double birth_entropy(int *birth, int n);

#endif
