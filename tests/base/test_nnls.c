/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares without negative coefficients, against all supports. */

#include "nas/base/nnls.h"
#include "nas/base/rng.h"
#include "tests/check.h"

#define ROWS 9

struct problem {
	int n;
	double row[ROWS][6], value[ROWS], weight[ROWS];
	bool allowed[6];
};

static double error_of(const struct problem *p, const double *x)
{
	double sum = 0;

	for (int i = 0; i < ROWS; i++) {
		double off = -p->value[i];

		for (int j = 0; j < p->n; j++)
			off += p->row[i][j] * x[j];
		sum += p->weight[i] * off * off;
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
			inside = inside && x[j] >= 0 &&
				 (p->allowed[j] || !(set >> j & 1));
		if (inside)
			best = fmin(best, error_of(p, x));
	}
	return best;
}

/* Columns of any sign and size, some made up by others, so that coefficients
 * enter and leave again; rows of unequal weight; columns that may not. */
static void draw(struct problem *p, struct nnls *s, int k, struct rng *rng)
{
	for (int j = 0; j < p->n; j++)
		p->allowed[j] = k % 4 || rng_below(rng, 3);
	for (int i = 0; i < ROWS; i++) {
		for (int j = 0; j < p->n; j++)
			p->row[i][j] = (k % 2 ? rng_uniform(rng)
					      : rng_normal(rng)) *
				       (k % 5 ? 1 : 1 + 1e3 * (j == 1));
		if (p->n > 2 && k % 3 == 0)
			p->row[i][2] = p->row[i][0] + p->row[i][1];
		p->value[i] = k % 2 ? rng_uniform(rng) : rng_normal(rng);
		p->weight[i] = k % 7 ? 1 : 0.1 + rng_uniform(rng);
		nnls_add(s, p->row[i], p->value[i], p->weight[i]);
	}
}

static void equals_all_supports(void **state)
{
	struct rng rng;
	int left = 0; /* problems where the free solution is none */

	(void)state;
	rng_seed(&rng, 5, 0);
	for (int k = 0; k < 2000; k++) {
		struct problem p = { .n = 1 + (int)rng_below(&rng, 6) };
		struct nnls s = { .n = p.n };
		double x[6], best;

		draw(&p, &s, k, &rng);
		nnls_solve(&s, k % 4 ? NULL : p.allowed, x);
		for (int j = 0; j < p.n; j++) {
			assert_true(x[j] >= 0 && (p.allowed[j] || x[j] <= 0));
			left += !(x[j] > 0);
		}
		best = best_by_supports(&p, &s);
		assert_true(error_of(&p, x) <= best * (1 + 1e-7) + 1e-9);
	}
	assert_true(left > 1000);
}

/* Too many supports to try: no coefficient above 0 wants to move, none at 0
 * wants to grow. Of columns that three factors make, many leave and some come
 * back. */
static void no_slope_is_left(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 6, 0);
	for (int k = 0; k < 300; k++) {
		struct nnls s = { .n = NNLS_MAX };
		double x[NNLS_MAX], row[NNLS_MAX], part[3][NNLS_MAX];

		for (int j = 0; j < 3 * NNLS_MAX; j++)
			part[j % 3][j / 3] = rng_normal(&rng);
		for (int i = 0; i < NNLS_MAX; i++) {
			double u = rng_normal(&rng), v = rng_normal(&rng),
			       w = rng_normal(&rng);

			for (int j = 0; j < s.n; j++)
				row[j] = u * part[0][j] + v * part[1][j] +
					 w * part[2][j] +
					 0.1 * rng_normal(&rng);
			nnls_add(&s, row, u + 0.5 * v - 0.2 * w +
				 0.3 * rng_normal(&rng), 1);
		}
		nnls_solve(&s, NULL, x);
		for (int j = 0; j < s.n; j++) {
			double slope = s.right[j];

			for (int i = 0; i < s.n; i++)
				slope -= s.gram[j][i] * x[i];
			assert_true(x[j] >= 0);
			assert_true(slope <= 1e-7);
			assert_true(!(x[j] > 0) || slope >= -1e-7);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_all_supports),
		cmocka_unit_test(no_slope_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
