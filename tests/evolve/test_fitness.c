/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices of budgets: what a member pays, and how they follow the members. */
#include "tests/check.h"

#include "evolve/fitness.h"
#include "evolve/update.h"
#include "scoring/trust.h"
#include "tests/evolve/small_space.h"

#define MEMBERS 40
#define FLASH 1 /* the only lane with a limit */

struct fixture {
	struct nas_arena arena;
	struct small small;
	struct table table;
	struct population p;
	struct nas_total total[MEMBERS];
	struct prices prices;
	struct nas_err err;
};

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Share of the members that keep Flash and memory. 1: any network would. */
static void set_limits(struct fixture *f, double flash, double memory)
{
	struct nas_budgets *b = &f->small.budgets;
	double x[2][MEMBERS];
	const double share[2] = { flash, memory };
	double *limit[2] = { &b->limit[RES_FLASH], &b->sram_bytes };

	for (int r = 0; r < RESOURCES; r++)
		b->limit[r] = HUGE_VAL;
	for (int i = 0; i < MEMBERS; i++) {
		x[0][i] = f->total[i].res[RES_FLASH];
		x[1][i] = f->total[i].peak_bytes;
	}
	for (int k = 0; k < 2; k++) {
		int kept = (int)(share[k] * MEMBERS);

		qsort(x[k], MEMBERS, sizeof(double), ascending);
		*limit[k] = kept == MEMBERS ? 1e15
			    : kept ? x[k][kept - 1] : 0.5 * x[k][0];
	}
}

static void set_problem(struct fixture *f)
{
	struct small *sm = &f->small;

	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, &f->arena, &f->err), &f->err);
}

static void add_member(struct fixture *f, const struct nas_genome *g)
{
	struct population *p = &f->p;
	struct member *m = p->child[0];
	double total[TABLE_LANES_MAX];
	struct weight w;

	memset(m, 0, p->stride);
	m->variant = g->variant;
	memcpy(member_genes(m), g->stage,
	       (size_t)p->nstages * sizeof(struct nas_gene));
	member_update_all(p, m);
	table_total(member_values(p, m), p->nstages, p->table->lanes, total);
	m->score = total[0];
	w = weigh(p, &f->prices, m, total);
	m->fitness = fitness_plain(m->score, &w);
	assert_true(population_offer(p, m, false));
}

/* Members drawn from a space; member i is network i. */
static void open_members(struct fixture *f, uint64_t seed, double flash,
			 double memory)
{
	struct nas_space_sampler sampler;
	struct nas_genome g[MEMBERS];
	struct small *sm = &f->small;
	struct rng rng;

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)64 << 20);
	rng_seed(&rng, seed, 5);
	small_make(sm, &rng, 1e9, &f->arena);
	sm->budgets.sram_bytes = 1e15; /* so that totals have a peak */
	set_problem(f);
	CHECK_OK(space_sampler_init(&sampler, &sm->space, &f->arena, &f->err),
		 &f->err);
	for (int i = 0; i < MEMBERS; i++) {
		space_sample(&sampler, &g[i], &rng);
		problem_evaluate(&sm->problem, &g[i], &f->total[i]);
	}
	set_limits(f, flash, memory);
	set_problem(f);
	CHECK_OK(table_init(&f->table, &sm->problem, &f->arena, &f->err),
		 &f->err);
	CHECK_OK(population_init(&f->p, &f->table, MEMBERS, &f->arena,
				 &f->err), &f->err);
	for (int i = 0; i < MEMBERS; i++)
		add_member(f, &g[i]);
}

static double over(double use, double limit)
{
	return use > limit ? use / limit - 1 : 0;
}

/* Excess and cost of member i by the sum over its stages. */
static struct weight expected(const struct fixture *f, int i)
{
	const struct nas_budgets *b = &f->small.budgets;
	double flash = over(f->total[i].res[RES_FLASH], b->limit[RES_FLASH]);
	double memory = over(f->total[i].peak_bytes, b->sram_bytes);

	return (struct weight){ flash + memory,
				f->prices.price[FLASH] * flash +
				f->prices.price[PRICE_MEMORY] * memory };
}

static void each_budget_has_its_price(void **state)
{
	int both = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct fixture f;

		open_members(&f, seed, 0.4, 0.6);
		f.prices.on = true;
		f.prices.price[FLASH] = 3;
		f.prices.price[PRICE_MEMORY] = 7;
		for (int i = 0; i < MEMBERS; i++) {
			const struct member *m = population_member(&f.p, i);
			struct weight want = expected(&f, i), w;
			double total[TABLE_LANES_MAX];

			table_total(member_values(&f.p, m), f.p.nstages,
				    f.table.lanes, total);
			w = weigh(&f.p, &f.prices, m, total);
			CHECK_CLOSE(w.excess, want.excess,
				    1e-9 * (1 + want.excess));
			CHECK_CLOSE(w.cost, want.cost, 1e-9 * (1 + want.cost));
			CHECK_CLOSE(fitness_priced(&f.prices, m->score, &w),
				    m->score - w.cost, 0);
			both += w.cost > 3 * w.excess && w.cost < 7 * w.excess;
		}
		arena_free(&f.arena);
	}
	assert_true(both > 0);
}

static void check_heap(const struct population *p)
{
	for (int i = 0; i < p->n; i++) {
		const struct member *m = population_member(p, p->heap[i]);

		CHECK_CLOSE(p->fitness[i], m->fitness, 0);
		if (i > 0)
			assert_true(p->fitness[(i - 1) / 2] <= p->fitness[i]);
	}
}

/* They begin at the spread of the scores that there are; members are in order
 * by them, and those without a score stay where they were. */
static void prices_begin_at_the_spread(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++) {
		double low = HUGE_VAL, high = -HUGE_VAL;
		struct fixture f;

		open_members(&f, seed, 0.5, 0.5);
		for (int i = 0; i < MEMBERS; i++) {
			struct member *m = population_member(&f.p, i);

			if (i % 7 == 0) {
				m->score = (double)NAN;
				continue;
			}
			low = fmin(low, m->score);
			high = fmax(high, m->score);
		}
		assert_true(high > low);
		prices_begin(&f.prices, &f.p);
		assert_true(f.prices.on);
		CHECK_CLOSE(f.prices.price[FLASH], high - low, 0);
		CHECK_CLOSE(f.prices.price[PRICE_MEMORY], high - low, 0);
		check_heap(&f.p);
		for (int i = 0; i < MEMBERS; i++) {
			const struct member *m = population_member(&f.p, i);
			struct weight w = expected(&f, i);

			if (i % 7)
				CHECK_CLOSE(m->fitness, m->score - w.cost,
					    1e-9 * (1 + w.cost));
			else
				assert_true(w.excess == 0 ||
					    m->fitness <= INFEASIBLE);
		}
		CHECK_CLOSE(f.prices.dear, high + 4 * (high - low) -
			    f.p.fitness[0], 1e-9 * fabs(f.p.fitness[0]));
		arena_free(&f.arena);
	}
}

/* What happens to both prices in n moves, as factors. */
static void move(double flash, double memory, int n, double factor[2])
{
	struct fixture f;
	double from;

	open_members(&f, 3, flash, memory);
	prices_begin(&f.prices, &f.p);
	from = f.prices.price[FLASH];
	for (int i = 0; i < n; i++)
		prices_move(&f.prices, &f.p);
	check_heap(&f.p);
	factor[0] = f.prices.price[FLASH] / from;
	factor[1] = f.prices.price[PRICE_MEMORY] / from;
	arena_free(&f.arena);
}

/* What whole networks say: rho at most that which a share of the members keep,
 * or sums at least so. */
static void limit_whole(struct fixture *f, int price,
			struct nas_genome g[MEMBERS], double share)
{
	struct nas_problem *problem = &f->small.problem;
	int at = (int)(share * (MEMBERS - 1));
	double x[TRUST_MAX + 1][MEMBERS], sum[TRUST_MAX];

	for (int t = 0; price == PRICE_TRUST && trust_features[t]; t++)
		assert_true(trust_hold(&f->small.budgets, trust_features[t],
				       -1e9, 1e9));
	set_problem(f);
	for (int i = 0; i < MEMBERS; i++) {
		member_genome(&f->p, population_member(&f->p, i), &g[i]);
		x[TRUST_MAX][i] = problem_rho(problem, &g[i]);
		problem_trust_sums(problem, &g[i], sum);
		for (int t = 0; t < problem->budgets.ntrust; t++)
			x[t][i] = sum[t];
	}
	for (int t = 0; t <= TRUST_MAX; t++)
		if (t == TRUST_MAX || t < problem->budgets.ntrust)
			qsort(x[t], MEMBERS, sizeof(double), ascending);
	if (price == PRICE_RHO)
		problem->budgets.rho = x[TRUST_MAX][at];
	for (int t = 0; t < problem->budgets.ntrust; t++) {
		problem->budgets.trust[t].low = x[t][MEMBERS - 1 - at];
		problem->budgets.trust[t].high = x[t][MEMBERS - 1];
	}
}

static double excess_of(const struct fixture *f, const struct nas_genome *g,
			int price)
{
	const struct nas_problem *problem = &f->small.problem;

	return price == PRICE_RHO
		       ? over(problem_rho(problem, g), problem->budgets.rho)
		       : problem_trust(problem, g);
}

static const int whole_prices[] = { PRICE_RHO, PRICE_TRUST };

/* Rho and the trust region have prices as the other budgets have, and those
 * who pay them a score. */
static void whole_networks_have_prices(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		int price = whole_prices[k], outside = 0;

		for (uint64_t seed = 1; seed <= 10; seed++) {
			struct nas_genome g[MEMBERS];
			struct fixture f;

			open_members(&f, seed, 1, 1);
			limit_whole(&f, price, g, 0.5);
			prices_begin(&f.prices, &f.p);
			f.prices.price[price] = 5;
			for (int i = 0; i < MEMBERS; i++) {
				struct member *m = population_member(&f.p, i);
				struct weight w = { 0, 0 };
				double want = excess_of(&f, &g[i], price);

				weigh_whole(&f.p, &f.prices, m, &w);
				CHECK_CLOSE(w.excess, want, 1e-12);
				CHECK_CLOSE(w.cost, 5 * want, 1e-12);
				assert_false(isnan(m->score));
				outside += w.excess > 0;
			}
			arena_free(&f.arena);
		}
		assert_true(outside > 50);
	}
}

/* What members pay follows these prices as well. */
static void prices_of_whole_networks_move(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		int price = whole_prices[k];
		struct nas_genome g[MEMBERS];
		struct fixture f;
		double from;

		open_members(&f, 3, 1, 1);
		limit_whole(&f, price, g, 0.5);
		f.small.problem.budgets.rho *= 0.01; /* nobody keeps it */
		for (int t = 0; t < f.small.problem.budgets.ntrust; t++)
			f.small.problem.budgets.trust[t].low = 1e3;
		prices_begin(&f.prices, &f.p);
		from = f.prices.price[price];
		for (int i = 0; i < 5; i++)
			prices_move(&f.prices, &f.p);
		assert_true(f.prices.price[price] > 1.1 * from);
		for (int i = 0; i < MEMBERS; i++) {
			struct member *m = population_member(&f.p, i);
			double paid = f.prices.price[price] *
				      excess_of(&f, &g[i], price);

			CHECK_CLOSE(m->fitness, m->score - paid,
				    1e-9 * (1 + paid));
		}
		arena_free(&f.arena);
	}
}

/* Few keep one budget, few another and nobody both: both prices rise. */
static void nobody_keeps_both(void **state)
{
	int rises = 0;

	(void)state;
	for (int k = 0; k < 2; k++)
		for (uint64_t seed = 1; seed <= 10; seed++) {
			int price = whole_prices[k], inside = 0, some = 0;
			struct nas_genome g[MEMBERS];
			struct fixture f;
			double from;

			open_members(&f, seed, 0.1, 1);
			limit_whole(&f, price, g, 0.1);
			for (int i = 0; i < MEMBERS; i++) {
				bool kept = !(excess_of(&f, &g[i], price) > 0);

				some += kept;
				inside += kept &&
					  !(expected(&f, i).excess > 0);
			}
			prices_begin(&f.prices, &f.p);
			from = f.prices.price[price];
			prices_move(&f.prices, &f.p);
			if (!inside && some < MEMBERS / 2) {
				assert_true(f.prices.price[price] > from);
				rises += some > 0;
			}
			if (inside)
				assert_true(f.prices.price[price] < from);
			arena_free(&f.arena);
		}
	assert_true(rises > 0);
}

/* Where no member keeps all, prices rise of what fewer than half keep; else
 * of what none keeps. Steps grow, up to e^0.5; a floor holds. */
static void prices_follow_the_members(void **state)
{
	double k[2], next[2];

	(void)state;
	move(1, 0, 1, k);
	assert_true(k[0] < 1 && k[1] > 1);
	move(0, 1, 1, k);
	assert_true(k[0] > 1 && k[1] < 1);
	move(0.3, 0, 1, k); /* none keeps both */
	assert_true(k[0] > 1 && k[1] > 1);
	move(0, 0.3, 1, k);
	assert_true(k[0] > 1 && k[1] > 1);
	move(0.6, 0, 1, k);
	assert_true(k[0] < 1 && k[1] > 1);
	move(0.1, 1, 1, k); /* some keep both, though few keep Flash */
	assert_true(k[0] < 1 && k[1] < 1);
	move(1, 0, 20, k);
	move(1, 0, 21, next);
	CHECK_REL(next[1] / k[1], exp(0.5), 1e-12);
	move(1, 0, 2, next);
	move(1, 0, 1, k);
	CHECK_REL(next[1] / k[1], exp(0.03 * 1.3), 1e-12);
	move(1, 1, 60, k);
	CHECK_CLOSE(k[0], 1.0 / 64, 1e-15);
	CHECK_CLOSE(k[1], 1.0 / 64, 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_budget_has_its_price),
		cmocka_unit_test(whole_networks_have_prices),
		cmocka_unit_test(prices_of_whole_networks_move),
		cmocka_unit_test(nobody_keeps_both),
		cmocka_unit_test(prices_begin_at_the_spread),
		cmocka_unit_test(prices_follow_the_members),
	};

	return CHECK_RUN("fitness", tests);
}
