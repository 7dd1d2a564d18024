/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against the definitions, in O(n^2) and O(2^n), on random data with ties;
 * tests/interop/stats.py compares with scipy. */
#include "nas/base/rng.h"
#include "nas/base/stats.h"
#include "nas/base/stats_pair.h"
#include "tests/check.h"

#define MOST 60

static int sign_of(double x)
{
	return (x > 0) - (x < 0);
}

/* Whole numbers below values: many ties where that is small. */
static void fill(double *x, int n, int values, struct rng *rng)
{
	for (int i = 0; i < n; i++)
		x[i] = rng_below(rng, (uint32_t)values) - values / 3.0;
}

static void ranks_by_counting(double *rank, const double *x, int n)
{
	for (int i = 0; i < n; i++) {
		rank[i] = 0.5;
		for (int j = 0; j < n; j++)
			rank[i] += (x[j] < x[i]) + 0.5 * (x[j] == x[i]);
	}
}

static double pearson_plain(const double *x, const double *y, int n)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;

	for (int i = 0; i < n; i++) {
		mx += x[i] / n;
		my += y[i] / n;
	}
	for (int i = 0; i < n; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		yy += (y[i] - my) * (y[i] - my);
		xy += (x[i] - mx) * (y[i] - my);
	}
	return xy / sqrt(xx * yy);
}

static double tau_by_pairs(const double *x, const double *y, int n)
{
	double difference = 0, untied_x = 0, untied_y = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++) {
			int sx = sign_of(x[i] - x[j]);
			int sy = sign_of(y[i] - y[j]);

			difference += sx * sy;
			untied_x += sx != 0;
			untied_y += sy != 0;
		}
	return difference / sqrt(untied_x * untied_y);
}

static bool constant(const double *x, int n)
{
	for (int i = 1; i < n; i++)
		if (x[i] != x[0])
			return false;
	return true;
}

static void compare_columns(const double *x, const double *y, int n)
{
	double rx[MOST], ry[MOST], got = 0, rank[MOST];
	struct nas_err err = { 0 };

	ranks_by_counting(rx, x, n);
	ranks_by_counting(ry, y, n);
	CHECK_OK(stats_ranks(rank, x, n, &err), &err);
	for (int i = 0; i < n; i++)
		CHECK_CLOSE(rank[i], rx[i], 0);
	if (constant(x, n) || constant(y, n)) {
		CHECK_OK(stats_spearman(&got, x, y, n, &err), &err);
		assert_true(isnan(got));
		CHECK_OK(stats_kendall(&got, x, y, n, &err), &err);
		assert_true(isnan(got));
		CHECK_OK(stats_pearson(&got, x, y, n, &err), &err);
		assert_true(isnan(got));
		return;
	}
	CHECK_OK(stats_spearman(&got, x, y, n, &err), &err);
	CHECK_CLOSE(got, pearson_plain(rx, ry, n), 1e-12);
	CHECK_OK(stats_kendall(&got, x, y, n, &err), &err);
	CHECK_CLOSE(got, tau_by_pairs(x, y, n), 1e-12);
	CHECK_OK(stats_pearson(&got, x, y, n, &err), &err);
	CHECK_CLOSE(got, pearson_plain(x, y, n), 1e-12);
}

static void columns_by_definition(void **state)
{
	double x[MOST], y[MOST];
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(5), 0);
	for (int k = 0; k < 600; k++) {
		int n = 2 + (int)rng_below(&rng, MOST - 1);
		int values = k % 3 == 0 ? 3 : k % 3 == 1 ? 20 : 1000000;

		fill(x, n, values, &rng);
		fill(y, n, k % 2 ? values : 1000000, &rng);
		compare_columns(x, y, n);
	}
}

/* Rows that are there count[i] times are rows that are repeated. */
static void counts_are_repetitions(void **state)
{
	double x[MOST], y[MOST], rx[4 * MOST], ry[4 * MOST], want = 0;
	struct nas_err err = { 0 };
	struct stats_pair pair;
	struct nas_arena arena;
	struct rng rng;
	int count[MOST];
	void *scratch;

	(void)state;
	arena_init(&arena, 64 << 20);
	rng_seed(&rng, check_seed(6), 0);
	for (int k = 0; k < 200; k++) {
		int n = 3 + (int)rng_below(&rng, MOST - 2), m = 0;

		fill(x, n, k % 2 ? 5 : 1000, &rng);
		fill(y, n, k % 2 ? 1000 : 7, &rng);
		for (int i = 0; i < n; i++) {
			count[i] = (int)rng_below(&rng, 4);
			for (int j = 0; j < count[i]; j++, m++) {
				rx[m] = x[i];
				ry[m] = y[i];
			}
		}
		if (m < 2 || constant(rx, m) || constant(ry, m))
			continue;
		CHECK_OK(stats_pair_make(&pair, x, y, n, &arena, &err), &err);
		scratch = arena_alloc(&arena, stats_pair_scratch(&pair), 1);
		CHECK_OK(stats_kendall(&want, rx, ry, m, &err), &err);
		CHECK_CLOSE(stats_pair_kendall(&pair, count, scratch), want,
			    1e-12);
		CHECK_OK(stats_spearman(&want, rx, ry, m, &err), &err);
		CHECK_CLOSE(stats_pair_spearman(&pair, count, scratch), want,
			    1e-12);
		CHECK_OK(stats_pearson(&want, rx, ry, m, &err), &err);
		CHECK_CLOSE(stats_pair_pearson(&pair, count), want, 1e-12);
	}
	arena_free(&arena);
}

static void not_a_number_is_an_error(void **state)
{
	double x[3] = { 1, (double)NAN, 2 }, y[3] = { 1, 2, 3 };
	double z[3] = { 1, 2, HUGE_VAL }, out[3];
	struct nas_err err = { 0 };
	struct stats_mann_whitney mw;
	struct stats_ks ks;

	(void)state;
	CHECK_FAILS(stats_ranks(out, x, 3, &err), NAS_ENUM, &err, "value 1");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(stats_spearman(out, y, z, 3, &err), NAS_ENUM, &err,
		    "value 2 of the second");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(stats_kendall(out, x, y, 3, &err), NAS_ENUM, &err,
		    "value 1 of the first");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(stats_pearson(out, x, y, 3, &err), NAS_ENUM, &err, "1");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(stats_ks(&ks, y, 3, x, 3, &err), NAS_ENUM, &err, "1");
	err = (struct nas_err){ 0 };
	CHECK_FAILS(stats_mann_whitney(&mw, z, 3, x, 3, &err), NAS_ENUM, &err,
		    "value 2");
}

static void large_numbers_stay_finite(void **state)
{
	double x[3] = { 1e300, 2e300, -1e300 }, y[3] = { 1e-300, 2e-300, 0 };
	struct nas_err err = { 0 };
	double r = 0;

	(void)state;
	CHECK_OK(stats_pearson(&r, x, y, 3, &err), &err);
	/* deviations (1, 4, -5)/3 and (0, 1, -1): 9 / sqrt(42 * 2) */
	CHECK_CLOSE(r, 9 / sqrt(84), 1e-12);
}

static void quantiles(void **state)
{
	double x[5] = { 9, 1, 3, 2, 7 };

	(void)state;
	stats_sort(x, 5);
	CHECK_CLOSE(stats_quantile(x, 5, 0), 1, 0);
	CHECK_CLOSE(stats_quantile(x, 5, 0.5), 3, 0);
	CHECK_CLOSE(stats_quantile(x, 5, 1), 9, 0);
	CHECK_CLOSE(stats_quantile(x, 5, 0.6), 3 + 0.4 * (7 - 3), 1e-15);
	CHECK_CLOSE(stats_quantile(x, 1, 0.3), 1, 0);
}

static void close_values_become_equal(void **state)
{
	double x[6] = { 3, 1 + 2e-9, 1, 2, 1 + 1e-9, 3 - 5e-10 };
	double want[6] = { 3 - 5e-10, 1, 1, 2, 1, 3 - 5e-10 };
	struct nas_err err = { 0 };

	(void)state;
	CHECK_OK(stats_snap(x, 6, 1.5e-9, &err), &err);
	for (int i = 0; i < 6; i++)
		CHECK_CLOSE(x[i], want[i], 0);
}

/* ---- two samples ---- */

static double share_up_to(const double *x, int n, double at)
{
	double share = 0;

	for (int i = 0; i < n; i++)
		share += x[i] <= at;
	return share / n;
}

static double ks_by_definition(const double *x, int nx, const double *y,
			       int ny)
{
	double d = 0;

	for (int i = 0; i < nx + ny; i++) {
		double at = i < nx ? x[i] : y[i - nx];

		d = fmax(d, fabs(share_up_to(x, nx, at) -
				 share_up_to(y, ny, at)));
	}
	return d;
}

static double u_by_pairs(const double *x, int nx, const double *y, int ny)
{
	double u = 0;

	for (int i = 0; i < nx; i++)
		for (int j = 0; j < ny; j++)
			u += (x[i] > y[j]) + 0.5 * (x[i] == y[j]);
	return u;
}

static void samples_by_definition(void **state)
{
	double x[MOST], y[MOST];
	struct nas_err err = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(7), 0);
	for (int k = 0; k < 500; k++) {
		int nx = 1 + (int)rng_below(&rng, MOST);
		int ny = 1 + (int)rng_below(&rng, MOST);
		struct stats_mann_whitney mw;
		struct stats_ks ks;
		double u;

		fill(x, nx, k % 2 ? 6 : 100000, &rng);
		fill(y, ny, k % 3 ? 6 : 100000, &rng);
		u = u_by_pairs(x, nx, y, ny);
		CHECK_OK(stats_ks(&ks, x, nx, y, ny, &err), &err);
		CHECK_CLOSE(ks.d, ks_by_definition(x, nx, y, ny), 1e-14);
		CHECK_CLOSE(fabs(share_up_to(x, nx, ks.at) -
				 share_up_to(y, ny, ks.at)), ks.d, 1e-14);
		CHECK_CLOSE(fmax(ks.above, ks.below), ks.d, 0);
		assert_true(ks.exact && ks.p >= 0 && ks.p <= 1);
		CHECK_OK(stats_mann_whitney(&mw, x, nx, y, ny, &err), &err);
		CHECK_CLOSE(mw.u, u, 0);
		CHECK_CLOSE(mw.effect, u / (nx * ny), 1e-15);
		CHECK_CLOSE(mw.delta, 2 * u / (nx * ny) - 1, 1e-15);
		assert_true(mw.p >= 0 && mw.p <= 1);
	}
}

/* The share of all orders of nx and ny different values whose distance is at
 * least d: bit i of order says that the i-th smallest is of x. */
static double p_by_orders(int nx, int ny, double d)
{
	double reached = 0, all = 0;

	for (unsigned order = 0; order < 1u << (nx + ny); order++) {
		int i = 0, n = nx + ny;
		double most = 0;

		for (int k = 0; k < n; k++) {
			i += (order >> k) & 1;
			most = fmax(most, fabs((double)i / nx -
					       (double)(k + 1 - i) / ny));
		}
		if (i != nx)
			continue;
		all++;
		reached += most >= d - 1e-12;
	}
	return reached / all;
}

static void ks_p_by_all_orders(void **state)
{
	double x[8], y[8];
	struct nas_err err = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(8), 0);
	for (int nx = 1; nx <= 8; nx++)
		for (int ny = 1; ny <= 8; ny++) {
			struct stats_ks ks;

			fill(x, nx, 1 << 30, &rng);
			fill(y, ny, 1 << 30, &rng);
			CHECK_OK(stats_ks(&ks, x, nx, y, ny, &err), &err);
			CHECK_CLOSE(ks.p, p_by_orders(nx, ny, ks.d), 1e-12);
		}
}

static void equal_samples_are_told_equal(void **state)
{
	double x[4] = { 1, 1, 1, 1 }, y[3] = { 1, 1, 1 };
	struct nas_err err = { 0 };
	struct stats_mann_whitney mw;
	struct stats_ks ks;

	(void)state;
	CHECK_OK(stats_ks(&ks, x, 4, y, 3, &err), &err);
	CHECK_CLOSE(ks.d, 0, 0);
	CHECK_CLOSE(ks.p, 1, 0);
	CHECK_OK(stats_ks(&ks, x, 4, x, 4, &err), &err);
	CHECK_CLOSE(ks.p, 1, 0);
	CHECK_OK(stats_mann_whitney(&mw, x, 4, y, 3, &err), &err);
	CHECK_CLOSE(mw.p, 1, 0);
	CHECK_CLOSE(mw.z, 0, 0);
	CHECK_CLOSE(mw.effect, 0.5, 0);
}

/* A shift by delta of N(0, 1): P(x > y) = Phi(delta / sqrt 2). */
static void large_samples(void **state)
{
	enum { N = 100000 };
	double *x = calloc(N, sizeof(*x)), *y = calloc(N, sizeof(*y));
	struct nas_err err = { 0 };
	struct stats_mann_whitney mw;
	struct stats_ks ks;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 9, 0);
	for (int i = 0; i < N; i++) {
		x[i] = rng_normal(&rng) + 0.1;
		y[i] = rng_normal(&rng);
	}
	CHECK_OK(stats_mann_whitney(&mw, x, N, y, N, &err), &err);
	CHECK_CLOSE(mw.effect, 0.5 * erfc(-0.1 / 2), 0.005);
	CHECK_OK(stats_ks(&ks, x, N, y, N, &err), &err);
	/* largest between Phi(0.05) and Phi(-0.05) */
	CHECK_CLOSE(ks.d, erf(0.05 / sqrt(2)), 0.005);
	assert_true(ks.exact && ks.p < 1e-50);
	CHECK_OK(stats_ks(&ks, x, N, y, N - 1, &err), &err);
	assert_false(ks.exact);
	free(x);
	free(y);
}

/* The exact p and Smirnov's limit agree where samples are large. */
static void the_limit_is_near_the_exact_p(void **state)
{
	enum { N = 20000 };
	double *x = calloc(N, sizeof(*x)), *y = calloc(N, sizeof(*y));
	struct nas_err err = { 0 };
	struct stats_ks exact, limit;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 10, 0);
	for (int k = 0; k < 6; k++) {
		for (int i = 0; i < N; i++) {
			x[i] = rng_normal(&rng) + 0.006 * k;
			y[i] = rng_normal(&rng);
		}
		CHECK_OK(stats_ks(&exact, x, N, y, N, &err), &err);
		CHECK_OK(stats_ks(&limit, x, N, y, N - 1, &err), &err);
		CHECK_CLOSE(limit.p, exact.p, 0.02);
	}
	free(x);
	free(y);
}

/* ---- bootstrap ---- */

static void mean(void *context, const int *count, void *scratch,
		 double *figure)
{
	const double *x = context;
	double n = 0;

	(void)scratch;
	figure[0] = figure[1] = 0;
	for (int i = 0; i < 400; i++) {
		figure[0] += count[i] * x[i] / 400;
		n += count[i];
	}
	assert_true(n == 400);
	figure[1] = (double)NAN;
}

/* The mean of n numbers has a standard error of sigma / sqrt(n). */
static void intervals_of_a_mean(void **state)
{
	double x[400], low[2], high[2], again_low[2], again_high[2];
	double sum = 0, squares = 0, error;
	struct stats_bootstrap b = { .n = 400, .resamples = 4000,
				     .level = 0.95, .seed = 3, .threads = 1,
				     .nfigures = 2, .figures = mean,
				     .context = x };
	struct nas_err err = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(11), 0);
	for (int i = 0; i < 400; i++) {
		x[i] = rng_uniform(&rng);
		sum += x[i];
		squares += x[i] * x[i];
	}
	error = sqrt(squares / 400 - sum / 400 * (sum / 400)) / 20;
	CHECK_OK(stats_bootstrap(low, high, &b, &err), &err);
	CHECK_CLOSE(low[0], sum / 400 - 1.96 * error, 0.15 * error);
	CHECK_CLOSE(high[0], sum / 400 + 1.96 * error, 0.15 * error);
	assert_true(isnan(low[1]) && isnan(high[1]));
	b.threads = 3;
	CHECK_OK(stats_bootstrap(again_low, again_high, &b, &err), &err);
	assert_true(low[0] == again_low[0] && high[0] == again_high[0]);
	b.seed = 4;
	CHECK_OK(stats_bootstrap(again_low, again_high, &b, &err), &err);
	assert_true(low[0] != again_low[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_by_definition),
		cmocka_unit_test(counts_are_repetitions),
		cmocka_unit_test(not_a_number_is_an_error),
		cmocka_unit_test(large_numbers_stay_finite),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(close_values_become_equal),
		cmocka_unit_test(samples_by_definition),
		cmocka_unit_test(ks_p_by_all_orders),
		cmocka_unit_test(equal_samples_are_told_equal),
		cmocka_unit_test(large_samples),
		cmocka_unit_test(the_limit_is_near_the_exact_p),
		cmocka_unit_test(intervals_of_a_mean),
	};
	return CHECK_RUN("stats", tests);
}
