/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact allocation: what dominance says is true; limits that sums can reach. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_front.h"
#include "qbr/allocate_quantum.h"

/* What a front says is true: one that was added uses no more. */
static void fronts_do_not_lie(void **state)
{
	const double low[4] = { 0 }, high[4] = { 9, 9, 9, 9 };
	struct nas_arena arena;
	struct rng rng;

	(void)state;
	arena_init(&arena, 1 << 24);
	rng_seed(&rng, check_seed(9), 0);
	for (int nb = 0; nb <= 4; nb++) {
		double use[200][POLICY_COSTS_MAX];
		struct front f;
		int missed = 0;

		assert_true(front_init(&f, nb, low, high, 16, &arena));
		for (int k = 0; k < 200; k++) {
			bool truth = false, said;

			for (int b = 0; b < nb; b++)
				use[k][b] = 9 * rng_uniform(&rng);
			for (int i = 0; i < k && !truth; i++) {
				truth = true;
				for (int b = 0; b < nb; b++)
					truth = truth && use[i][b] <= use[k][b];
			}
			said = front_beats(&f, use[k]);
			assert_false(said && !truth);
			missed += truth && !said;
			front_add(&f, use[k]);
		}
		assert_true(nb > 1 || missed == 0);
		assert_true(nb > 3 || missed < 100);
	}
	arena_free(&arena);
}

/* Bytes in steps of 3/4: a limit of 10 is one of 9.75, 1e-9 beside it too. */
static void limits_are_sums(void **state)
{
	struct item item[2][2] = { { { .use = { 3 } }, { .use = { 4.5 } } },
				   { { .use = { 1.5 } }, { .use = { 3.75 } } } };
	struct group group[2] = { { .n = 2, .item = item[0] },
				  { .n = 2, .item = item[1] } };
	struct groups g = { .n = 2, .group = group, .nbudgets = 1,
			    .limit = { 8.2 } };

	(void)state;
	quantum_tighten(&g);
	CHECK_CLOSE(g.limit[0], 7.5, 0);
	g.limit[0] = 8.25 * (1 + 1e-9);
	quantum_tighten(&g);
	CHECK_CLOSE(g.limit[0], 8.25, 0);
	item[1][1].use[0] = 0.1;
	g.limit[0] = 8.2;
	quantum_tighten(&g);
	CHECK_CLOSE(g.limit[0], 8.2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fronts_do_not_lie),
		cmocka_unit_test(limits_are_sums),
	};
	return CHECK_RUN("allocate_front", tests);
}
