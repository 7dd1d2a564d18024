/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A search that is stopped after so many epochs, and goes on from its
 * checkpoint, ends as if nothing had been. It is stopped in a child process,
 * by a signal that it sends to itself: no clock decides.
 */
#define _XOPEN_SOURCE 700
#include "tests/check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evolve/evolve.h"
#include "evolve/ranks/checkpoint.h"
#include "nas/base/clock.h"
#include "qbr/qbr.h"
#include "tests/evolve/small_space.h"

static char dir[] = "/tmp/nas-stop-XXXXXX";
static char path[64];

struct fixture {
	struct nas_arena arena;
	struct rng rng;
	struct small small;
	struct nas_evolve_options options;
	struct nas_evolve_result result;
	struct nas_err err;
	int stop; /* after so many epochs of this session; 0 = never */
};

static void open_space(struct fixture *f, uint64_t seed)
{
	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)256 << 20);
	rng_seed(&f->rng, seed, 11);
	do
		small_make(&f->small, &f->rng, 1e9, &f->arena);
	while (space_size(&f->small.space) < 1e6L);
	f->options = (struct nas_evolve_options){
		.seed = (int64_t)seed, .islands = 3, .population = 12,
		.mutated_stages = 2, .max_evals = 3000, .epoch_evals = 100,
		.migrants = 1, .keep = 4,
	};
}

static void count_down(void *context, const struct nas_evolve_row *row)
{
	struct fixture *f = context;

	(void)row;
	if (f->stop && --f->stop == 0)
		raise(SIGUSR1);
}

static void run(struct fixture *f, bool refine, bool resume)
{
	struct checkpoint_options checkpoint = {
		.path = path, .version = "1", .config = 1,
		.seed = f->options.seed, .resume = resume,
	};
	struct nas_evolve_hooks hooks = {
		.threads = 1, .refine = refine ? qbr_refine : NULL,
		.progress = count_down, .context = f,
		.checkpoint = &checkpoint,
	};

	CHECK_OK(evolve(&f->result, &f->small.problem, &f->options, &hooks,
			&f->arena, &f->err), &f->err);
}

/* In a child: stopped after so many epochs. Whether it was. */
static bool stopped(struct fixture *f, int epochs, bool refine, bool resume)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		stop_install();
		f->stop = epochs;
		run(f, refine, resume);
		_exit(f->result.end == END_SIGNAL ? 7 : 8);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 7;
}

static void same_row(const struct nas_evolve_row *a,
		     const struct nas_evolve_row *b)
{
	struct nas_evolve_row x = *a, y = *b;

	x.seconds = y.seconds = 0;
	assert_memory_equal(&x, &y, sizeof(x));
}

static void same(const struct nas_evolve_result *a,
		 const struct nas_evolve_result *b)
{
	assert_int_equal(a->end, b->end);
	assert_int_equal(a->evaluations, b->evaluations);
	assert_int_equal(a->feasible_evaluations, b->feasible_evaluations);
	assert_int_equal(a->duplicates, b->duplicates);
	assert_int_equal(a->nrows, b->nrows);
	assert_int_equal(a->traffic.epochs, b->traffic.epochs);
	for (int i = 0; i < a->nrows; i++)
		same_row(&a->row[i], &b->row[i]);
	assert_memory_equal(a->island_best, b->island_best,
			    (size_t)(a->nrows * a->islands) * sizeof(double));
	assert_int_equal(a->nbest, b->nbest);
	for (int i = 0; i < a->nbest; i++)
		assert_memory_equal(&a->best[i].genome, &b->best[i].genome,
				    sizeof(struct nas_genome));
}

/* One search whole, and in three sessions; false: it is too short. */
static bool check_one(uint64_t seed, int first, bool refine)
{
	struct fixture f, whole;
	bool long_enough;

	unlink(path);
	open_space(&whole, seed);
	open_space(&f, seed);
	run(&whole, refine, false);
	assert_int_not_equal(whole.result.end, END_SIGNAL);
	long_enough = whole.result.nrows > first + 3;
	unlink(path);
	if (long_enough) {
		assert_true(stopped(&f, first, refine, false));
		assert_true(checkpoint_exists(path));
		assert_true(stopped(&f, 2, refine, true));
		run(&f, refine, true);
		assert_int_equal(f.result.traffic.sessions, 3);
		same(&whole.result, &f.result);
	}
	arena_free(&f.arena);
	arena_free(&whole.arena);
	return long_enough;
}

static void it_ends_as_if_nothing_had_been(void **state)
{
	int done[2] = { 0 };

	(void)state;
	for (uint64_t seed = 0; done[0] < 24 || done[1] < 6; seed++) {
		bool refine = done[0] >= 24;

		done[refine] += check_one(seed, 1 + (int)seed % 4, refine);
	}
}

/* Stalls are counted over the sessions. */
static void a_stall_goes_on(void **state)
{
	struct fixture f, whole;

	(void)state;
	unlink(path);
	open_space(&whole, 1);
	open_space(&f, 1);
	f.options.max_evals = whole.options.max_evals = 1000000;
	f.options.stall_evals = whole.options.stall_evals = 1200;
	run(&whole, false, false);
	assert_int_equal(whole.result.end, END_STALL);
	unlink(path);
	assert_true(stopped(&f, 3, false, false));
	run(&f, false, true);
	same(&whole.result, &f.result);
	arena_free(&f.arena);
	arena_free(&whole.arena);
}

/* The checkpoint with another count of sessions, its checksums right. */
static void set_sessions(int32_t sessions)
{
	static char data[1 << 24];
	struct checkpoint_head *head = (void *)data;
	FILE *file = fopen(path, "rb");
	size_t n;
	uint64_t hash;

	assert_non_null(file);
	n = fread(data, 1, sizeof(data), file);
	fclose(file);
	assert_in_range(n, sizeof(*head), sizeof(data) - 1);
	head->sessions = sessions;
	head->hash = checkpoint_hash(data, offsetof(struct checkpoint_head,
						    hash));
	hash = checkpoint_hash(data, n - 16);
	memcpy(data + n - 8, &hash, 8);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* One session more would not be a number. */
static void counts_that_cannot_be_are_refused(void **state)
{
	static const int32_t sessions[] = { INT32_MAX, 0, -1, 7 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct fixture f;
		struct checkpoint_options checkpoint = {
			.path = path, .version = "1", .config = 1, .seed = 1,
			.resume = true,
		};
		struct nas_evolve_hooks hooks = { .threads = 1,
					      .checkpoint = &checkpoint };

		unlink(path);
		open_space(&f, 1);
		assert_true(stopped(&f, 2, false, false));
		set_sessions(sessions[i]);
		(void)!evolve(&f.result, &f.small.problem, &f.options, &hooks,
			      &f.arena, &f.err);
		if (sessions[i] == 7)
			assert_int_equal(f.result.traffic.sessions, 8);
		else
			CHECK_FAILS(f.err.code, NAS_EINPUT, &f.err,
				    "counts of the checkpoint are invalid");
		arena_free(&f.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_ends_as_if_nothing_had_been),
		cmocka_unit_test(a_stall_goes_on),
		cmocka_unit_test(counts_that_cannot_be_are_refused),
	};
	char former[80];
	int failed;

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/checkpoint", dir);
	snprintf(former, sizeof(former), "%s.previous", path);
	failed = CHECK_RUN("stop", tests);
	unlink(path);
	unlink(former);
	rmdir(dir);
	return failed;
}
