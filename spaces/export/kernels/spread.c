/* SPDX-License-Identifier: 0BSD */
/* Values in places of other widths. */
#include "spaces/export/kernels/kernel.h"

/* n values from x, at x_bits each, to y, at y_bits. */
static void spread(uint32_t x, unsigned x_bits, uint32_t y, unsigned y_bits,
		   uint32_t n, int down)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = down ? n - 1 - i : i;

		put(arena, y + at * y_bits, y_bits,
		    get(arena, x + at * x_bits, x_bits));
	}
}
