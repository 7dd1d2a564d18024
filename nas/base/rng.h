/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/rng.h - random numbers: PCG64 (pcg64_fast excluded: streams matter).
 *
 * The state is the caller's. Same seed and stream give the same numbers on
 * every machine; different streams are independent. O'Neill (2014), PCG.
 *
 * Usage:
 *	struct rng rng;
 *	rng_seed(&rng, seed, island);
 *	i = rng_below(&rng, n);           an index, 0 .. n-1, unbiased
 *	u = rng_uniform(&rng);            a double in [0, 1)
 *
 * rng_next serves from a small buffer that the C++ side refills in one call,
 * so that a draw costs no call.
 */
#ifndef NAS_BASE_RNG_H
#define NAS_BASE_RNG_H

#include <stdint.h>

#define RNG_BUFFER 64

struct rng {
	uint64_t state[4]; /* of the generator, laid out by rng.cc */
	uint64_t buffer[RNG_BUFFER];
	uint32_t next; /* RNG_BUFFER = empty */
};

void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream);
void rng_refill(struct rng *rng); /* the next RNG_BUFFER numbers */

static inline uint64_t rng_next(struct rng *rng)
{
	if (rng->next == RNG_BUFFER)
		rng_refill(rng);
	return rng->buffer[rng->next++];
}

/* Uniform in [0, 1), 53 bits. */
static inline double rng_uniform(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

/* Uniform in 0 .. n-1, n >= 1, unbiased (Lemire 2019: multiply, reject). */
uint32_t rng_below(struct rng *rng, uint32_t n);

/* Index drawn with these weights (n >= 1, none negative, sum above 0); never
 * one of weight 0. */
int rng_weighted(struct rng *rng, const double *weight, int n);

double rng_normal(struct rng *rng); /* N(0, 1), Box-Muller without a cache */

#endif
