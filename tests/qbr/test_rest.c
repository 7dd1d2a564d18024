/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left of groups: an item goes where no choice of items with it has a
 * bound within the limit, and stays where one has; settled groups are summed. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_quantum.h"
#include "qbr/allocate_rest.h"

#define GROUPS 5
#define ITEMS  4
#define ALL    1024 /* ITEMS ^ GROUPS */

struct sample {
	struct groups g;
	struct group group[GROUPS];
	struct item item[GROUPS][ITEMS];
	struct chains chains;
	int above[GROUPS], below[GROUPS];
};

static struct nas_arena arena;

/* The first groups are a chain of `links`. */
static void fill(struct sample *s, struct rng *rng, int links)
{
	memset(s, 0, sizeof(*s));
	for (int k = 0; k < GROUPS; k++) {
		for (int i = 0; i < ITEMS; i++) {
			struct item *it = &s->item[k][i];

			it->bits_w = 2 + (int)rng_below(rng, 3);
			it->bits_a = 8;
			it->loss = rng_uniform(rng);
			it->use[0] = rng_uniform(rng);
			it->use[1] = rng_uniform(rng);
		}
		s->item[k][0].bits_w = 3; /* all can be in order */
		s->group[k] = (struct group){.members = 1, .n = ITEMS,
					     .item = s->item[k]};
		s->above[k] = k > 0 && k < links ? k - 1 : -1;
		s->below[k] = k + 1 < links ? k + 1 : -1;
	}
	s->g = (struct groups){.n = GROUPS, .group = s->group, .nbudgets = 2,
			       .limit = {2, 2.5}};
	s->chains = (struct chains){.above = s->above, .below = s->below};
}

/* Loss and priced uses of a choice beyond the limits; false: out of order. */
static bool priced(const struct sample *s, const double *price, int code,
		   double *sum)
{
	const struct item *before = NULL;

	*sum = -price[0] * s->g.limit[0] - price[1] * s->g.limit[1];
	for (int k = 0; k < GROUPS; k++, code /= ITEMS) {
		const struct item *it = &s->item[k][code % ITEMS];

		if (s->above[k] >= 0 && !item_in_order(before, it))
			return false;
		*sum += it->loss + price[0] * it->use[0] +
			price[1] * it->use[1];
		before = it;
	}
	return true;
}

static bool is_kept(const struct rest *r, int k, const struct item *it)
{
	for (int i = 0; i < r->g.group[k].n; i++)
		if (r->g.group[k].item[i].use[0] == it->use[0])
			return true;
	return false;
}

static void items_go_by_their_bounds(void **state)
{
	struct item item[GROUPS];
	struct rng rng;
	int gone = 0;

	(void)state;
	rng_seed(&rng, check_seed(11), 0);
	for (int run = 0; run < 200; run++) {
		double price[2] = {rng_uniform(&rng), rng_uniform(&rng)};
		double least[GROUPS][ITEMS], bound = HUGE_VAL, most;
		struct sample s;
		struct rest r;

		fill(&s, &rng, run % (GROUPS + 1));
		for (int k = 0; k < GROUPS * ITEMS; k++)
			least[k / ITEMS][k % ITEMS] = HUGE_VAL;
		for (int code = 0; code < ALL; code++) {
			double sum;

			if (!priced(&s, price, code, &sum))
				continue;
			bound = fmin(bound, sum);
			for (int k = 0, c = code; k < GROUPS; k++, c /= ITEMS)
				least[k][c % ITEMS] =
					fmin(least[k][c % ITEMS], sum);
		}
		most = bound + 0.3 * rng_uniform(&rng);
		assert_true(rest_make(&r, &s.g, &s.chains, NULL, item,
				      &arena));
		CHECK_CLOSE(rest_bound(&r, price, &arena), bound, 1e-12);
		assert_true(rest_reduce(&r, price, bound, most, &arena));
		for (int k = 0; k < GROUPS; k++)
			for (int i = 0; i < ITEMS; i++) {
				assert_int_equal(is_kept(&r, k, &s.item[k][i]),
						 least[k][i] <= most);
				gone += least[k][i] > most;
			}
	}
	assert_true(gone > 500);
}

static void settled_groups_are_summed(void **state)
{
	struct item item[GROUPS] = {{0}};
	struct sample s;
	struct rng rng;
	struct rest r;

	(void)state;
	rng_seed(&rng, check_seed(12), 0);
	fill(&s, &rng, 3);
	s.group[1].n = 1;
	s.item[0][1].bits_w = 2; /* below the settled one's 3 */
	s.item[2][1].bits_w = 4; /* above it */
	assert_true(rest_make(&r, &s.g, &s.chains, NULL, item, &arena));
	assert_false(r.broken);
	assert_int_equal(r.g.n, GROUPS - 1);
	CHECK_CLOSE(r.loss, s.item[1][0].loss, 0);
	CHECK_CLOSE(r.g.limit[1], 2.5 - s.item[1][0].use[1], 0);
	CHECK_CLOSE(item[1].use[0], s.item[1][0].use[0], 0);
	assert_int_equal(r.of[1], 2);
	assert_int_equal(r.chains.below[0], -1);
	assert_false(is_kept(&r, 0, &s.item[0][1]));
	assert_false(is_kept(&r, 1, &s.item[2][1]));
	s.group[0].n = 1;
	s.item[0][0].bits_w = 2;
	assert_true(rest_make(&r, &s.g, &s.chains, NULL, item, &arena));
	assert_true(r.broken);
}

/* Losses 0.3 k + 0.1 j: multiples of 0.1, not in doubles. */
static void losses_have_steps(void **state)
{
	struct loss_steps steps;
	struct sample s;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(13), 0);
	fill(&s, &rng, 0);
	steps = quantum_of_losses(&s.g);
	CHECK_CLOSE(quantum_below(&steps, 1.25), 1.25, 0);
	for (int k = 0; k < GROUPS; k++)
		for (int i = 0; i < ITEMS; i++)
			s.item[k][i].loss = 0.3 * k + 0.1 * i;
	steps = quantum_of_losses(&s.g);
	CHECK_CLOSE(steps.quantum, 0.1, 1e-9);
	CHECK_CLOSE(quantum_below(&steps, 3.55), 3.5, 1e-9);
	CHECK_CLOSE(quantum_below(&steps, 3.5 - 1e-9), 3.4, 1e-9);
	CHECK_CLOSE(quantum_below(&steps, 3.5 + 1e-12), 3.5, 1e-9);
}

/* Losses in steps but for a little, as sums of doubles are: a policy that loses
 * less than another one does loses no more than quantum_below() says of it. */
static void no_policy_is_between_steps(void **state)
{
	struct rng rng;
	int known = 0;

	(void)state;
	rng_seed(&rng, check_seed(14), 0);
	for (int run = 0; run < 20; run++) {
		const double none[2] = {0};
		struct loss_steps steps;
		double loss[ALL];
		struct sample s;

		fill(&s, &rng, 0);
		for (int k = 0; k < GROUPS * ITEMS; k++)
			s.item[k / ITEMS][k % ITEMS].loss =
				(k / ITEMS % 2 ? 0.2 : 0.3) *
					(double)rng_below(&rng, 9) +
				2e-13 * rng_uniform(&rng);
		steps = quantum_of_losses(&s.g);
		known += fabs(steps.quantum - 0.1) < 1e-9;
		for (int code = 0; code < ALL; code++)
			assert_true(priced(&s, none, code, &loss[code]));
		for (int i = 0; i < ALL; i++) {
			double most = quantum_below(&steps, loss[i]);

			for (int k = 0; k < ALL; k++)
				assert_true(loss[k] <= most + 1e-14 ||
					    loss[k] > loss[i] - 1e-14);
		}
	}
	assert_true(known > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_go_by_their_bounds),
		cmocka_unit_test(settled_groups_are_summed),
		cmocka_unit_test(losses_have_steps),
		cmocka_unit_test(no_policy_is_between_steps),
	};
	int failed;

	arena_init(&arena, 1 << 26);
	failed = CHECK_RUN("rest", tests);
	arena_free(&arena);
	return failed;
}
