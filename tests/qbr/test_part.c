/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes of the tree: prices from where others ended, the linear program's mix,
 * and the places where a node is parted. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "qbr/allocate_part.h"

#define GROUPS 12
#define ITEMS  4
#define RUNS   300

static struct nas_arena arena;

struct sample {
	struct groups g;
	struct group group[GROUPS];
	struct item item[GROUPS][ITEMS], settled[GROUPS], best[GROUPS];
	int above[GROUPS], below[GROUPS];
	struct item_search s;
	struct tree t;
	struct node n;
};

/* Uses are `base` and a little; the limits leave some room above the least. */
static void fill(struct sample *s, struct rng *rng, double base)
{
	memset(s, 0, sizeof(*s));
	s->g = (struct groups){.n = GROUPS, .group = s->group, .nbudgets = 2};
	for (int k = 0; k < GROUPS; k++) {
		double least[2] = {HUGE_VAL, HUGE_VAL};

		for (int i = 0; i < ITEMS; i++) {
			struct item *it = &s->item[k][i];

			it->loss = rng_uniform(rng);
			for (int b = 0; b < 2; b++) {
				it->use[b] = base + 4 * rng_uniform(rng);
				least[b] = fmin(least[b], it->use[b]);
			}
		}
		for (int b = 0; b < 2; b++)
			s->g.limit[b] += least[b] + 1.2 * rng_uniform(rng);
		s->group[k] = (struct group){.members = 1, .n = ITEMS,
					     .item = s->item[k]};
		s->above[k] = s->below[k] = -1;
	}
	s->s = (struct item_search){.best = s->best};
	s->s.chains = (struct chains){.above = s->above, .below = s->below};
	s->t = (struct tree){.s = &s->s, .whole = &s->g, .item = s->settled,
			     .size = GROUPS};
	s->n = (struct node){.t = &s->t, .arena = &arena};
	assert_true(rest_make(&s->n.rest, &s->g, &s->s.chains, NULL,
			      s->settled, &arena));
}

/* Whatever prices are known, the bound is the best one. */
static void known_prices_lead_to_the_best(void **state)
{
	static const double share[] = {0, 0.01, 0.5, 1, 2, 10};
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(21), 0);
	for (int run = 0; run < RUNS; run++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct bound_prices p, q;
		struct sample s;

		fill(&s, &rng, 0);
		assert_true(prices_find(&p, &s.g, &s.s.chains, &arena));
		for (int i = 0; i < 36 && !p.hopeless; i++) {
			double known[] = {share[i % 6] * p.multiplier[0],
					  share[i / 6] * p.multiplier[1]};
			struct prices_near near = {known, HUGE_VAL, 0};

			assert_true(prices_find_near(&q, &s.g, &s.s.chains,
						     &near, &arena));
			CHECK_CLOSE(q.bound, p.bound, 1e-9);
		}
		arena_rewind(&arena, mark);
	}
}

/* All items are equally good at the prices 1 and 1/2. */
static void make_alike(struct sample *s)
{
	for (int k = 0; k < GROUPS * ITEMS; k++) {
		struct item *it = &s->item[k / ITEMS][k % ITEMS];

		it->loss = 6 - it->use[0] - it->use[1] / 2;
	}
}

/* The mix is an answer of the linear program: inside the limits, with the loss
 * of the bound, and no more groups than budgets in it. */
static void a_mix_is_the_best_of_the_program(void **state)
{
	struct rng rng;
	int mixed = 0;

	(void)state;
	rng_seed(&rng, check_seed(22), 0);
	for (int run = 0; run < RUNS; run++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		double loss, use[POLICY_COSTS_MAX];
		struct bound_prices p;
		struct sample s;
		struct mix m;

		fill(&s, &rng, 0);
		if (run % 2)
			make_alike(&s);
		assert_true(prices_find(&p, &s.g, &s.s.chains, &arena));
		if (p.hopeless)
			continue;
		assert_true(mix_make(&m, &s.g, &p, &arena));
		assert_true(m.n <= s.g.nbudgets);
		mixed += m.n == s.g.nbudgets;
		groups_use(&s.g, m.item, use);
		loss = groups_loss(&s.g, m.item);
		for (int i = 0; i < m.n; i++) {
			const struct mixed *of = &m.of[i];
			const struct item *item = s.g.group[of->group].item;
			const struct item *first = &item[of->item[0]];
			double sum = 0;

			assert_int_equal(of->item[0], m.item[of->group]);
			for (int k = 0; k < of->n; k++) {
				const struct item *it = &item[of->item[k]];
				double weight = of->weight[k];

				assert_true(weight > 0 &&
					    weight <= of->weight[0]);
				sum += weight;
				loss += weight * (it->loss - first->loss);
				for (int b = 0; b < 2; b++)
					use[b] += weight * (it->use[b] -
							    first->use[b]);
			}
			CHECK_CLOSE(sum, 1, 1e-6);
		}
		CHECK_CLOSE(loss, p.bound, 1e-6);
		for (int b = 0; b < 2; b++)
			assert_true(use[b] <= s.g.limit[b] + 1e-6);
		arena_rewind(&arena, mark);
	}
	assert_true(mixed > RUNS / 4);
}

/* L of a part at its prices, without the rounding of doubles. */
static long double exact_bound(const struct node *n, const struct place *p,
			       bool above)
{
	const struct groups *g = &n->rest.g;
	const double *price = p->multiplier[above];
	long double sum = 0;

	for (int b = 0; b < g->nbudgets; b++)
		sum -= (long double)price[b] * g->limit[b];
	for (int k = 0; k < g->n; k++) {
		long double least = HUGE_VAL;

		for (int i = 0; i < g->group[k].n; i++) {
			const struct item *it = &g->group[k].item[i];
			bool is = part_key(it, p->part.by) > p->part.limit;
			long double x = it->loss;

			for (int b = 0; b < g->nbudgets; b++)
				x += (long double)price[b] * it->use[b];
			if (x < least && (k != p->part.group || is == above))
				least = x;
		}
		sum += least;
	}
	return sum;
}

/* Of a place's parts that may be better, what node_most() allows for covers the
 * rounding, though their prices be far above the node's. */
static void check_bounds(const struct sample *s, const struct place *p)
{
	double size = s->t.size + fabs(s->s.loss);

	for (int b = 0; b < s->g.nbudgets; b++)
		size += s->n.multiplier[b] * s->g.limit[b];
	for (int above = 0; above < 2; above++)
		if (p->bound[above] < HUGE_VAL)
			assert_true(p->bound[above] -
				    exact_bound(&s->n, p, above) <=
				    PRICES_ROUNDING * size);
}

static double most_of(const struct place *p)
{
	return fmax(p->bound[0], p->bound[1]);
}

/* Returns whether there was something to choose. */
static bool check_choice(const struct sample *s, const struct place *place,
			 int n, const struct place *best)
{
	double most = node_most(&s->n);
	double little = 1e-3 * (most - s->n.prices.bound);

	for (int k = 0; k < n; k++) {
		check_bounds(s, &place[k]);
		if (most_of(&place[k]) > most) {
			assert_ptr_equal(best, &place[k]);
			return false;
		}
		assert_false(place[k].bound[0] > best->bound[0] + little &&
			     place[k].bound[1] > best->bound[1] + little);
	}
	return n > 1;
}

/* No other place raises both bounds more; one with a part that cannot be better
 * is taken at once. */
static void the_best_place_is_chosen(void **state)
{
	struct rng rng;
	int chosen = 0, closed = 0;

	(void)state;
	rng_seed(&rng, check_seed(23), 0);
	for (int run = 0; run < 4 * RUNS; run++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		struct place place[PART_PLACES] = {{.bound = {0}}};
		const struct place *best = NULL;
		struct sample s;
		int n;

		fill(&s, &rng, run % 2 ? 1e7 : 0);
		assert_true(node_price(&s.n));
		n = s.n.open ? part_places(&s.n, place) : 0;
		assert_true(part_choose(&s.n, place, n, &best));
		if (n > 0 && check_choice(&s, place, n, best))
			chosen++;
		closed += n > 0 && most_of(best) > node_most(&s.n);
		arena_rewind(&arena, mark);
	}
	printf("# %d chosen, %d closed\n", chosen, closed);
	assert_true(chosen > RUNS / 10 && closed > RUNS / 10);
}

/* Nodes come off the list by their bounds, whatever was put on in between. */
static void the_least_bound_comes_first(void **state)
{
	struct open_list list = {0};
	bool on[RUNS] = {false};
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(24), 0);
	for (int run = 0; run < RUNS; run++) {
		struct open_node node = {.parent = -1,
					 .bound = rng_uniform(&rng)};
		double least = HUGE_VAL;
		int at;

		assert_int_equal(open_add(&list, &node), run);
		assert_true(open_push(&list, run));
		on[run] = true;
		for (int k = 0; k <= run; k++)
			if (on[k])
				least = fmin(least, list.node[k].bound);
		CHECK_CLOSE(open_least(&list), least, 0);
		if (run % 3)
			continue;
		at = open_pop(&list);
		assert_true(at >= 0 && on[at]);
		CHECK_CLOSE(list.node[at].bound, least, 0);
		on[at] = false;
	}
	open_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_prices_lead_to_the_best),
		cmocka_unit_test(a_mix_is_the_best_of_the_program),
		cmocka_unit_test(the_best_place_is_chosen),
		cmocka_unit_test(the_least_bound_comes_first),
	};
	int failed;

	arena_init(&arena, 1 << 26);
	failed = CHECK_RUN("part", tests);
	arena_free(&arena);
	return failed;
}
