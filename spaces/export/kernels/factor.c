/* SPDX-License-Identifier: 0BSD */
/* From a sum to a level by a factor in single precision. */
#ifndef NAS_FACTOR
#define NAS_FACTOR

#include "spaces/export/kernels/kernel.h"

/* x / 2^shift to the nearest, half to even. */
static uint64_t nearest_even(uint64_t x, unsigned shift)
{
	uint64_t q, rest, half;

	if (shift == 0)
		return x;
	if (shift > 63)
		return 0;
	q = x >> shift;
	rest = x - (q << shift);
	half = (uint64_t)1 << (shift - 1);
	return q + (rest > half || (rest == half && (q & 1)));
}

/* To 24 bits, as a float holds them. */
static uint64_t to_24_bits(uint64_t x, int *dropped)
{
	unsigned n = 0;

	while (x >> n >> 24)
		n++;
	*dropped += (int)n;
	return nearest_even(x, n);
}

#if HAS_WIDE
typedef uint64_t any_sum;
#else
typedef uint32_t any_sum;
#endif

/* |sum| x m 2^-shift to the nearest, with the roundings of single precision. */
static uint32_t level_exactly(any_sum sum, uint32_t m, int shift)
{
	int dropped = 0;
	uint64_t x = to_24_bits(sum, &dropped);

	x = to_24_bits(x * m, &dropped);
	shift -= dropped;
	if (shift < 0)
		x = shift < -15 && x ? 0x8000 : x << -shift;
	else
		x = nearest_even(x, (unsigned)shift);
	return x > 0x7fff ? 0x7fff : (uint32_t)x;
}

/* The same for nearly all sums: only what lies next to a half needs more. factor:
 * m, and shift in its lowest byte. */
static inline int32_t level_of(int32_t acc, uint32_t factor)
{
	uint32_t sum = acc < 0 ? -(uint32_t)acc : (uint32_t)acc, q;
	uint32_t m = factor >> 8, shift = factor & 255;
	uint64_t x = shift < 16 ? (uint64_t)1 << 63
				: (uint64_t)sum * m >> (shift - 16);

	if (x >> 30 && shift >= 16) {
		q = 0x3fff;
	} else {
		q = (uint32_t)x + 0x8000;
		if (shift < 16 || ((q + 3) & 0xffff) < 6)
			q = level_exactly(sum, m, (int)shift);
		else
			q >>= 16;
	}
	return acc < 0 ? -(int32_t)q : (int32_t)q;
}

#endif
