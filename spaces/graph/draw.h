/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/draw.h - Gaussian numbers by the million.
 *
 * A 16-bit uniform picks one of 65,536 quantiles of N(0, 1), equally likely,
 * or what N(0, sigma) rounds to there: four numbers a draw of 64 bits, about
 * a nanosecond each. The outermost are at 4.3 sigma.
 *
 * Usage:
 *	struct draw d;
 *	draw_seed(&d, seed, layer);
 *	draw_integers(table, 4);
 *	q = table[draw_index(&d)];
 */
#ifndef SPACES_GRAPH_DRAW_H
#define SPACES_GRAPH_DRAW_H

#include <stddef.h>

#include "nas/base/rng.h"

#define DRAW_SIZE 65536

struct draw {
	struct rng rng;
	uint64_t word;
	int left; /* indices in word */
};

void draw_seed(struct draw *d, uint64_t seed, uint64_t stream);

static inline unsigned draw_index(struct draw *d)
{
	unsigned i;

	if (d->left == 0) {
		d->word = rng_next(&d->rng);
		d->left = 4;
	}
	i = (unsigned)(d->word & (DRAW_SIZE - 1));
	d->word >>= 16;
	d->left--;
	return i;
}

/* out (n) = table[indices]: the same as n times draw_index, only faster. For
 * all numbers of a stream at once. */
void draw_bytes(struct draw *d, const int8_t *table, int8_t *out, size_t n);

/* table (DRAW_SIZE) = integers that N(0, sigma) rounds to; sigma <= 1000. */
void draw_integers(int16_t *table, double sigma);
/* table (DRAW_SIZE) = quantiles of N(0, 1). */
void draw_reals(float *table);

#endif
