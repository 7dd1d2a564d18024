/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The communicator of one process, who has which island, the history, and
 * the table of known networks as bytes. */
#include "tests/check.h"

#include "evolve/collect.h"
#include "evolve/rows.h"
#include "evolve/share.h"

static struct nas_err err;

static void one_process_talks_to_itself(void **state)
{
	int out[3] = { 1, 2, 3 }, in[3] = {0}, value = 5, rank = 9;
	struct nas_comm comm;

	(void)state;
	comm_open_self(&comm);
	assert_int_equal(comm.rank, 0);
	assert_int_equal(comm.size, 1);
	comm_gather(&comm, out, in, sizeof(out));
	assert_memory_equal(in, out, sizeof(out));
	memset(in, 0, sizeof(in));
	comm.ops->exchange(&comm, 0, out, 0, in, sizeof(out));
	assert_memory_equal(in, out, sizeof(out));
	comm.ops->largest(&comm, &value, &rank);
	assert_int_equal(value, 5);
	assert_int_equal(rank, 0);
	comm_close(&comm);
	comm_close(&comm);
}

static void agreement_keeps_the_failure(void **state)
{
	struct nas_comm comm;

	(void)state;
	comm_open_self(&comm);
	memset(&err, 0, sizeof(err));
	assert_int_equal(comm_agree(&comm, &err), NAS_OK);
	CHECK_OK(comm_same(&comm, 12, "this", &err), &err);
	nas_fail(&err, NAS_EIO, "no disk");
	CHECK_FAILS(comm_agree(&comm, &err), NAS_EIO, &err, "no disk");
}

/* A communicator of which only rank and size are looked at. */
static void every_island_has_one_owner(void **state)
{
	static const int islands[] = { 1, 2, 3, 4, 7, 8, 64, 1000, 65536 };
	static const int sizes[] = { 1, 2, 3, 4, 5, 8, 13, 100, 10000 };

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		for (size_t k = 0; k < 9; k++) {
			struct nas_comm comm = { .size = sizes[k] };
			int next = 0;

			for (; comm.rank < comm.size; comm.rank++) {
				struct share s = share_of(&comm, islands[i]);

				assert_int_equal(s.first, next);
				assert_true(s.n <= s.most);
				for (int n = 0; n < s.n; n++)
					assert_int_equal(
						share_owner(&s, s.first + n),
						comm.rank);
				next += s.n;
			}
			assert_int_equal(next, islands[i]);
		}
	}
}

/* However long it gets: bounded, in order, evenly spaced, the last is last. */
static void history_is_thinned(void **state)
{
	struct nas_evolve_result r = {0};
	struct nas_arena arena;
	struct rows rows;
	double best[4] = {0};
	int doublings = 0;

	(void)state;
	memset(&err, 0, sizeof(err));
	arena_init(&arena, 64 << 20);
	CHECK_OK(rows_init(&rows, 4, &arena, &err), &err);
	for (int i = 1; i <= 100000; i++) {
		struct nas_evolve_row row = { .epoch = i,
					  .evaluations = i };

		best[3] = i;
		CHECK_OK(rows_add(&rows, &row, best, &arena, &err), &err);
		rows_give(&rows, &r);
		assert_int_equal(r.row[r.nrows - 1].evaluations, i);
		assert_true(r.nrows <= rows_most(4) + 1);
	}
	for (int i = 0; i < rows.n; i++) {
		assert_true(r.row[i].doubling ||
			    r.row[i].evaluations % rows.every == 0);
		assert_true(i == 0 || r.row[i].evaluations >
					      r.row[i - 1].evaluations);
		doublings += r.row[i].doubling;
		CHECK_CLOSE(r.island_best[4 * i + 3],
			    (double)r.row[i].evaluations, 0);
	}
	assert_int_equal(doublings, 17); /* 1, 2, 4 .. 65536 */
	assert_true(rows.n > rows_most(4) / 2 - 1);
	arena_free(&arena);
}

/* Sums of counts, the best island's best; whatever the row held before. */
static void a_row_is_that_of_all_islands(void **state)
{
	const struct island_row island[3] = {
		{ .evaluations = 5, .feasible = 3, .duplicates = 2,
		  .best = 7, .median = 6, .bitops = 70 },
		{ .evaluations = 50, .feasible = 30, .duplicates = 20,
		  .best = 9, .median = (double)NAN, .bitops = 90 },
		{ .evaluations = 500, .feasible = 300, .duplicates = 200,
		  .best = 8, .median = 4, .bitops = 80 },
	};
	struct nas_evolve_row row;
	double scratch[3];

	(void)state;
	memset(&row, 0x55, sizeof(row));
	CHECK_CLOSE(collect_row(island, 3, scratch, &row), 9, 0);
	assert_int_equal(row.evaluations, 555);
	assert_int_equal(row.feasible, 333);
	assert_int_equal(row.duplicates, 222);
	CHECK_CLOSE(row.best, 9, 0);
	CHECK_CLOSE(row.best_bitops, 90, 0);
	CHECK_CLOSE(row.median, 6, 0); /* the upper of two */
	assert_int_equal(row.epoch, 0);
	assert_false(row.doubling);
}

static void known_networks_survive_packing(void **state)
{
	struct seen from, to;
	struct nas_arena arena;
	struct rng rng;
	size_t n;
	char *bytes;

	(void)state;
	memset(&err, 0, sizeof(err));
	arena_init(&arena, 64 << 20);
	for (int hashes = 0; hashes < 5000; hashes += 499) {
		CHECK_OK(seen_init(&from, 1000, &arena, &err), &err);
		CHECK_OK(seen_init(&to, 1000, &arena, &err), &err);
		rng_seed(&rng, check_seed(1), 0);
		for (int i = 0; i < hashes; i++)
			seen_before(&from, rng_next(&rng));
		bytes = NAS_NEW(&arena, char, seen_packed_most(&from));
		n = seen_pack(&from, bytes);
		assert_true(n <= seen_packed_most(&from));
		assert_true(seen_unpack(&to, bytes, n));
		assert_memory_equal(from.slot, to.slot,
				    (((size_t)1 << from.bits) + SEEN_PROBES) *
					    sizeof(*from.slot));
		assert_false(seen_unpack(&to, bytes, n - 1));
		assert_false(seen_unpack(&to, bytes, n + 1));
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_process_talks_to_itself),
		cmocka_unit_test(agreement_keeps_the_failure),
		cmocka_unit_test(every_island_has_one_owner),
		cmocka_unit_test(history_is_thinned),
		cmocka_unit_test(a_row_is_that_of_all_islands),
		cmocka_unit_test(known_networks_survive_packing),
	};

	return CHECK_RUN("comm", tests);
}
