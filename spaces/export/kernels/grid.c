/* SPDX-License-Identifier: 0BSD */
/*
 * Maps on grids of their own, as trained networks have them: value = scale x
 * (level - zero), zero the level of the value 0. A layer's sums become levels by a
 * factor that is a single-precision number, in the roundings of that.
 */
#ifndef NAS_GRID
#define NAS_GRID

#include "spaces/export/kernels/dots.c"
#include "spaces/export/kernels/factor.c"

struct grid { /* what a layer of such a network has beside struct layer */
	const int8_t *table;  /* from levels to those that are kept; 0 = they */
	const int8_t *read;   /* from levels that lie there to those read */
	const int8_t *bounds; /* least and largest level of each channel, where
			       * they differ */
	uint16_t rows, columns, groups; /* of the output */
	int16_t zero_x, zero_y, low, high;
	uint8_t kernel_y, kernel_x, stride_y, stride_x, dilation_y, dilation_x;
	uint8_t pad_y, pad_x, slot, in_place;
#if HAS_PARTS
	const struct part *parts; /* of an input in several places; 0 = one */
#endif
};

static inline uint32_t factor_of(const struct layer *l, uint32_t c)
{
	return get32(l->bias + ((uint32_t)l->out * l->bits_b + 7) / 8 + 4 * c);
}

/* What is kept of channel c, whose sum has become level v. */
static inline int32_t keep(const struct grid *g, uint32_t c, int32_t v)
{
	int32_t low = g->low, high = g->high;

	v += g->zero_y;
	if (g->bounds) {
		low = g->bounds[2 * c];
		high = g->bounds[2 * c + 1];
	}
	v = v < low ? low : v;
	v = v > high ? high : v;
	return g->table ? g->table[v] : v;
}

static inline int32_t grid_level(const struct grid *g, uint32_t c,
				 uint32_t factor, int32_t acc)
{
	return keep(g, c, level_of(acc, factor));
}

#if HAS_WIDE
/* Of a layer that says WIDE: acc has no bias yet, which has 64 bits there. */
static int32_t grid_level_wide(const struct layer *l, const struct grid *g,
			       uint32_t c, int64_t acc)
{
	int64_t t = acc + get64(l->bias + 8 * c);
	uint32_t factor = factor_of(l, c);
	uint64_t sum = t < 0 ? -(uint64_t)t : (uint64_t)t;
	int32_t v = (int32_t)level_exactly(sum, factor >> 8,
					   (int)(factor & 255));

	return keep(g, c, t < 0 ? -v : v);
}
#endif

static inline void look_up(const int8_t *table, int16_t *x, uint32_t n)
{
	for (uint32_t i = 0; table && i < n; i++)
		x[i] = table[x[i]];
}

#endif
