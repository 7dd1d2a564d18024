/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refinement of bits: fits, is used up, repeats, and beats equal bits. */
#include "tests/check.h"

#include "qbr/bits.h"
#include "qbr/qbr.h"
#include "tests/evolve/small_space.h"

struct fixture {
	struct nas_arena arena;
	struct rng rng;
	struct small small;
	struct nas_space_sampler sampler;
	struct nas_err err;
};

static void open_space(struct fixture *f, uint64_t seed)
{
	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)64 << 20);
	rng_seed(&f->rng, seed, 5);
	small_make(&f->small, &f->rng, 1e9, &f->arena);
	CHECK_OK(space_sampler_init(&f->sampler, &f->small.space, &f->arena,
				    &f->err), &f->err);
}

static void set_all_bits(const struct nas_space *space, struct nas_genome *g,
			 bool most)
{
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		int a = most && st->nbits_a ? st->nbits_a - 1 : 0;
		int w = most && st->nbits_w ? st->nbits_w - 1 : 0;

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++)
			g->stage[s].bits[b] = gene_bits(a, w);
	}
}

static double excess(const struct nas_problem *p, const struct nas_genome *g)
{
	struct nas_total t;

	problem_evaluate(p, g, &t);
	return problem_excess(p, &t);
}

/* One level more anywhere: does it still fit? */
static bool a_raise_fits(const struct nas_problem *p,
			 const struct nas_genome *g)
{
	const struct nas_space *space = p->space;

	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++) {
			struct nas_genome up = *g;
			int a = gene_bits_a(g->stage[s].bits[b]);
			int w = gene_bits_w(g->stage[s].bits[b]);

			up.stage[s].bits[b] = gene_bits(a + 1, w);
			if (a + 1 < st->nbits_a && excess(p, &up) <= 0)
				return true;
			up.stage[s].bits[b] = gene_bits(a, w + 1);
			if (w + 1 < st->nbits_w && excess(p, &up) <= 0)
				return true;
		}
	}
	return false;
}

static void fits_and_leaves_nothing(void **state)
{
	int refined = 0, refused = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 4500; seed++) {
		struct fixture f;
		const struct nas_problem *p = &f.small.problem;
		struct nas_genome g, least, other;
		struct nas_total t;

		open_space(&f, seed);
		space_sample(&f.sampler, &g, &f.rng);
		least = other = g;
		set_all_bits(&f.small.space, &least, false);
		set_all_bits(&f.small.space, &other, true);
		if (qbr_refine(p, &g)) {
			refined++;
			problem_evaluate(p, &g, &t);
			CHECK_CLOSE(problem_excess(p, &t), 0, 0);
			assert_false(a_raise_fits(p, &g));
			assert_true(space_contains(&f.small.space, &g));
		} else {
			refused++;
			assert_memory_equal(&g, &least, sizeof(g));
			assert_true(excess(p, &least) > 0);
		}
		/* The bits it came with do not matter. */
		qbr_refine(p, &other);
		assert_memory_equal(&g, &other, sizeof(g));
		arena_free(&f.arena);
	}
	printf("# %d refined, %d refused\n", refined, refused);
	assert_true(refined > 50 && refused > 20);
}

/* The gain of a move is what the score of the whole network changes by. */
static void moves_of_products_are_exact(void **state)
{
	int moved = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct fixture f;
		const struct nas_problem *p = &f.small.problem;
		struct nas_genome g;
		struct bits bits;

		memset(&f, 0, sizeof(f));
		arena_init(&f.arena, (size_t)64 << 20);
		rng_seed(&f.rng, seed, 6);
		small_make_of(&f.small, "rqe-r", &f.rng, 1e9, &f.arena);
		CHECK_OK(space_sampler_init(&f.sampler, &f.small.space,
					    &f.arena, &f.err), &f.err);
		space_sample(&f.sampler, &g, &f.rng);
		bits_open(&bits, p, &g);
		bits_all_at(&bits, 0);
		bits_close(&bits, &g);
		for (int k = 0; k < 20; k++) {
			double before = problem_whole(p, &g);
			int i = (int)rng_below(&f.rng, (uint32_t)bits.n);
			bool a = rng_below(&f.rng, 2);
			struct bits_move m;

			if (!bits_move(&bits, i, a, !a, &m))
				continue;
			bits_apply(&bits, &m);
			bits_close(&bits, &g);
			CHECK_CLOSE(problem_whole(p, &g) - before, m.score,
				    1e-9 * fmax(1, fabs(before)));
			moved++;
		}
		arena_free(&f.arena);
	}
	assert_true(moved > 300);
}

/* A network that is feasible at the least bits is never refused, and the
 * refined bits score at least as much as any equal bits that fit. */
static void beats_equal_bits(void **state)
{
	int better = 0;

	(void)state;
	for (uint64_t seed = 300; seed < 500; seed++) {
		struct fixture f;
		const struct nas_problem *p = &f.small.problem;
		struct nas_genome g, least;
		struct nas_total refined, equal;

		open_space(&f, seed);
		space_sample(&f.sampler, &g, &f.rng);
		least = g;
		set_all_bits(&f.small.space, &least, false);
		problem_evaluate(p, &least, &equal);
		if (qbr_refine(p, &g)) {
			problem_evaluate(p, &g, &refined);
			assert_true(refined.score >= equal.score - 1e-9);
			better += refined.score > equal.score + 1e-9;
		} else {
			assert_true(problem_excess(p, &equal) > 0);
		}
		arena_free(&f.arena);
	}
	assert_true(better > 30);
}

/* ---- against all bits of a network ---- */

struct odometer { /* the bits of all blocks, one state after another */
	const struct nas_space *space;
	struct nas_genome g;
	int64_t states;
};

static void odometer_open(struct odometer *o, const struct nas_space *space,
			  const struct nas_genome *g)
{
	o->space = space;
	o->g = *g;
	o->states = 1;
	set_all_bits(space, &o->g, false);
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		int64_t n = (st->nbits_a ? st->nbits_a : 1) *
			    (st->nbits_w ? st->nbits_w : 1);

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++)
			if (o->states < INT32_MAX)
				o->states *= n;
	}
}

static bool odometer_next(struct odometer *o)
{
	for (int s = 0; s < o->space->nstages; s++) {
		const struct nas_stage *st = &o->space->stage[s];

		for (int b = 0; b < st->depth[o->g.stage[s].depth]; b++) {
			uint8_t *bits = &o->g.stage[s].bits[b];
			int a = gene_bits_a(*bits), w = gene_bits_w(*bits);

			if (++a < st->nbits_a) {
				*bits = gene_bits(a, w);
				return true;
			}
			if (++w < st->nbits_w) {
				*bits = gene_bits(0, w);
				return true;
			}
			*bits = gene_bits(0, 0);
		}
	}
	return false;
}

/* Of what bits can add to the score, the share that refinement finds. */
static double share_found(const struct nas_problem *p, struct odometer *o,
			  const struct nas_genome *refined)
{
	double least = HUGE_VAL, most = -HUGE_VAL;
	struct nas_total t;

	do {
		problem_evaluate(p, &o->g, &t);
		if (problem_excess(p, &t) > 0)
			continue;
		least = fmin(least, t.score);
		most = fmax(most, t.score);
	} while (odometer_next(o));
	problem_evaluate(p, refined, &t);
	assert_true(t.score <= most + 1e-9);
	return most - least > 1e-6 ? (t.score - least) / (most - least) : -1;
}

/* One or two budgets, now and then memory, at what random bits of this
 * network need. */
static void limit_bits(struct fixture *f, const struct nas_genome *g)
{
	struct small *sm = &f->small;
	struct nas_genome some = *g;
	struct nas_budgets *to = &sm->budgets;
	struct nas_total t;

	for (int s = 0; s < sm->space.nstages; s++) {
		const struct nas_stage *st = &sm->space.stage[s];
		int na = st->nbits_a ? st->nbits_a : 1;
		int nw = st->nbits_w ? st->nbits_w : 1;

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++)
			some.stage[s].bits[b] =
				gene_bits(small_draw(&f->rng, na),
					  small_draw(&f->rng, nw));
	}
	for (int r = 0; r < RESOURCES; r++)
		to->limit[r] = HUGE_VAL;
	to->sram_bytes = 1e18; /* so that memory is computed */
	CHECK_OK(problem_init(&sm->problem, &sm->space, to, sm->def,
			      &sm->score, &f->arena, &f->err), &f->err);
	problem_evaluate(&sm->problem, &some, &t);
	if (small_draw(&f->rng, 2))
		to->limit[RES_FLOPS] = t.res[RES_FLOPS];
	else
		to->limit[RES_FLASH] = t.res[RES_FLASH];
	if (small_draw(&f->rng, 2))
		to->limit[RES_SIZE] = t.res[RES_SIZE];
	to->sram_bytes = small_draw(&f->rng, 2) ? t.peak_bytes : HUGE_VAL;
	CHECK_OK(problem_init(&sm->problem, &sm->space, to, sm->def,
			      &sm->score, &f->arena, &f->err), &f->err);
}

/* Of 200 networks. */
static void near_the_best(double floor)
{
	int n = 0, best = 0;
	double sum = 0, worst = 1;

	for (uint64_t seed = 600; n < 200; seed++) {
		struct fixture f;
		const struct nas_problem *p = &f.small.problem;
		struct odometer o;
		struct nas_genome g;
		double share;

		open_space(&f, seed);
		space_sample(&f.sampler, &g, &f.rng);
		odometer_open(&o, &f.small.space, &g);
		if (o.states > 16 && o.states < 3000) {
			limit_bits(&f, &g);
			assert_true(qbr_refine(p, &g));
			share = share_found(p, &o, &g);
			if (share >= 0) {
				n++;
				sum += share;
				worst = fmin(worst, share);
				best += share > 1 - 1e-9;
			}
		}
		arena_free(&f.arena);
	}
	printf("# %d of %d at the best, mean %.4f, worst %.3f\n", best, n,
	       sum / n, worst);
	assert_true(best > n * 8 / 10 && sum / n > 0.98 && worst > floor);
}

/* The score decides: near the best of all bits, mostly there. Over 900 networks
 * of conv, mbconv and dwsep 85 % are, mean 0.989, worst 0.56; without the score
 * 59 %, 0.927, 0.24. */
static void finds_nearly_the_best_bits(void **state)
{
	(void)state;
	small_kinds = 3;
	near_the_best(0.5);
	small_kinds = BLOCK_KINDS;
}

/* Of all kinds 175 of 200 are, mean 0.988; one stem with pooling, whose first
 * bits cost most of the bit operations, keeps 0.21. */
static void finds_them_in_all_kinds(void **state)
{
	(void)state;
	near_the_best(0.2);
}

/* Is there a block that scores more with other bits, and fits? */
static bool a_pair_is_better(const struct nas_problem *p,
			     const struct nas_genome *g)
{
	struct nas_total t;
	double score;

	problem_evaluate(p, g, &t);
	score = t.score + 1e-9 * fmax(1, fabs(t.score));
	for (int s = 0; s < p->space->nstages; s++) {
		const struct nas_stage *st = &p->space->stage[s];
		int na = st->nbits_a ? st->nbits_a : 1;
		int nw = st->nbits_w ? st->nbits_w : 1;

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++)
			for (int k = 0; k < na * nw; k++) {
				struct nas_genome other = *g;

				other.stage[s].bits[b] =
					gene_bits(k / nw, k % nw);
				problem_evaluate(p, &other, &t);
				if (t.score > score &&
				    problem_excess(p, &t) <= 0)
					return true;
			}
	}
	return false;
}

/* Under weights of any sign bits are not always worth what they cost. */
static void signed_weights_are_refined(void **state)
{
	int refined = 0;

	(void)state;
	for (uint64_t seed = 500; seed < 650; seed++) {
		struct small_score own;
		struct fixture f = { 0 };
		struct nas_genome g;

		arena_init(&f.arena, (size_t)64 << 20);
		rng_seed(&f.rng, seed, 5);
		small_make_def(&f.small, small_signed(&own, &f.rng), &f.rng,
			       1e9, &f.arena);
		CHECK_OK(space_sampler_init(&f.sampler, &f.small.space,
					    &f.arena, &f.err), &f.err);
		space_sample(&f.sampler, &g, &f.rng);
		if (qbr_refine(&f.small.problem, &g)) {
			refined++;
			CHECK_CLOSE(excess(&f.small.problem, &g), 0, 0);
			if (f.small.problem.linear->mixed)
				assert_false(a_pair_is_better(
					&f.small.problem, &g));
		}
		arena_free(&f.arena);
	}
	assert_true(refined > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_and_leaves_nothing),
		cmocka_unit_test(beats_equal_bits),
		cmocka_unit_test(moves_of_products_are_exact),
		cmocka_unit_test(signed_weights_are_refined),
		cmocka_unit_test(finds_nearly_the_best_bits),
		cmocka_unit_test(finds_them_in_all_kinds),
	};
	return CHECK_RUN("qbr", tests);
}
