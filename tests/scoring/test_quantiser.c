/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantisers of weights: what each promises. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/forward/quantiser.h"

#define N 500

static void gaussian(float *w, uint64_t seed, bool outlier)
{
	struct rng rng;

	rng_seed(&rng, seed, 0);
	for (int i = 0; i < N; i++)
		w[i] = (float)(0.05 * rng_normal(&rng));
	if (outlier)
		w[7] = 1.5f;
}

static double step_of(const char *name, const float *w, int bits)
{
	return quantiser_find(name)->step(w, N, bits);
}

static bool is_power(double x)
{
	int e;

	return frexp(x, &e) == 0.5;
}

/* Those that say so give powers of two, and no others do always. */
static void powers_of_two(void **state)
{
	float w[N];

	(void)state;
	for (int k = 0; quantisers[k]; k++) {
		bool always = true;

		for (uint64_t seed = 0; seed < 10; seed++) {
			gaussian(w, seed, seed % 2);
			for (int bits = 2; bits <= 8; bits++) {
				double s = quantisers[k]->step(w, N, bits);

				assert_true(s > 0);
				always = always && is_power(s);
			}
		}
		assert_int_equal(always, quantisers[k]->power_of_two);
	}
}

/* No power near the one chosen has less error; the real step none at all. */
static void least_error(void **state)
{
	float w[N];

	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++)
		for (int bits = 2; bits <= 8; bits++) {
			double real, power, largest, error;

			gaussian(w, seed, seed % 2);
			real = step_of("msqe", w, bits);
			power = step_of("po2-msqe", w, bits);
			largest = step_of("max-abs", w, bits);
			error = quantiser_error(w, N, bits, power);
			for (int k = -3; k <= 3; k++)
				assert_true(error <=
					    quantiser_error(w, N, bits,
							    ldexp(power, k)));
			assert_true(quantiser_error(w, N, bits, real) <=
				    error * (1 + 1e-9));
			assert_true(quantiser_error(w, N, bits, real) <=
				    quantiser_error(w, N, bits, largest));
		}
}

/* One outlier moves max-abs, not the masked quantiser. */
static void outliers(void **state)
{
	float plain[N], spoilt[N];

	(void)state;
	gaussian(plain, 3, false);
	gaussian(spoilt, 3, true);
	assert_true(step_of("max-abs", spoilt, 4) >
		    5 * step_of("max-abs", plain, 4));
	CHECK_CLOSE(step_of("po2-masked", spoilt, 4),
		    step_of("po2-masked", plain, 4), 0);
}

/* floor or ceil of log2(3 std / M). */
static void round_to_lower(void **state)
{
	float w[N];
	double e, s;

	(void)state;
	gaussian(w, 4, false);
	e = log2(3 * quantiser_deviation(w, N) / 7);
	s = log2(step_of("po2-lower", w, 4));
	assert_true(s == floor(e) || s == ceil(e));
}

static void scales_of_a_layer(void **state)
{
	const struct quantiser *q = quantiser_find("max-abs");
	const float w[6] = { 1, -2, 0, 0, 7, 3.5f };
	float scale[3], expect[3];

	(void)state;
	quantiser_scales(q, scale, w, 3, 2, 4, QUANT_PER_CHANNEL);
	quant_max_abs_scales(expect, w, 3, 2, 4, QUANT_PER_CHANNEL);
	for (int i = 0; i < 3; i++)
		CHECK_CLOSE((double)scale[i], (double)expect[i], 1e-7);
	CHECK_CLOSE((double)scale[1], 0, 0);
	quantiser_scales(q, scale, w, 3, 2, 4, QUANT_PER_TENSOR);
	for (int i = 0; i < 3; i++)
		CHECK_CLOSE((double)scale[i], 1, 1e-7);
	assert_null(quantiser_find("no-such"));
}

/* A step that flips between two powers settles. */
static void stable_scale(void **state)
{
	struct stable_scale s = { 0 };
	double step = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		step = stable_scale_next(&s, i % 4 ? 0.25 : 0.5);
	CHECK_CLOSE(step, 0.25, 0);
	assert_true(s.flips <= 1);
	s.frozen = true;
	CHECK_CLOSE(stable_scale_next(&s, 8), 0.25, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(powers_of_two),
		cmocka_unit_test(least_error),
		cmocka_unit_test(outliers),
		cmocka_unit_test(round_to_lower),
		cmocka_unit_test(scales_of_a_layer),
		cmocka_unit_test(stable_scale),
	};
	return CHECK_RUN("quantiser", tests);
}
