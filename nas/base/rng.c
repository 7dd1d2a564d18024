/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/rng.h"

#include <math.h>

#include "nas/base/err.h"

/*
 * Lemire (2019), "Fast random integer generation in an interval": the high
 * half of draw * n is the index. The low half says which draws are too many
 * for some indices; those, 2^32 mod n of 2^32, are drawn again.
 */
uint32_t rng_below(struct rng *rng, uint32_t n)
{
	uint64_t product;
	uint32_t excess;

	NAS_BUG_IF(n == 0);
	product = (rng_next(rng) >> 32) * n;
	if ((uint32_t)product < n) {
		excess = (uint32_t)(0 - n) % n; /* 2^32 mod n */
		while ((uint32_t)product < excess)
			product = (rng_next(rng) >> 32) * n;
	}
	return (uint32_t)(product >> 32);
}

int rng_weighted(struct rng *rng, const double *weight, int n)
{
	double sum = 0, u;
	int last = 0;

	for (int i = 0; i < n; i++)
		sum += weight[i];
	u = rng_uniform(rng) * sum;
	for (int i = 0; i < n; i++) {
		if (weight[i] > 0)
			last = i;
		u -= weight[i];
		if (u < 0 && weight[i] > 0)
			return i;
	}
	return last;
}

double rng_normal(struct rng *rng)
{
	const double two_pi = 6.283185307179586477;
	double u = 1.0 - rng_uniform(rng); /* in (0, 1]: its logarithm exists */
	double v = rng_uniform(rng);

	return sqrt(-2.0 * log(u)) * cos(two_pi * v);
}
