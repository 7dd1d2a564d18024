/* SPDX-License-Identifier: 0BSD */
/* Steps between layers of maps on grids: a level is scale x (level - zero). */
#ifndef NAS_STEP_H
#define NAS_STEP_H

#include "spaces/export/kernels/kernel.h"

struct step {
	uint32_t x, r, y; /* first bits: input, second input, output */
	uint32_t pixels;
	uint16_t channels;
	uint8_t bits_x, bits_r, bits_y, shift;
	int16_t zero_x, zero_r, zero_y, low, high;
	int32_t a, b; /* factors */
	const int8_t *read_x, *read_r; /* from what lies there to what is read */
	const int8_t *table; /* from what is made to what is kept; 0 = it */
	const void *more;    /* what a kind of step has beside */
#if HAS_PARTS
	const struct part *parts_x, *parts_r; /* of a map in several places */
#endif
};

static inline int32_t level_at(uint32_t first, uint32_t i, unsigned bits,
			       const int8_t *read)
{
	int32_t v = bits == 8 ? (int8_t)arena[(first >> 3) + i]
			      : get(arena, first + i * bits, bits);

	return read ? read[v] : v;
}

#if HAS_PARTS
static inline int32_t any_level(const struct part *p, uint32_t first,
				uint32_t i, unsigned bits, const int8_t *read)
{
	int32_t v;

	if (!p)
		return level_at(first, i, bits, read);
	v = part_level(p, i);
	return read ? read[v] : v;
}

#define LEVEL_X(s, i)                                                          \
	any_level((s)->parts_x, (s)->x, i, (s)->bits_x, (s)->read_x)
#define LEVEL_R(s, i)                                                          \
	any_level((s)->parts_r, (s)->r, i, (s)->bits_r, (s)->read_r)
#else
#define LEVEL_X(s, i) level_at((s)->x, i, (s)->bits_x, (s)->read_x)
#define LEVEL_R(s, i) level_at((s)->r, i, (s)->bits_r, (s)->read_r)
#endif

static inline void keep_level(const struct step *s, uint32_t i, int32_t v)
{
	v = v < s->low ? s->low : v;
	v = v > s->high ? s->high : v;
	if (s->table)
		v = s->table[v];
	if (s->bits_y == 8)
		arena[(s->y >> 3) + i] = (uint8_t)v;
	else
		put(arena, s->y + i * s->bits_y, s->bits_y, v);
}

#endif
