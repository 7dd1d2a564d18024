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

/* A factor as it is applied: sum x 2^left x m x 2^-(32 + right) has 16 binary
 * digits behind the point. */
struct scaling {
	int32_t m;
	unsigned left, right;
	uint32_t limit; /* of |sum|; what is larger is beyond all levels */
	uint32_t factor;
};

/* factor: 24 bits, and by how many binary places it is less in its lowest byte. */
static inline struct scaling scaling_of(uint32_t factor)
{
	unsigned shift = factor & 255;
	struct scaling s = {(int32_t)((factor & ~(uint32_t)255) >> 1), 0, 0,
			    INT32_MAX, factor};

	if (shift < 16) {
		s.limit = 0;
	} else if (shift < 41) {
		s.left = 41 - shift;
		s.limit >>= s.left;
	} else {
		s.right = shift - 41 < 31 ? shift - 41 : 31;
	}
	return s;
}

static SEPARATE int32_t level_slowly(int32_t acc, uint32_t factor)
{
	uint32_t sum = acc < 0 ? -(uint32_t)acc : (uint32_t)acc;
	int32_t q = (int32_t)level_exactly(sum, factor >> 8,
					   (int)(factor & 255));

	return acc < 0 ? -q : q;
}

/* The same as level_exactly() for nearly all sums: only what lies next to a half
 * needs more. */
static inline int32_t level_of(int32_t acc, struct scaling s)
{
	uint32_t scaled = (uint32_t)acc << s.left, q;
	int64_t product = (int64_t)(int32_t)scaled * s.m;

	q = (uint32_t)((int32_t)(product >> 32) >> s.right) + 0x8003;
	if ((uint32_t)acc + s.limit > 2 * s.limit || (q & 0xffff) < 6)
		return level_slowly(acc, s.factor);
	return (int32_t)q >> 16;
}

#endif
