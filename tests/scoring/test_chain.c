/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The additive chain against the layer-by-layer definitions, and the table
 * against the chain, on random networks of random spaces, for every score.
 */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/table_row.h"
#include "tests/evolve/small_space.h"

#define SPACES 150 /* of scores[]; twice as many of random signed weights */
#define NETWORKS 20
#define SCORES 10 /* closed forms: the first of scores[] */

struct fixture {
	struct nas_arena arena;
	struct rng rng;
	struct small small;
	struct small_score own;
	struct nas_space_sampler sampler;
	struct nas_err err;
};

/* As many lanes as a table can have. */
static void limit_all(struct fixture *f)
{
	struct small *sm = &f->small;

	for (int r = 0; r < RESOURCES; r++)
		sm->budgets.limit[r] = 1e9;
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, &f->arena, &f->err), &f->err);
}

static void open_space(struct fixture *f, uint64_t seed)
{
	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)256 << 20);
	rng_seed(&f->rng, seed, 7);
	if (seed < SPACES)
		small_make_of(&f->small, scores[seed % SCORES].name, &f->rng,
			      1e6, &f->arena);
	else
		small_make_def(&f->small, small_signed(&f->own, &f->rng),
			       &f->rng, 1e6, &f->arena);
	if (seed % 5 == 2)
		limit_all(f);
	CHECK_OK(space_sampler_init(&f->sampler, &f->small.space, &f->arena,
				    &f->err), &f->err);
}

/* As in a space that is too large for coefficients that are made once. */
static void forget_made(const struct nas_problem *problem)
{
	for (int v = 0; v < problem->space->nvariants; v++)
		for (int s = 0; s < problem->chain[v].nstages; s++)
			problem->chain[v].stage[s].made = NULL;
}

static void check_layers(struct fixture *f, const struct nas_genome *g,
			 struct nas_total *total)
{
	const struct nas_problem *problem = &f->small.problem;
	struct nas_arch arch;
	struct nas_cost cost;
	double score;

	memset(total, 0, sizeof(*total));
	problem_evaluate(problem, g, total);
	CHECK_OK(problem_recompute(problem, g, &arch, &cost, &score, &f->arena,
				   &f->err), &f->err);
}

/* problem_recompute compares every figure with the layers' sums. */
static void chain_equals_layers(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3 * SPACES; seed++) {
		struct nas_genome g[NETWORKS];
		struct nas_total made[NETWORKS], anew;
		struct fixture f;

		open_space(&f, seed);
		assert_non_null(f.small.problem.chain[0].stage[0].made);
		for (int i = 0; i < NETWORKS; i++) {
			space_sample(&f.sampler, &g[i], &f.rng);
			check_layers(&f, &g[i], &made[i]);
		}
		forget_made(&f.small.problem);
		for (int i = 0; i < NETWORKS; i++) {
			check_layers(&f, &g[i], &anew);
			assert_memory_equal(&anew, &made[i], sizeof(anew));
		}
		arena_free(&f.arena);
	}
}

static void check_table(struct fixture *f, const struct table *table)
{
	const struct nas_problem *problem = &f->small.problem;
	double value[SPACE_STAGES_MAX * TABLE_LANES_MAX];
	double sum[TABLE_LANES_MAX];
	struct table_memory memory[SPACE_STAGES_MAX];
	int in = f->small.space.input.channels;
	struct nas_genome g;
	struct nas_total t;

	space_sample(&f->sampler, &g, &f->rng);
	problem_evaluate(problem, &g, &t);
	for (int s = 0; s < f->small.space.nstages; s++) {
		table_stage(table, g.variant, s, &g.stage[s], in,
			    value + s * table->lanes);
		table_memory(table, g.variant, s, &g.stage[s], in, &memory[s]);
		in = f->small.space.stage[s].width[g.stage[s].width];
	}
	table_total(value, f->small.space.nstages, table->lanes, sum);
	if (!problem->whole)
		CHECK_CLOSE(sum[0], t.score, 1e-9 * fmax(1, fabs(t.score)));
	CHECK_CLOSE(problem_whole(problem, &g), t.score,
		    1e-9 * fmax(1, fabs(t.score)));
	for (int i = 0; i < problem->nactive; i++)
		CHECK_REL(sum[i + 1], t.res[problem->active[i]], 1e-14);
	if (table->memory)
		CHECK_REL(table_peak(table, g.variant, memory), t.peak_bytes,
			  1e-14);
}

static void table_equals_chain(void **state)
{
	int rows = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 3 * SPACES; seed++) {
		struct fixture f;
		struct table table;

		open_space(&f, seed);
		CHECK_OK(table_init(&table, &f.small.problem, &f.arena,
				    &f.err), &f.err);
		for (int s = 0; s < f.small.space.nstages; s++)
			rows += table.stage[s].row != NULL;
		for (int i = 0; i < NETWORKS; i++)
			check_table(&f, &table);
		arena_free(&f.arena);
	}
	assert_true(rows > SPACES / 2); /* most stages of scores[] are affine */
}

/* The budgets that a network breaks are named with the figures by
 * definition. */
static void violations_are_named(void **state)
{
	struct fixture f;
	struct nas_excess excess[EXCESS_MAX];
	struct nas_arch arch = { .height = 32, .width = 32, .channels = 3 };
	struct nas_cost cost = {
		.flops = 2e6, .macs = 5, .peak_memory_bytes = 9};

	(void)state;
	open_space(&f, 9);
	for (int r = 0; r < RESOURCES; r++)
		f.small.problem.budgets.limit[r] = HUGE_VAL;
	f.small.problem.budgets.limit[RES_FLOPS] = 1e6;
	f.small.problem.budgets.sram_bytes = 8;
	f.small.problem.nactive = 1;
	f.small.problem.active[0] = RES_FLOPS;
	assert_int_equal(problem_violations(&f.small.problem, &arch, &cost,
					    excess),
			 2);
	assert_string_equal(excess[0].budget, "flops");
	CHECK_CLOSE(excess[0].value, 2e6, 0);
	assert_string_equal(excess[1].budget, "sram_bytes");
	cost.flops = (double)NAN;
	cost.peak_memory_bytes = 8;
	assert_int_equal(problem_violations(&f.small.problem, &arch, &cost,
					    excess),
			 1);
	arena_free(&f.arena);
}

static void stage_weights_must_fit(void **state)
{
	struct fixture f;
	struct nas_problem p;
	struct nas_score_options score = SCORE_DEFAULTS;

	(void)state;
	open_space(&f, 9);
	score.qe.nstage_weights = 30;
	assert_int_equal(problem_init(&p, &f.small.space, &f.small.budgets,
				      score_find("qe"), &score, &f.arena, &f.err), NAS_EINPUT);
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_equals_layers),
		cmocka_unit_test(table_equals_chain),
		cmocka_unit_test(violations_are_named),
		cmocka_unit_test(stage_weights_must_fit),
	};
	return CHECK_RUN("chain", tests);
}
