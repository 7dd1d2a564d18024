/* SPDX-License-Identifier: 0BSD */
/* Global average pooling, of sums that the layer before it keeps. */
#include "spaces/export/kernels/kernel.h"

static void clear_sums(const struct layer *l)
{
	for (uint32_t i = 0; i < 8u * l->out; i++)
		arena[l->y / 8 + i] = 0;
}

/* Means of n such sums from byte x on: levels from bit y on. */
static void average(uint32_t x, uint32_t y, uint32_t n, unsigned bits,
		    int64_t scale, int64_t divisor)
{
	for (uint32_t c = 0; c < n; c++, y += bits)
		put(arena, y, bits,
		    to_level_wide(get64(arena + x + 8 * c) * scale, divisor,
				  bits));
}
