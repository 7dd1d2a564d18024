/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/rng.h"
#include "tests/check.h"

/*
 * Outputs 1, 2, 3 and 200, from the definitions of PCG64 (XSL-RR 128/64,
 * O'Neill 2014) and SplitMix64 written down again in Python with its unbounded
 * integers; no C or C++ was involved.
 */
static const struct {
	uint64_t seed, stream, first[3], later;
} expected[] = {
	{0u, 0u,
	 {0xd1a54a050fcdef9u, 0xc3d86e66a3dd8134u, 0x38f7ae2955cb70f8u},
	 0xefa6729a270e09du},
	{1u, 0u,
	 {0xeb99c6cc61d9ff7fu, 0x7b856846fb46e080u, 0x657e949bbe8dcb48u},
	 0xfa84773a9c0404ecu},
	{0u, 1u,
	 {0xcd7c377566d60112u, 0x644ea85c9dcfe973u, 0x469509d8f5d0d1bbu},
	 0xbb3f42ab1caf0387u},
	{UINT64_MAX, UINT64_MAX,
	 {0x583b4d6a78f2f1aau, 0xc83660a6a5ef7d0eu, 0xff6626d2511b34f4u},
	 0x9278050aa9373153u},
	{42u, 54u,
	 {0x9016a1e378396c88u, 0x323f15168783eabu, 0xb1c61889b949199eu},
	 0x290d239f64e5d10eu},
};

static void outputs_are_those_of_pcg(void **state)
{
	struct rng rng;
	uint64_t x = 0;
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		rng_seed(&rng, expected[i].seed, expected[i].stream);
		for (k = 0; k < 200; k++) {
			x = rng_next(&rng);
			if (k < 3)
				assert_true(x == expected[i].first[k]);
		}
		assert_true(x == expected[i].later);
	}
}

static void a_copy_goes_on_alike(void **state)
{
	struct rng a, b;
	int i;

	(void)state;
	rng_seed(&a, 7, 3);
	for (i = 0; i < 100; i++)
		rng_next(&a);
	b = a;
	for (i = 0; i < 1000; i++)
		assert_true(rng_next(&a) == rng_next(&b));
}

/* Every pair of bits of two streams agrees about half of the time. */
static void nearby_streams_are_unrelated(void **state)
{
	struct rng a, b;
	int i, same = 0, n = 4096;

	(void)state;
	rng_seed(&a, 1, 1);
	rng_seed(&b, 1, 2);
	for (i = 0; i < n; i++)
		same += 64 - __builtin_popcountll(rng_next(&a) ^ rng_next(&b));
	CHECK_CLOSE((double)same / (64.0 * n), 0.5, 0.005);
}

/* Chi-square over n cells of 1000 draws each; 5 standard deviations. */
static void indices_are_unbiased(void **state)
{
	static const uint32_t sizes[] = {2, 3, 7, 10, 64, 100};
	int count[100];
	struct rng rng;
	double chi;
	uint32_t n, i;
	size_t k;

	(void)state;
	rng_seed(&rng, check_seed(5), 0);
	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		n = sizes[k];
		memset(count, 0, sizeof(count));
		for (i = 0; i < 1000 * n; i++)
			count[rng_below(&rng, n)]++;
		chi = 0;
		for (i = 0; i < n; i++)
			chi += (count[i] - 1000.0) * (count[i] - 1000.0) / 1000;
		CHECK_CLOSE(chi, n - 1.0, 5 * sqrt(2.0 * (n - 1.0)));
	}
}

/*
 * At n = 3 * 2^30 a plain multiplication would take every third index twice
 * as often: the share of indices divisible by 3 would be 1/2, not 1/3.
 */
static void large_ranges_are_unbiased(void **state)
{
	const uint32_t n = 3u << 30;
	int i, hits = 0, draws = 30000;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(6), 0);
	for (i = 0; i < draws; i++)
		hits += rng_below(&rng, n) % 3 == 0;
	CHECK_CLOSE(hits / (double)draws, 1 / 3.0, 0.014);
	for (i = 0; i < 100; i++) {
		assert_int_equal(rng_below(&rng, 1), 0);
		(void)rng_below(&rng, UINT32_MAX);
	}
}

static void uniform_and_normal_have_their_moments(void **state)
{
	double u, x, sum_u = 0, sum_u2 = 0, sum_x = 0, sum_x2 = 0, sum_x4 = 0;
	struct rng rng;
	int i, n = 200000;

	(void)state;
	rng_seed(&rng, check_seed(8), 0);
	for (i = 0; i < n; i++) {
		u = rng_uniform(&rng);
		assert_true(u >= 0 && u < 1);
		x = rng_normal(&rng);
		sum_u += u;
		sum_u2 += u * u;
		sum_x += x;
		sum_x2 += x * x;
		sum_x4 += x * x * x * x;
	}
	CHECK_CLOSE(sum_u / n, 0.5, 0.0033);
	CHECK_CLOSE(sum_u2 / n, 1 / 3.0, 0.0034);
	CHECK_CLOSE(sum_x / n, 0, 0.0112);
	CHECK_CLOSE(sum_x2 / n, 1, 0.016);
	CHECK_CLOSE(sum_x4 / n, 3, 0.11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outputs_are_those_of_pcg),
		cmocka_unit_test(a_copy_goes_on_alike),
		cmocka_unit_test(nearby_streams_are_unrelated),
		cmocka_unit_test(indices_are_unbiased),
		cmocka_unit_test(large_ranges_are_unbiased),
		cmocka_unit_test(uniform_and_normal_have_their_moments),
	};
	return CHECK_RUN("rng", tests);
}
