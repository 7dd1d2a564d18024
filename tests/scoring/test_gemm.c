/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Matrix products against their definition, and the kernels that are asked for.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nas/base/rng.h"
#include "scoring/forward/gemm.h"

#define SIDE 70

static float a[SIDE * SIDE], b[SIDE * SIDE], c[SIDE * SIDE], old[SIDE * SIDE];

static void draw(struct rng *rng, float *x)
{
	for (int i = 0; i < SIDE * SIDE; i++)
		x[i] = (float)rng_uniform(rng) - 0.5f;
}

static double at(enum gemm_form form, int i, int j, int k, float beta)
{
	double sum = (double)beta * (double)old[i * SIDE + j];

	for (int p = 0; p < k; p++)
		sum += (double)(form == GEMM_ATB ? a[p * SIDE + i]
						 : a[i * SIDE + p]) *
		       (double)(form == GEMM_ABT ? b[j * SIDE + p]
						 : b[p * SIDE + j]);
	return sum;
}

static void check_product(struct rng *rng, enum gemm_form form, float beta)
{
	int m = 1 + (int)rng_below(rng, SIDE), n = 1 + (int)rng_below(rng, SIDE);
	int k = 1 + (int)rng_below(rng, SIDE);

	draw(rng, a);
	draw(rng, b);
	draw(rng, c);
	memcpy(old, c, sizeof(c));
	gemm(form, m, n, k, a, SIDE, b, SIDE, beta, c, SIDE);
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++)
			if (i < m && j < n)
				CHECK_CLOSE((double)c[i * SIDE + j],
					    at(form, i, j, k, beta), 1e-4);
			else
				assert_true(c[i * SIDE + j] >= old[i * SIDE + j] &&
					    c[i * SIDE + j] <= old[i * SIDE + j]);
}

static void products_are_as_defined(void **state)
{
	struct rng rng;
	struct nas_err err = {0};

	(void)state;
	rng_seed(&rng, 5, 1);
	CHECK_OK(gemm_load(&err), &err);
	for (int i = 0; i < 40; i++)
		for (int form = GEMM_AB; form <= GEMM_ATB; form++)
			check_product(&rng, form, (float)(i % 2));
}

/* In a child, for the library is loaded once: what it is told of the core. */
static bool told(const char *before, const char *after)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		const char *core;
		struct nas_err err = {0};

		if (before)
			setenv("OPENBLAS_CORETYPE", before, 1);
		else
			unsetenv("OPENBLAS_CORETYPE");
		if (gemm_load(&err) != NAS_OK)
			_exit(1);
		core = getenv("OPENBLAS_CORETYPE");
		_exit(after ? !core || strcmp(core, after) != 0 : core != NULL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void kernels_are_those_of_the_features(void **state)
{
	(void)state;
	assert_true(told("Nehalem", "Nehalem"));
#if defined(__x86_64__) && defined(__GNUC__)
	if (__builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512bw"))
		assert_true(told(NULL, "SkylakeX"));
	else if (__builtin_cpu_supports("avx2"))
		assert_true(told(NULL, "Haswell"));
	else
		assert_true(told(NULL, NULL));
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_are_those_of_the_features),
		cmocka_unit_test(products_are_as_defined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
