/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/graph/draw.h"

#include <math.h>

#define HALF  (DRAW_SIZE / 2)
#define SQRT2 1.41421356237309504880

void draw_seed(struct draw *d, uint64_t seed, uint64_t stream)
{
	rng_seed(&d->rng, seed, stream);
	d->word = 0;
	d->left = 0;
}

/* Local copies: a store of bytes may alias anything. */
void draw_bytes(struct draw *d, const int8_t *table, int8_t *out, size_t n)
{
	size_t i = 0;

	for (; i + 4 <= n; i += 4) {
		uint64_t word = rng_next(&d->rng);

		out[i] = table[word & (DRAW_SIZE - 1)];
		out[i + 1] = table[word >> 16 & (DRAW_SIZE - 1)];
		out[i + 2] = table[word >> 32 & (DRAW_SIZE - 1)];
		out[i + 3] = table[word >> 48];
	}
	for (; i < n; i++)
		out[i] = table[draw_index(d)];
}

/* Of the upper half, k's share ends where the tail above k + 1/2 begins; the
 * lower half mirrors it. */
void draw_integers(int16_t *table, double sigma)
{
	int i = 0, end;

	for (int16_t k = 0; i < HALF; k++) {
		double tail = 0.5 * erfc((k + 0.5) / (sigma * SQRT2));

		end = HALF - (int)rint(DRAW_SIZE * tail);
		for (; i < end; i++) {
			table[HALF + i] = k;
			table[HALF - 1 - i] = (int16_t)-k;
		}
	}
}

/* z with Q(z) = tail, by Newton's method from below. */
static double quantile(double z, double tail)
{
	const double per_sigma = 0.39894228040143267794;
	double step;

	do {
		step = (0.5 * erfc(z / SQRT2) - tail) /
		       (per_sigma * exp(-z * z / 2));
		z += step;
	} while (step > 1e-9);
	return z;
}

void draw_reals(float *table)
{
	double z = 0;

	for (int i = 0; i < HALF; i++) {
		z = quantile(z, (HALF - i - 0.5) / DRAW_SIZE);
		table[HALF + i] = (float)z;
		table[HALF - 1 - i] = (float)-z;
	}
}
