/* SPDX-License-Identifier: 0BSD */
/* Channels of maps, one at a time. */
#ifndef NAS_PLANES
#define NAS_PLANES

#include "spaces/export/kernels/dots.c"

static int32_t bias_of(const struct layer *l, uint32_t c)
{
	if (l->bits_b <= 16)
		return get(l->bias, c * l->bits_b, l->bits_b);
	return (int32_t)get32(l->bias + 4 * c);
}

struct plane { /* a channel of a map: its first value, from pixel to pixel */
	uint32_t bit, step;
};

/* The scratch goes to channel y, whose values are bits wide. */
static void copy_out(const struct layer *l, struct plane y, uint32_t n,
		     unsigned bits)
{
	uint32_t at = l->r;

	for (uint32_t j = 0; j < n; j += CHUNK) {
		uint32_t m = n - j < CHUNK ? n - j : CHUNK;
		int16_t level[CHUNK];

		unpack(level, arena, at, m, l->bits_y);
		at += m * l->bits_y;
		if (y.step == bits)
			pack(arena, y.bit, level, m, bits);
		else
			for (uint32_t i = 0; i < m; i++)
				put(arena, y.bit + i * y.step, bits, level[i]);
		y.bit += m * y.step;
	}
}

#endif
