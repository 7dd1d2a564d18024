/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/samples.h"
#include "tests/check.h"

/* Wilson's interval solves |p - s/n| = z sqrt(p (1 - p) / n). */
static void share_solves_its_equation(void **state)
{
	static const double cases[][2] = { { 0, 10 }, { 10, 10 }, { 3, 1000 },
					   { 500, 1000 }, { 1, 1 } };
	const double z = 1.959963984540054;

	(void)state;
	for (int i = 0; i < 5; i++) {
		double n = cases[i][1], p = cases[i][0] / n, end[2];

		samples_share(&end[0], &end[1], cases[i][0], n);
		for (int k = 0; k < 2; k++) {
			if ((k == 0 && p == 0) || (k == 1 && p == 1)) {
				CHECK_CLOSE(end[k], k, 0);
				continue;
			}
			CHECK_CLOSE(fabs(end[k] - p),
				    z * sqrt(end[k] * (1 - end[k]) / n),
				    1e-12);
		}
	}
}

/* The mean over all subsets, by listing them. */
static double best_of_subsets(const double *x, int n, int m)
{
	double sum = 0;
	int subsets = 0;

	for (int set = 0; set < 1 << n; set++) {
		double best = -HUGE_VAL;
		int size = 0;

		for (int i = 0; i < n; i++)
			if (set >> i & 1) {
				best = fmax(best, x[i]);
				size++;
			}
		if (size == m) {
			sum += best;
			subsets++;
		}
	}
	return sum / subsets;
}

static void best_of_is_the_mean_over_subsets(void **state)
{
	static const double x[] = { -3, -1, 0, 0, 2.5, 7, 7, 11, 100 };

	(void)state;
	for (int n = 1; n <= 9; n++)
		for (int m = 1; m <= n; m++)
			CHECK_CLOSE(samples_best_of(x, n, m),
				    best_of_subsets(x, n, m), 1e-12);
}

/* Holm's example in words: sorted, times n, n-1, ..., never falling. */
static void holm_by_hand(void **state)
{
	struct nas_err err = { 0 };
	double p[] = { 0.04, 0.01, 0.03, 0.005 };
	double many[] = { 0.9, 0.8, 0.7 };

	(void)state;
	CHECK_OK(samples_holm(p, 4, &err), &err);
	CHECK_CLOSE(p[3], 0.02, 1e-15);
	CHECK_CLOSE(p[1], 0.03, 1e-15);
	CHECK_CLOSE(p[2], 0.06, 1e-15);
	CHECK_CLOSE(p[0], 0.06, 1e-15);
	CHECK_OK(samples_holm(many, 3, &err), &err);
	for (int i = 0; i < 3; i++)
		CHECK_CLOSE(many[i], 1, 0);
	p[0] = (double)NAN;
	CHECK_FAILS(samples_holm(p, 4, &err), NAS_ENUM, &err, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(share_solves_its_equation),
		cmocka_unit_test(best_of_is_the_mean_over_subsets),
		cmocka_unit_test(holm_by_hand),
	};

	return CHECK_RUN("samples", tests);
}
