/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refinement of bits: fits, is used up, repeats, and beats equal bits. */
#include "tests/check.h"

#include "qbr/bits.h"
#include "qbr/qbr.h"
#include "tests/evolve/small_space.h"

struct fixture {
	struct arena arena;
	struct rng rng;
	struct small small;
	struct space_sampler sampler;
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

static void set_all_bits(const struct space *space, struct genome *g, bool most)
{
	for (int s = 0; s < space->nstages; s++) {
		const struct stage *st = &space->stage[s];
		int a = most && st->nbits_a ? st->nbits_a - 1 : 0;
		int w = most && st->nbits_w ? st->nbits_w - 1 : 0;

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++)
			g->stage[s].bits[b] = gene_bits(a, w);
	}
}

static double excess(const struct problem *p, const struct genome *g)
{
	struct total t;

	problem_evaluate(p, g, &t);
	return problem_excess(p, &t);
}

/* One level more anywhere: does it still fit? */
static bool a_raise_fits(const struct problem *p, const struct genome *g)
{
	const struct space *space = p->space;

	for (int s = 0; s < space->nstages; s++) {
		const struct stage *st = &space->stage[s];

		for (int b = 0; b < st->depth[g->stage[s].depth]; b++) {
			struct genome up = *g;
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
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct fixture f;
		const struct problem *p = &f.small.problem;
		struct genome g, least, other;
		struct total t;

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

/* A network that is feasible at the least bits is never refused, and the
 * refined bits score at least as much as any equal bits that fit. */
static void beats_equal_bits(void **state)
{
	int better = 0;

	(void)state;
	for (uint64_t seed = 300; seed < 500; seed++) {
		struct fixture f;
		const struct problem *p = &f.small.problem;
		struct genome g, least;
		struct total refined, equal;

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_and_leaves_nothing),
		cmocka_unit_test(beats_equal_bits),
	};
	return CHECK_RUN("qbr", tests);
}
