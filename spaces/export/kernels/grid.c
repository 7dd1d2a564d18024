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

static inline const uint8_t *factors_of(const struct layer *l)
{
	return l->bias + ((uint32_t)l->out * l->bits_b + 7) / 8;
}

static inline uint32_t factor_of(const struct layer *l, uint32_t c)
{
	return get32(factors_of(l) + 4 * c);
}

/* What is kept of a channel. */
struct keeping {
	int32_t zero, low, high;
	const int8_t *table;
};

static inline struct keeping bound(struct keeping k, const int8_t *bounds,
				   uint32_t c)
{
	if (bounds) {
		k.low = bounds[2 * c];
		k.high = bounds[2 * c + 1];
	}
	return k;
}

static inline struct keeping keeping_of(const struct grid *g, uint32_t c)
{
	struct keeping k = {g->zero_y, g->low, g->high, g->table};

	return bound(k, g->bounds, c);
}

/* A sum that has become level v. */
static inline int32_t keep(struct keeping k, int32_t v)
{
	v += k.zero;
	v = v < k.low ? k.low : v;
	v = v > k.high ? k.high : v;
	return k.table ? k.table[v] : v;
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

	return keep(keeping_of(g, c), t < 0 ? -v : v);
}
#endif

static inline void look_up(const int8_t *table, int16_t *x, uint32_t n)
{
	for (uint32_t i = 0; table && i < n; i++)
		x[i] = table[x[i]];
}

#endif
