/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All of a small space: each network once, islands in turn, evenly. */
#include "evolve/listing.h"
#include "tests/evolve/small_space.h"

#define MOST   3000
#define SPACES 40

struct opened {
	struct small_fixture f;
	struct listing l;
};

static void list(struct opened *o, uint64_t seed, int islands, bool refined)
{
	const struct nas_evolve_options options = { .islands = islands,
						    .max_evals = MOST };

	small_open(&o->f, seed, MOST);
	CHECK_OK(listing_init(&o->l, &o->f.small.space, &options, refined,
			      &o->f.arena, &o->f.err), &o->f.err);
	assert_true(o->l.on);
}

/* An island has every islands-th network of the order of one island alone. */
static void each_network_comes_once(void **state)
{
	static uint64_t order[MOST];
	static bool had[MOST];

	(void)state;
	for (uint64_t seed = 0; seed < SPACES; seed++) {
		struct opened alone, all;
		int islands = 1 + (int)seed % 9;
		int64_t n, sum = 0;
		uint64_t at;

		list(&alone, seed, 1, false);
		list(&all, seed, islands, false);
		n = (int64_t)space_size(&all.f.small.space);
		assert_true(n <= MOST && listing_count(&alone.l, 0) == n);
		memset(had, 0, sizeof(had));
		at = listing_first(&alone.l, 0);
		for (int64_t i = 0; i < n; i++) {
			assert_true(at < (uint64_t)n && !had[at]);
			had[at] = true;
			order[i] = at;
			at = listing_next(&alone.l, at);
		}
		assert_true(at == order[0]);
		for (int k = 0; k < islands; k++) {
			int64_t count = listing_count(&all.l, k);

			at = listing_first(&all.l, k);
			for (int64_t i = 0; i < count; i++) {
				assert_true(at == order[k + i * islands]);
				at = listing_next(&all.l, at);
			}
			sum += count;
		}
		assert_true(sum == n);
		arena_free(&alone.f.arena);
		arena_free(&all.f.arena);
	}
}

static void more_islands_than_networks(void **state)
{
	struct opened o;
	int64_t n;

	(void)state;
	list(&o, 1, 1000, false);
	o.l.n = 7; /* as a space of seven networks has it */
	n = 0;
	for (int k = 0; k < 1000; k++) {
		assert_true(listing_count(&o.l, k) == (k < 7));
		n += listing_count(&o.l, k);
	}
	assert_true(n == 7);
	arena_free(&o.f.arena);
}

/* A tenth of the networks leaves no eighth of them for later. */
static void what_is_cut_short_has_seen_all_kinds(void **state)
{
	static bool had[MOST];
	int spaces = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SPACES; seed++) {
		struct opened o;
		uint64_t at, gap = 0;

		list(&o, seed, 1, false);
		if (o.l.n < 500) {
			arena_free(&o.f.arena);
			continue;
		}
		spaces++;
		memset(had, 0, sizeof(had));
		at = listing_first(&o.l, 0);
		for (uint64_t i = 0; i < o.l.n / 10; i++) {
			had[at] = true;
			at = listing_next(&o.l, at);
		}
		for (uint64_t i = 0; i < o.l.n; i++) {
			gap = had[i] ? 0 : gap + 1;
			assert_true(gap < o.l.n / 8);
		}
		arena_free(&o.f.arena);
	}
	assert_true(spaces > SPACES / 4);
}

static void without_bits(struct nas_genome *g)
{
	for (int s = 0; s < SPACE_STAGES_MAX; s++)
		memset(g->stage[s].bits, 0, sizeof(g->stage[s].bits));
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct nas_genome));
}

/* Where bits are refined: each structure once, and all there are. */
static void structures_stand_for_their_bits(void **state)
{
	static struct nas_genome all[MOST], each[MOST];
	int less = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SPACES; seed++) {
		struct opened whole, bare;
		size_t n;

		list(&whole, seed, 1, false);
		list(&bare, seed, 1, true);
		for (uint64_t i = 0; i < whole.l.n; i++) {
			space_nth(&whole.l.sampler, i, &all[i]);
			without_bits(&all[i]);
		}
		qsort(all, (size_t)whole.l.n, sizeof(all[0]), by_bytes);
		n = 1;
		for (uint64_t i = 1; i < whole.l.n; i++)
			if (by_bytes(&all[i], &all[n - 1]) != 0)
				all[n++] = all[i];
		assert_int_equal(bare.l.n, n);
		for (size_t i = 0; i < n; i++)
			space_nth(&bare.l.sampler, i, &each[i]);
		qsort(each, n, sizeof(each[0]), by_bytes);
		assert_memory_equal(each, all, n * sizeof(each[0]));
		less += bare.l.n < whole.l.n;
		arena_free(&whole.f.arena);
		arena_free(&bare.f.arena);
	}
	assert_true(less > SPACES / 4);
}

static bool is_on(struct small_fixture *f, int64_t max_evals, int64_t stall)
{
	const struct nas_evolve_options o = { .islands = 2,
					      .max_evals = max_evals,
					      .stall_evals = stall };
	struct listing l;

	CHECK_OK(listing_init(&l, &f->small.space, &o, false, &f->arena,
			      &f->err), &f->err);
	assert_int_equal(l.islands, 2);
	return l.on;
}

static void larger_spaces_are_searched(void **state)
{
	struct small_fixture f;
	int64_t n;

	(void)state;
	small_open(&f, 4, MOST);
	n = (int64_t)space_size(&f.small.space);
	assert_true(is_on(&f, n, 0) && !is_on(&f, n - 1, 0));
	assert_true(is_on(&f, 2 * n, n) && !is_on(&f, 2 * n, n - 1));
	arena_free(&f.arena);
}

/* What a product of two numbers of 32 bits would not hold. */
static void large_spaces_have_no_overflow(void **state)
{
	const uint64_t n = ((uint64_t)1 << 62) - 57;
	struct listing l = { .islands = 3, .n = n, .step = n - 2 };

	(void)state;
	assert_true(listing_first(&l, 2) == n - 4);
	assert_true(listing_first(&l, 1000) == n - 2000);
	l.step = n / 2; /* twice it is n - 1 */
	assert_true(listing_first(&l, 2) == n - 1);
	assert_true(listing_first(&l, 1) == n / 2);
	assert_true(listing_first(&l, 0) == 0);
	l.steps = n - 2;
	assert_true(listing_next(&l, 1) == n - 1);
	assert_true(listing_next(&l, 2) == 0);
	assert_true(listing_next(&l, n - 1) == n - 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_network_comes_once),
		cmocka_unit_test(more_islands_than_networks),
		cmocka_unit_test(what_is_cut_short_has_seen_all_kinds),
		cmocka_unit_test(structures_stand_for_their_bits),
		cmocka_unit_test(larger_spaces_are_searched),
		cmocka_unit_test(large_spaces_have_no_overflow),
	};
	return CHECK_RUN("listing", tests);
}
