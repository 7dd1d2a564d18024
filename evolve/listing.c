/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/listing.h"

#include <string.h>

/* The same structures, each with one choice of bits. */
static const struct nas_space *without_bits(const struct nas_space *space,
					    struct nas_arena *arena)
{
	size_t n = (size_t)space->nstages;
	struct nas_space *bare = NAS_NEW(arena, struct nas_space, 1);
	struct nas_stage *stage = NAS_NEW(arena, struct nas_stage, n);

	if (arena->failed)
		return NULL;
	*bare = *space;
	memcpy(stage, space->stage, n * sizeof(*stage));
	for (size_t s = 0; s < n; s++)
		stage[s].nbits_a = stage[s].nbits_w = 0;
	bare->stage = stage;
	return bare;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* x times y modulo n, for x and y below n, n below 2^63. */
static uint64_t times(uint64_t x, uint64_t y, uint64_t n)
{
	uint64_t sum = 0;

	for (; y; y >>= 1) {
		if (y & 1)
			sum = (sum + x) % n;
		x = 2 * x % n;
	}
	return sum;
}

/* The golden section of n, or what is next to it: multiples of it lie evenly
 * wherever one stops. */
static uint64_t make_step(uint64_t n)
{
	uint64_t step = (uint64_t)((double)n * 0.6180339887498949);

	while (step < 1 || common_divisor(n, step) != 1)
		step++;
	return step;
}

enum nas_status listing_init(struct listing *l, const struct nas_space *space,
			     const struct nas_evolve_options *options,
			     bool refined, struct nas_arena *arena,
			     struct nas_err *err)
{
	long double n;

	*l = (struct listing){ .islands = options->islands };
	if (refined)
		space = without_bits(space, arena);
	if (!space)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a listing");
	n = space_size(space);
	if (n > (long double)options->max_evals ||
	    (options->stall_evals && n > (long double)options->stall_evals))
		return NAS_OK;
	if (space_sampler_init(&l->sampler, space, arena, err) != NAS_OK)
		return err->code;
	l->on = true;
	l->n = (uint64_t)n;
	l->step = make_step(l->n) % l->n;
	l->steps = times(l->step, (uint64_t)l->islands % l->n, l->n);
	return NAS_OK;
}

int64_t listing_count(const struct listing *l, int island)
{
	uint64_t i = (uint64_t)island, islands = (uint64_t)l->islands;

	return i < l->n ? (int64_t)((l->n - i + islands - 1) / islands) : 0;
}

uint64_t listing_first(const struct listing *l, int island)
{
	return times(l->step, (uint64_t)island % l->n, l->n);
}
