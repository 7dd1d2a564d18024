// SPDX-License-Identifier: GPL-3.0-or-later
// The only C++ of the program: PCG's own generator behind two C functions.
// Nothing here needs the C++ runtime library at link time.
#include <cstring>
#include <istream>
#include <ostream>
#include <type_traits>

// PCG's header includes <iostream>, whose static object would make every
// program link the C++ library; the streams' declarations above are enough.
#define _GLIBCXX_IOSTREAM 1
#include <pcg_random.hpp>

extern "C" {
#include "nas/base/rng.h"
}

static_assert(sizeof(pcg64) == sizeof(rng::state), "state of pcg64");
static_assert(std::is_trivially_copyable<pcg64>::value, "copied by memcpy");

// SplitMix64 (Steele, Lea, Flood 2014). Nearby seeds, and nearby streams of
// one seed, start PCG in related states; this takes the relation away.
static uint64_t split_mix(uint64_t *x)
{
	uint64_t z = *x += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static pcg64::state_type wide(uint64_t *x)
{
	pcg64::state_type high = split_mix(x);

	return high << 64 | split_mix(x);
}

extern "C" void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream)
{
	uint64_t s = seed, t = ~stream; // equal arguments must not agree
	pcg64::state_type state = wide(&s);
	pcg64 generator(state, wide(&t));

	std::memcpy(rng->state, &generator, sizeof(generator));
	std::memset(rng->buffer, 0, sizeof(rng->buffer));
	rng->next = RNG_BUFFER;
}

extern "C" void rng_refill(struct rng *rng)
{
	pcg64 generator(0u);

	std::memcpy(&generator, rng->state, sizeof(generator));
	for (int i = 0; i < RNG_BUFFER; i++)
		rng->buffer[i] = generator();
	std::memcpy(rng->state, &generator, sizeof(generator));
	rng->next = 0;
}
