/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Birth times of the first cycle, against ranks by the definition. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/sensitivity/persistence.h"

#define M 8
#define EDGES (M * (M - 1) / 2)

/* Rank over GF(2) of rows of bits. */
static int rank_of(uint64_t *row, int n)
{
	int rank = 0;

	for (int bit = 0; bit < 64; bit++) {
		int at = rank;

		while (at < n && !(row[at] >> bit & 1))
			at++;
		if (at == n)
			continue;
		uint64_t pivot = row[at];

		row[at] = row[rank];
		row[rank] = pivot;
		for (int i = 0; i < n; i++)
			if (i != rank && row[i] >> bit & 1)
				row[i] ^= pivot;
		rank++;
	}
	return rank;
}

/* beta_1 = edges - rank d1 - rank d2 of the graph of weights >= least. */
static int beta(float w[M][M], int m, float least)
{
	uint64_t d1[EDGES], d2[M * M * M];
	int number[M][M], edges = 0, triangles = 0;

	for (int i = 0; i < m; i++)
		for (int j = i + 1; j < m; j++)
			if (w[i][j] >= least) {
				number[i][j] = edges;
				d1[edges++] = 1ULL << i | 1ULL << j;
			}
	for (int i = 0; i < m; i++)
		for (int j = i + 1; j < m; j++)
			for (int k = j + 1; k < m; k++)
				if (w[i][j] >= least && w[i][k] >= least &&
				    w[j][k] >= least)
					d2[triangles++] =
						1ULL << number[i][j] |
						1ULL << number[i][k] |
						1ULL << number[j][k];
	return edges - rank_of(d1, edges) - rank_of(d2, triangles);
}

static int by_definition(const float *u, int m)
{
	float w[M][M], last = HUGE_VALF;

	for (int i = 0; i < m; i++)
		for (int j = 0; j < m; j++)
			w[i][j] = fmaxf(u[i * m + j], u[j * m + i]);
	for (int time = 1;; time++) {
		float next = -HUGE_VALF;

		for (int i = 0; i < m; i++)
			for (int j = i + 1; j < m; j++)
				if (w[i][j] < last)
					next = fmaxf(next, w[i][j]);
		if (next == -HUGE_VALF)
			return 0;
		if (beta(w, m, next) != 0)
			return time;
		last = next;
	}
}

static void like_the_definition(void **state)
{
	struct persistence *w = persistence_new(M);
	struct rng rng;
	float u[M * M];

	(void)state;
	assert_non_null(w);
	rng_seed(&rng, check_seed(3), 0);
	for (int run = 0; run < 20000; run++) {
		int m = 1 + (int)rng_below(&rng, M);
		uint32_t values = 2 + rng_below(&rng, 60);

		for (int i = 0; i < m * m; i++)
			u[i] = (float)rng_below(&rng, values) - 3;
		assert_int_equal(persistence_birth(w, u, m, m),
				 by_definition(u, m));
	}
	persistence_free(w);
}

static int birth_of(const float *u, int rows, int columns)
{
	struct persistence *w =
		persistence_new(persistence_side(rows, columns));
	int birth = persistence_birth(w, u, rows, columns);

	persistence_free(w);
	return birth;
}

/* The fourth of the edges 1-2, 4-3, 2-4, 3-1 closes a cycle of four, and a
 * chord fills it. */
static void published_example(void **state)
{
	const float u[16] = {
		0, 9, 1, 2,  0, 0, 5, 7,  6, 0, 0, 0,  0, 0, 8, 0,
	};
	const float filled[16] = {
		0, 9, 6, 2,  0, 0, 6, 7,  6, 0, 0, 0,  0, 0, 8, 0,
	};

	(void)state;
	assert_int_equal(birth_of(u, 4, 4), 4);
	assert_int_equal(birth_of(filled, 4, 4), 0);
}

static void scaling_changes_nothing(void **state)
{
	struct rng rng;
	float u[30 * 30], v[30 * 30];

	(void)state;
	rng_seed(&rng, 1, 0);
	for (int run = 0; run < 200; run++) {
		float factor = ldexpf(1, (int)rng_below(&rng, 40) - 20);

		for (int i = 0; i < 900; i++) {
			u[i] = fmaxf(0, (float)rng_normal(&rng));
			v[i] = factor * u[i];
		}
		assert_int_equal(birth_of(u, 30, 30), birth_of(v, 30, 30));
	}
}

/* A map that is not square is read into the next square, zeros behind. */
static void other_shapes(void **state)
{
	float u[16] = { 0, 9, 1, 2,  0, 0, 5, 7,  6, 0, 0, 0,  0, 0, 8, 0 };

	(void)state;
	assert_int_equal(persistence_side(2, 8), 4);
	assert_int_equal(persistence_side(3, 5), 4);
	assert_int_equal(persistence_side(1, 1), 1);
	assert_int_equal(persistence_side(24, 96), 48);
	assert_int_equal(birth_of(u, 2, 8), 4);
	assert_int_equal(birth_of(u, 15, 1), 4);
	assert_int_equal(birth_of(u, 1, 1), 0);
	u[3] = NAN;
	assert_int_equal(birth_of(u, 4, 4), -1);
	u[3] = INFINITY;
	assert_int_equal(birth_of(u, 4, 4), -1);
}

static void entropy(void **state)
{
	int same[4] = { 3, 3, 3, 3 }, halves[4] = { 0, 7, 0, 7 };
	int all[4] = { 4, 3, 2, 0 };

	(void)state;
	CHECK_CLOSE(birth_entropy(same, 4), 0, 0);
	CHECK_CLOSE(birth_entropy(halves, 4), log(2), 1e-15);
	CHECK_CLOSE(birth_entropy(all, 4), log(4), 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(like_the_definition),
		cmocka_unit_test(published_example),
		cmocka_unit_test(scaling_changes_nothing),
		cmocka_unit_test(other_shapes),
		cmocka_unit_test(entropy),
	};
	return CHECK_RUN("persistence", tests);
}
