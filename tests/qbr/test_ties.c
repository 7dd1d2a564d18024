/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers that are tied, in any order of the ties, against their definition. */
#include "nas/base/rng.h"
#include "qbr/allocate_orders.h"
#include "tests/check.h"

#define LAYERS 9

static void ties_are_groups(void **state)
{
	struct policy_pair tie[LAYERS];
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(1), 9);
	for (int i = 0; i < 300; i++) {
		struct policy_problem p = { .nlayers = LAYERS, .tie = tie,
					    .nties = i % LAYERS };
		int parent[LAYERS], first[LAYERS];
		struct nas_arena arena;

		arena_init(&arena, 1 << 20);
		for (int k = 0; k < p.nties; k++) {
			tie[k].a = (int)rng_below(&rng, LAYERS);
			tie[k].b = (int)rng_below(&rng, LAYERS);
		}
		assert_true(orders_unite(parent, &p, &arena));
		for (int l = 0; l < LAYERS; l++)
			first[l] = l;
		for (int round = 0; round < LAYERS; round++)
			for (int k = 0; k < p.nties; k++) {
				int *a = &first[tie[k].a], *b = &first[tie[k].b];

				*a = *b = *a < *b ? *a : *b;
			}
		for (int l = 0; l < LAYERS; l++)
			assert_int_equal(orders_root(parent, l), first[l]);
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ties_are_groups),
	};
	return CHECK_RUN("ties", tests);
}
