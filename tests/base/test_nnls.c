/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares without negative coefficients, against all supports. */

#include "nas/base/nnls.h"
#include "nas/base/rng.h"
#include "tests/check.h"

#define ROWS 9

struct problem {
	int n;
	double row[ROWS][6], value[ROWS];
};

static double error_of(const struct problem *p, const double *x)
{
	double sum = 0;

	for (int i = 0; i < ROWS; i++) {
		double off = -p->value[i];

		for (int j = 0; j < p->n; j++)
			off += p->row[i][j] * x[j];
		sum += off * off;
	}
	return sum;
}

/* Least squares on a support by Gauss-Jordan; false if it is singular. */
static bool on_support(const struct nnls *s, unsigned set, double *x)
{
	double a[6][7];
	int of[6], n = 0;

	memset(x, 0, 6 * sizeof(*x));
	for (int j = 0; j < s->n; j++)
		if (set >> j & 1)
			of[n++] = j;
	for (int i = 0; i < n; i++) {
		for (int j = 0; j < n; j++)
			a[i][j] = s->gram[of[i]][of[j]];
		a[i][n] = s->right[of[i]];
	}
	for (int k = 0; k < n; k++) {
		if (fabs(a[k][k]) < 1e-9)
			return false;
		for (int i = 0; i < n; i++)
			for (int j = n; i != k && j >= k; j--)
				a[i][j] -= a[i][k] * a[k][j] / a[k][k];
	}
	for (int k = 0; k < n; k++)
		x[of[k]] = a[k][n] / a[k][k];
	return true;
}

static double best_by_supports(const struct problem *p, const struct nnls *s)
{
	double best = HUGE_VAL, x[6];

	for (unsigned set = 0; set < 1u << p->n; set++) {
		bool inside = on_support(s, set, x);

		for (int j = 0; j < p->n; j++)
			inside = inside && x[j] >= 0;
		if (inside)
			best = fmin(best, error_of(p, x));
	}
	return best;
}

static void equals_all_supports(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5, 0);
	for (int k = 0; k < 400; k++) {
		struct problem p = { .n = 1 + (int)rng_below(&rng, 6) };
		struct nnls s = { .n = p.n };
		double x[6], best;

		for (int i = 0; i < ROWS; i++) {
			for (int j = 0; j < p.n; j++)
				p.row[i][j] = rng_uniform(&rng);
			if (p.n > 2 && k % 3 == 0) /* made up by others */
				p.row[i][2] = p.row[i][0] + p.row[i][1];
			p.value[i] = rng_uniform(&rng);
			nnls_add(&s, p.row[i], p.value[i], 1);
		}
		nnls_solve(&s, NULL, x);
		for (int j = 0; j < p.n; j++)
			assert_true(x[j] >= 0);
		best = best_by_supports(&p, &s);
		assert_true(error_of(&p, x) <= best * (1 + 1e-7) + 1e-9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_all_supports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
