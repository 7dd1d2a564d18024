/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/seen.h"

#include <stddef.h>
#include <string.h>

#define BITS_MOST 18 /* a megabyte */

int seen_bits(int64_t hashes)
{
	int bits = 10;

	while (bits < BITS_MOST && (int64_t)1 << bits < 2 * hashes)
		bits++;
	return bits;
}

enum nas_status seen_init(struct seen *seen, int64_t hashes,
			  struct nas_arena *arena, struct nas_err *err)
{
	seen->forgot = false;
	seen->bits = seen_bits(hashes);
	seen->slot = NAS_NEW(arena, uint32_t,
			     ((size_t)1 << seen->bits) + SEEN_PROBES);
	if (!seen->slot)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for the networks tried");
	return NAS_OK;
}

/* 2^bits + SEEN_PROBES is a multiple of 16: half words of the bitmap. */
static size_t slots(const struct seen *seen)
{
	return ((size_t)1 << seen->bits) + SEEN_PROBES;
}

void seen_clear(struct seen *seen)
{
	memset(seen->slot, 0, slots(seen) * sizeof(*seen->slot));
}

size_t seen_packed_most(const struct seen *seen)
{
	return slots(seen) / 16 * sizeof(uint16_t) +
	       (slots(seen) + 1) * sizeof(uint32_t); /* one is written ahead */
}

size_t seen_pack(const struct seen *seen, void *out)
{
	size_t n = slots(seen), taken = 0;
	char *map = out, *value = map + n / 16 * sizeof(uint16_t);

	for (size_t i = 0; i < n; i += 16) {
		uint16_t word = 0;

		for (size_t k = 0; k < 16; k++) {
			uint32_t slot = seen->slot[i + k];

			memcpy(value + taken * sizeof(slot), &slot,
			       sizeof(slot));
			word = (uint16_t)(word | (uint16_t)(slot != 0) << k);
			taken += slot != 0;
		}
		memcpy(map + i / 16 * sizeof(word), &word, sizeof(word));
	}
	return (size_t)(value - map) + taken * sizeof(uint32_t);
}

bool seen_unpack(struct seen *seen, const void *in, size_t n)
{
	const char *map = in, *end = map + n, *value;
	size_t all = slots(seen);

	if (n < all / 16 * sizeof(uint16_t))
		return false;
	value = map + all / 16 * sizeof(uint16_t);
	for (size_t i = 0; i < all; i++) {
		uint16_t word;

		memcpy(&word, map + i / 16 * sizeof(word), sizeof(word));
		seen->slot[i] = 0;
		if (!(word >> i % 16 & 1))
			continue;
		if (end - value < (ptrdiff_t)sizeof(uint32_t))
			return false;
		memcpy(&seen->slot[i], value, sizeof(uint32_t));
		value += sizeof(uint32_t);
	}
	return value == end;
}
