/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children: changed, and crossed with another network. */
#include "tests/check.h"

#include "evolve/mutate.h"
#include "tests/evolve/small_space.h"

/* The child is in the space, canonical, and the mask names every stage whose
 * values differ from g's. */
static void check_child(const struct small_fixture *f,
			const struct nas_genome *g,
			const struct nas_genome *child, uint32_t mask)
{
	const struct nas_space *space = &f->small.space;
	const struct nas_problem *p = &f->small.problem;
	struct nas_terms before[SPACE_STAGES_MAX], after[SPACE_STAGES_MAX];
	int in = space->input.channels;

	assert_true(space_contains(space, child));
	chain_terms_all(&p->chain[g->variant], g, before);
	chain_terms_all(&p->chain[child->variant], child, after);
	for (int s = 0; s < space->nstages; s++) {
		struct nas_gene same = child->stage[s];

		gene_canonical(&space->stage[s], &same, in);
		assert_memory_equal(&same, &child->stage[s], sizeof(same));
		if (!(mask >> s & 1))
			assert_memory_equal(&before[s], &after[s],
					    sizeof(before[s]));
		in = space->stage[s].width[child->stage[s].width];
	}
}

struct parents {
	struct mutator mutator;
	struct nas_space_sampler sampler;
	struct nas_genome g, with;
};

static void open_parents(struct small_fixture *f, uint64_t seed,
			 struct parents *p)
{
	small_open(f, seed, 1e9);
	CHECK_OK(mutator_init(&p->mutator, &f->small.space, true, &f->arena,
			      &f->err), &f->err);
	CHECK_OK(space_sampler_init(&p->sampler, &f->small.space, &f->arena,
				    &f->err), &f->err);
	space_sample(&p->sampler, &p->g, &f->rng);
}

static void mutations_stay_in_the_space(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 30; seed++) {
		struct small_fixture f;
		struct parents p;

		open_parents(&f, seed, &p);
		for (int i = 0; i < 1000; i++) {
			struct nas_genome child = p.g;
			uint32_t mask = mutate(&p.mutator, &child.variant,
					       child.stage, rng_next(&f.rng));

			check_child(&f, &p.g, &child, mask);
			p.g = child;
		}
		arena_free(&f.arena);
	}
}

/* A block that changes shape and bits at once has become like another one. */
static int blocks_alike(const struct nas_stage *st, const struct nas_gene *was,
			const struct nas_gene *is)
{
	int n = st->depth[was->depth], alike = 0;
	/* of a shape, what blocks choose here */
	uint8_t own = (st->each & EACH_KERNEL ? 0xf0 : 0) |
		      (st->each & EACH_EXPAND ? 0x0f : 0);
	/* in an inner block the first of those with the same hidden width */
	int expand = st->inner_canonical[was->width * st->nexpand +
					 was->expand];
	uint8_t first = gene_shape(was->kernel, expand) & own;

	if (was->width != is->width || was->depth != is->depth ||
	    was->kernel != is->kernel || was->expand != is->expand)
		return 0;
	for (int b = 1; b < n; b++) {
		bool like = is->shape[b] == first &&
			    is->bits[b] == was->bits[0];

		if (is->shape[b] == was->shape[b] ||
		    is->bits[b] == was->bits[b])
			continue;
		for (int from = 1; from < n; from++)
			like |= is->shape[b] == was->shape[from] &&
				is->bits[b] == was->bits[from];
		assert_true(like);
		alike++;
	}
	return alike;
}

static void blocks_become_alike(void **state)
{
	int alike = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 30; seed++) {
		struct small_fixture f;
		struct parents p;

		open_parents(&f, seed, &p);
		for (int i = 0; i < 1000; i++) {
			struct nas_genome child;
			uint32_t mask;

			space_sample(&p.sampler, &p.g, &f.rng);
			child = p.g;
			mask = mutate(&p.mutator, &child.variant, child.stage,
				      rng_next(&f.rng));
			for (int s = 0; s < f.small.space.nstages; s++)
				if (mask == 1u << s)
					alike += blocks_alike(
						&f.small.space.stage[s],
						&p.g.stage[s],
						&child.stage[s]);
		}
		arena_free(&f.arena);
	}
	print_message("%d blocks became like others\n", alike);
	assert_true(alike > 50);
}

/* The same of children that take stages of another network: the width of each
 * stage is one parent's, and stages of both come together. */
static void crossings_stay_in_the_space(void **state)
{
	int both = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 30; seed++) {
		struct small_fixture f;
		struct parents p;

		open_parents(&f, seed, &p);
		for (int i = 0; i < 300; i++) {
			struct nas_genome child;
			int of[2] = { 0 };
			uint32_t mask;

			space_sample(&p.sampler, &p.g, &f.rng);
			space_sample(&p.sampler, &p.with, &f.rng);
			child = p.g;
			mask = mutate_cross(&p.mutator, child.stage,
					    p.with.stage, rng_next(&f.rng));
			check_child(&f, &p.g, &child, mask);
			for (int s = 0; s < f.small.space.nstages; s++) {
				uint8_t width = child.stage[s].width;

				of[0] += width == p.g.stage[s].width;
				of[1] += width == p.with.stage[s].width;
				assert_true(width == p.g.stage[s].width ||
					    width == p.with.stage[s].width);
			}
			both += of[0] < f.small.space.nstages && of[1] &&
				of[1] < f.small.space.nstages && of[0];
		}
		arena_free(&f.arena);
	}
	assert_true(both > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutations_stay_in_the_space),
		cmocka_unit_test(blocks_become_alike),
		cmocka_unit_test(crossings_stay_in_the_space),
	};
	return CHECK_RUN("mutate", tests);
}
